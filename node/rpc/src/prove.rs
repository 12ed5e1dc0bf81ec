//! `salus_proveCalls`: calls of runtime functions, with a proof of all that they read.

use std::{
	cell::RefCell,
	sync::{Arc, Mutex, PoisonError},
};

use codec::Encode;
use jsonrpsee::{
	core::RpcResult,
	proc_macros::rpc,
	types::{error::ErrorCode, ErrorObjectOwned},
	Extensions,
};
use sc_client_api::{CallExecutor, ExecutorProvider, HeaderBackend};
use sc_rpc_api::check_if_safe;
use serde::{Deserialize, Serialize};
use sp_api::{ApiError, CallApiAt, ProofRecorder};
use sp_core::{storage::well_known_keys::CODE, traits::CallContext, Bytes};
use sp_runtime::traits::{Block as BlockT, Header as _};
use sp_state_machine::{
	backend::{AsTrieBackend, Backend},
	TrieBackendBuilder,
};

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
	/// The nodes of the state after the block that show all that the calls read, the values at the keys,
	/// and the hash of the code. The calls do not read the code.
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
	/// that they read, the values at the keys, and the hash of the code. Changes nothing.
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
pub struct Prover<Client, Block: BlockT> {
	client: Arc<Client>,
	/// What was read last beside calls: many requests want the same of a block.
	last: Mutex<Option<Arc<Read<Block>>>>,
}

/// What a request reads beside its calls.
struct Read<Block: BlockT> {
	block: Block::Hash,
	keys: Vec<Bytes>,
	header: Block::Header,
	/// The hash of the code.
	code: Block::Hash,
	/// The nodes that show the values at the keys, and the hash of the code.
	nodes: Vec<Vec<u8>>,
}

impl<Client, Block: BlockT> Prover<Client, Block> {
	/// The RPC of a node with this client.
	pub fn new(_: Arc<HopDataPool>, client: Arc<Client>) -> Self {
		Self {
			client,
			last: Mutex::default(),
		}
	}
}

impl<Client, Block> ProveApiServer<Block::Hash> for Prover<Client, Block>
where
	Block: BlockT,
	Client:
		HeaderBackend<Block> + CallApiAt<Block> + ExecutorProvider<Block> + Send + Sync + 'static,
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
		Ok(self.prove(block, &calls, keys)?)
	}
}

impl<Client, Block> Prover<Client, Block>
where
	Block: BlockT,
	Client: HeaderBackend<Block> + CallApiAt<Block> + ExecutorProvider<Block>,
{
	fn prove(
		&self,
		block: Block::Hash,
		calls: &[Call],
		keys: Vec<Bytes>,
	) -> Result<Proven<Block::Hash>, ProveError> {
		let read = self.read(block, keys)?;
		let shown: usize = read.nodes.iter().map(Vec::len).sum();
		// One for all calls, as most of them read the same nodes.
		let recorder = ProofRecorder::<Block>::default();
		let recording = Some(recorder.clone());
		let mut answers = Vec::new();
		check_size(&answers, shown)?;
		for Call {
			function,
			arguments,
		} in calls
		{
			let extensions = self.client.execution_extensions();
			let extensions = extensions.extensions(block, *read.header.number());
			let ran = self.client.executor().contextual_call(
				block,
				function,
				arguments,
				&RefCell::default(),
				&recording,
				CallContext::Offchain,
				&RefCell::new(extensions),
			);
			let answer = ran.map_err(|error| match error {
				sp_blockchain::Error::UnknownBlock(_) => error.into(),
				error => ProveError::Call(function.clone(), first_line(&error)),
			})?;
			answers.push(Bytes(answer));
			check_size(
				&answers,
				shown.saturating_add(recorder.estimate_encoded_size()),
			)?;
		}
		let more = recorder.drain_storage_proof().into_iter_nodes();
		let more = more.filter(|node| !read.nodes.contains(node));
		Ok(Proven {
			header: Bytes(read.header.encode()),
			code: read.code,
			answers,
			proof: read.nodes.iter().cloned().chain(more).map(Bytes).collect(),
		})
	}

	/// Reads the header, the values at the keys, and the hash of the code.
	fn read(&self, block: Block::Hash, keys: Vec<Bytes>) -> Result<Arc<Read<Block>>, ProveError> {
		let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
		let same = |read: &Arc<Read<Block>>| read.block == block && read.keys == keys;
		if let Some(read) = last().clone().filter(same) {
			return Ok(read);
		}
		let none = || ProveError::NoBlock(format!("{block:?}"));
		let header = self.client.header(block)?.ok_or_else(none)?;
		let recorder = ProofRecorder::<Block>::default();
		let state = self.client.state_at(block)?;
		let state = TrieBackendBuilder::wrap(state.as_trie_backend())
			.with_recorder(recorder.clone())
			.build();
		for key in &keys {
			state.storage(key).map_err(ProveError::Node)?;
		}
		let code = state.storage_hash(CODE).map_err(ProveError::Node)?;
		let read = Arc::new(Read {
			block,
			keys,
			header,
			code: code.ok_or_else(none)?,
			nodes: recorder.drain_storage_proof().into_iter_nodes().collect(),
		});
		*last() = Some(read.clone());
		Ok(read)
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

fn check_size(answers: &[Bytes], proof: usize) -> Result<(), ProveError> {
	let answers = answers.iter().map(|answer| answer.len());
	let size = answers.fold(proof, usize::saturating_add);
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

impl From<ApiError> for ProveError {
	fn from(error: ApiError) -> Self {
		match error {
			ApiError::UnknownBlock(block) => Self::NoBlock(block),
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
