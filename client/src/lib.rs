//! The client library of Salus: registering, storing, retrieving and granting medical records on
//! a region's chain and IPFS, and across regions by way of the consortium's chain.
//!
//! - [`chain`]: a connection to a node; typed calls and views; transactions.
//! - [`consortium`]: the consortium's chain: regions, the directory, grants from other regions.
//! - [`ipfs`] and [`cid`]: a member's own Kubo, and the CIDs that it need not be trusted for.
//! - [`keystore`] and [`known`]: one's own secrets at rest; others' encryption keys remembered.
//! - [`members`], [`records`], [`grants`], [`interregional`]: the processes, for an
//!   [`Acting`](members::Acting) member.
//! - [`error`]: what can go wrong, with the next step.
//!
//! The futures here run on Tokio's multi-threaded runtime: sealing and opening take its threads.
//!
//! ```no_run
#![doc = include_str!("../examples/records.rs")]
//! ```
#![warn(missing_docs)]

pub mod chain;
pub mod cid;
pub mod consortium;
pub mod error;
pub mod files;
pub mod grants;
pub mod interregional;
pub mod ipfs;
pub mod keystore;
pub mod known;
pub mod members;
pub mod records;

#[cfg(test)]
mod test;

pub use error::{Error, Kind, Result};
pub use records::RecordRef;
