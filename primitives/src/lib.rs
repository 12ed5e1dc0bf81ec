//! Types, traits and runtime APIs that every part of Salus shares.
//!
//! - [`blocks`]: the rate of blocks.
//! - [`ids`]: [`PatientId`], [`ProviderId`], [`ProfessionalNumber`], [`MemberId`], [`RecordId`].
//! - [`accounts`]: the accounts that have acted for a member, [`AccountHistory`].
//! - [`keys`]: [`EncryptionKey`] and [`WrappedKey`], with the checks that a chain makes of them.
//! - [`content`]: [`Cid`], [`SealedName`] and the other contents of a record.
//! - [`terms`]: [`Purpose`], [`Standing`] and the other short enums.
//! - [`names`]: the names of providers, [`ProfessionalName`].
//! - [`admission`]: who may send which call, and the [`Refusal`]s.
//! - [`rate`]: how often something may be done, [`Rate`].
//! - [`crossing`]: the calls that cross from a region to the consortium, [`ConsortiumCall`].
//! - [`answers`]: the consortium's answers to them, with the [`Reason`]s of its refusals.
//! - [`interregional`]: grants to a [`RemoteProvider`], and their states.
//! - [`text`]: text from elsewhere, before a person sees it.
//! - [`traits`]: the traits between pallets. No pallet depends on another's `Config`.
//! - [`signing`]: the messages that accounts sign off chain.
//! - [`views`]: the values that the runtime APIs of [`api`] return.
//!
//! With the feature `frame`, a pallet's error can contain [`Reason`] and [`Minutes`], and `poll` gives a pallet's work in each block a limit.
//!
//! Times are Unix milliseconds ([`Moment`]). Sizes are bytes. Nothing here does input or output.
//!
//! ```
//! use salus_primitives::{Cid, NumberKind, ProfessionalNumber};
//!
//! let number = ProfessionalNumber::parse("1234567893").unwrap();
//! assert_eq!(number.kind(), NumberKind::Npi);
//! assert!(ProfessionalNumber::parse("1234567890").is_err(), "its Luhn digit is wrong");
//!
//! let mut bytes = vec![0x01, 0x55, 0x12, 0x20];
//! bytes.extend([7; 32]);
//! assert!(Cid::from_bytes(&bytes).is_ok());
//! bytes[2] = 0x00; // an identity hash would put plaintext on the chain
//! assert!(Cid::from_bytes(&bytes).is_err());
//! ```
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod accounts;
pub mod admission;
pub mod answers;
pub mod api;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod blocks;
pub mod content;
pub mod crossing;
pub mod history;
pub mod ids;
pub mod interregional;
pub mod keys;
pub mod local_storage;
pub mod names;
pub mod network;
pub mod pages;
#[cfg(feature = "frame")]
pub mod poll;
pub mod rate;
pub mod terms;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod traits;
pub mod views;

pub use accounts::{AccountEntry, AccountHistory, AccountRight, HistoryFull, MAX_ACCOUNTS};
pub use admission::Refusal;
pub use answers::{Answer, Cause, ErrorBytes, Failure, Reason, REFUSED_ERROR_INDEX};
pub use content::{Cid, CidBytes, CidError, Hash256, SealedName, SEALED_NAME_LEN};
pub use crossing::{
	About, ConsortiumCall, ConsortiumRuntimeCall, DeliveredAuthor, DeliveredGrant, DirectoryEntry,
	GrantRevocation, SignedKey, CONSORTIUM_PALLET_INDEX,
};
pub use history::{GrantEvent, Grantee, HistoryEvent, HistoryId};
pub use ids::{
	Author, MemberId, NumberError, NumberKind, ParaId, PatientId, ProfessionalNumber, ProviderId,
	RecordId,
};
pub use interregional::{
	EnlistmentState, InterregionalGrantId, InterregionalState, MessageId, QueryId, RegionStanding,
	RemoteProvider, SendError, Sent, Withheld,
};
pub use keys::{
	encryption_key_message, EncryptionKey, EncryptionKeyError, KeySignature, KeyVersion, WrappedKey,
};
pub use names::{NameError, NameFlaw, ProfessionalName, MAX_NAME_CHARS, MAX_NAME_LEN};
pub use network::NewestFile;
pub use pages::{newest_first, number_of_key, NewestFirst, Page, MAX_PAGE};
pub use rate::{Minutes, Rate};
pub use salus_signing as signing;
pub use terms::{Purpose, Standing, Via};

/// The most calls that a client puts in one transaction. So many of any of its calls fit in a
/// block.
pub const MOST_CALLS: usize = 32;

/// A time: milliseconds since the Unix epoch, by the chain's own clock.
pub type Moment = u64;

/// A [`Moment`], as metadata shows it to people: with its unit.
pub type UnixMilliseconds = Moment;

/// The account that acts for a member: an sr25519 public key.
pub type AccountId = sp_runtime::AccountId32;
