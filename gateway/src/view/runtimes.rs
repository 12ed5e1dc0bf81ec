//! The runtimes that views run on: the newest one of a chain is kept, with its code.

use std::sync::{Arc, Mutex, PoisonError};

use salus_client::proven::Runtime;
use sp_core::{storage::well_known_keys::CODE, H256};
use subxt::rpcs::{rpc_params, RpcClient};
use tokio::task::spawn_blocking;

use super::{Hex, ViewError};

/// The runtime of a chain.
#[derive(Default)]
pub struct Runtimes(Mutex<Option<Kept>>);

#[derive(Clone)]
struct Kept {
	hash: H256,
	code: Arc<Vec<u8>>,
	runtime: Arc<Runtime>,
}

impl Runtimes {
	/// The runtime in the state after a block, and the hash of its code.
	pub(super) async fn at(
		&self,
		rpc: &RpcClient,
		block: H256,
	) -> Result<(H256, Arc<Runtime>), ViewError> {
		let key = Hex(CODE.to_vec());
		let hash: Option<H256> = rpc
			.request("state_getStorageHash", rpc_params![&key, block])
			.await?;
		let hash = hash.ok_or(ViewError::NoBlock)?;
		if let Some(kept) = self.kept().filter(|kept| kept.hash == hash) {
			return Ok((hash, kept.runtime));
		}
		let code: Option<Hex> = rpc
			.request("state_getStorage", rpc_params![key, block])
			.await?;
		let code = Arc::new(code.ok_or(ViewError::NoBlock)?.0);
		let prepared = {
			let code = code.clone();
			spawn_blocking(move || Runtime::new(&code)).await
		};
		let runtime = Arc::new(prepared.map_err(|_| ViewError::Unreadable)??);
		let kept = Kept {
			hash,
			code,
			runtime: runtime.clone(),
		};
		*self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
		Ok((hash, runtime))
	}

	/// The code with this hash.
	pub fn code(&self, hash: H256) -> Option<Arc<Vec<u8>>> {
		self.kept()
			.filter(|kept| kept.hash == hash)
			.map(|kept| kept.code)
	}

	fn kept(&self) -> Option<Kept> {
		self.0
			.lock()
			.unwrap_or_else(PoisonError::into_inner)
			.clone()
	}
}
