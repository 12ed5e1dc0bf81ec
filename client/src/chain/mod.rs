//! A connection to a node of a region's chain or of the consortium's, over JSON-RPC: reads, calls
//! and transactions, checked against the chain's metadata.
//!
//! - [`Chain`] is the connection, [`State`] what the chain holds at one block.
//! - [`Consortium`] and [`Directory`] are the same for the consortium's chain.
//! - [`calls`] lists the calls. [`Chain::submit`] signs one, sends it and waits for its block.
//!
//! A read that decides who gets a record key uses [`Chain::finalized`]: a final block is never
//! reverted.

mod call;
pub mod calls;
mod collator;
mod connection;
mod consortium;
mod drift;
mod events;
#[cfg(test)]
pub(crate) mod fake;
mod heads;
mod proven;
mod refusal;
mod shape;
mod storage;
mod submit;
mod transaction;
mod views;

pub use call::{Call, CallDef};
pub use collator::NodeKeys;
pub(crate) use connection::{check_url, DISCARDED};
pub use connection::{is_isolated, is_on_this_machine, Chain, ChainKind, NodeInfo, State, Wait};
pub use consortium::{Consortium, Directory};
pub use drift::drift;
pub use events::{Included, RecordAdded};
pub use shape::compare as compare_types;
pub use storage::CouncilMotion;
pub(crate) use transaction::hex_bytes;
pub use transaction::{Answer, Fate, Place, Transaction};
pub(crate) use views::grant_id;
