//! Verifies what a node says of a parachain, from a checkpoint of its relay chain.
//!
//! A node can answer anything. It cannot sign for the relay chain's validators, and it cannot find
//! other data with the same hash. So a client asks a node for proofs beside the answers, and this
//! crate checks them. A false, altered or incomplete answer is an error; an old one is found out by
//! its [`Clock`]; a node can still refuse to answer.
//!
//! # Terminology
//!
//! - **Relay chain**: the chain whose validators check the blocks of its parachains, and finalize
//!   its own.
//! - **Header**: a block in short: its number, the hash of the block before, and the roots of the
//!   trees of its state and of its transactions. Its hash names the block.
//! - **Final**: a final block is never replaced by another one with its number.
//! - **Authority** here: a validator's GRANDPA key. (Elsewhere in Salus, an authority is a member
//!   of a region's or the consortium's council.)
//! - **Set**: the authorities of one time. Sets are numbered. A new one begins with each session of
//!   the relay chain, most often with the same authorities.
//! - **Proof**: some nodes of a tree, from its root to the values that are asked for.
//!
//! # How the proof works
//!
//! ```text
//! network file ──> checkpoint: block 1,000 of the relay chain, set 7 and its authorities
//!                     │  step: header 1,200, signed by more than two thirds of set 7;
//!                     v        its digest names set 8
//!                  checkpoint: block 1,200, set 8
//!                     │  step: header 1,234, signed by more than two thirds of set 8
//!                     v
//!                  checkpoint: block 1,234  ── state root
//!                     │  proof: `Paras::Heads(2001)` in the state of block 1,234
//!                     v
//!                  header of region 2001's newest final block  ── state root
//!                     │  proof: keys in the state of that block
//!                     v
//!                  values, absent values, complete lists, the runtime's code
//! ```
//!
//! ## 1. Finality
//!
//! GRANDPA is how the relay chain agrees. In each round, every authority signs a *precommit*: "this
//! block, and all blocks before it". A block that more than two thirds of the authorities' votes
//! precommit to, or to a descendant of it, is final. Two blocks with one number could both be final
//! only if more than a third of the authorities signed for both.
//!
//! The precommits of a block are its *justification*. [`Checkpoint::step`] takes a header and a
//! justification, and checks:
//!
//! - the justification is for this header, by its hash and number;
//! - each vote is of an authority of the checkpoint's set, and its signature covers the vote, the
//!   round and the set's number. So votes of another set do not count, even by the same keys;
//! - votes for later blocks are linked to this one by headers, and no other headers are there;
//! - the votes have more than two thirds of the weight;
//! - the block's slot grew by at least as much as its number, as each block has a slot of its own,
//!   and it is not in the future. So nobody can bring a client to a number that the chain will not
//!   reach for years.
//!
//! ## 2. Changes of the authorities
//!
//! The last block of a set names the next one in its digest. Authorities sign nothing after it with
//! the old set's number, so a client cannot miss a change. It needs one step for each set, and one
//! to the newest block. A step that the digest does not explain, as a forced change, is refused:
//! then people must agree on a new checkpoint, and publish it in a network file with a higher
//! [`reset`](Checkpoint::reset) number.
//!
//! ## 3. The parachain's head
//!
//! The relay chain's state has the newest header of each parachain, which its validators have
//! checked. [`head`] reads it from a proof. A client keeps it as [`KnownHead`], and finds out by it
//! if the chain ever goes back.
//!
//! ## 4. The parachain's state
//!
//! A state is a tree of keys and values: each node is named by its hash, and holds the hashes of
//! the nodes below. Nodes from the root down to a key show its value, or that there is none.
//! [`State`] answers from such nodes only: what they do not show is an error, never "absent". So a
//! list that is read from it is complete.
//!
//! ## 5. Time
//!
//! A node that shows a true but old state tells no lie that the steps before find out. But each
//! header has the slot in which its block was made. Check both, with [`Clock::age`]: the relay
//! chain's block, because a node can stop following it; and the parachain's, because the relay
//! chain keeps the head of a parachain that has stopped.
//!
//! ## 6. Transactions
//!
//! "Final" is proven too: see [`Inclusion`], which needs the transaction's branch only. No node has a
//! method that gives it. So `salus` takes the block whole, which [`is_body`] checks, and the proven
//! state's `System.BlockHash` tells that the block is in the chain. The portal looks at what the
//! transaction changed.
//!
//! ## 7. The first checkpoint
//!
//! It comes from the network file, which the network's authorities sign: see the module `network`,
//! which needs the feature of that name.
//!
//! # Whom a client still trusts
//!
//! - More than two thirds of the authorities, also those who have retired: with their old keys they
//!   could sign another history from their time on. So a checkpoint that is older than
//!   [`MAX_CHECKPOINT_AGE`] is refused.
//! - That enough of the validators who checked a parachain's block were honest.
//! - The relay chain's governance, which can replace a parachain's code and its head.
//! - The parachain's runtime.
//! - The first checkpoint, and its own clock.
//!
//! # Example
//!
//! A client follows the relay chain, and reads from a region. The answers were recorded from nodes.
//!
//! ```
#![doc = include_str!("../examples/verify.rs")]
//! ```
//!
//! # Limits
//!
//! All input is hostile. [`limits`] says how much of it is read. What is above a limit is refused
//! before any work is done on it.
//!
//! Nothing here does I/O, and it is written without `std`, so that a browser can run it too.
//!
//! Numbers that are milliseconds say so.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

mod authorities;
mod checkpoint;
mod clock;
mod head;
mod header;
mod host;
mod justification;
pub mod limits;
#[cfg(feature = "network")]
pub mod network;
mod state;
mod transaction;

#[cfg(test)]
mod tests;

pub use authorities::{Authorities, AuthoritiesError, AuthorityKey};
pub use checkpoint::{Checkpoint, CheckpointError, Conflict, Step, StepError};
pub use clock::{AgeError, Clock, DEFAULT_MAX_AGE, HIGHEST_MAX_AGE, MAX_AHEAD, MAX_CHECKPOINT_AGE};
pub use head::{head, HeadError, KnownHead};
pub use header::{ChangeError, Header, HeaderError};
pub use host::{OTHER_FUNCTIONS, VIEW_FUNCTIONS};
pub use justification::JustificationError;
pub use sp_core::H256;
pub use state::{block_hash_key, events_key, genesis_key, head_key, State, StateError};
pub use transaction::{branch, is_body, Included, Inclusion, InclusionError};
