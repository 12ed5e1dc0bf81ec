//! Keys in a node's persistent local storage. An operator sets them (`offchain_localStorageSet`),
//! and the off-chain worker of pinning reads them.

/// The address of Kubo's RPC interface: UTF-8, `http://HOST:PORT`, without quotes or length
/// prefix.
pub const IPFS_API_KEY: &[u8] = b"salus:ipfs-api";

/// The address if [`IPFS_API_KEY`] is not set.
pub const DEFAULT_IPFS_API: &str = "http://127.0.0.1:5001";

/// Requests, with any value, a recheck of all pins of this node now, for example after Kubo lost a
/// disk. The worker removes the key when it begins.
pub const RECHECK_KEY: &[u8] = b"salus:pinning:recheck";
