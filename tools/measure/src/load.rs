//! Sending transactions, and watching them.

use crate::Result;
use clap::ValueEnum;
use serde_json::Value as Json;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	dynamic::Value,
	rpcs::{client::RpcClient, rpc_params},
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

/// The most transactions of one account that no block has yet. The chain allows 63.
const IN_FLIGHT: usize = 48;
/// How long to wait for the last transactions to become final.
const PATIENCE: Duration = Duration::from_secs(90);
/// The calls of a transaction that takes time, and the bytes of one that takes proof.
const CALLS: usize = 24;
const BYTES: usize = 192 * 1024;

/// What to send. The chain includes each transaction, and its calls fail: they change nothing.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
	/// The smallest transaction.
	Small,
	/// A batch of votes about no provider.
	Time,
	/// A batch with a long remark.
	Proof,
}

impl Kind {
	fn call(self) -> (&'static str, &'static str, Vec<Value>) {
		let batch = |calls| {
			(
				"Utility",
				"force_batch",
				vec![Value::unnamed_composite(calls)],
			)
		};
		match self {
			Self::Small => ("Governance", "cancel_upgrade", Vec::new()),
			Self::Time => {
				let nobody = Value::unnamed_composite([Value::u128(u32::MAX.into())]);
				let suspend = Value::named_variant("Suspend", [("id", nobody)]);
				let vote =
					Value::named_variant("vote", [("motion", suspend), ("aye", Value::bool(true))]);
				batch(vec![Value::unnamed_variant("Registry", [vote]); CALLS])
			}
			Self::Proof => {
				let remark = Value::from_bytes(vec![0x5a; BYTES]);
				let remark = Value::named_variant("remark", [("remark", remark)]);
				batch(vec![Value::unnamed_variant("System", [remark])])
			}
		}
	}
}

/// A transaction that was sent.
#[derive(Default)]
pub struct Sent {
	/// The time until a best block included it.
	pub in_block: Option<Duration>,
	/// The time until its block was final.
	pub is_final: Option<Duration>,
}

/// Sends transactions of these accounts by turns, each to its own node. Returns when the last one
/// is final, or after some time.
pub async fn send(
	signers: &[(Arc<RpcClient>, Keypair)],
	kind: Kind,
	rate: f64,
	duration: Duration,
) -> Result<Vec<Sent>> {
	let (pallet, name, args) = kind.call();
	let call = subxt::transactions::dynamic(pallet, name, args);
	let mut accounts = Vec::new();
	for (rpc, key) in signers {
		let client = OnlineClient::<SubstrateConfig>::from_rpc_client((**rpc).clone()).await?;
		let account = key.public_key().to_account_id();
		let nonce: u64 = rpc
			.request("system_accountNextIndex", rpc_params![account.to_string()])
			.await?;
		accounts.push((rpc, key, client, nonce, Arc::new(Semaphore::new(IN_FLIGHT))));
	}
	let mut tasks = Vec::new();
	let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
	let end = Instant::now() + duration;
	'sending: loop {
		for (rpc, key, client, nonce, in_flight) in &mut accounts {
			tick.tick().await;
			if Instant::now() >= end {
				break 'sending;
			}
			let permit = Arc::clone(in_flight).acquire_owned().await?;
			let params = DefaultExtrinsicParamsBuilder::new()
				.immortal()
				.nonce(*nonce)
				.build();
			let at = client.at_current_block().await?;
			let signed = at.tx().create_signed(&call, *key, params).await?;
			*nonce += 1;
			let bytes = format!("0x{}", hex::encode(signed.encoded()));
			let rpc = Arc::clone(rpc);
			tasks.push(tokio::spawn(async move {
				let mut sent = Sent::default();
				let watching = watch(&rpc, bytes, permit, &mut sent);
				if let Ok(Err(error)) =
					tokio::time::timeout_at((end + PATIENCE).into(), watching).await
				{
					eprintln!("warning: {error}");
				}
				sent
			}));
		}
	}
	let mut all = Vec::new();
	for task in tasks {
		all.push(task.await?);
	}
	Ok(all)
}

/// Sends a transaction and watches it. Releases the permit when a block includes it.
async fn watch(
	rpc: &RpcClient,
	bytes: String,
	permit: tokio::sync::OwnedSemaphorePermit,
	sent: &mut Sent,
) -> Result<()> {
	let since = Instant::now();
	let mut permit = Some(permit);
	let mut states = rpc
		.subscribe::<Json>(
			"author_submitAndWatchExtrinsic",
			rpc_params![bytes],
			"author_unwatchExtrinsic",
		)
		.await?;
	while let Some(state) = states.next().await {
		let state = state?;
		if state.get("inBlock").is_some() {
			sent.in_block.get_or_insert(since.elapsed());
			permit.take();
		} else if state.get("finalized").is_some() {
			sent.is_final = Some(since.elapsed());
			return Ok(());
		} else if !["ready", "future", "broadcast", "retracted"]
			.iter()
			.any(|usual| state == *usual || state.get(usual).is_some())
		{
			return Err(format!("the pool reports about a transaction: {state}").into());
		}
	}
	Err("the node stopped reporting on a transaction".into())
}
