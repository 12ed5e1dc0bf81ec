//! Who may send which call: the one table, for the chains, the client, the tests and the docs.
//!
//! ```
//! use salus_primitives::admission::{sender_of, Class, Sender};
//!
//! let sender = sender_of("Registry", "rotate_key").unwrap();
//! assert!(sender.includes(Class::Patient) && !sender.includes(Class::Authority));
//! assert_eq!(sender_of("Council", "execute"), None);
//! ```

use core::fmt;

use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The classes of accounts. An authority of a region can be a member too: it may send what either
/// class may.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
	/// Not invited: it can send nothing.
	Uninvited,
	/// Invited, not registered.
	Invited,
	/// Applied as a provider; the authorities have not decided.
	Applicant,
	/// Acts for a patient.
	Patient,
	/// Acts for a verified provider.
	Provider,
	/// Acts for a suspended provider.
	SuspendedProvider,
	/// Acts for a provider that has retired.
	RetiredProvider,
	/// Acts for a provider whose verification was withdrawn, a former holder of its number: it can
	/// send nothing.
	FormerHolder,
	/// An authority of a region.
	Authority,
	/// An authority of the consortium.
	ConsortiumAuthority,
}

impl Class {
	/// All of them.
	pub const ALL: [Self; 10] = [
		Self::Uninvited,
		Self::Invited,
		Self::Applicant,
		Self::Patient,
		Self::Provider,
		Self::SuspendedProvider,
		Self::RetiredProvider,
		Self::FormerHolder,
		Self::Authority,
		Self::ConsortiumAuthority,
	];
}

impl fmt::Display for Class {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Uninvited => "an uninvited account",
			Self::Invited => "an invited account",
			Self::Applicant => "an applicant",
			Self::Patient => "a patient",
			Self::Provider => "a verified provider",
			Self::SuspendedProvider => "a suspended provider",
			Self::RetiredProvider => "a retired provider",
			Self::FormerHolder => "a provider whose verification was withdrawn",
			Self::Authority => "an authority of the region",
			Self::ConsortiumAuthority => "an authority of the consortium",
		})
	}
}

/// Who may send a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
	/// Accounts of these classes.
	Accounts(&'static [Class]),
	/// Whoever may send each call in it.
	Contents,
	/// A motion that two thirds of the authorities carry.
	Motion,
	/// No account and no motion, but this.
	Other(&'static str),
}

impl Sender {
	/// Whether an account of this class may send the call.
	pub fn includes(&self, class: Class) -> bool {
		match self {
			Self::Accounts(classes) => classes.contains(&class),
			// Who can send no call by itself can send no batch, also not an empty one.
			Self::Contents => !matches!(
				class,
				Class::Uninvited | Class::RetiredProvider | Class::FormerHolder
			),
			Self::Motion | Self::Other(_) => false,
		}
	}
}

impl fmt::Display for Sender {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Accounts(classes) => {
				for (place, class) in classes.iter().enumerate() {
					let last = place.saturating_add(1) == classes.len();
					f.write_str(match place {
						0 => "",
						_ if last => " or ",
						_ => ", ",
					})?;
					class.fmt(f)?;
				}
				Ok(())
			}
			Self::Contents => f.write_str("whoever may send each call in it"),
			Self::Motion => f.write_str("a motion that two thirds of the authorities carry"),
			Self::Other(other) => f.write_str(other),
		}
	}
}

const AUTHORITIES: Sender = Sender::Accounts(&[Class::Authority, Class::ConsortiumAuthority]);
const PATIENTS: Sender = Sender::Accounts(&[Class::Patient]);
const PROVIDERS: Sender = Sender::Accounts(&[Class::Provider]);
const AUTHOR: Sender = Sender::Other("the block's author");
const REGION: Sender = Sender::Other("a region, by XCM");

/// Each call that can be dispatched, by pallet and name. All others are filtered, for every origin.
#[rustfmt::skip]
pub const TABLE: &[(&str, &str, Sender)] = &[
	("System", "apply_authorized_upgrade", AUTHORITIES),
	("ParachainSystem", "set_validation_data", AUTHOR),
	("Timestamp", "set", AUTHOR),
	("Session", "set_keys", AUTHORITIES),
	("Session", "purge_keys", AUTHORITIES),
	("Council", "propose", AUTHORITIES),
	("Council", "vote", AUTHORITIES),
	("Council", "close", AUTHORITIES),
	("Governance", "authorize_announced_upgrade", AUTHORITIES),
	("Governance", "announce_upgrade", Sender::Motion),
	("Governance", "cancel_upgrade", Sender::Motion),
	("Governance", "add_authority", Sender::Motion),
	("Governance", "remove_authority", Sender::Motion),
	("Governance", "set_parameter", Sender::Motion),
	("Governance", "open_channel", Sender::Motion),
	("Governance", "accept_channel", Sender::Motion),
	("Governance", "close_channel", Sender::Motion),
	("Crossing", "answered", Sender::Other("the consortium, by XCM")),
	("Utility", "batch", Sender::Contents),
	("Utility", "batch_all", Sender::Contents),
	("Utility", "force_batch", Sender::Contents),
	("Registry", "invite", Sender::Accounts(&[Class::Provider, Class::Authority])),
	("Registry", "register_patient", Sender::Accounts(&[Class::Invited])),
	("Registry", "apply_as_provider", Sender::Accounts(&[Class::Invited, Class::Applicant])),
	("Registry", "withdraw_application", Sender::Accounts(&[Class::Applicant])),
	("Registry", "vote", Sender::Accounts(&[Class::Authority])),
	("Registry", "retire", Sender::Accounts(&[Class::Provider, Class::SuspendedProvider])),
	("Registry", "rotate_key",
		Sender::Accounts(&[Class::Patient, Class::Provider, Class::SuspendedProvider])),
	("Registry", "enlist", PROVIDERS),
	("Emr", "add_record", PROVIDERS),
	("Emr", "add_own_record", PATIENTS),
	("Permissions", "grant", PATIENTS),
	("Permissions", "revoke", PATIENTS),
	("Interregional", "grant", PATIENTS),
	("Interregional", "forward", PROVIDERS),
	("Interregional", "revoke", PATIENTS),
	("Pinning", "claim_pins", Sender::Other("a pinner's node")),
	("Consortium", "enlist_provider", REGION),
	("Consortium", "update_provider", REGION),
	("Consortium", "deliver_grant", REGION),
	("Consortium", "revoke_grant", REGION),
	("Consortium", "admit_region", Sender::Motion),
	("Consortium", "expel_region", Sender::Motion),
	("Consortium", "set_network_file", Sender::Motion),
];

/// How many entries of the state each call can add, or leave to the chain to add later. All others add
/// none that last. Revoking a grant is not among them: the grant paid for the entry in the history.
#[rustfmt::skip]
pub const STATE_ENTRIES: &[(&str, &str, u32)] = &[
	("Session", "set_keys", 2),
	("Council", "propose", 3),
	("Council", "vote", 1),
	("Registry", "invite", 3),
	("Registry", "register_patient", 7),
	("Registry", "apply_as_provider", 12),
	("Registry", "vote", 2),
	("Registry", "rotate_key", 4),
	("Registry", "enlist", 2),
	("Emr", "add_record", 9),
	("Emr", "add_own_record", 7),
	("Permissions", "grant", 10),
	("Interregional", "grant", 13),
	("Interregional", "forward", 3),
];

/// The bytes of an entry beside those of the call that adds it: its key, and its place in the trie.
pub const ENTRY_BYTES: u64 = 100;

/// Who may send a call. `None`: nobody.
pub fn sender_of(pallet: &str, call: &str) -> Option<Sender> {
	let (_, _, sender) = TABLE
		.iter()
		.find(|(of, name, _)| *name == call && *of == pallet)?;
	Some(*sender)
}

/// The most calls in a transaction, those in batches and motions included.
pub const MAX_CALLS: u32 = 1_000;

/// The most bytes of a motion's call.
pub const MAX_MOTION_LEN: usize = 8 * 1024;

/// What a call contains.
pub enum Contents<'a, Call> {
	/// No other call.
	Nothing,
	/// A batch of calls.
	Batch(&'a [Call]),
	/// A motion, with the ayes that carry it.
	Motion(u32, &'a Call),
}

/// A runtime's calls, as far as the table needs to know them.
pub trait SendableCall: Encode + Sized {
	/// The names of the pallet and of the call.
	fn names(&self) -> (&'static str, &'static str);

	/// What the call contains.
	fn contents(&self) -> Contents<'_, Self>;

	/// A batch with this number of calls, itself included, that whoever is admitted may send. For
	/// benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_batch(count: u32) -> Self;

	/// The bytes that the call and those in it can add to the state: for each that adds entries, its
	/// own length and [`ENTRY_BYTES`] for each entry.
	fn state_bytes(&self) -> u64 {
		let inside = match self.contents() {
			Contents::Nothing => 0,
			Contents::Batch(calls) => calls
				.iter()
				.fold(0, |sum: u64, call| sum.saturating_add(call.state_bytes())),
			// The authorities carry it together.
			Contents::Motion(..) => 0,
		};
		let (pallet, name) = self.names();
		let mut entries = STATE_ENTRIES.iter();
		let own = match entries.find(|(of, call, _)| *call == name && *of == pallet) {
			None => 0,
			Some((_, _, entries)) => u64::try_from(self.encoded_size())
				.unwrap_or(u64::MAX)
				.saturating_add(ENTRY_BYTES.saturating_mul((*entries).into())),
		};
		inside.saturating_add(own)
	}

	/// How many calls there are, with those in batches and motions.
	fn count(&self) -> u32 {
		let inside = match self.contents() {
			Contents::Nothing => 0,
			Contents::Batch(calls) => calls
				.iter()
				.fold(0, |sum: u32, call| sum.saturating_add(call.count())),
			Contents::Motion(_, call) => call.count(),
		};
		inside.saturating_add(1)
	}
}

/// Checks that an account may send a call and each call in it. Its classes are those of the
/// account, the one that decides its quota first; `authorities` is their number.
pub fn check<Call: SendableCall>(
	call: &Call,
	classes: &[Class],
	authorities: u32,
) -> Result<(), Refusal> {
	if call.count() > MAX_CALLS {
		return Err(Refusal::TooManyCalls);
	}
	check_call(call, Some(classes), authorities)
}

/// Checks a call of an account with these classes, or of a motion.
fn check_call<Call: SendableCall>(
	call: &Call,
	classes: Option<&[Class]>,
	authorities: u32,
) -> Result<(), Refusal> {
	let (pallet, name) = call.names();
	let sender = sender_of(pallet, name).ok_or(Refusal::NotSendable)?;
	match classes {
		Some(classes) if !classes.iter().any(|class| sender.includes(*class)) => {
			let class = classes.first().copied();
			return Err(Refusal::NotAllowed(class.unwrap_or(Class::Uninvited)));
		}
		None if !matches!(sender, Sender::Motion | Sender::Contents) => {
			return Err(Refusal::NotForMotions);
		}
		_ => {}
	}
	match call.contents() {
		Contents::Nothing => Ok(()),
		Contents::Batch(calls) => calls
			.iter()
			.try_for_each(|call| check_call(call, classes, authorities)),
		Contents::Motion(threshold, call) => {
			// Exactly: the collective has one motion for each call, and a higher threshold would let
			// one authority keep a motion from being carried.
			let (ayes, all) = (u64::from(threshold), u64::from(authorities));
			if ayes != all.saturating_mul(2).div_ceil(3) {
				return Err(Refusal::NotTwoThirds);
			}
			if call.encoded_size() > MAX_MOTION_LEN {
				return Err(Refusal::MotionTooLong);
			}
			check_call(call, None, authorities)
		}
	}
}

/// Why a Salus chain refuses a transaction, beside the checks of every chain. A node answers with
/// the code as "Custom error". [`fmt::Display`] says what to do.
///
/// ```
/// use salus_primitives::{admission::Class, Refusal};
///
/// assert_eq!(Refusal::from_code(122), Some(Refusal::OverQuota));
/// assert_eq!(Refusal::OverQuota.code(), 122);
/// assert_eq!(Refusal::from_code(104), Some(Refusal::NotAllowed(Class::Patient)));
/// assert_eq!(Refusal::from_code(7), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
	/// Code 121: nobody can send this call, or a call in it.
	NotSendable,
	/// Code 122: the account has used up its quota.
	OverQuota,
	/// Code 123: the nonce is too far ahead of the account's.
	NonceTooFar,
	/// Code 124: there are more than [`MAX_CALLS`] calls in it.
	TooManyCalls,
	/// Code 125: the motion's threshold is not two thirds of the authorities, rounded up.
	NotTwoThirds,
	/// Code 126: the motion's call has more than [`MAX_MOTION_LEN`] bytes.
	MotionTooLong,
	/// Code 127: no motion can make this call.
	NotForMotions,
	/// Code 128: the account has added as many bytes to the state as it may.
	OverStateQuota,
	/// Codes from 101: an account of this class may not send this call, or a call in it. The code
	/// is 101 and the place of the class in [`Class::ALL`].
	NotAllowed(Class),
}

impl Refusal {
	/// The code of the first class.
	const FIRST_CLASS: u8 = 101;

	/// All of them, in the order of their codes.
	pub fn all() -> impl Iterator<Item = Self> {
		let others = [
			Self::NotSendable,
			Self::OverQuota,
			Self::NonceTooFar,
			Self::TooManyCalls,
			Self::NotTwoThirds,
			Self::MotionTooLong,
			Self::NotForMotions,
			Self::OverStateQuota,
		];
		let classes = Class::ALL.into_iter().map(Self::NotAllowed);
		classes.chain(others)
	}

	/// The code that a node answers with.
	pub fn code(self) -> u8 {
		match self {
			Self::NotSendable => 121,
			Self::OverQuota => 122,
			Self::NonceTooFar => 123,
			Self::TooManyCalls => 124,
			Self::NotTwoThirds => 125,
			Self::MotionTooLong => 126,
			Self::NotForMotions => 127,
			Self::OverStateQuota => 128,
			Self::NotAllowed(class) => {
				let place = Class::ALL.into_iter().position(|one| one == class);
				let place = place.and_then(|place| u8::try_from(place).ok());
				Self::FIRST_CLASS.saturating_add(place.unwrap_or_default())
			}
		}
	}

	/// The refusal that a node's answer means, if it is one of these.
	pub fn from_code(code: u8) -> Option<Self> {
		Self::all().find(|refusal| refusal.code() == code)
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotSendable => {
				"nobody can send this call: see docs/calls.md for the calls that can be sent"
			}
			Self::OverQuota => {
				"this account has used up its quota: it recovers with time, so try again later"
			}
			Self::NonceTooFar => {
				"too many transactions of this account are waiting: try again once they are in a \
				 block"
			}
			Self::TooManyCalls => "there are too many calls in it: send fewer at once",
			Self::NotTwoThirds => {
				"the motion's threshold is wrong: set it to two thirds of the authorities, rounded up"
			}
			Self::MotionTooLong => {
				"the motion's call is longer than 8 KiB: propose a shorter one, such as a hash"
			}
			Self::NotForMotions => {
				"no motion can make this call: see docs/calls.md for those that one can"
			}
			Self::OverStateQuota => {
				"this account has stored as much as it may: that recovers within a day, so try again \
				 later. Revoking is always possible"
			}
			Self::NotAllowed(Class::Uninvited) => {
				"this account is not invited: ask a verified provider or an authority of the \
				 region to invite it"
			}
			Self::NotAllowed(Class::Invited) => {
				"this account is invited and not registered yet: register as a patient or apply as \
				 a provider first"
			}
			Self::NotAllowed(Class::Applicant) => {
				"the authorities have not decided on this account's application: wait for their \
				 votes, or withdraw the application"
			}
			Self::NotAllowed(Class::SuspendedProvider) => {
				"a suspended provider cannot send this call: ask the authorities to reinstate it"
			}
			Self::NotAllowed(Class::FormerHolder) => {
				"the authorities withdrew the verification of this account's provider: apply anew \
				 with another account"
			}
			Self::NotAllowed(class) => {
				return write!(
					f,
					"{class} cannot send this call: use an account that can, see docs/calls.md"
				);
			}
		})
	}
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests;
