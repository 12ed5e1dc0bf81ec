//! The newest blocks of a chain, by subscription.

use super::connection::{Chain, State};
use crate::Error;
use codec::Encode;
use futures::{stream, Stream};
use sp_core::{Blake2Hasher, Hasher};
use subxt::{
	config::substrate::{SubstrateHeader, H256},
	rpcs::{client::RpcSubscription, Error as RpcError},
};
use tokio::sync::watch;

/// A block's number and hash.
#[derive(Clone, Copy, Debug)]
pub struct Head {
	pub number: u64,
	pub hash: H256,
}

/// The newest blocks of a chain. The best block is never older than the last final one.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
	pub best: Head,
	pub last_final: Head,
}

impl Heads {
	/// The number of blocks by which finality lags.
	pub fn lag(&self) -> u64 {
		self.best.number.saturating_sub(self.last_final.number)
	}
}

/// The newest blocks, for all that wait on one connection. `None` before the first one waits.
pub(super) type Shared = tokio::sync::Mutex<Option<watch::Receiver<Heads>>>;

type Blocks = RpcSubscription<SubstrateHeader<H256>>;

impl Chain {
	/// The newest blocks. The receiver fails to wait once the node stops to report them.
	pub(super) async fn heads(&self) -> crate::Result<watch::Receiver<Heads>> {
		let mut shared = self.heads.lock().await;
		if let Some(heads) = shared.as_ref().filter(|heads| heads.has_changed().is_ok()) {
			return Ok(heads.clone());
		}
		let failed = |error: RpcError| self.failed(&error);
		let ended = || Error::Node("it reports no blocks".into());
		let best = self.methods.chain_subscribe_new_heads().await;
		let mut best = best.map_err(failed)?;
		let finals = self.methods.chain_subscribe_finalized_heads().await;
		let mut finals = finals.map_err(failed)?;
		// Each subscription begins with the newest block.
		let mut heads = Heads {
			best: next(&mut best).await.ok_or_else(ended)?.map_err(failed)?,
			last_final: next(&mut finals).await.ok_or_else(ended)?.map_err(failed)?,
		};
		heads.order();
		let (sender, receiver) = watch::channel(heads);
		*shared = Some(receiver.clone());
		tokio::spawn(follow(best, finals, sender));
		Ok(receiver)
	}
}

impl Chain {
	/// The state after each block that becomes final from now on, the newest final one first. Several
	/// blocks can become final at once: then only the last one comes. The stream ends once the node
	/// stops to report blocks.
	pub async fn finals(
		&self,
	) -> crate::Result<impl Stream<Item = crate::Result<State>> + Send + use<>> {
		let blocks = self.methods.chain_subscribe_finalized_heads().await;
		let blocks = blocks.map_err(|error| self.failed(&error))?;
		let chain = self.clone();
		Ok(stream::unfold(blocks, move |mut blocks| {
			let chain = chain.clone();
			async move {
				let state = match next(&mut blocks).await? {
					Ok(head) => chain.at_head(head).await,
					Err(error) => Err(chain.failed(&error)),
				};
				Some((state, blocks))
			}
		}))
	}
}

impl Heads {
	/// The two subscriptions come in any order.
	pub(super) fn order(&mut self) {
		if self.best.number < self.last_final.number {
			self.best = self.last_final;
		}
	}
}

/// Passes new blocks on until the node stops to report them, or nobody waits for them any more. Whoever
/// waits then subscribes again, and hears why.
async fn follow(mut best: Blocks, mut finals: Blocks, sender: watch::Sender<Heads>) {
	loop {
		let (head, is_final) = tokio::select! {
			() = sender.closed() => return,
			head = next(&mut best) => (head, false),
			head = next(&mut finals) => (head, true),
		};
		let Some(Ok(head)) = head else { return };
		sender.send_modify(|heads| {
			if is_final {
				heads.last_final = head;
			} else {
				heads.best = head;
			}
			heads.order();
		});
	}
}

/// The next block, or why there is none.
async fn next(blocks: &mut Blocks) -> Option<Result<Head, RpcError>> {
	let header = blocks.next().await?;
	Some(header.map(|header| Head {
		number: header.number,
		hash: H256(Blake2Hasher::hash(&header.encode()).0),
	}))
}
