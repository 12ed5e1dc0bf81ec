//! Views that the client runs itself: the runtime's code over state that is proven, so that no node
//! can answer them with anything else.
//!
//! [`Runtime::new`] takes the code that a [`State`](salus_light::State) proves, and
//! [`Runtime::call`] runs a function of a runtime API in an interpreter. The code is a stranger's:
//! it gets 128 MiB of memory, 500 million instructions and only what a view needs of the host. It
//! can read the state and hash. It cannot write, sign, ask for the time or reach a network: a view
//! that tries to, fails.
//!
//! All that the view reads must be in the proof. A key that the proof does not show ends the view
//! with [`RunError::NotShown`]; it never counts as absent. [`view_from`] gets what is missing
//! proven by a node, and runs the view again until nothing is missing.
//!
//! From a checkpoint to a view, over the RPC of a node of the relay chain and of one of the region:
//! [`follow`], [`head_from`], [`runtime_from`], [`view_from`]. The caller checks the ages of the
//! checkpoint and of the head in between, with [`Clock::age`](salus_light::Clock::age).

mod ask;
mod heap;
mod host;
mod node;
mod proofs;
mod reads;
mod relay;
mod source;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use salus_light::{
	limits::{MAX_CODE_BYTES, MAX_UNPACKED_CODE_BYTES},
	StateError,
};
use wasmi::{CompilationMode, Config, Engine, Module, TrapCode};

pub(crate) use ask::request;
pub use ask::{runtime_from, view_from, AskError};
use host::unpack;
pub(crate) use node::NOT_PROVEN;
pub use node::{clock, ProvenNode, Rules};
pub use reads::Reads;
pub use relay::{follow, head_from, head_proof, next_step};
pub use source::{Endpoints, PATIENCE};

/// The memory that a view can use, in bytes.
pub const MAX_MEMORY: usize = 128 * 1024 * 1024;

/// The work that a view can do, in instructions. A call of a host function counts as 1,000, and
/// each byte that goes in or out of it as one. It is the same on each machine, so that a slow or
/// busy one loses no answer. The metadata take 35 million, and no other view comes near.
pub const MAX_WORK: u64 = 500_000_000;

/// A runtime that can run views.
pub struct Runtime(Module);

/// Why a view has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
	/// The code is too large, or not a runtime.
	#[error("the runtime's code cannot be run: {0}")]
	Code(String),
	/// The runtime has no such function.
	#[error("the runtime has no function {0}: this program is newer or older than the chain")]
	NoFunction(String),
	/// The proof does not show what the view reads.
	#[error("the view reads what the proof does not show")]
	NotShown(Read),
	/// The state has something that cannot be read.
	#[error(transparent)]
	State(#[from] StateError),
	/// The view called a host function that views do not need.
	#[error("the view called the host function {0}, which no view may call")]
	Import(String),
	/// The view used too much memory.
	#[error("the view used more than {} MiB of memory", MAX_MEMORY / 1024 / 1024)]
	Memory,
	/// The view did too much work.
	#[error("the view needs more than {MAX_WORK} instructions")]
	Work,
	/// The view read or wrote outside its memory, or failed in another way.
	#[error("the view failed: {0}")]
	Failed(String),
}

/// What a view reads of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
	/// The value at this key.
	Value(Vec<u8>),
	/// The first key after this one.
	KeyAfter(Vec<u8>),
}

impl wasmi::errors::HostError for RunError {}

impl From<RunError> for wasmi::Error {
	fn from(error: RunError) -> Self {
		Self::host(error)
	}
}

impl From<&wasmi::Error> for RunError {
	fn from(error: &wasmi::Error) -> Self {
		if let Some(error) = error.downcast_ref::<Self>() {
			return error.clone();
		}
		match error.as_trap_code() {
			Some(TrapCode::OutOfFuel) => Self::Work,
			Some(TrapCode::GrowthOperationLimited) => Self::Memory,
			_ => Self::Failed(error.to_string()),
		}
	}
}

impl From<wasmi::Error> for RunError {
	fn from(error: wasmi::Error) -> Self {
		Self::from(&error)
	}
}

impl Runtime {
	/// Prepares a runtime from the code of a chain's state, compressed or not. Keep it as long as
	/// the state's code has the same hash: this takes some tenths of a second.
	///
	/// # Errors
	///
	/// [`RunError::Code`].
	pub fn new(code: &[u8]) -> Result<Self, RunError> {
		if code.len() > MAX_CODE_BYTES {
			return Err(RunError::Code(format!("it has {} bytes", code.len())));
		}
		let wasm = sp_maybe_compressed_blob::decompress(code, MAX_UNPACKED_CODE_BYTES)
			.map_err(|error| RunError::Code(error.to_string()))?;
		let mut config = Config::default();
		config
			.consume_fuel(true)
			.wasm_multi_memory(false)
			.compilation_mode(CompilationMode::Lazy);
		Module::new(&Engine::new(&config), &wasm)
			.map(Self)
			.map_err(|error| RunError::Code(error.to_string()))
	}

	/// The names of the host functions that the code imports.
	pub fn imports(&self) -> Vec<String> {
		let imports = self.0.imports();
		let functions = imports.filter(|import| import.ty().func().is_some());
		functions.map(|import| import.name().to_owned()).collect()
	}

	/// Runs `function`, such as `EmrApi_record`, with SCALE encoded `parameters`, and returns its
	/// SCALE encoded answer.
	///
	/// # Errors
	///
	/// [`RunError`] says why there is no answer.
	pub fn call(
		&self,
		state: Arc<dyn Reads>,
		function: &str,
		parameters: &[u8],
	) -> Result<Vec<u8>, RunError> {
		let (mut store, instance) = host::instantiate(&self.0, state)?;
		let entry = instance
			.get_typed_func::<(u32, u32), u64>(&store, function)
			.map_err(|_| RunError::NoFunction(function.into()))?;
		let at = host::place(&mut store, parameters)?;
		let answer = entry.call(&mut store, (at, parameters.len() as u32))?;
		let memory = store.data().memory()?;
		let (start, length) = unpack(answer);
		memory
			.data(&store)
			.get(start..start.saturating_add(length))
			.map(<[u8]>::to_vec)
			.ok_or_else(|| RunError::Failed("its answer is outside its memory".into()))
	}
}
