//! What an operator sets in a node's persistent local storage (`offchain_localStorageSet`), and the
//! off-chain worker reads there.

/// Holds the address of Kubo's RPC interface: UTF-8, `http://HOST:PORT`, without quotes or length
/// prefix.
pub const IPFS_API_KEY: &[u8] = b"salus:ipfs-api";

/// Where Kubo is sought when [`IPFS_API_KEY`] is not set.
pub const DEFAULT_IPFS_API: &str = "http://127.0.0.1:5001";

/// Asks, with any value, for a look at all of this pinner's pins now, as after its Kubo has lost a disk.
/// The worker takes it away when it begins.
pub const RECHECK_KEY: &[u8] = b"salus:pinning:recheck";
