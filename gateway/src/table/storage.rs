//! Keys of the state that some may read as they are. All other data come from functions.

use salus_primitives::{admission::Class, AccountId};
use sp_core::storage::well_known_keys::CODE;
use sp_crypto_hashing::{blake2_128, twox_128};

use super::{AUTHORITIES, AUTHORS, EVERYONE, KNOWN};
use crate::node::ChainName;

/// A value, or the values of a map.
pub struct Entry {
	/// The pallet; empty for the runtime's code.
	pub pallet: &'static str,
	/// The entry of the pallet's storage.
	pub entry: &'static str,
	/// The chains that have it.
	pub chains: &'static [ChainName],
	/// What follows in the key.
	pub key: Key,
	/// The classes that may read it.
	pub who: &'static [Class],
}

/// What follows a pallet and an entry in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
	/// Nothing: the entry is one value.
	Whole,
	/// Nothing, and only the value's hash can be read.
	WholeHash,
	/// The caller's own account.
	OwnAccount,
	/// The hash of the digest in an envelope's CID: whoever knows the CID may ask for its record's
	/// number.
	Envelope,
	/// The hash of a motion.
	Motion,
	/// The number of a block, and its hash before it.
	Block,
}

const REGION: &[ChainName] = &[ChainName::Region];
const BOTH: &[ChainName] = &[ChainName::Region, ChainName::Consortium];

macro_rules! entries {
	($($chains:ident $pallet:literal $entry:literal $key:ident for $who:ident;)*) => {
		/// All entries that some may read.
		pub const ENTRIES: &[Entry] = &[$(Entry {
			pallet: $pallet,
			entry: $entry,
			chains: $chains,
			key: Key::$key,
			who: $who,
		}),*];
	};
}

entries! {
	BOTH "" ":code" WholeHash for EVERYONE;
	// All events of a block: no client could tell otherwise what became of its transaction.
	BOTH "System" "Events" Whole for EVERYONE;
	BOTH "System" "Account" OwnAccount for EVERYONE;
	BOTH "System" "BlockHash" Block for EVERYONE;
	BOTH "ParachainInfo" "ParachainId" Whole for EVERYONE;
	BOTH "Timestamp" "Now" Whole for EVERYONE;
	REGION "Emr" "Envelopes" Envelope for AUTHORS;
	REGION "Governance" "ReplicationTarget" Whole for KNOWN;
	BOTH "Council" "Proposals" Whole for KNOWN;
	BOTH "Council" "Voting" Motion for AUTHORITIES;
	BOTH "Council" "ProposalOf" Motion for AUTHORITIES;
}

impl Entry {
	/// The entry of a chain that this key is of, as this account may write it.
	pub fn find(chain: ChainName, key: &[u8], account: &AccountId) -> Option<&'static Self> {
		let mut all = ENTRIES.iter().filter(|entry| entry.chains.contains(&chain));
		all.find(|entry| entry.fits(key, account))
	}

	/// The beginning of the keys of this entry.
	pub fn prefix(&self) -> Vec<u8> {
		match self.pallet {
			"" => CODE.to_vec(),
			pallet => [twox_128(pallet.as_bytes()), twox_128(self.entry.as_bytes())].concat(),
		}
	}

	fn fits(&self, key: &[u8], account: &AccountId) -> bool {
		let Some(rest) = key.strip_prefix(&*self.prefix()) else {
			return false;
		};
		match self.key {
			Key::Whole | Key::WholeHash => rest.is_empty(),
			Key::OwnAccount => {
				let account: &[u8] = account.as_ref();
				rest == [&blake2_128(account), account].concat()
			}
			Key::Envelope | Key::Motion => rest.len() == 32,
			Key::Block => rest.len() == 12,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_exact_keys_fit() {
		let [own, other] = [1, 2].map(|byte| AccountId::new([byte; 32]));
		let key_of = |account: &AccountId| {
			let bytes: &[u8] = account.as_ref();
			[
				&twox_128(b"System")[..],
				&twox_128(b"Account"),
				&blake2_128(bytes),
				bytes,
			]
			.concat()
		};
		let find = |key: &[u8]| Entry::find(ChainName::Region, key, &own).map(|entry| entry.entry);
		assert_eq!(find(&key_of(&own)), Some("Account"));
		assert_eq!(find(&key_of(&other)), None);
		assert_eq!(find(&key_of(&own)[..48]), None, "a prefix");
		let events = [twox_128(b"System"), twox_128(b"Events")].concat();
		assert_eq!(find(&events), Some("Events"));
		assert_eq!(find(&[&events[..], &[0]].concat()), None);
		assert_eq!(find(&events[..16]), None);
		assert_eq!(find(CODE), Some(":code"));
		assert_eq!(find(b":cod"), None);
		assert_eq!(find(b""), None);
		assert_eq!(find(b":child_storage:default:"), None);
	}
}
