//! The runtimes that views run on: those of a chain that were used last are kept, with their code.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// How many runtimes of a chain are kept. After an upgrade, clients read blocks from before it, too.
const KEPT: usize = 2;

/// The runtimes of a chain, each with the block at which it was used last. The one that was used last
/// comes first.
#[derive(Default)]
pub struct Runtimes(Mutex<Vec<Kept>>);

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
		if let Some(kept) = self.find(|kept| kept.at.hash == block) {
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
		let (code, runtime) = match self.find(|kept| kept.at.code == hash) {
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
		self.keep(Kept {
			at: at.clone(),
			code,
		});
		Ok(at)
	}

	/// The code with this hash.
	pub fn code(&self, hash: H256) -> Option<Bytes> {
		let kept = self.find(|kept| kept.at.code == hash);
		kept.map(|kept| kept.code)
	}

	fn find(&self, is_it: impl Fn(&Kept) -> bool) -> Option<Kept> {
		self.all().iter().find(|kept| is_it(kept)).cloned()
	}

	fn keep(&self, new: Kept) {
		let mut all = self.all();
		all.retain(|kept| kept.at.code != new.at.code);
		all.insert(0, new);
		all.truncate(KEPT);
	}

	fn all(&self) -> MutexGuard<'_, Vec<Kept>> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_runtime_before_is_kept() {
		let runtimes = Runtimes::default();
		// A module with nothing in it.
		let runtime = Arc::new(Runtime::new(b"\0asm\x01\0\0\0").unwrap());
		let keep = |block: u8, code: u8| {
			let at = Block {
				header: Vec::new(),
				hash: H256::repeat_byte(block),
				root: H256::zero(),
				code: H256::repeat_byte(code),
				runtime: runtime.clone(),
			};
			let code = Bytes::from(vec![code]);
			runtimes.keep(Kept { at, code });
		};
		let code = |code| runtimes.code(H256::repeat_byte(code));
		for (block, of) in [(1, 1), (2, 1), (3, 2), (2, 1), (4, 2)] {
			keep(block, of);
		}
		assert_eq!(
			[code(1), code(2)],
			[1, 2].map(|code| Some(Bytes::from(vec![code])))
		);
		keep(5, 3);
		assert_eq!(code(1), None);
		assert!(code(2).is_some() && code(3).is_some());
	}
}
