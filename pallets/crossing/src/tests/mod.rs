//! One file for each part of the pallet.

mod answered;
mod invariants;
mod send;
