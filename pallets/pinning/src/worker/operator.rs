//! The operator's settings in the node's local storage.

use alloc::string::String;

use salus_primitives::local_storage::{
	ipfs_api, ipfs_secret, DEFAULT_IPFS_API, IPFS_API_KEY, IPFS_SECRET_KEY, MAX_IPFS_API_LEN,
	RECHECK_KEY,
};
use sp_core::offchain::StorageKind;
use sp_io::offchain;

use crate::LOG_TARGET;

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
	let address = ipfs_api(&bytes).map(String::from);
	if address.is_none() {
		log::warn!(
			target: LOG_TARGET,
			"Cannot pin anything: the address of Kubo that is set for this node is not of the form \
			 http://HOST:PORT (UTF-8, at most {MAX_IPFS_API_LEN} bytes). Set it again, under the key \
			 {} of the node's local storage.",
			core::str::from_utf8(IPFS_API_KEY).unwrap_or_default(),
		);
	}
	address
}

/// The secret that Kubo's RPC demands of this node.
pub fn kubo_secret() -> Option<String> {
	let bytes = offchain::local_storage_get(StorageKind::PERSISTENT, IPFS_SECRET_KEY)?;
	ipfs_secret(&bytes).map(String::from)
}
