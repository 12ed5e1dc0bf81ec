//! Attacks on a running chain by accounts of every class, in each way of nesting a call, also in
//! blocks that are full. Each is refused with a reason, and the chain does its own work.

mod dev_node;
mod full_blocks;

use codec::Decode;
use dev_node::DevNode;
use frame_support::{storage::storage_prefix, weights::Weight};
use frame_system::RawOrigin;
use full_blocks::in_full_blocks;
use pallet_collective::Call as Council;
use pallet_emr::Call as Emr;
use pallet_governance::{Call as Governance, Parameter};
use pallet_permissions::Call as Permissions;
use pallet_registry::{
	types::{Application, Motion, Patient, Provider},
	Call as Registry,
};
use pallet_utility::Call as Utility;
use salus_primitives::{
	admission::Class, encryption_key_message, Cid, EncryptionKey, KeySignature, MemberId,
	PatientId, ProviderId, Purpose, Refusal, WrappedKey, SEALED_NAME_LEN,
};
use salus_regional_runtime::{AccountId, Runtime, RuntimeCall};
use salus_runtime_common::constants::{BLOCK_WEIGHT, SLOT_DURATION};
use std::time::Duration;
use subxt::rpcs::rpc_params;
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
		match self.member_of(who).await {
			Some(MemberId::Patient(patient)) => patient,
			other => panic!("{other:?}"),
		}
	}

	async fn member_of(&self, who: &Keypair) -> Option<MemberId> {
		let hashed = pallet_registry::MemberOf::<Runtime>::hashed_key_for(account(who));
		self.storage(&hashed).await
	}

	/// The version of a member's encryption key.
	async fn key_version(&self, who: &Keypair) -> u32 {
		match self.member_of(who).await {
			Some(MemberId::Patient(id)) => {
				let hashed = pallet_registry::Patients::<Runtime>::hashed_key_for(id);
				let stored: Option<Patient<AccountId>> = self.storage(&hashed).await;
				stored.unwrap().key_version
			}
			Some(MemberId::Provider(id)) => {
				let hashed = pallet_registry::Providers::<Runtime>::hashed_key_for(id);
				let stored: Option<Provider<AccountId>> = self.storage(&hashed).await;
				stored.unwrap().key_version
			}
			None => panic!("no member"),
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
		let application: Application = self.storage(&hashed).await.unwrap();
		application.motion(&account(who))
	}

	/// Two of the three authorities vote for motions.
	async fn carry(&self, motions: impl IntoIterator<Item = Motion<AccountId>>) {
		let vote = |motion| RuntimeCall::from(Registry::vote { motion, aye: true });
		let calls: Vec<_> = motions.into_iter().map(vote).collect();
		for authority in [dev::alice(), dev::bob()] {
			let calls = calls.clone();
			let votes = Utility::<Runtime>::batch_all { calls };
			self.must(&authority, votes).await;
		}
	}

	/// A value of the state, in the last block.
	async fn storage<V: Decode>(&self, key: &[u8]) -> Option<V> {
		let key = format!("0x{}", hex::encode(key));
		let value: Option<String> = self
			.0
			.rpc
			.request("state_getStorage", rpc_params![key])
			.await
			.unwrap();
		let bytes = hex::decode(value?.trim_start_matches("0x")).unwrap();
		Some(V::decode(&mut &bytes[..]).unwrap())
	}
}

/// An account of each class that is no authority, and the motion to verify the applicant. The
/// applicant has the second key, the members have the first.
struct Accounts {
	uninvited: Keypair,
	invited: Keypair,
	applicant: Keypair,
	patient: Keypair,
	provider: Keypair,
	suspended: Keypair,
	retired: Keypair,
	former: Keypair,
	verify: Motion<AccountId>,
}

impl Accounts {
	async fn new(region: &Region) -> Self {
		let [uninvited, invited] = ["//One", "//Two"].map(keypair);
		let [applicant, patient] = [dev::dave(), dev::eve()];
		let providers = ["//Ada", "//Ben", "//Cem", "//Dan"].map(keypair);
		let others = [&invited, &applicant, &patient];
		let invitations = others.into_iter().chain(&providers).map(|who| {
			let account = account(who);
			Registry::invite { account }.into()
		});
		let calls = invitations.collect();
		let invitations = Utility::<Runtime>::batch_all { calls };
		region.must(&dev::alice(), invitations).await;

		let verify = region.apply(&applicant, "A00001", 1).await;
		region.register(&patient, 0).await;
		let mut verifications = Vec::new();
		for (who, number) in providers
			.iter()
			.zip(["A00002", "A00003", "A00004", "A00005"])
		{
			verifications.push(region.apply(who, number, 0).await);
		}
		region.carry(verifications).await;
		let [provider, suspended, retired, former] = providers;
		// The chain counts the providers from 0.
		let suspend = Motion::Suspend { id: ProviderId(1) };
		let unverify = Motion::Unverify { id: ProviderId(3) };
		region.carry([suspend, unverify]).await;
		region.must(&retired, Registry::retire {}).await;
		Self {
			uninvited,
			invited,
			applicant,
			patient,
			provider,
			suspended,
			retired,
			former,
			verify,
		}
	}

	/// All of them.
	fn classes(&self) -> [(&Keypair, Class); 8] {
		[
			(&self.uninvited, Class::Uninvited),
			(&self.invited, Class::Invited),
			(&self.applicant, Class::Applicant),
			(&self.patient, Class::Patient),
			(&self.provider, Class::Provider),
			(&self.suspended, Class::SuspendedProvider),
			(&self.retired, Class::RetiredProvider),
			(&self.former, Class::FormerHolder),
		]
	}

	/// Those that have an encryption key and may change it.
	fn members(&self) -> [&Keypair; 3] {
		[&self.patient, &self.provider, &self.suspended]
	}
}

/// A call that fails, is operational, and keeps the weight that it claims.
fn failing_close(percent: u64) -> RuntimeCall {
	Council::close {
		proposal_hash: [7; 32].into(),
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

/// How the pool tells a refusal.
fn code(refusal: Refusal) -> String {
	format!("Custom({})", refusal.code())
}

/// Checks that the pool refuses a call because of the account's class.
async fn assert_not_allowed(region: &Region, who: &Keypair, call: RuntimeCall, class: Class) {
	let error = region.0.submit(who, call).await.unwrap_err();
	let code = code(Refusal::NotAllowed(class));
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
		let code = code(refusal);
		assert!(
			error.contains(&code),
			"{class}: {error}, not {code}: {variant:?}"
		);
	}
}

/// Checks that a call with another account's signature does nothing, in each way of nesting it.
async fn assert_copied(region: &Region, thief: &Keypair, call: &RuntimeCall) {
	for (variant, sendable) in variants(call) {
		let done = region.0.submit(thief, variant.clone()).await;
		let expected = match sendable {
			// Some batches do what they can.
			true if done.is_ok() => continue,
			true => "KeySignatureInvalid".into(),
			false => code(Refusal::NotSendable),
		};
		let error = done.unwrap_err();
		assert!(error.contains(&expected), "{error}: {variant:?}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_stops_an_applicant_by_taking_its_key_or_number() {
	let region = Region::start().await;
	let accounts = Accounts::new(&region).await;
	let applicant = &accounts.applicant;
	let [rival, relative] = ["//Three", "//Four"].map(keypair);
	for who in [&rival, &relative] {
		let account = account(who);
		region
			.must(&dev::alice(), Registry::invite { account })
			.await;
	}
	in_full_blocks(&region.0, async {
		// Nobody can copy the applicant's signature. With its own, each may take the key.
		let signature = || region.sign_key(applicant, 0, &key(1));
		for thief in accounts.members() {
			let copied = Registry::rotate_key {
				version: 1,
				key: key(1),
				signature: signature(),
			};
			assert_copied(&region, thief, &copied.into()).await;
			assert_eq!(region.key_version(thief).await, 0);
			region.must(thief, region.rotation(thief, 1, 1)).await;
		}
		let copied = Registry::apply_as_provider {
			number: "A00001".into(),
			name: "Dr Ada".into(),
			key: key(1),
			signature: signature(),
		};
		assert_copied(&region, &rival, &copied.into()).await;
		let copied = Registry::register_patient {
			commitment: [7; 32],
			key: key(1),
			signature: signature(),
		};
		assert_copied(&region, &relative, &copied.into()).await;
		assert_eq!(region.member_of(&relative).await, None);
		// The applicant's number, too.
		region.apply(&rival, "A00001", 1).await;
		region.register(&relative, 1).await;

		// The applicant is verified, and rotates to a key that the members took too.
		region.carry([accounts.verify.clone()]).await;
		let verified = region.member_of(applicant).await;
		assert!(matches!(verified, Some(MemberId::Provider(_))));
		for thief in accounts.members() {
			region.must(thief, region.rotation(thief, 2, 2)).await;
		}
		region
			.must(applicant, region.rotation(applicant, 1, 2))
			.await;
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_cannot_rotate_its_key_forty_times_in_one_transaction() {
	let region = Region::start().await;
	let accounts = Accounts::new(&region).await;
	in_full_blocks(&region.0, async {
		for who in accounts.members() {
			cannot_rotate_forty_times(&region, who).await;
		}
		let authority = dev::alice();
		let others = [
			(&accounts.uninvited, Class::Uninvited),
			(&accounts.invited, Class::Invited),
			(&accounts.applicant, Class::Applicant),
			(&accounts.retired, Class::RetiredProvider),
			(&accounts.former, Class::FormerHolder),
			(&authority, Class::Authority),
		];
		for (who, class) in others {
			let one = region.rotation(who, 1, 1);
			assert_refused(&region, who, &one, class).await;
		}
	})
	.await;
}

async fn cannot_rotate_forty_times(region: &Region, who: &Keypair) {
	let forty = |from: u32| -> Vec<_> {
		(from..from + 40)
			.map(|version| region.rotation(who, version, 1))
			.collect()
	};

	// All or nothing: nothing.
	let all = Utility::<Runtime>::batch_all { calls: forty(1) };
	let error = region.0.submit(who, RuntimeCall::from(all)).await;
	let error = error.unwrap_err();
	assert!(error.contains("TooManyRotations"), "{error}");
	assert_eq!(region.key_version(who).await, 0);

	// The others keep what the allowance has room for.
	let each = Utility::<Runtime>::force_batch { calls: forty(1) };
	region.must(who, RuntimeCall::from(each)).await;
	let burst = region.key_version(who).await;
	assert_eq!(burst, 5);
	let batch = Utility::<Runtime>::batch {
		calls: forty(burst + 1),
	};
	region.must(who, RuntimeCall::from(batch)).await;
	assert_eq!(region.key_version(who).await, burst);
	let one = region.rotation(who, burst + 1, 2);
	let error = region.0.submit(who, one.clone()).await.unwrap_err();
	assert!(error.contains("TooManyRotations"), "{error}");

	let derivative = Utility::<Runtime>::as_derivative {
		index: 0,
		call: Box::new(one),
	};
	let error = region.0.submit(who, RuntimeCall::from(derivative)).await;
	let error = error.unwrap_err();
	assert!(error.contains(&code(Refusal::NotSendable)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_authorities_reach_the_operational_reserve_and_no_load_stops_the_chains_own_work() {
	let region = Region::start().await;
	let accounts = Accounts::new(&region).await;
	let relative = dev::ferdie();
	let invite = Registry::invite {
		account: account(&relative),
	};
	region.must(&dev::alice(), invite).await;
	let relative_id = region.register(&relative, 0).await;
	let Some(MemberId::Patient(patient)) = region.member_of(&accounts.patient).await else {
		panic!("no patient");
	};
	let wrapped = || WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: vec![5; 256].try_into().unwrap(),
	};
	let record = Emr::<Runtime>::add_record {
		patient,
		sealed_name: [1; SEALED_NAME_LEN],
		document_hash: [2; 32],
		cid: Cid::from_digest(true, [3; 32]).as_bytes().to_vec(),
		envelope_size: 1_000,
		wrapped_for_patient: wrapped(),
		wrapped_for_author: wrapped(),
		amends: None,
	};
	region.must(&accounts.provider, record).await;
	let refuses = async || {
		for (who, class) in accounts.classes() {
			assert_refused(&region, who, &failing_close(40), class).await;
			assert_not_allowed(&region, who, failing_close(85), class).await;
		}
	};
	refuses().await;

	let grantee = MemberId::Patient(relative_id);
	let key = pallet_permissions::Grants::<Runtime>::hashed_key_for(0, grantee.clone());
	let granted = async || {
		let grant: Option<pallet_permissions::Grant> = region.storage(&key).await;
		grant.is_some()
	};
	in_full_blocks(&region.0, async {
		// A grant that ends in a few blocks: a development chain's clock gains a slot in each.
		let now = storage_prefix(b"Timestamp", b"Now");
		let now: u64 = region.storage(&now).await.unwrap();
		let grant = Permissions::<Runtime>::grant {
			record: 0,
			grantee,
			wrapped_key: wrapped(),
			expires_at: Some(now + 40 * SLOT_DURATION),
			purpose: Purpose::Treatment,
		};
		region.must(&accounts.patient, grant).await;
		assert!(granted().await);
		// Others are refused as before.
		refuses().await;
		for _ in 0..600 {
			if !granted().await {
				return;
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
		panic!("the grant never ended: {}", region.0.log());
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_authorities_propose_and_no_account_adds_an_authority_by_itself() {
	let region = Region::start().await;
	let accounts = Accounts::new(&region).await;
	let parameter = Governance::<Runtime>::set_parameter {
		parameter: Parameter::ReplicationTarget(1),
	};
	let propose = RuntimeCall::from(Council::propose {
		threshold: 2,
		proposal: Box::new(parameter.into()),
		length_bound: 1_000,
	});
	for (who, class) in accounts.classes() {
		assert_refused(&region, who, &propose, class).await;
	}
	let alice = dev::alice();
	for (who, class) in accounts
		.classes()
		.into_iter()
		.chain([(&alice, Class::Authority)])
	{
		let add = Governance::<Runtime>::add_authority {
			account: account(who),
			keys: vec![1; 32].try_into().unwrap(),
			proof: vec![2; 64].try_into().unwrap(),
			signature: [3; 64].into(),
		};
		assert_refused(&region, who, &add.into(), class).await;
	}
	// The motion is one that an authority can propose.
	region.must(&alice, propose).await;
}

fn keypair(uri: &str) -> Keypair {
	Keypair::from_uri(&uri.parse().unwrap()).unwrap()
}
