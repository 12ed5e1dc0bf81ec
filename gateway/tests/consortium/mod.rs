//! A development consortium with a grant for each reason to withhold one. Only regions can deliver
//! grants, by XCM. So the state of its first block has them, as the consortium's runtime writes them.
#![allow(dead_code)]

use std::{collections::BTreeMap, process::Command};

use frame_support::instances::Instance1;
use pallet_collective::RawOrigin;
use salus_consortium_runtime::{Consortium, RuntimeOrigin};
use salus_primitives::{
	encryption_key_message, AccountId, Cid, DeliveredAuthor, DeliveredGrant, DirectoryEntry,
	EncryptionKey, KeySignature, ParaId, PatientId, ProfessionalName, ProfessionalNumber,
	ProviderId, Purpose, RecordId, RemoteProvider, SignedKey, Standing, Via, Withheld,
	SEALED_NAME_LEN,
};
use serde_json::{Map, Value};
use sp_core::{storage::Storage, H256};
use sp_crypto_hashing::twox_128;
use sp_state_machine::BasicExternalities;
use xcm::latest::{Junction::Parachain, Location};

use crate::world::{
	account, dev,
	dev_node::{binary, DevNode},
	wrapped, Keypair, World, KEY,
};

/// The region of the records.
const HOME: ParaId = 2_101;
/// A region that was expelled after it had delivered a grant.
const GONE: ParaId = 2_102;
/// The authors of records at home: verified, and suspended.
const AUTHOR: ProviderId = ProviderId(7);
const SUSPENDED_AUTHOR: ProviderId = ProviderId(8);

/// How the grantees stand, in order.
pub const STANDINGS: [Standing; 4] = [
	Standing::Verified,
	Standing::Suspended,
	Standing::Retired,
	Standing::Unverified,
];

/// A grant.
pub struct Case {
	pub region: ParaId,
	/// Its number is a mark in all that the grant says, and another one in its wrapped key.
	pub record: RecordId,
	author: ProviderId,
	/// Its grantee's place in [`STANDINGS`].
	pub grantee: usize,
	/// Why it is withheld.
	withheld: Option<Withheld>,
	/// Whether it has expired, and the sweep has not removed it yet.
	pub expired: bool,
}

impl Case {
	/// Why it is withheld, if its grantee's region was expelled or not. The chain tells no reason once
	/// it has expired.
	pub fn withheld(&self, expelled: bool) -> Option<Withheld> {
		use Withheld::*;
		match self.withheld {
			_ if self.expired => None,
			None | Some(GranteeSuspended | AuthorSuspended) if expelled => {
				Some(GranteeRegionExpelled)
			}
			withheld => withheld,
		}
	}

	/// Whether its grantee gets it.
	pub fn is_handed_out(&self, expelled: bool) -> bool {
		!self.expired && self.withheld(expelled).is_none()
	}

	/// The byte that the facts about the record are made of.
	pub fn fact(&self) -> u8 {
		0x90 + u8::try_from(self.record).unwrap()
	}

	/// The byte that the wrapped key is made of.
	pub fn key(&self) -> u8 {
		0xb0 + u8::try_from(self.record).unwrap()
	}
}

/// The grants. Those of one grantee are side by side with the others' in the state.
pub const CASES: [Case; 7] = [
	case(HOME, 1, AUTHOR, 0, None),
	case(
		HOME,
		2,
		SUSPENDED_AUTHOR,
		0,
		Some(Withheld::AuthorSuspended),
	),
	case(GONE, 3, AUTHOR, 0, Some(Withheld::RecordRegionExpelled)),
	case(HOME, 4, AUTHOR, 1, Some(Withheld::GranteeSuspended)),
	case(HOME, 5, AUTHOR, 2, Some(Withheld::GranteeRetired)),
	case(HOME, 6, AUTHOR, 3, Some(Withheld::GranteeUnverified)),
	Case {
		expired: true,
		..case(HOME, 7, AUTHOR, 0, None)
	},
];

const fn case(
	region: ParaId,
	record: RecordId,
	author: ProviderId,
	grantee: usize,
	withheld: Option<Withheld>,
) -> Case {
	Case {
		region,
		record,
		author,
		grantee,
		withheld,
		expired: false,
	}
}

/// The grantees: verified providers of a region.
pub async fn grantees(world: &World) -> [(Keypair, ProviderId); STANDINGS.len()] {
	let all = [
		(dev::dave(), "A12345"),
		(dev::eve(), "B12345"),
		(dev::ferdie(), "C12345"),
		(dev::one(), "D12345"),
	];
	world.verify_all(all).await
}

/// Starts it, for grantees of a region, which was expelled since or not.
pub async fn start(region: ParaId, grantees: &[(Keypair, ProviderId)], expelled: bool) -> DevNode {
	let exported = Command::new(binary())
		.args(["export-chain-spec", "--chain", "consortium-dev", "--raw"])
		.output()
		.unwrap();
	assert!(exported.status.success(), "{exported:?}");
	let mut spec: Value = serde_json::from_slice(&exported.stdout).unwrap();
	let top = &mut spec["genesis"]["raw"]["top"];
	let pairs: BTreeMap<String, String> = serde_json::from_value(top.take()).unwrap();
	let bytes = |text: &str| hex::decode(text.strip_prefix("0x").unwrap()).unwrap();
	let pairs = pairs.iter().map(|(key, value)| (bytes(key), bytes(value)));
	let mut state = Storage {
		top: pairs.collect(),
		..Storage::default()
	};
	BasicExternalities::execute_with_storage(&mut state, || {
		fill(region, grantees);
		if expelled {
			Consortium::expel_region(authorities(), region).unwrap();
		}
	});
	// So that the sweep finds nothing.
	let expiries = [twox_128(b"Consortium"), twox_128(b"Expiries")].concat();
	state.top.retain(|key, _| !key.starts_with(&expiries));
	let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let pairs = state.top.iter();
	let pairs = pairs.map(|(key, value)| (text(key), Value::from(text(value))));
	*top = Value::Object(pairs.collect::<Map<_, _>>());

	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("consortium.json");
	std::fs::write(&path, spec.to_string()).unwrap();
	let chain = ["--chain", path.to_str().unwrap()];
	DevNode::start(
		&[
			&chain[..],
			&["--alice", "--unsafe-force-node-key-generation"],
		]
		.concat(),
	)
	.await
}

fn authorities() -> RuntimeOrigin {
	RawOrigin::<AccountId, Instance1>::Members(3, 3).into()
}

/// All that regions and authorities did before.
fn fill(away: ParaId, grantees: &[(Keypair, ProviderId)]) {
	for region in [HOME, GONE, away] {
		Consortium::admit_region(authorities(), region, genesis(region)).unwrap();
	}
	let authors = [
		(AUTHOR, dev::charlie(), Standing::Verified),
		(SUSPENDED_AUTHOR, dev::bob(), Standing::Suspended),
	];
	for (id, key, standing) in authors {
		enlist(HOME, id, &key, standing);
	}
	for (key, id) in grantees {
		enlist(away, *id, key, Standing::Verified);
	}
	for case in &CASES {
		let id = grantees[case.grantee].1;
		let grant = grant(case, RemoteProvider { region: away, id });
		Consortium::deliver_grant(of_region(case.region), grant).unwrap();
	}
	for ((key, id), standing) in grantees.iter().zip(STANDINGS) {
		let entry = entry(away, *id, key, standing, 2);
		Consortium::update_provider(of_region(away), entry).unwrap();
	}
	Consortium::expel_region(authorities(), GONE).unwrap();
}

fn enlist(region: ParaId, id: ProviderId, key: &Keypair, standing: Standing) {
	let entry = entry(region, id, key, standing, 1);
	Consortium::enlist_provider(of_region(region), entry).unwrap();
}

/// The origin of a region's messages.
fn of_region(region: ParaId) -> RuntimeOrigin {
	pallet_xcm::Origin::Xcm(Location::new(1, [Parachain(region)])).into()
}

fn genesis(region: ParaId) -> H256 {
	H256::from_low_u64_be(region.into())
}

fn number(id: ProviderId) -> ProfessionalNumber {
	ProfessionalNumber::parse(&format!("A{:05}", id.0)).unwrap()
}

fn name() -> ProfessionalName {
	ProfessionalName::parse("Dr Ada").unwrap()
}

fn entry(
	region: ParaId,
	id: ProviderId,
	of: &Keypair,
	standing: Standing,
	sequence: u64,
) -> DirectoryEntry {
	let key = EncryptionKey::RsaOaep(KEY.to_vec().try_into().unwrap());
	let message = encryption_key_message(&genesis(region).0, &of.public_key().0, 0, &key);
	let signature = of.sign(message.as_ref());
	DirectoryEntry {
		id,
		number: number(id),
		name: name(),
		account: account(of),
		standing,
		since: 0,
		key: SignedKey {
			version: 0,
			key,
			account: account(of),
			signature: KeySignature::from_raw(signature.0),
			since: 0,
		},
		sequence,
	}
}

fn grant(case: &Case, grantee: RemoteProvider) -> DeliveredGrant {
	let fact = case.fact();
	DeliveredGrant {
		record: case.record,
		grantee,
		patient: PatientId([fact; 16]),
		author: DeliveredAuthor::Provider {
			id: case.author,
			number: number(case.author),
			name: name(),
			account: AccountId::new([fact; 32]),
		},
		sealed_name: [fact; SEALED_NAME_LEN],
		hash: [fact; 32],
		cid: Cid::from_digest(true, [fact; 32]),
		size: 2_000,
		added_at: 0,
		amended_hash: None,
		wrapped_key: wrapped(case.key()),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: 0,
		expires_at: case.expired.then_some(1),
		sequence: 1,
	}
}
