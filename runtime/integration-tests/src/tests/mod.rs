//! Tests across chains.

mod answers;
mod calls;
mod channels;
mod directory;
mod errors;
mod forged;
mod grants;
mod holders;
mod junk;
mod mutated;
mod outsiders;
mod own_records;
mod versions;
mod wallets;
