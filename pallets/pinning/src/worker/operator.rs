//! The operator's settings in the node's local storage.

use alloc::string::String;

use salus_primitives::local_storage::{DEFAULT_IPFS_API, IPFS_API_KEY, RECHECK_KEY};
use sp_core::offchain::StorageKind;
use sp_io::offchain;

use crate::LOG_TARGET;

/// The longest address of Kubo that is accepted, in bytes.
const MAX_ADDRESS_LEN: usize = 128;

/// Whether the operator requested a recheck of all pins since the last run. Removes the request.
pub fn take_recheck_request() -> bool {
	let requested = offchain::local_storage_get(StorageKind::PERSISTENT, RECHECK_KEY).is_some();
	if requested {
		offchain::local_storage_clear(StorageKind::PERSISTENT, RECHECK_KEY);
	}
	requested
}

/// The address of Kubo's RPC interface.
pub fn kubo_address() -> Option<String> {
	let Some(bytes) = offchain::local_storage_get(StorageKind::PERSISTENT, IPFS_API_KEY) else {
		return Some(DEFAULT_IPFS_API.into());
	};
	let address = parse_address(&bytes);
	if address.is_none() {
		log::warn!(
			target: LOG_TARGET,
			"Cannot pin anything: the address of Kubo that is set for this node is not of the form \
			 http://HOST:PORT (UTF-8, at most {MAX_ADDRESS_LEN} bytes). Set it again, under the key \
			 {} of the node's local storage.",
			core::str::from_utf8(IPFS_API_KEY).unwrap_or_default(),
		);
	}
	address
}

/// Reads `http://HOST:PORT`, with or without a slash at the end.
pub(crate) fn parse_address(bytes: &[u8]) -> Option<String> {
	let text = core::str::from_utf8(bytes).ok()?.trim();
	let text = text.strip_suffix('/').unwrap_or(text);
	let host = text.strip_prefix("http://")?;
	let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
	let valid = !host.is_empty() && text.len() <= MAX_ADDRESS_LEN && host.chars().all(allowed);
	valid.then(|| text.into())
}
