//! Several nodes, or several gateways, as one: what one refuses, or does not answer in time, the next
//! one is asked. A slow one is asked once.

use std::{
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Arc,
	},
	time::Duration,
};

use futures::{
	stream::{once, unfold},
	StreamExt,
};
use subxt::rpcs::{
	client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, RpcClientT},
	Error,
};
use tokio::{
	sync::OnceCell,
	time::{timeout, Instant},
};

use crate::{chain::check_url, rpc};

/// How long a node may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The part of its patience after which an answer is slow.
const SLOW: u32 = 5;

/// How often the time for an answer may pass without a new block. A chain makes one in seconds.
const NO_BLOCKS: u32 = 6;

/// The methods that any node of the chain can answer, or any gateway. Sending a transaction is one of
/// them: a chain includes the same bytes once, whoever got them.
const ANY_NODE: [&str; 6] = [
	"author_submitExtrinsic",
	"chain_get",
	"grandpa_prove",
	"salus_",
	"state_",
	"system_accountNextIndex",
];

/// Some nodes of one chain. A client cannot be sure that one of them answers, so it has several.
/// That an answer is true is checked elsewhere.
pub struct Endpoints {
	nodes: Vec<Endpoint>,
	/// The one that answered last.
	last: AtomicUsize,
	/// How often one was passed over.
	turns: AtomicUsize,
	patience: Duration,
}

struct Endpoint {
	url: String,
	rpc: OnceCell<RpcClient>,
	/// Whether it was slow, or of no use. Then the others are asked before it.
	behind: Arc<AtomicBool>,
}

impl Endpoints {
	/// The nodes at these addresses, in the order in which to ask them.
	pub fn new(urls: impl IntoIterator<Item = String>, patience: Duration) -> Self {
		let all = urls.into_iter().map(|url| (url, OnceCell::new()));
		Self::of(all, patience)
	}

	/// Nodes or gateways that these clients reach, each with its address.
	pub fn reached(all: impl IntoIterator<Item = (String, RpcClient)>, patience: Duration) -> Self {
		let all = all.into_iter();
		let all = all.map(|(url, rpc)| (url, OnceCell::new_with(Some(rpc))));
		Self::of(all, patience)
	}

	fn of(all: impl Iterator<Item = (String, OnceCell<RpcClient>)>, patience: Duration) -> Self {
		let nodes = all.map(|(url, rpc)| Endpoint {
			url,
			rpc,
			behind: Arc::default(),
		});
		Self {
			nodes: nodes.collect(),
			last: AtomicUsize::new(0),
			turns: AtomicUsize::new(0),
			patience,
		}
	}

	/// How many nodes there are.
	pub fn count(&self) -> usize {
		self.nodes.len()
	}

	/// Whose turn it is to be asked first, for [`pass_over`](Self::pass_over).
	pub fn turn(&self) -> usize {
		self.turns.load(Ordering::Relaxed)
	}

	/// From here on, asks the other nodes before the one that answered last: its answer was of no use.
	/// Does nothing if another request did so since this turn.
	pub fn pass_over(&self, turn: usize) {
		let (order, next) = (Ordering::Relaxed, turn.wrapping_add(1));
		let ours = self
			.turns
			.compare_exchange(turn, next, order, order)
			.is_ok();
		let last = self.last.load(order);
		if let Some(node) = self.nodes.get(last).filter(|_| ours) {
			node.behind.store(true, order);
			self.last.store((last + 1) % self.nodes.len(), order);
		}
	}

	/// Asks the node that answered last, and the others in turn if it cannot be reached; and, if any
	/// node can answer, also if it refuses or stalls.
	async fn request(
		&self,
		method: &str,
		params: Option<Box<RawValue>>,
	) -> Result<Box<RawValue>, Error> {
		let any = ANY_NODE.iter().any(|prefix| method.starts_with(prefix));
		let mut failed: Option<Result<Box<RawValue>, Error>> = None;
		for at in self.order() {
			let node = &self.nodes[at];
			let connected = timeout(self.patience, node.connect()).await;
			let answer = match connected.unwrap_or_else(|_| Err(node.stalls(self.patience))) {
				Err(error) => Err(error),
				Ok(rpc) => {
					let begun = Instant::now();
					let answer = rpc.request_raw(method, params.clone());
					let answer = match any {
						false => answer.await,
						true => timeout(self.patience, answer)
							.await
							.unwrap_or_else(|_| Err(node.stalls(self.patience))),
					};
					let refused = match &answer {
						Ok(answer) => answer.get() == "null",
						Err(_) => true,
					};
					if !any || !refused {
						self.last.store(at, Ordering::Relaxed);
						if begun.elapsed() > self.patience / SLOW {
							node.behind.store(true, Ordering::Relaxed);
						}
						return answer;
					}
					answer
				}
			};
			if failed
				.as_ref()
				.is_none_or(|known| says(known) < says(&answer))
			{
				failed = Some(answer);
			}
		}
		failed.unwrap_or_else(|| Err(client_error("the network file names no node of this chain")))
	}

	async fn subscribe(
		&self,
		sub: &str,
		params: Option<Box<RawValue>>,
		unsub: &str,
	) -> Result<RawRpcSubscription, Error> {
		let mut failed = None;
		for at in self.order() {
			let node = &self.nodes[at];
			let subscribed = async {
				let rpc = node.connect().await?;
				let subscription = rpc.subscribe_raw(sub, params.clone(), unsub).await?;
				if !sub.starts_with("chain_subscribe") {
					return Ok(subscription);
				}
				// It begins with the newest block. A node that gives none stalls.
				let RawRpcSubscription { mut stream, id } = subscription;
				let ended = || Err(client_error(format!("{} reports no blocks", node.url)));
				let first = stream.next().await.unwrap_or_else(ended)?;
				let stream = once(async { Ok::<_, Error>(first) }).chain(stream);
				let limit = self.patience * NO_BLOCKS;
				// If no more come, it ends: who needs blocks subscribes again, at another node.
				let begin = (Box::pin(stream), node.behind.clone());
				let stream = Box::pin(unfold(begin, move |(mut stream, behind)| async move {
					let next = timeout(limit, stream.next()).await;
					let block = next.unwrap_or_else(|_| {
						behind.store(true, Ordering::Relaxed);
						None
					});
					Some((block?, (stream, behind)))
				}));
				Ok::<_, Error>(RawRpcSubscription { stream, id })
			};
			match timeout(self.patience, subscribed).await {
				Ok(Ok(subscription)) => {
					self.last.store(at, Ordering::Relaxed);
					return Ok(subscription);
				}
				Ok(Err(error)) => failed = Some(error),
				Err(_) => failed = Some(node.stalls(self.patience)),
			}
		}
		Err(failed.unwrap_or_else(|| client_error("the network file names no node of this chain")))
	}

	/// All nodes, from the one that answered last on. Those that were slow or of no use come last.
	fn order(&self) -> Vec<usize> {
		let (last, count) = (self.last.load(Ordering::Relaxed), self.nodes.len());
		let mut order: Vec<_> = (0..count).map(|next| (last + next) % count).collect();
		order.sort_by_key(|at| self.nodes[*at].behind.load(Ordering::Relaxed));
		order
	}
}

impl Endpoint {
	async fn connect(&self) -> Result<&RpcClient, Error> {
		self.rpc
			.get_or_try_init(|| async {
				check_url(&self.url).map_err(|error| client_error(error.to_string()))?;
				rpc::connect(&self.url).await
			})
			.await
	}

	fn stalls(&self, patience: Duration) -> Error {
		let seconds = patience.as_secs();
		client_error(format!("{} did not answer within {seconds} s", self.url))
	}
}

/// How much a failed answer says: that a node has nothing to tell says more than that it refuses,
/// and this more than that it cannot be asked.
fn says(answer: &Result<Box<RawValue>, Error>) -> u8 {
	match answer {
		Ok(_) => 2,
		Err(Error::User(_)) => 1,
		Err(_) => 0,
	}
}

fn client_error(text: impl Into<String>) -> Error {
	Error::Client(text.into().into())
}

impl RpcClientT for Endpoints {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(self.request(method, params))
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(self.subscribe(sub, params, unsub))
	}
}
