//! The runtimes that views run on: the newest one of a chain is kept, with its code.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use codec::Encode;
use salus_client::proven::Runtime;
use sp_core::{storage::well_known_keys::CODE, H256};
use subxt::{
	config::substrate::SubstrateHeader,
	rpcs::{rpc_params, RpcClient},
};
use tokio::task::spawn_blocking;

use super::{Hex, ViewError};

/// The runtime of a chain.
#[derive(Default)]
pub struct Runtimes(Mutex<Option<Kept>>);

#[derive(Clone)]
struct Kept {
	at: Block,
	code: Bytes,
}

/// A block, and the runtime in the state after it.
#[derive(Clone)]
pub(super) struct Block {
	/// The header, in SCALE.
	pub header: Vec<u8>,
	hash: H256,
	/// The root of the state.
	pub root: H256,
	/// The hash of the runtime's code.
	pub code: H256,
	/// The runtime.
	pub runtime: Arc<Runtime>,
}

impl Runtimes {
	/// A block, by its hash.
	pub(super) async fn at(&self, rpc: &RpcClient, block: H256) -> Result<Block, ViewError> {
		let kept = self.kept();
		if let Some(kept) = kept.clone().filter(|kept| kept.at.hash == block) {
			return Ok(kept.at);
		}
		let header: Option<SubstrateHeader<H256>> =
			rpc.request("chain_getHeader", rpc_params![block]).await?;
		let header = header.ok_or(ViewError::NoBlock)?;
		let key = Hex(CODE.to_vec());
		let hash: Option<H256> = rpc
			.request("state_getStorageHash", rpc_params![&key, block])
			.await?;
		let hash = hash.ok_or(ViewError::NoBlock)?;
		let (code, runtime) = match kept.filter(|kept| kept.at.code == hash) {
			Some(kept) => (kept.code, kept.at.runtime),
			None => {
				let code: Option<Hex> = rpc
					.request("state_getStorage", rpc_params![key, block])
					.await?;
				let code = Bytes::from(code.ok_or(ViewError::NoBlock)?.0);
				let prepared = {
					let code = code.clone();
					spawn_blocking(move || Runtime::new(&code)).await
				};
				let runtime = prepared.map_err(|_| ViewError::Unreadable)??;
				(code, Arc::new(runtime))
			}
		};
		let at = Block {
			root: header.state_root,
			header: header.encode(),
			hash: block,
			code: hash,
			runtime,
		};
		let kept = Kept {
			at: at.clone(),
			code,
		};
		*self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
		Ok(at)
	}

	/// The code with this hash.
	pub fn code(&self, hash: H256) -> Option<Bytes> {
		self.kept()
			.filter(|kept| kept.at.code == hash)
			.map(|kept| kept.code)
	}

	fn kept(&self) -> Option<Kept> {
		self.0
			.lock()
			.unwrap_or_else(PoisonError::into_inner)
			.clone()
	}
}
