use salus_light::{genesis_key, head, Checkpoint, Clock, KnownHead, State, Step, DEFAULT_MAX_AGE};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
	// What nodes answered. Only the checkpoint was known before.
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/network.json");
	let answers: Value = serde_json::from_slice(&std::fs::read(path)?)?;
	let bytes = |value: &Value| hex::decode(value.as_str().unwrap_or_default());
	let proof = |name: &str| {
		let nodes = answers[name].as_array().into_iter().flatten();
		nodes.map(bytes).collect::<Result<Vec<_>, _>>()
	};

	// Follow the relay chain to its newest final block.
	let mut checkpoint = Checkpoint::decode(&bytes(&answers["checkpoint"])?)?;
	let now = answers["recorded_at"].as_u64().unwrap_or_default();
	let clock = Clock {
		now,
		slot_duration: 6000,
	};
	for step in answers["steps"].as_array().into_iter().flatten() {
		let (header, justification) = (bytes(&step["header"])?, bytes(&step["justification"])?);
		checkpoint = checkpoint.step(
			&Step {
				header,
				justification,
			},
			&clock,
		)?;
	}
	let age = clock.age(checkpoint.slot, DEFAULT_MAX_AGE)?;
	println!("relay chain: block {}, {age} ms old", checkpoint.number);

	// The region's head is in the relay chain's state.
	let relay = State::new(checkpoint.state_root, &proof("head_proof")?)?;
	let head = head(&relay, 2001)?;
	let known = KnownHead::follow(None, &head)?; // a client stores it for the next time
	let age = clock.age(
		head.aura_slot().ok_or("the head has no slot")?,
		DEFAULT_MAX_AGE,
	)?;
	println!("region 2001: block {}, {age} ms old", known.number);

	// Values are in the region's state.
	let region = head.state(&proof("state_proof")?)?;
	println!(
		"genesis: {:?}, by a key of {} bytes",
		region.genesis()?,
		genesis_key().len()
	);
	let list = region.keys(&bytes(&answers["list"])?)?;
	println!("the list is complete: {} keys", list.len());
	Ok(())
}
