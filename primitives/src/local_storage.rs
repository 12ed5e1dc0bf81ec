//! Keys in a node's persistent local storage. An operator sets them (`offchain_localStorageSet`),
//! and the off-chain worker of pinning reads them.

/// The address of Kubo's RPC interface: UTF-8, `http://HOST:PORT`, without quotes or length
/// prefix.
pub const IPFS_API_KEY: &[u8] = b"salus:ipfs-api";

/// The address if [`IPFS_API_KEY`] is not set.
pub const DEFAULT_IPFS_API: &str = "http://127.0.0.1:5001";

/// The secret that Kubo's RPC demands of the node (`API.Authorizations`): printable ASCII without
/// spaces. Empty, or not set: it demands none.
pub const IPFS_SECRET_KEY: &[u8] = b"salus:ipfs-secret";

/// The longest secret that is accepted, in bytes.
pub const MAX_IPFS_SECRET_LEN: usize = 1024;

/// Requests, with any value, a recheck of all pins of this node now, for example after Kubo lost a
/// disk. The worker removes the key when it begins.
pub const RECHECK_KEY: &[u8] = b"salus:pinning:recheck";

/// The longest address of Kubo that is accepted, in bytes.
pub const MAX_IPFS_API_LEN: usize = 128;

/// Reads an address of Kubo's RPC: `http://HOST:PORT`, with or without a slash at the end. An
/// address with a user, a password, a path or a query is refused: `None`.
pub fn ipfs_api(bytes: &[u8]) -> Option<&str> {
	let text = core::str::from_utf8(bytes).ok()?.trim();
	let text = text.strip_suffix('/').unwrap_or(text);
	let host = text.strip_prefix("http://")?;
	let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
	let valid = !host.is_empty() && text.len() <= MAX_IPFS_API_LEN && host.chars().all(allowed);
	valid.then_some(text)
}

/// Reads a secret of Kubo's RPC, with or without a line's end. `None`: it is empty, too long, or
/// has other characters than printable ASCII, such as a space.
///
/// ```
/// use salus_primitives::local_storage::ipfs_secret;
///
/// assert_eq!(ipfs_secret(b"0c5e\n"), Some("0c5e"));
/// assert_eq!(ipfs_secret(b"two words"), None);
/// ```
pub fn ipfs_secret(bytes: &[u8]) -> Option<&str> {
	let text = core::str::from_utf8(bytes).ok()?;
	let text = text.trim_end_matches(['\r', '\n']);
	let fits = (1..=MAX_IPFS_SECRET_LEN).contains(&text.len());
	(fits && text.bytes().all(|byte| byte.is_ascii_graphic())).then_some(text)
}
