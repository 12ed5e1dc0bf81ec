//! Making and signing a network file, with nodes that the signer trusts.

use codec::{Decode, DecodeAll, Encode};
use salus_envelope::Signer;
use salus_light::{
	network::{NetworkFile, Relay, Signature},
	Authorities, Checkpoint, Clock, Header, H256,
};
use salus_primitives::AccountId;
use sp_core::sr25519;
use subxt::{
	config::RpcConfigFor,
	rpcs::{
		methods::{legacy::NumberOrHex, LegacyRpcMethods},
		RpcClient,
	},
	SubstrateConfig,
};

use super::{ChainEntry, EntryKind};
use crate::{
	chain::{check_url, Chain, ChainKind},
	proven::{clock, follow},
	rpc, Error, Result,
};

type Methods = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

/// The relay chain of a node that the signer trusts, with its newest final block as checkpoint.
pub async fn checkpoint_of(url: &str, reset: u32) -> Result<Relay> {
	let methods = Methods::new(connect(url).await?);
	let failed = |error| failed(url, error);
	let last = methods.chain_get_finalized_head().await.map_err(failed)?;
	let (genesis, slot_duration) = relay_of(&methods, url, last).await?;
	let header = methods.chain_get_header(Some(last)).await.map_err(failed)?;
	let header = header.ok_or_else(|| Error::Node(format!("it has no block {last:?}")))?;
	let header =
		Header::decode(&header.encode()).map_err(|error| Error::Node(error.to_string()))?;
	let set_id = call::<u64>(&methods, url, "GrandpaApi_current_set_id", last).await?;
	let authorities: Authorities =
		call(&methods, url, "GrandpaApi_grandpa_authorities", last).await?;
	let checkpoint = Checkpoint::new(genesis, &header, set_id, authorities, reset)
		.map_err(|error| Error::Node(error.to_string()))?;
	Ok(Relay {
		genesis,
		slot_duration,
		checkpoint,
	})
}

/// The hash of a relay chain's first block, and the length of its slots.
async fn relay_of(methods: &Methods, url: &str, at: H256) -> Result<(H256, u64)> {
	let failed = |error| failed(url, error);
	let genesis = methods.genesis_hash().await.map_err(failed)?;
	// The length of a slot is the first field.
	let configuration = methods
		.state_call("BabeApi_configuration", None, Some(at))
		.await
		.map_err(failed)?;
	let slot_duration = u64::decode(&mut &*configuration).map_err(unreadable)?;
	Ok((genesis, slot_duration))
}

/// Compares the relay chain of a network file with a node of it that the signer trusts.
///
/// The hash of the checkpoint's block does not cover the authorities that the file names. With false
/// ones, whoever made the file could show any chain. So this follows the node's chain from the
/// checkpoint, over the votes of its true authorities.
pub async fn check_relay(url: &str, relay: &Relay) -> Result<()> {
	check_relay_by(&connect(url).await?, url, relay, clock()).await
}

/// [`check_relay`] over a client of the node at `url`, at a time.
pub(crate) async fn check_relay_by(
	rpc: &RpcClient,
	url: &str,
	relay: &Relay,
	now: u64,
) -> Result<()> {
	let wrong = |what: String| {
		Error::Verification(format!(
			"the network file and the relay chain's node at {url} differ: {what}"
		))
	};
	let methods = Methods::new(rpc.clone());
	let last = methods.chain_get_finalized_head().await;
	let last = last.map_err(|error| failed(url, error))?;
	if relay_of(&methods, url, last).await? != (relay.genesis, relay.slot_duration) {
		return Err(wrong("they are of two chains".into()));
	}
	let checkpoint = &relay.checkpoint;
	let number = NumberOrHex::Number(checkpoint.number.into());
	let hash = methods.chain_get_block_hash(Some(number)).await;
	let hash = hash.map_err(|error| failed(url, error))?;
	let header = match hash {
		Some(hash) => methods.chain_get_header(Some(hash)).await,
		None => Ok(None),
	};
	let header = header.map_err(|error| failed(url, error))?;
	let header = header.and_then(|header| Header::decode(&header.encode()).ok());
	if !header.is_some_and(|header| is_of(checkpoint, &header)) {
		return Err(wrong("the checkpoint is not a block of the chain".into()));
	}
	let clock = Clock {
		now,
		slot_duration: relay.slot_duration,
	};
	let newest = follow(rpc, checkpoint, &clock).await;
	let newest = newest.map_err(|error| wrong(error.to_string()))?;
	if newest.number == checkpoint.number {
		return Err(Error::NotAllowed {
			reason: "the checkpoint's authorities have not finalized a later block yet".into(),
			next: Some("try again in a minute".into()),
		});
	}
	Ok(())
}

/// Whether a checkpoint is at the block with this header.
pub(super) fn is_of(checkpoint: &Checkpoint, header: &Header) -> bool {
	let Checkpoint {
		genesis,
		set_id,
		authorities,
		reset,
		..
	} = checkpoint.clone();
	Checkpoint::new(genesis, header, set_id, authorities, reset).as_ref() == Ok(checkpoint)
}

/// A chain as a node that the signer trusts tells of it, without endpoints.
pub async fn chain_of(url: &str, development: bool) -> Result<ChainEntry> {
	let state = Chain::connect(url).await?.finalized().await?;
	let kind = match state.kind() {
		ChainKind::Region => EntryKind::Region,
		ChainKind::Consortium => EntryKind::Consortium,
	};
	let para = state.region().await?;
	let methods = Methods::new(connect(url).await?);
	let failed = |error| failed(url, error);
	let genesis = methods.genesis_hash().await.map_err(failed)?;
	let last = methods.chain_get_finalized_head().await.map_err(failed)?;
	let slot_duration = call(&methods, url, "AuraApi_slot_duration", last).await?;
	Ok(ChainEntry {
		kind,
		para,
		genesis,
		slot_duration,
		development,
		endpoints: Vec::new(),
	})
}

/// The authorities of a chain, as a node that the signer trusts tells them.
pub async fn authorities_of(url: &str) -> Result<Vec<AccountId>> {
	let state = Chain::connect(url).await?.finalized().await?;
	state.authorities().await
}

/// A signer's signature of a network file.
pub fn sign(network: &NetworkFile, signer: &dyn Signer) -> Signature {
	let signature = signer.sign(network.message().as_bytes());
	Signature {
		account: signer.account().into(),
		signature: sr25519::Signature::from_raw(signature),
	}
}

async fn connect(url: &str) -> Result<RpcClient> {
	check_url(url)?;
	let rpc = rpc::connect(url).await;
	rpc.map_err(|error| failed(url, error))
}

async fn call<T: Decode>(methods: &Methods, url: &str, function: &str, at: H256) -> Result<T> {
	let answer = methods.state_call(function, None, Some(at)).await;
	let answer = answer.map_err(|error| failed(url, error))?;
	T::decode_all(&mut &*answer).map_err(unreadable)
}

fn failed(url: &str, error: subxt::rpcs::Error) -> Error {
	Error::Connection {
		url: url.into(),
		cause: error.to_string(),
	}
}

fn unreadable(error: codec::Error) -> Error {
	Error::Node(error.to_string())
}
