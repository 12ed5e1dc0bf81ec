//! Two regions, the consortium and a relay chain in one process: the real runtimes, with what a
//! person does on them.
//!
//! - [`network`]: the chains, and how time passes on them.
//! - [`relay`]: the relay chain, which carries messages.
//! - [`members`]: patients and providers with real keys, and what they do.
//! - [`authorities`]: what authorities decide.
//! - [`messages`]: messages that no runtime of ours would send, and what becomes of them.
//! - [`programs`] and [`invariants`]: mutated programs, and what none of them may do; for the tests
//!   and for the fuzz target in `fuzz/`.
//!
//! The tests are in `tests`, a file a concern.
//!
//! `xcm-emulator` hands the messages that a chain's block leaves behind to their destinations at
//! once. What a destination says to that leaves with its own next block, so that a test decides when
//! an answer comes. A chain's block is [`network::Chain::block`].

pub mod authorities;
pub mod invariants;
pub mod members;
pub mod messages;
pub mod network;
pub mod programs;
pub mod relay;
#[cfg(test)]
mod tests;
