//! A file for each thing that the pallet does.

mod answered;
mod send;
mod state;
