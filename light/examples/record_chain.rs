//! Records the answers of a real network's nodes, for the tests of this crate.
//!
//! `cargo run -p salus-light --example record_chain -- RELAY_PORT REGION_PORT > light/tests/network.json`
//!
//! The ports are those of the RPC of a validator and of a collator of region 2001, on this machine.
//! `scripts/network` prints both.

use std::{
	error::Error,
	io::{Read, Write},
	net::TcpStream,
	time::{SystemTime, UNIX_EPOCH},
};

use codec::{Compact, Decode, Encode};
use salus_light::{
	branch, events_key, genesis_key, head, head_key, Authorities, Checkpoint, Clock, Header,
	Inclusion, State, Step, H256,
};
use serde_json::{json, Value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const REGION: u32 = 2001;
/// How many blocks of the relay chain the steps go over: some changes of the set.
const BLOCKS: u32 = 45;
const SLOT_DURATION: u64 = 6000;
/// The storage prefix of the pallet whose keys are listed: twox128 of "Session".
const LIST: &str = "cec5070d609dd3497f72bde07fc96ba0";

fn main() -> Result<()> {
	let mut ports = std::env::args().skip(1).map(|port| port.parse().map(Node));
	let (Some(relay), Some(region)) = (ports.next().transpose()?, ports.next().transpose()?) else {
		return Err("usage: record RELAY_PORT REGION_PORT".into());
	};
	let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;

	// A checkpoint some sets ago, and all steps from it.
	let newest = Header::decode(&relay.header(relay.hash("chain_getFinalizedHead", json!([]))?)?)?;
	let first = relay.checkpoint(newest.number().saturating_sub(BLOCKS).max(1))?;
	let clock = Clock {
		now,
		slot_duration: SLOT_DURATION,
	};
	let (mut checkpoint, mut steps) = (first.clone(), vec![]);
	while let Some(step) = relay.step(checkpoint.number + 1)? {
		checkpoint = checkpoint.step(&step, &clock)?;
		steps.push(json!({
			"header": hex::encode(&step.header),
			"justification": hex::encode(&step.justification),
		}));
	}

	let head_proof = relay.proof(&[head_key(REGION)], checkpoint.hash)?;
	let head = head(&State::new(checkpoint.state_root, &head_proof)?, REGION)?;

	let params = json!([format!("0x{LIST}"), 1000, null, text(head.hash())]);
	let mut keys = unhex_all(&region.ask("state_getKeysPaged", params)?)?;
	let listed = hex_all(&keys);
	keys.push(genesis_key());
	let state_proof = region.proof(&keys, head.hash())?;

	// The second transaction of a block some blocks before the head.
	let mut headers = vec![region.header(head.parent_hash())?];
	while headers.len() < 3 {
		headers.insert(
			0,
			region.header(Header::decode(&headers[0])?.parent_hash())?,
		);
	}
	let block = Header::decode(&headers[0])?;
	let body = region.ask("chain_getBlock", json!([text(block.hash())]))?;
	let body = unhex_all(&body["block"]["extrinsics"])?;
	let branch = branch(block.extrinsics_root(), &body, 1).ok_or("no such transaction")?;
	let inclusion = Inclusion {
		index: 1,
		branch,
		headers,
	};
	let events_proof = region.proof(&[events_key()], block.hash())?;

	println!(
		"{:#}",
		json!({
			"recorded_at": now,
			"checkpoint": hex::encode(first.encode()),
			"steps": steps,
			"region": REGION,
			"region_genesis": hex::encode(region.hash("chain_getBlockHash", json!([0]))?),
			"head_proof": hex_all(&head_proof),
			"state_proof": hex_all(&state_proof),
			"list": LIST,
			"listed": listed,
			"transaction": hex::encode(&body[1]),
			"inclusion": hex::encode(inclusion.encode()),
			"events_proof": hex_all(&events_proof),
		})
	);
	Ok(())
}

/// The RPC port of a node on this machine.
struct Node(u16);

impl Node {
	fn ask(&self, method: &str, params: Value) -> Result<Value> {
		let body =
			json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
		let mut stream = TcpStream::connect(("127.0.0.1", self.0))?;
		write!(
			stream,
			"POST / HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
			 Content-Length: {}\r\n\r\n{body}",
			self.0,
			body.len()
		)?;
		let mut answer = String::new();
		stream.read_to_string(&mut answer)?;
		let (_, json) = answer.split_once("\r\n\r\n").ok_or("no HTTP answer")?;
		let answer: Value =
			serde_json::from_str(json).map_err(|_| format!("{method}: {answer}"))?;
		match answer.get("result") {
			Some(result) => Ok(result.clone()),
			None => Err(format!("{method}: {answer}").into()),
		}
	}

	fn hash(&self, method: &str, params: Value) -> Result<H256> {
		Ok(H256::from_slice(&unhex(&self.ask(method, params)?)?))
	}

	/// A block's header, encoded.
	fn header(&self, hash: H256) -> Result<Vec<u8>> {
		let header = self.ask("chain_getHeader", json!([text(hash)]))?;
		let number = header["number"].as_str().ok_or("no header")?;
		let number = u32::from_str_radix(number.trim_start_matches("0x"), 16)?;
		let logs = unhex_all(&header["digest"]["logs"])?;
		let encoded = [
			unhex(&header["parentHash"])?,
			Compact(number).encode(),
			unhex(&header["stateRoot"])?,
			unhex(&header["extrinsicsRoot"])?,
			Compact(logs.len() as u32).encode(),
			logs.concat(),
		]
		.concat();
		assert_eq!(Header::decode(&encoded)?.hash(), hash);
		Ok(encoded)
	}

	/// A checkpoint, by the node's word.
	fn checkpoint(&self, number: u32) -> Result<Checkpoint> {
		let genesis = self.hash("chain_getBlockHash", json!([0]))?;
		let hash = self.hash("chain_getBlockHash", json!([number]))?;
		let call = |method| unhex(&self.ask("state_call", json!([method, "0x", text(hash)]))?);
		let set_id = u64::decode(&mut &*call("GrandpaApi_current_set_id")?)?;
		let authorities = Authorities::decode(&mut &*call("GrandpaApi_grandpa_authorities")?)?;
		let header = Header::decode(&self.header(hash)?)?;
		Ok(Checkpoint::new(genesis, &header, set_id, authorities, 0)?)
	}

	/// The step to the last block of the set of block `number`, or to the newest final block.
	/// `None` if block `number` is not final yet.
	fn step(&self, number: u32) -> Result<Option<Step>> {
		let Ok(proof) = self.ask("grandpa_proveFinality", json!([number])) else {
			return Ok(None);
		};
		// The block, its justification, and headers that a light client does not need.
		let (hash, justification) = <(H256, Vec<u8>)>::decode(&mut &*unhex(&proof)?)?;
		let header = self.header(hash)?;
		let newer = Header::decode(&header)?.number() >= number;
		Ok(newer.then_some(Step {
			header,
			justification,
		}))
	}

	fn proof(&self, keys: &[Vec<u8>], block: H256) -> Result<Vec<Vec<u8>>> {
		let keys: Vec<_> = keys
			.iter()
			.map(|key| format!("0x{}", hex::encode(key)))
			.collect();
		unhex_all(&self.ask("state_getReadProof", json!([keys, text(block)]))?["proof"])
	}
}

fn text(hash: H256) -> String {
	format!("{hash:?}")
}

fn unhex(value: &Value) -> Result<Vec<u8>> {
	let text = value
		.as_str()
		.ok_or_else(|| format!("not a text: {value}"))?;
	Ok(hex::decode(text.trim_start_matches("0x"))?)
}

fn unhex_all(values: &Value) -> Result<Vec<Vec<u8>>> {
	values
		.as_array()
		.ok_or_else(|| format!("not a list: {values}"))?
		.iter()
		.map(unhex)
		.collect()
}

fn hex_all(values: &[Vec<u8>]) -> Vec<String> {
	values.iter().map(hex::encode).collect()
}
