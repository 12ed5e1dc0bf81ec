//! Two regions, the consortium and a relay chain in one process, with the real runtimes.
//!
//! - [`network`]: the chains, and how time passes on them.
//! - [`relay`]: the relay chain, which delivers messages.
//! - [`members`]: patients and providers with real keys, and their actions.
//! - [`authorities`]: the decisions of authorities.
//! - [`messages`]: messages that no runtime of ours sends, and how chains handle them.
//! - [`programs`] and [`invariants`]: mutated programs, and the rules that hold for each of them.
//!   The tests and the fuzz target in `fuzz/` use them.
//!
//! The tests are in `tests`, one file for each concern.
//!
//! `xcm-emulator` delivers the messages of a block at once. The answer of the destination is sent
//! with its own next block, so a test decides when an answer comes. [`network::Chain::block`] makes
//! a block.

pub mod authorities;
pub mod invariants;
pub mod members;
pub mod messages;
pub mod network;
pub mod programs;
pub mod relay;
#[cfg(test)]
mod tests;
