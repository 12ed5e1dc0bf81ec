//! What the runtimes of Salus share.
//!
//! - [`authorities`]: the authorities of a chain, as its runtime keeps them.
//! - [`constants`]: time, and what fits into a block.
//! - [`transactions`]: what every transaction passes through.
//! - [`xcm`]: messages between chains: what both runtimes do with them.
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
#[cfg(feature = "testing")]
pub mod testing;
pub mod transactions;
pub mod xcm;
