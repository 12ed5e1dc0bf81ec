//! The parts that the runtimes of Salus have in common.
//!
//! - [`types`]: accounts, blocks and other basic types.
//! - [`constants`]: times, quotas and the limits of a block.
//! - [`authorities`]: the authorities of a chain, and who may send transactions if it has no
//!   members.
//! - [`presets`]: the authorities of a genesis preset.
//! - [`transactions`]: the transaction extensions, and the price of a transaction, which is 0.
//! - [`xcm`]: messages between chains.
//! - `testing`, with the feature of that name: helpers for the runtimes' tests.
//!
//! The folder `shared` contains files that both runtimes compile as modules of their own.
//!
//! ```
//! use salus_runtime_common::constants::{BLOCKS_PER_RELAY_SLOT, BLOCK_WEIGHT, CORE_WEIGHT};
//!
//! // The blocks of a relay slot share a core.
//! assert!((BLOCK_WEIGHT * u64::from(BLOCKS_PER_RELAY_SLOT)).all_lte(CORE_WEIGHT));
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::as_conversions
	)
)]

extern crate alloc;

pub mod authorities;
pub mod constants;
pub mod presets;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transactions;
pub mod types;
pub mod xcm;
