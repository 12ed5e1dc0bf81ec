//! `salus-node try-state`: loads the whole state of a chain from a running node by RPC, and lets
//! the runtime check it as after an upgrade. Every value must decode, and every pallet's
//! `try_state` must pass. It does not change the chain.

use clap::Args;
use codec::Encode;
use cumulus_primitives_proof_size_hostfunction::storage_proof_size;
use frame_remote_externalities::{Builder, Mode, OnlineConfig};
use sc_executor::WasmExecutor;
use sp_core::{storage::well_known_keys::CODE, traits::CallContext, H256};
use sp_runtime::{
	generic::{Block, Header},
	traits::{BlakeTwo256, Header as _},
	OpaqueExtrinsic,
};
use sp_state_machine::{
	backend::{BackendRuntimeCode, TryPendingCode},
	StateMachine,
};
use std::{fs, path::PathBuf};

type AnyBlock = Block<Header<u32, BlakeTwo256>, OpaqueExtrinsic>;

/// `UpgradeCheckSelect::TryState` of frame-support, which only a runtime built with `try-runtime`
/// has.
const CHECK_STATE: u8 = 3;

/// Arguments of `try-state`.
#[derive(Debug, Args)]
pub struct TryStateCmd {
	/// The node, such as ws://127.0.0.1:9944. May be repeated, for chains with the same runtime.
	#[arg(long = "url", value_name = "URL", required = true)]
	urls: Vec<String>,

	/// The chain's runtime, as Wasm built with the feature `try-runtime`. scripts/try-state builds
	/// it.
	#[arg(long, value_name = "WASM")]
	runtime: PathBuf,

	/// The block whose state to check (default: the last finalized one).
	#[arg(long, value_name = "HASH")]
	at: Option<H256>,

	/// Set a key of the state to this value before the check, both in hexadecimal digits. A wrong
	/// value shows that the check works. May be repeated.
	#[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
	with: Vec<(Vec<u8>, Vec<u8>)>,
}

fn key_and_value(text: &str) -> Result<(Vec<u8>, Vec<u8>), String> {
	let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
	let bytes = |digits: &str| {
		hex::decode(digits.strip_prefix("0x").unwrap_or(digits))
			.map_err(|error| format!("{digits}: {error}"))
	};
	Ok((bytes(key)?, bytes(value)?))
}

/// Runs the runtime. It keeps what it has compiled.
type Executor = WasmExecutor<(
	sp_io::SubstrateHostFunctions,
	storage_proof_size::HostFunctions,
)>;

impl TryStateCmd {
	/// Loads the state of each chain, checks it, and prints the result.
	pub fn run(self) -> Result<(), String> {
		let path = self.runtime.display();
		let code = fs::read(&self.runtime).map_err(|error| format!("{path}: {error}"))?;
		let executor = Executor::builder().build();
		for url in &self.urls {
			let checked = self.check(url, &code, &executor);
			let outcome = checked.map_err(|error| format!("{url}: {error}"))?;
			println!("{url}: {outcome}");
		}
		Ok(())
	}

	/// Loads a chain's state, and checks it.
	fn check(&self, url: &str, code: &[u8], executor: &Executor) -> Result<String, String> {
		let config = OnlineConfig {
			at: self.at,
			transport_uris: vec![url.to_owned()],
			child_trie: false,
			..Default::default()
		};
		let mut state = tokio::runtime::Runtime::new()
			.map_err(|error| error.to_string())?
			.block_on(
				Builder::<AnyBlock>::new()
					.mode(Mode::Online(config))
					.build(),
			)
			.map_err(|error| format!("cannot load the state: {error}"))?;
		let values = state.as_backend().backend_storage().keys().len();
		let block = format!(
			"block {} ({:?})",
			state.header.number(),
			state.header.hash()
		);

		state.insert(CODE.to_vec(), code.to_vec());
		for (key, value) in &self.with {
			state.insert(key.clone(), value.clone());
		}
		state
			.commit_all()
			.map_err(|error| format!("cannot change the state: {error}"))?;
		let state = &mut state.inner_ext;
		let code = BackendRuntimeCode::new(&state.backend, TryPendingCode::No);
		let outcome = StateMachine::new(
			&state.backend,
			&mut Default::default(),
			executor,
			"TryRuntime_on_runtime_upgrade",
			&CHECK_STATE.encode(),
			&mut state.extensions,
			&code.runtime_code()?,
			CallContext::Offchain,
		)
		.execute();
		match outcome {
			Ok(_) => Ok(format!("{block}: {values} values, all checks passed")),
			Err(error) => Err(format!("{block}: a check failed: {error}")),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_and_its_value_must_be_hexadecimal() {
		assert_eq!(key_and_value("0x01=ff"), Ok((vec![1], vec![255])));
		assert_eq!(key_and_value("01="), Ok((vec![1], vec![])));
		for wrong in ["", "0x01", "0x0g=00", "001=00", "name=00"] {
			assert!(key_and_value(wrong).is_err(), "{wrong}");
		}
	}
}
