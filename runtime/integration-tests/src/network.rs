//! The chains: regions 2001 and 2002 with one runtime, the consortium, and a relay chain.

use cumulus_primitives_core::AggregateMessageOrigin;
use frame_support::traits::{BuildGenesisConfig, OnInitialize};
use salus_consortium_runtime as consortium;
use salus_primitives::{Moment, ParaId};
use salus_regional_runtime as regional;
use salus_runtime_common::constants::SLOT_DURATION;
use sp_core::{storage::Storage, H256};
use xcm_emulator::{
	decl_test_networks, decl_test_parachains, decl_test_relay_chains, Network, TestExt, PARA_IDS,
};

use crate::relay;

/// No location is an account's on any chain.
pub type NoAccounts = ();

decl_test_relay_chains! {
	#[api_version(13)]
	pub struct Relay {
		genesis = relay::genesis(),
		on_init = (),
		runtime = relay,
		core = {
			SovereignAccountOf: NoAccounts,
		},
		pallets = {
			System: relay::System,
		}
	}
}

decl_test_parachains! {
	pub struct First {
		genesis = region(regional::genesis_config_presets::REGION_2001),
		on_init = begin_with::<regional::Runtime>(first_block_of(REGION)),
		runtime = regional,
		core = {
			XcmpMessageHandler: regional::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: regional::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: regional::System,
		}
	},
	pub struct Second {
		genesis = region(regional::genesis_config_presets::REGION_2002),
		on_init = begin_with::<regional::Runtime>(first_block_of(OTHER)),
		runtime = regional,
		core = {
			XcmpMessageHandler: regional::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: regional::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: regional::System,
		}
	},
	pub struct Hub {
		genesis = consortium_of_the_test_network(),
		on_init = begin_with::<consortium::Runtime>(first_block_of(CONSORTIUM)),
		runtime = consortium,
		core = {
			XcmpMessageHandler: consortium::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: consortium::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: consortium::System,
		}
	},
}

decl_test_networks! {
	pub struct Net {
		relay_chain = Relay,
		parachains = vec![First, Second, Hub,],
		bridge = ()
	}
}

/// Region 2001, where most of a test's records are.
pub type Region = FirstPara;
/// Region 2002, where most of a test's readers are.
pub type Other = SecondPara;
/// The consortium.
pub type Consortium = HubPara;

/// The ParaId of [`Region`].
pub const REGION: ParaId = 2001;
/// The ParaId of [`Other`].
pub const OTHER: ParaId = 2002;
/// The ParaId of [`Consortium`].
pub const CONSORTIUM: ParaId = 2000;

/// A chain of the network.
pub trait Chain: TestExt {
	/// Its ParaId.
	const ID: ParaId;

	/// Makes a block in which something is done, and hands on the messages that it leaves behind.
	fn block<R>(does: impl FnOnce() -> R) -> R {
		Self::execute_with(does)
	}

	/// Makes a block in which nobody does anything.
	fn idle() {
		Self::block(|| ());
	}

	/// Looks at the state after the last block and the messages that came since.
	fn read<R>(looks: impl FnOnce() -> R) -> R {
		Self::ext_wrapper(looks)
	}
}

/// A chain with the regional runtime.
pub trait Regional: Chain {}

impl Chain for Region {
	const ID: ParaId = REGION;
}
impl Regional for Region {}
impl Chain for Other {
	const ID: ParaId = OTHER;
}
impl Regional for Other {}
impl Chain for Consortium {
	const ID: ParaId = CONSORTIUM;
}

/// Begins anew with the genesis of every chain.
pub fn start() {
	Net::reset();
	Net::init();
	relay::take_upward();
}

/// Lets time pass. A chain knows of it from its next block on.
pub fn pass(time: Moment) {
	let blocks = u32::try_from(time.div_ceil(SLOT_DURATION)).expect("no test takes that long");
	Net::set_relay_block_number(Net::relay_block_number().saturating_add(blocks));
}

/// Lets all that is under way arrive, and be answered. A block hands on one page of messages to each
/// other chain, and messages may lie in two: what chains say about the version of XCM may be in one of
/// its own.
pub fn settle() {
	for _ in 0..2 {
		Region::idle();
		Other::idle();
		Consortium::idle();
	}
}

/// Does something while no chain has a channel to that one.
pub fn without_channels_to<R>(para: ParaId, does: impl FnOnce() -> R) -> R {
	let set = |ids: Vec<ParaId>| {
		PARA_IDS.with(|all| all.borrow_mut().insert(Net::name().into(), ids));
	};
	let ids = Net::para_ids();
	set(ids.iter().copied().filter(|id| *id != para).collect());
	let result = does();
	set(ids);
	result
}

/// The hash of a chain's first block. Real ones differ; the emulator's do not.
pub fn first_block_of(para: ParaId) -> H256 {
	H256::from_low_u64_be(para.into())
}

fn begin_with<Runtime: frame_system::Config<Hash = H256>>(hash: H256) {
	let first = frame_system::pallet_prelude::BlockNumberFor::<Runtime>::default();
	frame_system::BlockHash::<Runtime>::insert(first, hash);
}

fn region(preset: &str) -> Storage {
	let patch = regional::genesis_config_presets::get_preset(&preset.into());
	genesis::<regional::RuntimeGenesisConfig>(patch)
}

fn consortium_of_the_test_network() -> Storage {
	let preset = consortium::genesis_config_presets::CONSORTIUM_2000.into();
	let patch = consortium::genesis_config_presets::get_preset(&preset);
	genesis::<consortium::RuntimeGenesisConfig>(patch)
}

/// A preset's state, as the emulator wants it.
fn genesis<Config: BuildGenesisConfig + Default>(patch: Option<Vec<u8>>) -> Storage {
	let mut storage = Storage::default();
	salus_runtime_common::testing::genesis::<Config>(patch).execute_with(|| {
		storage.top = entries().into_iter().collect();
	});
	storage
}

/// All that the state holds, in the order of keys.
pub fn entries() -> Vec<(Vec<u8>, Vec<u8>)> {
	let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
	let keys = std::iter::successors(next(&vec![]), next);
	keys.map(|key| {
		let value = sp_io::storage::get(&key).expect("there is a value for every key");
		(key, value.into())
	})
	.collect()
}

/// What the state holds of a pallet.
pub fn entries_of(pallet: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
	let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
	let mut entries = entries();
	entries.retain(|(key, _)| key.starts_with(&prefix));
	entries
}
