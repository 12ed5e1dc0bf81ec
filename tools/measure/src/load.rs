//! Sending transactions, and watching them.

use crate::Result;
use clap::ValueEnum;
use scale_info::TypeDef;
use serde_json::Value as Json;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	dynamic::Value,
	rpcs::{client::RpcClient, rpc_params, Error as RpcError},
	Metadata, OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

/// The most transactions of one account that no block has yet. The chain allows 63.
const IN_FLIGHT: usize = 48;
/// The bytes that a node's pool keeps of transactions whose account lacks an earlier one: a tenth of 20 MiB. It gets
/// those of other nodes, and for a new block all that came since the one before, in any order. So it drops what is
/// more, and with each what comes after it of the account.
const WAITING_BYTES: usize = 2 * 1024 * 1024;
/// How long to wait for the last transactions to become final.
const PATIENCE: Duration = Duration::from_secs(90);
/// For longer than this, the pool does not refuse a transaction that it dropped. Each refusal begins the time anew.
const BAN: Duration = Duration::from_secs(3);
/// The pool's error codes until then, and while it is full.
const AGAIN: [i32; 2] = [1012, 1016];
/// The calls of a transaction that takes time, and the bytes of one that takes proof.
const CALLS: usize = 24;
const BYTES: usize = 128 * 1024;

/// What to send. Authorities may send it, and the chain includes each transaction, but the calls
/// fail: they change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
	/// Authorizing the announced upgrade, when none is announced: the smallest transaction.
	Small,
	/// A batch of calls that set session keys. The chain verifies all signatures, and the last one
	/// of each call is wrong.
	Time,
	/// Setting session keys with a proof that is far too long.
	Proof,
}

impl Kind {
	/// The most transactions of each of so many accounts that no block has yet. A node's pool has those
	/// of all.
	fn in_flight(self, accounts: usize) -> usize {
		match self {
			Self::Small | Self::Time => IN_FLIGHT,
			// Each is a little longer than its proof.
			Self::Proof => (WAITING_BYTES - 1) / BYTES / accounts.max(1),
		}
	}

	/// The call for an authority's account, on a chain whose session keys have these names.
	pub fn call(
		self,
		authority: &Keypair,
		keys: &[String],
	) -> (&'static str, &'static str, Vec<Value>) {
		match self {
			Self::Small => ("Governance", "authorize_announced_upgrade", Vec::new()),
			Self::Time => {
				let mut set_keys = set_keys(authority, keys, refused_proof(authority, keys.len()));
				let proof = set_keys.pop();
				let fields = set_keys
					.into_iter()
					.map(|keys| ("keys", keys))
					.chain(proof.map(|proof| ("proof", proof)));
				let call = Value::named_variant("set_keys", fields);
				let calls = vec![Value::unnamed_variant("Session", [call]); CALLS];
				(
					"Utility",
					"force_batch",
					vec![Value::unnamed_composite(calls)],
				)
			}
			Self::Proof => (
				"Session",
				"set_keys",
				set_keys(authority, keys, vec![0x5a; BYTES]),
			),
		}
	}
}

/// The arguments of `Session.set_keys`, with the account's own key for all purposes.
fn set_keys(authority: &Keypair, keys: &[String], proof: Vec<u8>) -> Vec<Value> {
	let public = authority.public_key().0;
	let keys = keys
		.iter()
		.map(|name| (name.as_str(), Value::from_bytes(public)));
	vec![Value::named_composite(keys), Value::from_bytes(proof)]
}

/// The signatures that prove that the account has these keys. The last one is wrong.
fn refused_proof(authority: &Keypair, keys: usize) -> Vec<u8> {
	let statement = [&b"POP_"[..], &authority.public_key().0].concat();
	let mut proof: Vec<u8> = (0..keys)
		.flat_map(|_| authority.sign(&statement).0)
		.collect();
	// The place of the last signature that is compared after all is computed.
	if let Some(byte) = proof.iter_mut().rev().nth(63) {
		*byte ^= 1;
	}
	proof
}

/// The names of a chain's session keys, from its metadata.
pub fn session_keys(metadata: &Metadata) -> Result<Vec<String>> {
	let call = metadata
		.pallet_by_name("Session")
		.and_then(|pallet| pallet.call_variant_by_name("set_keys"))
		.and_then(|call| call.fields.first())
		.ok_or("the chain has no Session.set_keys")?;
	let keys = metadata
		.types()
		.resolve(call.ty.id)
		.ok_or("the chain does not describe its session keys")?;
	let TypeDef::Composite(keys) = &keys.type_def else {
		return Err("the chain's session keys are no record".into());
	};
	Ok(keys
		.fields
		.iter()
		.filter_map(|field| field.name.clone())
		.collect())
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
/// is final, or after some time: each with what went wrong, if anything.
pub async fn send(
	signers: &[(Arc<RpcClient>, Keypair)],
	kind: Kind,
	rate: f64,
	duration: Duration,
) -> Result<Vec<(Sent, Result<()>)>> {
	let mut accounts = Vec::new();
	for (rpc, key) in signers {
		let client = OnlineClient::<SubstrateConfig>::from_rpc_client((**rpc).clone()).await?;
		let names = session_keys(&client.at_current_block().await?.metadata())?;
		let (pallet, name, args) = kind.call(key, &names);
		let call = subxt::transactions::dynamic(pallet, name, args);
		let account = key.public_key().to_account_id();
		let nonce: u64 = rpc
			.request("system_accountNextIndex", rpc_params![account.to_string()])
			.await?;
		let in_flight = Arc::new(Semaphore::new(kind.in_flight(signers.len())));
		accounts.push((rpc, key, client, call, nonce, in_flight));
	}
	let mut tasks = Vec::new();
	let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
	let end = Instant::now() + duration;
	'sending: loop {
		for (rpc, key, client, call, nonce, in_flight) in &mut accounts {
			tick.tick().await;
			if Instant::now() >= end {
				break 'sending;
			}
			let permit = Arc::clone(in_flight).acquire_owned();
			let Ok(permit) = tokio::time::timeout_at(end.into(), permit).await else {
				break 'sending;
			};
			let permit = permit?;
			let params = DefaultExtrinsicParamsBuilder::new()
				.immortal()
				.nonce(*nonce)
				.build();
			let at = client.at_current_block().await?;
			let signed = at.tx().create_signed(call, *key, params).await?;
			*nonce += 1;
			let bytes = format!("0x{}", hex::encode(signed.encoded()));
			let rpc = Arc::clone(rpc);
			tasks.push(tokio::spawn(async move {
				let mut sent = Sent::default();
				let watching = watch(&rpc, bytes, permit, &mut sent);
				let watched = tokio::time::timeout_at((end + PATIENCE).into(), watching).await;
				let late = |_| Err("a transaction was not final in time".into());
				let outcome = watched.unwrap_or_else(late);
				(sent, outcome)
			}));
		}
	}
	let mut all = Vec::new();
	for task in tasks {
		all.push(task.await?);
	}
	Ok(all)
}

/// Sends a transaction and watches it. Releases the permit when a block includes it. Sends it again
/// if the pool is full or drops it, as the client does: what comes after it of the account needs it.
pub async fn watch<P>(rpc: &RpcClient, bytes: String, permit: P, sent: &mut Sent) -> Result<()> {
	let since = Instant::now();
	let mut permit = Some(permit);
	'sending: loop {
		let states = rpc
			.subscribe::<Json>(
				"author_submitAndWatchExtrinsic",
				rpc_params![&bytes],
				"author_unwatchExtrinsic",
			)
			.await;
		let mut states = match states {
			Ok(states) => states,
			Err(RpcError::User(error))
				if AGAIN.contains(&error.code) && since.elapsed() < PATIENCE =>
			{
				tokio::time::sleep(BAN).await;
				continue;
			}
			Err(error) => {
				// Nobody else uses the nonce.
				if is_outdated(&error) {
					sent.in_block.get_or_insert(since.elapsed());
				}
				return Err(refusal(error));
			}
		};
		while let Some(state) = states.next().await {
			let state = state?;
			if state.get("inBlock").is_some() {
				sent.in_block.get_or_insert(since.elapsed());
				permit.take();
			} else if state.get("finalized").is_some() {
				sent.is_final = Some(since.elapsed());
				return Ok(());
			} else if state == "dropped" && since.elapsed() < PATIENCE {
				tokio::time::sleep(BAN).await;
				continue 'sending;
			} else if !["ready", "future", "broadcast", "retracted"]
				.iter()
				.any(|usual| state == *usual || state.get(usual).is_some())
			{
				return Err(format!("the pool reports about a transaction: {state}").into());
			}
		}
		return Err("the node stopped reporting on a transaction".into());
	}
}

/// Whether the pool refused a transaction because its nonce is used.
fn is_outdated(error: &RpcError) -> bool {
	let RpcError::User(error) = error else {
		return false;
	};
	let data = error.data.as_deref();
	data.is_some_and(|data| data.get().contains("outdated"))
}

/// Why the pool refused a transaction. Without this, only "Invalid Transaction".
fn refusal(error: RpcError) -> Box<dyn std::error::Error + Send + Sync> {
	match error {
		RpcError::User(error) => {
			let why = error.data.as_deref().map_or("", |data| data.get());
			format!("the pool refused a transaction: {}: {why}", error.message).into()
		}
		error => error.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;
	use salus_primitives::admission::{sender_of, Class};
	use std::str::FromStr;
	use subxt::ext::scale_encode::EncodeAsFields;
	use subxt_signer::SecretUri;

	fn metadata(name: &str) -> Metadata {
		let bytes = std::fs::read(format!("../../client/metadata/{name}.scale")).unwrap();
		Metadata::decode_from(&bytes).unwrap()
	}

	fn alice() -> Keypair {
		Keypair::from_uri(&SecretUri::from_str("//Alice").unwrap()).unwrap()
	}

	/// The encoded call, without the places of pallet and call.
	fn encoded(metadata: &Metadata, kind: Kind) -> Vec<u8> {
		let names = session_keys(metadata).unwrap();
		let (pallet, name, args) = kind.call(&alice(), &names);
		let call = subxt::transactions::dynamic(pallet, name, args);
		let variant = metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| pallet.call_variant_by_name(name))
			.unwrap();
		let mut fields = variant
			.fields
			.iter()
			.map(|field| subxt::ext::scale_encode::Field::new(field.ty.id, field.name.as_deref()));
		let mut bytes = Vec::new();
		call.call_data()
			.encode_as_fields_to(&mut fields, metadata.types(), &mut bytes)
			.unwrap();
		bytes
	}

	#[test]
	fn each_load_is_a_call_of_both_kinds_of_chains() {
		for (name, keys) in [("regional", 2), ("consortium", 1)] {
			let metadata = metadata(name);
			assert_eq!(session_keys(&metadata).unwrap().len(), keys);
			assert!(encoded(&metadata, Kind::Small).is_empty());
			// The keys, and the proof with its length.
			let proof = encoded(&metadata, Kind::Proof);
			assert_eq!(proof.len(), keys * 32 + 4 + BYTES);
			let time = encoded(&metadata, Kind::Time);
			let length = u32::try_from(proof_of(&time, keys).len()).unwrap();
			assert_eq!(length, u32::try_from(keys * 64).unwrap());
		}
	}

	/// The proof in the first call of a batch.
	fn proof_of(batch: &[u8], keys: usize) -> Vec<u8> {
		// The number of calls, then the places of pallet and call.
		Vec::decode(&mut &batch[1 + 2 + keys * 32..]).unwrap()
	}

	/// Else pools drop some, and all that come after them.
	#[test]
	fn what_takes_proof_waits_in_a_pool_and_fills_blocks() {
		for accounts in 1..=3 {
			let all = accounts * Kind::Proof.in_flight(accounts);
			assert!(all * (BYTES + 1024) <= WAITING_BYTES, "{accounts}");
			// Three quarters of a sixth of a core's proof.
			assert!(all * BYTES > 10 * 1024 * 1024 / 6 * 3 / 4, "{accounts}");
		}
	}

	#[test]
	fn authorities_may_send_each_load() {
		for (pallet, call) in [
			("Governance", "authorize_announced_upgrade"),
			("Utility", "force_batch"),
			("Session", "set_keys"),
		] {
			let sender = sender_of(pallet, call).unwrap();
			for class in [Class::Authority, Class::ConsortiumAuthority] {
				assert!(sender.includes(class), "{pallet}.{call}");
			}
		}
	}

	#[test]
	fn only_the_last_signature_of_a_proof_is_wrong() {
		let (key, statement) = (alice(), [&b"POP_"[..], &alice().public_key().0].concat());
		let proof = refused_proof(&key, 2);
		let right = |signature: &[u8]| {
			let signature = subxt_signer::sr25519::Signature(signature.try_into().unwrap());
			subxt_signer::sr25519::verify(&signature, &statement, &key.public_key())
		};
		assert!(right(&proof[..64]));
		assert!(!right(&proof[64..]));
	}
}
