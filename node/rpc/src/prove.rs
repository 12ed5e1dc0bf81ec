//! `salus_proveCalls`: calls of runtime functions, with a proof of all that they read.

use std::{marker::PhantomData, sync::Arc};

use codec::Encode;
use jsonrpsee::{
	core::RpcResult,
	proc_macros::rpc,
	types::{error::ErrorCode, ErrorObjectOwned},
	Extensions,
};
use sc_client_api::{HeaderBackend, ProofProvider, StorageProof, StorageProvider};
use sc_client_db::Backend;
use sc_rpc_api::check_if_safe;
use serde::{Deserialize, Serialize};
use sp_core::{
	storage::{well_known_keys::CODE, StorageKey},
	Bytes,
};
use sp_runtime::traits::Block as BlockT;

use crate::HopDataPool;

/// The most calls in a request.
pub const MAX_CALLS: usize = 16;

/// The most keys in a request.
pub const MAX_KEYS: usize = 32;

/// The most bytes of a function's name.
pub const MAX_NAME_BYTES: usize = 256;

/// The most bytes of a call's arguments, and of a key.
pub const MAX_ARGUMENT_BYTES: usize = 1024 * 1024;

/// The most bytes of all answers and of the proof. As hexadecimal digits they fit in the 10 MiB that RPC
/// clients take at most; a longer message ends their connection.
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A call of a runtime function.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
	/// Such as `EmrApi_record`.
	pub function: String,
	/// In SCALE.
	pub arguments: Bytes,
}

/// What the calls return, and what proves it.
#[derive(Clone, Debug, Serialize)]
pub struct Proven<Hash> {
	/// The block's header, in SCALE.
	pub header: Bytes,
	/// The hash of the runtime's code, in the state after the block.
	pub code: Hash,
	/// What each call returns, in SCALE.
	pub answers: Vec<Bytes>,
	/// The nodes of the state after the block that show all that the calls read, and the keys. The calls
	/// do not read the code.
	pub proof: Vec<Bytes>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ProveError {
	/// The request has too much.
	Request(&'static str),
	/// The node does not have the block, or no longer its state.
	NoBlock(String),
	/// The answer is too large.
	TooLarge,
	/// A function does not exist, or it failed.
	Call(String, String),
	/// The node's database failed.
	Node(String),
}

/// The RPC of the node for its gateway.
#[rpc(server)]
pub trait ProveApi<Hash> {
	/// Runs calls of runtime functions on the state after a block, as `state_call` does, and proves all
	/// that they read, and the values at the keys. Changes nothing.
	///
	/// For operators: a proof shows what is beside a value, too. A gateway decides who may ask for what.
	///
	/// # Errors
	///
	/// -32602: the request has too much. 9001: the node does not have the block, or no longer its state.
	/// 9002: the answer is too large. 9003: a function does not exist, or it failed.
	#[method(name = "salus_proveCalls", with_extensions, blocking)]
	fn prove_calls(
		&self,
		block: Hash,
		calls: Vec<Call>,
		keys: Vec<Bytes>,
	) -> RpcResult<Proven<Hash>>;
}

/// Answers with the node's client.
pub struct Prover<Client, Block> {
	client: Arc<Client>,
	block: PhantomData<Block>,
}

impl<Client, Block> Prover<Client, Block> {
	/// The RPC of a node with this client.
	pub fn new(_: Arc<HopDataPool>, client: Arc<Client>) -> Self {
		Self {
			client,
			block: PhantomData,
		}
	}
}

impl<Client, Block> ProveApiServer<Block::Hash> for Prover<Client, Block>
where
	Block: BlockT,
	Client: HeaderBackend<Block>
		+ ProofProvider<Block>
		+ StorageProvider<Block, Backend<Block>>
		+ Send
		+ Sync
		+ 'static,
{
	fn prove_calls(
		&self,
		extensions: &Extensions,
		block: Block::Hash,
		calls: Vec<Call>,
		keys: Vec<Bytes>,
	) -> RpcResult<Proven<Block::Hash>> {
		check_if_safe(extensions)?;
		check(&calls, &keys)?;
		Ok(self.prove(block, &calls, &keys)?)
	}
}

impl<Client, Block> Prover<Client, Block>
where
	Block: BlockT,
	Client: HeaderBackend<Block> + ProofProvider<Block> + StorageProvider<Block, Backend<Block>>,
{
	fn prove(
		&self,
		block: Block::Hash,
		calls: &[Call],
		keys: &[Bytes],
	) -> Result<Proven<Block::Hash>, ProveError> {
		let none = || ProveError::NoBlock(format!("{block:?}"));
		let header = self.client.header(block)?.ok_or_else(none)?;
		let code = StorageKey(CODE.to_vec());
		let code = self.client.storage_hash(block, &code)?.ok_or_else(none)?;
		let mut keys = keys.iter().map(|key| &key.0[..]);
		let mut answers = Vec::new();
		let mut proof = self.client.read_proof(block, &mut keys)?;
		check_size(&answers, &proof)?;
		for Call {
			function,
			arguments,
		} in calls
		{
			let ran = self.client.execution_proof(block, function, arguments);
			let (answer, read) = ran.map_err(|error| match error {
				sp_blockchain::Error::UnknownBlock(_) => error.into(),
				error => ProveError::Call(function.clone(), first_line(&error)),
			})?;
			answers.push(Bytes(answer));
			proof = StorageProof::merge([proof, read]);
			check_size(&answers, &proof)?;
		}
		Ok(Proven {
			header: Bytes(header.encode()),
			code,
			answers,
			proof: proof.into_iter_nodes().map(Bytes).collect(),
		})
	}
}

fn check(calls: &[Call], keys: &[Bytes]) -> Result<(), ProveError> {
	if calls.len() > MAX_CALLS {
		return Err(ProveError::Request("too many calls"));
	}
	if keys.len() > MAX_KEYS {
		return Err(ProveError::Request("too many keys"));
	}
	if calls
		.iter()
		.any(|call| call.function.len() > MAX_NAME_BYTES)
	{
		return Err(ProveError::Request("a function's name is too long"));
	}
	let arguments = calls.iter().map(|call| &call.arguments);
	match arguments
		.chain(keys)
		.any(|bytes| bytes.len() > MAX_ARGUMENT_BYTES)
	{
		true => Err(ProveError::Request("an argument or key is too long")),
		false => Ok(()),
	}
}

fn check_size(answers: &[Bytes], proof: &StorageProof) -> Result<(), ProveError> {
	let answers = answers.iter().map(|answer| answer.len());
	let size = answers
		.chain(proof.iter_nodes().map(Vec::len))
		.fold(0, usize::saturating_add);
	match size > MAX_ANSWER_BYTES {
		true => Err(ProveError::TooLarge),
		false => Ok(()),
	}
}

/// An error without the list of the runtime's functions that led to it.
fn first_line(error: &sp_blockchain::Error) -> String {
	let text = error.to_string();
	text.lines().next().unwrap_or_default().to_owned()
}

impl From<sp_blockchain::Error> for ProveError {
	fn from(error: sp_blockchain::Error) -> Self {
		match error {
			sp_blockchain::Error::UnknownBlock(block) => Self::NoBlock(block),
			error => Self::Node(error.to_string()),
		}
	}
}

impl From<ProveError> for ErrorObjectOwned {
	fn from(error: ProveError) -> Self {
		let (code, text) = match error {
			ProveError::Request(what) => (
				ErrorCode::InvalidParams.code(),
				format!("{what}: at most {MAX_CALLS} calls and {MAX_KEYS} keys of 1 MiB each"),
			),
			ProveError::NoBlock(block) => (
				9001,
				format!("the node does not have this block, or no longer its state: {block}"),
			),
			ProveError::TooLarge => (
				9002,
				"the answer has more than 4 MiB: ask for less".to_owned(),
			),
			ProveError::Call(function, error) => (9003, format!("{function} failed: {error}")),
			ProveError::Node(error) => (
				ErrorCode::InternalError.code(),
				format!("cannot read the state: {error}"),
			),
		};
		Self::owned(code, text, None::<()>)
	}
}
