//! The Salus client library: store, retrieve and grant medical records on a region's chain and
//! IPFS, and grant them across regions through the consortium's chain.
//!
//! A [`Session`] is a member's unlocked key on one chain. Each of the five processes is a file with
//! methods of `Session`:
//!
//! | process | module | its main methods |
//! |---|---|---|
//! | 0. register | [`register`] and [`vote`] | `register_patient`, `apply`, `vote_verify` |
//! | 1. store | [`store`] | `add_records` |
//! | 2. retrieve | [`retrieve`] | `unlock`, `retrieve` |
//! | 3. grant in a region | [`grant`] | `grant`, `revoke` |
//! | 4. grant across regions | [`interregional`] | `grant_interregional`, `forward`, `unlock_incoming` |
//!
//! They use [`chain`] (calls, views, transactions), [`ipfs`] (Kubo, CIDs) and [`keys`] (key files,
//! known keys). [`Error`] says what failed, why, and what to do next. [`proven`] runs views so that
//! no node can falsify them: a chain of a [`network`] whose file the member confirmed is read so,
//! through its [`gateway`]s if it names any.
//!
//! The futures need Tokio's multi-threaded runtime: sealing and opening block a thread.
//!
//! ```no_run
#![doc = include_str!("../examples/records.rs")]
//! ```
#![warn(missing_docs)]

pub mod address;
pub mod authority;
pub mod chain;
mod error;
mod files;
pub mod gateway;
pub mod grant;
mod http;
pub mod interregional;
pub mod ipfs;
pub mod keys;
mod member_ref;
pub mod network;
mod pending;
mod progress;
pub mod proven;
mod record_ref;
pub mod register;
pub mod release;
pub mod retrieve;
pub mod rpc;
mod session;
mod standing;
pub mod store;
mod uploads;
pub mod vote;

#[cfg(test)]
mod testing;

pub use error::{Error, Kind, Result, Sent};
pub use member_ref::{MemberRef, ParseMemberRefError, ProviderRef};
pub use pending::{Pending, Turn};
pub use progress::Progress;
pub use record_ref::{ParseRecordRefError, RecordRef};
pub use session::Session;
pub use standing::{provider_text, standing_text};
pub use uploads::{Upload, Uploads};
