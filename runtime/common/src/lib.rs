//! What the runtimes of Salus share.
//!
//! - [`constants`]: time, and what fits into a block.
//! - [`quota`]: who may send transactions, and how much: a pallet and its transaction extension.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
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

pub mod constants;
pub mod quota;
