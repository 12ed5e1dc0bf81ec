//! IPFS, through the member's own Kubo. Kubo need not be trusted: what it returns is checked
//! against the CID, which is computed here.

mod cid;
mod client;

pub use cid::{to_base32, CidWriter};
pub use client::{Ipfs, DEFAULT_API};
