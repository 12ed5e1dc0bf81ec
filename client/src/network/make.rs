//! Making and signing a network file, with nodes that the signer trusts.

use codec::{Decode, DecodeAll, Encode};
use salus_envelope::Signer;
use salus_light::{
	network::{NetworkFile, Relay, Signature},
	Authorities, Checkpoint, Header, H256,
};
use sp_core::sr25519;
use subxt::{
	config::RpcConfigFor,
	rpcs::{methods::LegacyRpcMethods, RpcClient},
	SubstrateConfig,
};

use super::{ChainEntry, EntryKind};
use crate::{
	chain::{check_url, Chain, ChainKind},
	Error, Result,
};

type Methods = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

/// The relay chain of a node that the signer trusts, with its newest final block as checkpoint.
pub async fn checkpoint_of(url: &str, reset: u32) -> Result<Relay> {
	let methods = connect(url).await?;
	let failed = |error| failed(url, error);
	let genesis = methods.genesis_hash().await.map_err(failed)?;
	let last = methods.chain_get_finalized_head().await.map_err(failed)?;
	let header = methods.chain_get_header(Some(last)).await.map_err(failed)?;
	let header = header.ok_or_else(|| Error::Node(format!("it has no block {last:?}")))?;
	let header =
		Header::decode(&header.encode()).map_err(|error| Error::Node(error.to_string()))?;
	let set_id = call::<u64>(&methods, url, "GrandpaApi_current_set_id", last).await?;
	let authorities: Authorities =
		call(&methods, url, "GrandpaApi_grandpa_authorities", last).await?;
	// The length of a slot is the first field.
	let configuration = methods
		.state_call("BabeApi_configuration", None, Some(last))
		.await
		.map_err(failed)?;
	let slot_duration = u64::decode(&mut &*configuration).map_err(unreadable)?;
	let checkpoint = Checkpoint::new(genesis, &header, set_id, authorities, reset)
		.map_err(|error| Error::Node(error.to_string()))?;
	Ok(Relay {
		genesis,
		slot_duration,
		checkpoint,
	})
}

/// A chain as a node that the signer trusts tells of it, without endpoints.
pub async fn chain_of(url: &str, development: bool) -> Result<ChainEntry> {
	let state = Chain::connect(url).await?.finalized().await?;
	let kind = match state.kind() {
		ChainKind::Region => EntryKind::Region,
		ChainKind::Consortium => EntryKind::Consortium,
	};
	let para = state.region().await?;
	let methods = connect(url).await?;
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

/// A signer's signature of a network file.
pub fn sign(network: &NetworkFile, signer: &dyn Signer) -> Signature {
	let signature = signer.sign(network.message().as_bytes());
	Signature {
		account: signer.account().into(),
		signature: sr25519::Signature::from_raw(signature),
	}
}

async fn connect(url: &str) -> Result<Methods> {
	check_url(url)?;
	let rpc = RpcClient::from_insecure_url(url).await;
	Ok(Methods::new(rpc.map_err(|error| failed(url, error))?))
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
