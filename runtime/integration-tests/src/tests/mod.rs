//! Tests across chains.

mod answers;
mod channels;
mod directory;
mod errors;
mod forged;
mod grants;
mod junk;
mod mutated;
mod outsiders;
mod versions;
mod wallets;
