//! A runtime with the consortium alone, whose origins and clock a test chooses.

use frame_support::{
	derive_impl, parameter_types,
	traits::{EnsureOrigin, Hooks, OriginTrait},
	weights::{Weight, WeightMeter},
};
pub use salus_primitives::testing::{
	account, key, key_of, number, pair, wrapped, Now, RSA_1024, RSA_3072, RSA_4096, START,
};
use salus_primitives::{
	testing, views::IncomingGrantView, AccountId, DeliveredAuthor, DeliveredGrant, DirectoryEntry,
	EncryptionKey, GrantRevocation, KeyVersion, Moment, ParaId, PatientId, ProfessionalName,
	ProviderId, Purpose, RecordId, RemoteProvider, SignedKey, Standing, Via,
	CONSORTIUM_PALLET_INDEX, SEALED_NAME_LEN,
};
use sp_core::H256;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};

use crate::{types::grant_key, GrantKey};

/// Origins in place of those of XCM and of the governance pallet.
#[frame_support::pallet(dev_mode)]
pub mod origins {
	use frame_support::pallet_prelude::*;
	use salus_primitives::ParaId;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::origin]
	#[derive(
		Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
	)]
	pub enum Origin {
		/// A parachain beside this one.
		Sibling(ParaId),
		/// The consortium's authorities together.
		Authorities,
	}
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Origins = origins;
	#[runtime::pallet_index(50)]
	pub type Consortium = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = frame_system::mocking::MockBlock<Test>;
}

impl origins::Config for Test {}

pub struct EnsureSibling;

impl EnsureOrigin<RuntimeOrigin> for EnsureSibling {
	type Success = ParaId;

	fn try_origin(origin: RuntimeOrigin) -> Result<ParaId, RuntimeOrigin> {
		let id = match origin.caller() {
			OriginCaller::Origins(origins::Origin::Sibling(id)) => Some(*id),
			_ => None,
		};
		id.ok_or(origin)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(of_region(HOME))
	}
}

pub struct EnsureAuthorities;

impl EnsureOrigin<RuntimeOrigin> for EnsureAuthorities {
	type Success = ();

	fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
		let decided = matches!(
			origin.caller(),
			OriginCaller::Origins(origins::Origin::Authorities)
		);
		if decided {
			Ok(())
		} else {
			Err(origin)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(authorities())
	}
}

parameter_types! {
	pub static MinModulusBits: u32 = 2048;
	pub static MaxRegions: u32 = 4;
	pub static MaxProvidersPerRegion: u32 = 4;
	pub static MaxGrantsPerRegion: u32 = 6;
	pub static MaxGrantsPerGrantee: u32 = 4;
	pub static MaxGrantsOfPatient: u32 = 4;
	pub static MaxGrantsOfAuthor: u32 = 4;
	pub static MaxGrantsOfOwnRecords: u32 = 4;
	pub static PollWeight: Weight = Weight::MAX;
	pub const OwnId: ParaId = OWN;
}

impl crate::Config for Test {
	type RegionOrigin = EnsureSibling;
	type AdminOrigin = EnsureAuthorities;
	type Time = Now;
	type OwnId = OwnId;
	type MinModulusBits = MinModulusBits;
	type MaxRegions = MaxRegions;
	type MaxProvidersPerRegion = MaxProvidersPerRegion;
	type MaxGrantsPerRegion = MaxGrantsPerRegion;
	type MaxGrantsPerGrantee = MaxGrantsPerGrantee;
	type MaxGrantsOfPatient = MaxGrantsOfPatient;
	type MaxGrantsOfAuthor = MaxGrantsOfAuthor;
	type MaxGrantsOfOwnRecords = MaxGrantsOfOwnRecords;
	type PollWeight = PollWeight;
	type WeightInfo = ();
}

/// The consortium itself.
pub const OWN: ParaId = 1_999;
/// The region of the record.
pub const HOME: ParaId = 2_000;
/// The region of the grantee.
pub const AWAY: ParaId = 2_001;
/// A region that is admitted and has no part in it.
pub const THIRD: ParaId = 2_002;
/// A parachain that was never admitted.
pub const STRANGER: ParaId = 2_999;
/// A record of [`HOME`].
pub const RECORD: RecordId = 7;
/// The number of the grantee, in [`AWAY`].
pub const GRANTEE: &str = "1234567893";
/// The number of the record's author, in [`HOME`].
pub const AUTHOR: &str = "A12345";

/// The id of the first holder of a number: another one for each number.
pub fn id(text: &str) -> ProviderId {
	let digits = |text: &str| text.parse::<u32>().ok();
	let upin = |text: &str| Some(u32::from(text.as_bytes()[0]) * 100_000 + digits(&text[1..])?);
	ProviderId(digits(text).or_else(|| upin(text)).unwrap())
}

/// The first holder of a number in a region.
pub fn provider_of(region: ParaId, text: &str) -> RemoteProvider {
	let id = id(text);
	RemoteProvider { region, id }
}

/// The first block of each region.
pub fn genesis(region: ParaId) -> H256 {
	H256::from_low_u64_be(region.into())
}

/// The origin of a message of a parachain.
pub fn of_region(region: ParaId) -> RuntimeOrigin {
	origins::Origin::Sibling(region).into()
}

/// The origin of the authorities' decision.
pub fn authorities() -> RuntimeOrigin {
	origins::Origin::Authorities.into()
}

/// Origins that neither regions nor authorities have.
pub fn plain_origins() -> [RuntimeOrigin; 4] {
	[
		RuntimeOrigin::none(),
		RuntimeOrigin::root(),
		RuntimeOrigin::signed(account(1)),
		frame_system::RawOrigin::Authorized.into(),
	]
}

/// A key that an account signed for a region.
pub fn signed_key(region: ParaId, who: u8, version: KeyVersion, key: EncryptionKey) -> SignedKey {
	SignedKey {
		version,
		signature: testing::sign_key(&genesis(region).0, who, version, &key),
		key,
		account: account(who),
		since: START - 8,
	}
}

/// A verified provider's entry, in its first update.
pub fn entry(region: ParaId, text: &str, who: u8) -> DirectoryEntry {
	DirectoryEntry {
		id: id(text),
		number: number(text),
		name: ProfessionalName::parse("Dr. A. Jansen").unwrap(),
		account: account(who),
		standing: Standing::Verified,
		since: START - 9,
		key: signed_key(region, who, 0, key(who)),
		sequence: 1,
	}
}

/// Sends the next update of a provider's entry, with this standing.
pub fn set_standing(region: ParaId, text: &str, standing: Standing) {
	let at = region.to_be_bytes();
	let provider = crate::Providers::<Test>::get(at, id(text).0.to_be_bytes()).unwrap();
	let key = crate::ProviderKeys::<Test>::get(at, id(text).0.to_be_bytes()).unwrap();
	let last = provider.entry(id(text), key);
	let entry = DirectoryEntry {
		standing,
		sequence: last.sequence + 1,
		..last
	};
	Consortium::update_provider(of_region(region), entry).unwrap();
}

/// The grantee of [`grant`].
pub fn grantee() -> RemoteProvider {
	provider_of(AWAY, GRANTEE)
}

/// A grant of [`RECORD`] to [`grantee`] that nothing is wrong with.
pub fn grant() -> DeliveredGrant {
	DeliveredGrant {
		record: RECORD,
		grantee: grantee(),
		patient: PatientId([0xa1; 16]),
		author: DeliveredAuthor::Provider {
			id: id(AUTHOR),
			number: number(AUTHOR),
			name: ProfessionalName::parse("Dr. B. Smit").unwrap(),
			account: account(0xac),
		},
		sealed_name: [0x5e; SEALED_NAME_LEN],
		hash: [0x4a; 32],
		cid: testing::cid(),
		size: 1_048_640,
		added_at: START - 5,
		amended_hash: Some([0x4b; 32]),
		wrapped_key: wrapped(0, 256),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: START - 4,
		expires_at: None,
		sequence: 1,
	}
}

/// The same with another number.
pub fn grant_at(sequence: u64) -> DeliveredGrant {
	DeliveredGrant {
		sequence,
		..grant()
	}
}

/// The same, ending at this time.
pub fn grant_until(at: Moment) -> DeliveredGrant {
	DeliveredGrant {
		expires_at: Some(at),
		..grant()
	}
}

/// The same of another record.
pub fn grant_of(record: RecordId) -> DeliveredGrant {
	DeliveredGrant { record, ..grant() }
}

/// The storage key of [`grant`].
pub fn key_of_grant() -> GrantKey {
	grant_key(HOME, RECORD, grantee())
}

/// The revocation of [`grant`] with this number.
pub fn revocation(sequence: u64) -> GrantRevocation {
	GrantRevocation {
		record: RECORD,
		grantee: grantee(),
		sequence,
	}
}

/// [`HOME`] delivers a grant.
pub fn deliver(grant: DeliveredGrant) -> DispatchResult {
	Consortium::deliver_grant(of_region(HOME), grant)
}

/// [`HOME`] revokes [`grant`].
pub fn revoke(sequence: u64) -> DispatchResult {
	Consortium::revoke_grant(of_region(HOME), revocation(sequence))
}

/// The view of [`grant`], unless it is withheld.
pub fn handed_out() -> Option<IncomingGrantView<AccountId>> {
	Consortium::api_grant(HOME, RECORD, grantee())
}

/// What a block uses that has this weight left.
pub fn polled(left: Weight) -> Weight {
	let mut block = WeightMeter::with_limit(left);
	Consortium::on_poll(1, &mut block);
	block.consumed()
}

/// The pallet's events so far.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet()
}

/// A state with nothing.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(
		sp_keystore::testing::MemoryKeystore::new(),
	));
	testing::reset();
	MinModulusBits::set(2048);
	MaxRegions::set(4);
	MaxProvidersPerRegion::set(4);
	MaxGrantsPerRegion::set(6);
	MaxGrantsPerGrantee::set(4);
	MaxGrantsOfPatient::set(4);
	MaxGrantsOfAuthor::set(4);
	MaxGrantsOfOwnRecords::set(4);
	PollWeight::set(Weight::MAX);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Three regions, and the grantee in the directory.
pub fn settled() -> sp_io::TestExternalities {
	let mut ext = new_test_ext();
	ext.execute_with(|| {
		for region in [HOME, AWAY, THIRD] {
			Consortium::admit_region(authorities(), region, genesis(region)).unwrap();
		}
		Consortium::enlist_provider(of_region(AWAY), entry(AWAY, GRANTEE, 1)).unwrap();
		System::reset_events();
	});
	ext
}

/// Runs a test on the [`settled`] state, then checks the invariants.
pub fn run(test: impl FnOnce()) {
	settled().execute_with(|| {
		test();
		Consortium::do_try_state().unwrap();
	});
}

/// The pallet's index is the one that crosses.
pub const INDEX: u8 = CONSORTIUM_PALLET_INDEX;
