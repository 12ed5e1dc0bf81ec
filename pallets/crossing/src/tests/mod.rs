//! One file for each part of the pallet.

mod answered;
mod deadlines;
mod invariants;
mod send;
