//! Attacks on a running chain by accounts of every class, in each way of nesting a call, also in
//! blocks that are full. Each is refused with a reason, and the chain does its own work.

mod dev_node;

use codec::{Decode, Encode};
use dev_node::DevNode;
use frame_support::{dispatch::PerDispatchClass, storage::storage_prefix, weights::Weight};
use frame_system::RawOrigin;
use pallet_collective::Call as Council;
use pallet_emr::Call as Emr;
use pallet_permissions::Call as Permissions;
use pallet_registry::{
	types::{Application, Motion},
	Call as Registry,
};
use pallet_utility::Call as Utility;
use salus_primitives::{
	admission::Class, encryption_key_message, Cid, EncryptionKey, KeySignature, MemberId,
	PatientId, ProviderId, Purpose, Refusal, WrappedKey, SEALED_NAME_LEN,
};
use salus_regional_runtime::{AccountId, Runtime, RuntimeCall};
use salus_runtime_common::constants::{BLOCK_WEIGHT, SLOT_DURATION};
use sp_core::H256;
use std::time::Duration;
use subxt::{config::DefaultExtrinsicParamsBuilder, rpcs::rpc_params};
use subxt_signer::sr25519::{dev, Keypair};

/// Encryption keys: any modulus will do.
const KEYS: [&[u8]; 3] = [
	include_bytes!("../../primitives/src/fixtures/rsa2048.der"),
	include_bytes!("../../primitives/src/fixtures/rsa3072.der"),
	include_bytes!("../../primitives/src/fixtures/rsa4096.der"),
];

fn key(which: usize) -> EncryptionKey {
	EncryptionKey::RsaOaep(KEYS[which].to_vec().try_into().unwrap())
}

fn account(of: &Keypair) -> AccountId {
	of.public_key().0.into()
}

/// The region, with three authorities.
struct Region(DevNode);

impl Region {
	async fn start() -> Self {
		Self(DevNode::start(&["--dev"]).await)
	}

	fn sign_key(&self, signer: &Keypair, version: u32, key: &EncryptionKey) -> KeySignature {
		let genesis = self.0.client.genesis_hash().0;
		let message = encryption_key_message(&genesis, &signer.public_key().0, version, key);
		let bytes: &[u8] = message.as_ref();
		KeySignature::from_raw(signer.sign(bytes).0)
	}

	async fn must(&self, signer: &Keypair, call: impl Into<RuntimeCall>) {
		let call: RuntimeCall = call.into();
		let done = self.0.submit(signer, call.clone()).await;
		done.unwrap_or_else(|error| panic!("{error}: {call:?}"));
	}

	async fn invite(&self, who: &Keypair) {
		let account = account(who);
		self.must(&dev::alice(), Registry::invite { account }).await;
	}

	fn rotation(&self, who: &Keypair, version: u32, which: usize) -> RuntimeCall {
		let key = key(which);
		let signature = self.sign_key(who, version, &key);
		Registry::rotate_key {
			version,
			key,
			signature,
		}
		.into()
	}

	/// Makes an invited account a patient with this key.
	async fn register(&self, who: &Keypair, which: usize) -> PatientId {
		let key = key(which);
		let signature = self.sign_key(who, 0, &key);
		let register = Registry::register_patient {
			commitment: [7; 32],
			key,
			signature,
		};
		self.must(who, register).await;
		let hashed = pallet_registry::MemberOf::<Runtime>::hashed_key_for(account(who));
		match self.storage(&hashed, None).await {
			Some(MemberId::Patient(patient)) => patient,
			other => panic!("{other:?}"),
		}
	}

	/// Makes an invited account an applicant with this key. Returns the motion to verify it.
	async fn apply(&self, who: &Keypair, number: &str, which: usize) -> Motion<AccountId> {
		let key = key(which);
		let signature = self.sign_key(who, 0, &key);
		let apply = Registry::apply_as_provider {
			number: number.into(),
			name: "Dr Ada".into(),
			key,
			signature,
		};
		self.must(who, apply).await;
		let hashed = pallet_registry::Applications::<Runtime>::hashed_key_for(account(who));
		let application: Application = self.storage(&hashed, None).await.unwrap();
		application.motion(&account(who))
	}

	/// Two of the three authorities vote for a motion.
	async fn carry(&self, motion: Motion<AccountId>) {
		for authority in [dev::alice(), dev::bob()] {
			let motion = motion.clone();
			self.must(&authority, Registry::vote { motion, aye: true })
				.await;
		}
	}

	/// A value of the state, in the last block or in this one.
	async fn storage<V: Decode>(&self, key: &[u8], at: Option<H256>) -> Option<V> {
		let key = format!("0x{}", hex::encode(key));
		let value: Option<String> = self
			.0
			.rpc
			.request("state_getStorage", rpc_params![key, at])
			.await
			.unwrap();
		let bytes = hex::decode(value?.trim_start_matches("0x")).unwrap();
		Some(V::decode(&mut &bytes[..]).unwrap())
	}

	async fn height(&self) -> u64 {
		let at = self.0.client.at_current_block().await.unwrap();
		at.block_number()
	}

	/// The block at a height, once it exists.
	async fn block(&self, height: u64) -> H256 {
		for _ in 0..600 {
			let params = rpc_params![height];
			let hash: Option<H256> = self
				.0
				.rpc
				.request("chain_getBlockHash", params)
				.await
				.unwrap();
			if let Some(hash) = hash {
				return hash;
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
		panic!("no block {height}: {}", self.0.log());
	}

	/// Sends a call, this many after the account's last one in a block, and does not wait.
	async fn queue(&self, signer: &Keypair, call: RuntimeCall, ahead: u8) {
		let at = self.0.client.at_current_block().await.unwrap();
		let key = frame_system::Account::<Runtime>::hashed_key_for(account(signer));
		let mut nonce: u32 = self.storage(&key, None).await.unwrap_or_default();
		nonce += u32::from(ahead);
		let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce.into());
		let call = at.tx().from_call_data_bytes(&call.encode()).unwrap();
		let signed = at.tx().create_signed(&call, signer, params.build()).await;
		let bytes = format!("0x{}", hex::encode(signed.unwrap().encoded()));
		let sent: Result<String, _> = self
			.0
			.rpc
			.request("author_submitExtrinsic", rpc_params![bytes])
			.await;
		sent.unwrap();
	}

	/// The weight of a block.
	async fn weight(&self, block: H256) -> Weight {
		let key = storage_prefix(b"System", b"BlockWeight");
		let weight: PerDispatchClass<Weight> = self.storage(&key, Some(block)).await.unwrap();
		weight.total()
	}
}

/// A call that fails, is operational, and keeps the weight that it claims.
fn failing_close(percent: u64, nonce: u8) -> RuntimeCall {
	Council::close {
		proposal_hash: [nonce; 32].into(),
		index: 0,
		proposal_weight_bound: BLOCK_WEIGHT / 100 * percent,
		length_bound: 1_000,
	}
	.into()
}

/// A call in each way of nesting it, and whether the way can be sent at all.
fn variants(call: &RuntimeCall) -> Vec<(RuntimeCall, bool)> {
	let one = || vec![call.clone()];
	let boxed = || Box::new(call.clone());
	let batch = |calls| RuntimeCall::from(Utility::<Runtime>::batch { calls });
	let nested = batch(vec![batch(vec![]), batch(one())]);
	let origin = || Box::new(RawOrigin::Root.into());
	vec![
		(call.clone(), true),
		(batch(one()), true),
		(Utility::batch_all { calls: one() }.into(), true),
		(Utility::force_batch { calls: one() }.into(), true),
		(nested, true),
		(
			Utility::as_derivative {
				index: 0,
				call: boxed(),
			}
			.into(),
			false,
		),
		(
			Utility::if_else {
				main: boxed(),
				fallback: boxed(),
			}
			.into(),
			false,
		),
		(
			Utility::dispatch_as {
				as_origin: origin(),
				call: boxed(),
			}
			.into(),
			false,
		),
		(
			Utility::with_weight {
				call: boxed(),
				weight: Weight::zero(),
			}
			.into(),
			false,
		),
	]
}

/// Checks that the pool refuses a call because of the account's class.
async fn assert_not_allowed(region: &Region, who: &Keypair, call: RuntimeCall, class: Class) {
	let error = region.0.submit(who, call).await.unwrap_err();
	let code = format!("Custom({})", Refusal::NotAllowed(class).code());
	assert!(error.contains(&code), "{class}: {error}, not {code}");
}

/// Checks that the pool refuses a call of an account, in each way of nesting it. The call must be
/// one that a block has room for when it is not operational: weight is checked before the sender.
async fn assert_refused(region: &Region, who: &Keypair, call: &RuntimeCall, class: Class) {
	for (variant, sendable) in variants(call) {
		let refusal = match sendable {
			true => Refusal::NotAllowed(class),
			false => Refusal::NotSendable,
		};
		let error = region.0.submit(who, variant.clone()).await.unwrap_err();
		let code = format!("Custom({})", refusal.code());
		assert!(
			error.contains(&code),
			"{class}: {error}, not {code}: {variant:?}"
		);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn no_member_stops_an_applicant_by_taking_its_key() {
	let region = Region::start().await;
	let (applicant, member) = (dev::dave(), dev::eve());
	region.invite(&applicant).await;
	region.invite(&member).await;
	region.register(&member, 1).await;
	let motion = region.apply(&applicant, "A12345", 0).await;

	// The member cannot copy the applicant's signature. With its own, it may take the key.
	let copied = Registry::rotate_key {
		version: 1,
		key: key(0),
		signature: region.sign_key(&applicant, 0, &key(0)),
	};
	let error = region.0.submit(&member, RuntimeCall::from(copied)).await;
	let error = error.unwrap_err();
	assert!(error.contains("KeySignatureInvalid"), "{error}");
	region.must(&member, region.rotation(&member, 1, 0)).await;

	// The applicant is verified, and rotates to a key that the member took too.
	region.carry(motion).await;
	region.must(&member, region.rotation(&member, 2, 2)).await;
	region
		.must(&applicant, region.rotation(&applicant, 1, 2))
		.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_cannot_rotate_its_key_forty_times_in_one_transaction() {
	let region = Region::start().await;
	let member = dev::dave();
	region.invite(&member).await;
	let patient = region.register(&member, 0).await;
	let version = || async {
		let key = pallet_registry::Patients::<Runtime>::hashed_key_for(patient);
		let stored: Option<pallet_registry::types::Patient<AccountId>> =
			region.storage(&key, None).await;
		stored.unwrap().key_version
	};
	let forty = |from: u32| -> Vec<_> {
		(from..from + 40)
			.map(|version| region.rotation(&member, version, 1))
			.collect()
	};

	// All or nothing: nothing.
	let all = Utility::<Runtime>::batch_all { calls: forty(1) };
	let error = region.0.submit(&member, RuntimeCall::from(all)).await;
	let error = error.unwrap_err();
	assert!(error.contains("TooManyRotations"), "{error}");
	assert_eq!(version().await, 0);

	// The others keep what the allowance has room for.
	let each = Utility::<Runtime>::force_batch { calls: forty(1) };
	region.must(&member, RuntimeCall::from(each)).await;
	let burst = version().await;
	assert_eq!(burst, 5);
	let batch = Utility::<Runtime>::batch {
		calls: forty(burst + 1),
	};
	region.must(&member, RuntimeCall::from(batch)).await;
	assert_eq!(version().await, burst);
	let one = region.rotation(&member, burst + 1, 2);
	let error = region.0.submit(&member, one.clone()).await.unwrap_err();
	assert!(error.contains("TooManyRotations"), "{error}");

	let derivative = Utility::<Runtime>::as_derivative {
		index: 0,
		call: Box::new(one),
	};
	let error = region
		.0
		.submit(&member, RuntimeCall::from(derivative))
		.await;
	let code = format!("Custom({})", Refusal::NotSendable.code());
	let error = error.unwrap_err();
	assert!(error.contains(&code), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_authorities_reach_the_operational_reserve_and_no_load_stops_the_chains_own_work() {
	let region = Region::start().await;
	let [uninvited, invited] = ["//One", "//Two"].map(keypair);
	let [applicant, patient, relative] = [dev::dave(), dev::eve(), dev::ferdie()];
	let [provider, suspended, retired, former] = ["//Ada", "//Ben", "//Cem", "//Dan"].map(keypair);
	let providers = [&provider, &suspended, &retired, &former];
	let members = [&applicant, &patient, &relative]
		.into_iter()
		.chain(providers);
	for who in members.chain([&invited]) {
		region.invite(who).await;
	}
	region.apply(&applicant, "A00001", 0).await;
	let patient_id = region.register(&patient, 0).await;
	let relative_id = region.register(&relative, 0).await;
	let numbers = ["A00002", "A00003", "A00004", "A00005"];
	for (who, number) in providers.into_iter().zip(numbers) {
		let motion = region.apply(who, number, 0).await;
		region.carry(motion).await;
	}
	let wrapped = || WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: vec![5; 256].try_into().unwrap(),
	};
	let record = Emr::<Runtime>::add_record {
		patient: patient_id,
		sealed_name: [1; SEALED_NAME_LEN],
		document_hash: [2; 32],
		cid: Cid::from_digest(true, [3; 32]).as_bytes().to_vec(),
		envelope_size: 1_000,
		wrapped_for_patient: wrapped(),
		wrapped_for_author: wrapped(),
		amends: None,
	};
	region.must(&provider, record).await;
	// The chain counts the providers from 0.
	region.carry(Motion::Suspend { id: ProviderId(1) }).await;
	region.carry(Motion::Unverify { id: ProviderId(3) }).await;
	region.must(&retired, Registry::retire {}).await;

	let classes = [
		(&uninvited, Class::Uninvited),
		(&invited, Class::Invited),
		(&applicant, Class::Applicant),
		(&patient, Class::Patient),
		(&provider, Class::Provider),
		(&suspended, Class::SuspendedProvider),
		(&retired, Class::RetiredProvider),
		(&former, Class::FormerHolder),
	];
	for (who, class) in classes {
		assert_refused(&region, who, &failing_close(40, 1), class).await;
		assert_not_allowed(&region, who, failing_close(85, 1), class).await;
	}

	// A grant that ends in a few blocks: a development chain's clock gains a slot in each.
	let now: u64 = region
		.storage(&storage_prefix(b"Timestamp", b"Now"), None)
		.await
		.unwrap();
	let grantee = MemberId::Patient(relative_id);
	let grant = Permissions::<Runtime>::grant {
		record: 0,
		grantee: grantee.clone(),
		wrapped_key: wrapped(),
		expires_at: Some(now + 8 * SLOT_DURATION),
		purpose: Purpose::Treatment,
	};
	region.must(&patient, grant).await;
	let granted_in = region.height().await;

	// The authorities fill the blocks until then and after, which they may, within their quotas.
	for nonce in 0..5 {
		for authority in [dev::alice(), dev::bob(), dev::charlie()] {
			region
				.queue(&authority, failing_close(85, nonce), nonce)
				.await;
		}
	}
	// While blocks are full, others are refused as before.
	let refusals_from = region.height().await;
	for (who, class) in classes {
		assert_refused(&region, who, &failing_close(40, 9), class).await;
		assert_not_allowed(&region, who, failing_close(85, 9), class).await;
	}
	let refusals_to = region.height().await;
	let key = pallet_permissions::Grants::<Runtime>::hashed_key_for(0, grantee);
	let mut height = granted_in;
	let mut full = Vec::new();
	let claimed = BLOCK_WEIGHT.ref_time() / 100 * 85;
	loop {
		height += 1;
		let block = region.block(height).await;
		let weight = region.weight(block).await;
		if weight.ref_time() >= claimed {
			full.push(height);
		}
		let grant: Option<pallet_permissions::Grant> = region.storage(&key, Some(block)).await;
		if grant.is_none() {
			assert!(
				weight.ref_time() >= claimed,
				"the grant ended in a block of {weight:?}"
			);
			break;
		}
		assert!(height < granted_in + 20, "the grant never ended");
	}
	assert!(full.len() > 2, "full: {full:?}");
	let refusals = refusals_from..=refusals_to;
	assert!(
		full.iter().any(|block| refusals.contains(block)),
		"full: {full:?}, refusals: {refusals:?}"
	);
}

fn keypair(uri: &str) -> Keypair {
	Keypair::from_uri(&uri.parse().unwrap()).unwrap()
}
