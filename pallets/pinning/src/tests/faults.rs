//! The worker with a Kubo that is down, slow or tells nonsense, and with trees that are not what
//! their record says.

use super::fake::{Fault, Node};
use crate::worker::MAX_RUN_TIME;
use crate::{
	dag::tests::{encode, encode_with},
	kubo::base32,
	mock::*,
};
use salus_primitives::{local_storage::RECHECK_KEY, Cid};

const MIB: u64 = 1 << 20;
const DAY: u64 = 24 * HOUR;

fn faults() -> Vec<Fault> {
	let json = |text: &str| text.as_bytes().to_vec();
	let error = json(r#"{"Message":"context deadline exceeded","Code":0,"Type":"error"}"#);
	let html = json("<!doctype html><html><body>Welcome</body></html>");
	vec![
		Fault::Down,
		Fault::Silent,
		Fault::Half,
		Fault::OfAnother,
		Fault::Answer(500, error.clone()),
		Fault::Answer(500, error[..20].to_vec()),
		Fault::Answer(500, vec![b'x'; 10 << 20]),
		Fault::Answer(500, vec![]),
		Fault::Answer(200, html.clone()),
		Fault::Answer(404, html.clone()),
		Fault::Answer(403, json("403 - Forbidden")),
		Fault::Answer(302, html),
		Fault::Answer(200, vec![]),
		Fault::Answer(200, vec![b'x'; 10 << 20]),
		Fault::Answer(200, vec![0xff; 100]),
		Fault::Answer(200, vec![b'['; 60_000]),
		Fault::Answer(200, json("null")),
		Fault::Answer(200, json("{}")),
		Fault::Answer(
			200,
			json(r#"{"Version":7,"Size":-1,"Pins":7,"Keys":7,"DagStats":[{}]}"#),
		),
		Fault::Answer(200, json(r#"{"Size":1e400,"DagStats":[],"Pins":[]}"#)),
		Fault::Cut(json(r#"{"Pins":["#)),
		Fault::Stall(json(r#"{"Pins":["#)),
	]
}

#[test]
fn no_fault_leads_to_a_claim() {
	for path in ["version", "block/get", "pin/add", "dag/stat", "pin/ls"] {
		for fault in faults() {
			// Only these answers name a CID. A block is checked by its hash.
			let unnamed = !matches!(path, "pin/add" | "dag/stat" | "pin/ls");
			if unnamed && matches!(fault, Fault::OfAnother) {
				continue;
			}
			let mut node = Node::new();
			let (record, _) = node.add_envelope(MIB + 100);
			node.fault(path, fault.clone());
			for _ in 0..3 {
				node.wait(6_000);
				let took = node.work();
				assert!(took <= MAX_RUN_TIME, "{path} {fault:?}: {took} ms");
				assert_eq!(node.include(), [], "{path} {fault:?}");
			}
			assert!(
				node.kubo().read <= 16 * MIB as usize,
				"{path} {fault:?}: {}",
				node.kubo().read
			);
			node.heal();
			node.wait(DAY);
			assert_eq!(
				node.next_report(3),
				Some((vec![record], vec![])),
				"{path} {fault:?}"
			);
		}
	}
}

#[test]
fn no_fault_leads_to_a_loss() {
	for path in ["version", "dag/stat", "pin/ls"] {
		for fault in faults() {
			if path == "version" && matches!(fault, Fault::OfAnother) {
				continue;
			}
			let mut node = Node::new();
			let (record, _) = node.add_envelope(MIB + 100);
			assert_eq!(node.block(), [(vec![record], vec![])]);
			node.wait(DAY);
			node.fault(path, fault.clone());
			for _ in 0..3 {
				node.wait(6_000);
				assert!(node.work() <= MAX_RUN_TIME);
				for (claimed, lost) in node.include() {
					assert_eq!(lost, [0u64; 0], "{path} {fault:?}");
					// A list without it: it is pinned again, checked, and claimed rightly.
					assert!(path == "pin/ls" || claimed.is_empty(), "{path} {fault:?}");
				}
			}
			assert_eq!(node.pins(record), [account(0)], "{path} {fault:?}");
		}
	}
}

fn dag_stat(cid: Cid, size: u64) -> Fault {
	let json = format!(
		r#"{{"DagStats":[{{"Cid":"{}","Size":{size},"NumBlocks":1}}]}}"#,
		base32(&cid)
	);
	Fault::Answer(200, json.into_bytes())
}

fn calls(node: &Node, command: &str) -> usize {
	let kubo = node.kubo();
	let calls = kubo.calls.iter().filter(|call| call.starts_with(command));
	calls.count()
}

#[test]
fn a_wrong_size_unpins_and_loses_nothing() {
	for size in [0, 1, 1 << 40, u64::MAX] {
		let mut node = Node::new();
		let (record, cid) = node.add_envelope(MIB + 100);
		assert_eq!(node.block(), [(vec![record], vec![])]);
		node.wait(DAY);
		node.fault("dag/stat", dag_stat(cid, size));
		for _ in 0..5 {
			assert_eq!(node.block(), [], "{size}");
		}
		assert_eq!(calls(&node, "pin/rm"), 0);
		assert!(node.kubo().pinned.contains(&cid));
		// A good answer soon after the repair renews the claim.
		node.heal();
		node.wait(5 * 60_000);
		assert_eq!(node.next_report(2), Some((vec![record], vec![])));
	}
}

#[test]
fn one_wrong_answer_does_not_shelve_a_record() {
	for (path, fault) in [
		("block/get", Fault::Answer(200, vec![b'x'; 3 << 20])),
		("block/get", Fault::Answer(200, b"another block".to_vec())),
		("dag/stat", dag_stat(Cid::from_digest(true, [7; 32]), 1)),
	] {
		let mut node = Node::new();
		let (record, cid) = node.add_envelope(MIB + 100);
		let fault = match path {
			"dag/stat" => dag_stat(cid, 1),
			_ => fault,
		};
		node.fault(path, fault);
		assert_eq!(node.block(), []);
		node.heal();
		node.wait(60_000);
		let report = node.next_report(2);
		assert_eq!(report, Some((vec![record], vec![])), "{path}");
	}
}

#[test]
fn a_request_for_a_recheck_ends_all_pauses() {
	let mut node = Node::new();
	let film = node.put(false, b"SALUT, a film".to_vec());
	let record = add_record(film, 13);
	assert_eq!(node.block(), []);
	// The record was wrong, and this is what it should have been.
	let (_, good) = node.add_envelope(13);
	RecordTable::insert(record, record_with(good, 13));
	let all = node.next_report(3).unwrap();
	assert!(!all.0.contains(&record), "it is shelved");
	node.set_local(RECHECK_KEY, b"1");
	assert_eq!(node.next_report(3), Some((vec![record], vec![])));
}

/// Kubo says that it pinned everything, and holds nothing.
#[test]
fn a_kubo_that_holds_nothing_gets_no_claim() {
	let mut node = Node::new();
	let (_, cid) = node.add_envelope(40 * MIB);
	// Only the blocks that were read before pinning stay.
	let json = format!(r#"{{"Pins":["{}"]}}"#, base32(&cid));
	node.fault("pin/add", Fault::Answer(200, json.into_bytes()));
	node.kubo().pinned.insert(cid);
	node.kubo().lies_about_blocks = true;
	for _ in 0..5 {
		assert_eq!(node.block(), []);
	}
	assert!(calls(&node, "dag/stat") > 0);
}

#[test]
fn a_full_disk_is_kubos_trouble() {
	let mut node = Node::new();
	for _ in 0..200 {
		node.add_envelope(100);
	}
	let full = br#"{"Message":"write: no space left on device","Code":0}"#;
	node.fault("pin/add", Fault::Answer(500, full.to_vec()));
	for _ in 0..100 {
		assert_eq!(node.block(), []);
	}
	let tries = calls(&node, "pin/add");
	assert!((5..=30).contains(&tries), "{tries} in ten minutes");
	// It goes on soon after the repair.
	node.heal();
	node.wait(60_000);
	let mut claimed = 0;
	for _ in 0..100 {
		for (records, _) in node.block() {
			claimed += records.len();
		}
	}
	assert_eq!(claimed, 200);
}

/// They go to the node's log.
#[test]
fn a_message_of_kubo_is_cleaned() {
	let mut node = Node::new();
	let message = r#"{"Message":"no\u001b[2J\r\n\u0007\u202espace","Code":0,"Type":"error"}"#;
	node.fault("version", Fault::Answer(500, message.into()));
	let kubo = crate::kubo::Kubo {
		address: "http://127.0.0.1:5001",
		secret: None,
	};
	let error = node.on_chain(|| kubo.version()).unwrap_err().to_string();
	assert!(error.contains("space"), "{error}");
	let odd = |c: char| c.is_control() || c == '\u{202e}';
	assert!(!error.contains(odd), "{error:?}");
}

/// Their blocks are looked for, and nobody has them.
#[test]
fn records_that_never_arrive_let_no_pin_lapse() {
	let mut node = Node::new();
	let kept: Vec<_> = (0..100).map(|_| node.add_envelope(100).0).collect();
	while node.next_report(4).is_some() {}
	let first = node.put(false, [MAGIC, &[0; (1 << 20) - MAGIC.len()]].concat());
	for number in 0..(4 * DAY / 600_000) {
		// A new one at each block. Its root and its first leaf arrive, and the others do not. Kubo
		// looks for them for 9 s.
		let mut digest = [0; 32];
		digest[..8].copy_from_slice(&number.to_le_bytes());
		let mut leaves = vec![(Cid::from_digest(false, digest), MIB); 256];
		leaves[0] = (first, MIB);
		let root = node.put(true, encode(&leaves));
		add_record(root, 256 * MIB);
		node.wait(594_000);
		node.block();
	}
	for record in kept {
		assert_eq!(node.pins(record), [account(0)], "{record}");
	}
}

#[test]
fn the_pauses_grow_while_kubo_is_down() {
	let mut node = Node::new();
	node.add_envelope(100);
	node.fault("", Fault::Down);
	let mut tries = Vec::new();
	for second in 0..1_300 {
		node.wait(1_000);
		let before = node.kubo().calls.len();
		node.work();
		let calls = node.kubo().calls.len() - before;
		assert!(calls <= 1, "one look is enough");
		if calls == 1 {
			tries.push(second);
		}
	}
	let pauses: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
	assert_eq!(pauses[..7], [5, 10, 20, 40, 80, 160, 300]);
	assert!(pauses[7..].iter().all(|pause| *pause == 300));
	// When it is up again, the next try succeeds, and the pauses are short again.
	node.heal();
	node.wait(300_000);
	assert!(node.next_report(20).is_some());
}

#[test]
fn a_missing_envelope_does_not_delay_others() {
	let mut node = Node::new();
	let missing = add_record(Cid::from_digest(true, [9; 32]), 5 * MIB);
	let (available, _) = node.add_envelope(100);
	assert_eq!(node.next_report(2), Some((vec![available], vec![])));
	// Tries grow rare.
	let before = node.kubo().calls.len();
	for _ in 0..100 {
		assert_eq!(node.block(), []);
	}
	let tries = (node.kubo().calls.len() - before) / 2;
	assert!((3..=10).contains(&tries), "{tries} tries in ten minutes");
	assert!(node.pins(missing).is_empty());
	// Some peer has it in the end.
	let (late, cid) = node.add_envelope(5 * MIB);
	RecordTable::insert(missing, record_with(cid, 5 * MIB));
	node.wait(120_000);
	let mut claimed = Vec::new();
	while let Some((records, _)) = node.next_report(3) {
		claimed.extend(records);
	}
	claimed.sort();
	assert_eq!(claimed, [missing, late]);
}

#[test]
fn fetching_continues_over_several_tries() {
	let mut node = Node::new();
	let (record, _) = node.add_envelope(2 * MIB);
	node.fault("pin/add", Fault::Silent);
	for _ in 0..10 {
		assert_eq!(node.block(), []);
	}
	let tries = node
		.kubo()
		.calls
		.iter()
		.filter(|call| call.starts_with("pin/add"))
		.count();
	assert!(tries >= 3, "{tries}");
	node.heal();
	node.wait(120_000);
	assert_eq!(node.next_report(2), Some((vec![record], vec![])));
}

#[test]
fn a_run_ends_in_time_with_a_slow_kubo() {
	let mut node = Node::new();
	for _ in 0..8 {
		node.add_envelope(100);
	}
	node.kubo().latency = 1_000;
	node.wait(6_000);
	// The run ends the work that it began, and begins nothing new.
	let took = node.work();
	assert!((8_000..16_000).contains(&took), "{took}");
	let said = node.include();
	assert_eq!(said, [(vec![0, 1], vec![])]);
}

/// Runs a node for a while: nothing may be pinned or claimed.
fn never_pinned(mut node: Node, why: &str) {
	for _ in 0..20 {
		assert_eq!(node.block(), [], "{why}");
	}
	let kubo = node.kubo();
	assert!(kubo.pinned.is_empty(), "{why}");
	assert!(
		!kubo.calls.iter().any(|call| call.starts_with("pin/add")),
		"{why}"
	);
	let looks = kubo.calls.iter().filter(|call| *call == "version").count();
	assert_eq!(looks, 1, "{why}: looked at once, then left for hours");
}

#[test]
fn an_envelope_larger_than_its_record_says_is_not_pinned() {
	// A record that says half of the size.
	let mut node = Node::new();
	let (record, cid) = node.add_envelope(4 * MIB);
	RecordTable::insert(record, record_with(cid, 2 * MIB));
	never_pinned(node, "half the size");

	// A root that says so too.
	let node = Node::new();
	let leaves: Vec<_> = (0..4u8)
		.map(|n| (node.put(false, vec![n; 1 << 20]), MIB / 2))
		.collect();
	let root = node.put(true, encode(&leaves));
	add_record(root, 2 * MIB);
	never_pinned(node, "more leaves than the size needs");

	// A node that links to one below 1,024 times, and so on: 2^50 leaves in six blocks.
	let node = Node::new();
	let mut below = (node.put(false, MAGIC.to_vec()), 1);
	for _ in 0..5 {
		below = (node.put(true, encode(&vec![below; 1024])), below.1 * 1024);
	}
	add_record(below.0, below.1);
	never_pinned(node, "one node many times");

	// Small leaves are more than the size allows.
	let node = Node::new();
	let leaves: Vec<_> = (0..30u8)
		.map(|n| (node.put(false, vec![n; 100]), 100))
		.collect();
	let root = node.put(true, encode(&leaves));
	add_record(root, 3_000);
	never_pinned(node, "small leaves");

	let node = Node::new();
	let leaf = (node.put(false, vec![7; 1 << 20]), MIB);
	let mut below = (node.put(true, encode(&[leaf, leaf])), 2 * MIB);
	for _ in 0..3 {
		below = (node.put(true, encode(&vec![below; 1024])), below.1 * 1024);
	}
	let lying = node.put(true, encode(&[(below.0, MIB), (leaf.0, MIB)]));
	add_record(lying, 2 * MIB);
	never_pinned(node, "inner nodes below what says to be a leaf");

	// A single block, and an inner node, that are too long.
	let node = Node::new();
	let block = node.put(false, [MAGIC, &[0; 5000]].concat());
	add_record(block, 4096);
	never_pinned(node, "a long block");

	let node = Node::new();
	let long = node.put(true, vec![0; (128 << 10) + 1]);
	add_record(long, 2 * MIB);
	never_pinned(node, "a long inner node");
}

#[test]
fn a_file_that_is_not_an_envelope_is_not_pinned() {
	let node = Node::new();
	let film = node.put(false, b"SALUT, a film".to_vec());
	add_record(film, 13);
	never_pinned(node, "a raw block");

	let node = Node::new();
	let leaves: Vec<_> = (0..2u8)
		.map(|n| (node.put(false, vec![n; 1 << 20]), MIB))
		.collect();
	let film = node.put(true, encode(&leaves));
	add_record(film, 2 * MIB);
	never_pinned(node, "a tree");

	let node = Node::new();
	let first = node.put(false, [MAGIC, &[1; 1000]].concat());
	let second = node.put(false, vec![2; 1000]);
	let folder = node.put(
		true,
		encode_with(&[(first, MIB), (second, MIB)], 2 * MIB, 1),
	);
	add_record(folder, 2 * MIB);
	never_pinned(node, "a folder");

	let node = Node::new();
	let noise = node.put(true, vec![0xfe; 1000]);
	add_record(noise, 2 * MIB);
	never_pinned(node, "noise");
}

#[test]
fn an_envelope_with_too_long_leaves_is_unpinned() {
	let mut node = Node::new();
	// Only the inner node has the sizes of the leaves, so this is known after fetching.
	let first = node.put(false, [MAGIC, &[1; 1 << 20][..]].concat());
	let second = node.put(false, vec![2; 2 << 20]);
	let root = node.put(true, encode(&[(first, MIB), (second, MIB)]));
	add_record(root, 2 * MIB);
	for _ in 0..20 {
		assert_eq!(node.block(), []);
	}
	assert!(node.kubo().pinned.is_empty());
	let pins = node
		.kubo()
		.calls
		.iter()
		.filter(|call| call.starts_with("pin/add"))
		.count();
	assert_eq!(pins, 1);
}

/// Something else, such as a gateway, can have pinned the envelope in the same Kubo.
#[test]
fn a_record_with_a_copied_cid_and_a_wrong_size_removes_no_pin() {
	for size in [100, MIB, MIB + 100] {
		let mut node = Node::new();
		let (record, cid) = node.add_envelope(size);
		assert_eq!(node.block(), [(vec![record], vec![])]);
		for wrong in [1, size - 1, size + 1, 5 * MIB] {
			add_record(cid, wrong);
		}
		for _ in 0..20 {
			assert_eq!(node.block(), []);
		}
		assert_eq!(calls(&node, "pin/rm"), 0, "{size}");
		assert!(node.kubo().pinned.contains(&cid));
	}
}

#[test]
fn an_envelope_with_too_short_leaves_is_not_claimed() {
	let mut node = Node::new();
	let first = node.put(false, [MAGIC, &[1; 1000]].concat());
	let second = node.put(false, vec![2; 1000]);
	let root = node.put(true, encode(&[(first, MIB), (second, MIB)]));
	add_record(root, 2 * MIB);
	for _ in 0..20 {
		assert_eq!(node.block(), []);
	}
}

#[test]
fn many_bad_records_do_not_delay_good_ones() {
	let mut node = Node::new();
	for number in 0..60u16 {
		let mut digest = [0; 32];
		digest[..2].copy_from_slice(&number.to_le_bytes());
		add_record(Cid::from_digest(true, digest), 2 * MIB);
	}
	node.add_envelope(100);
	let mut blocks = 0;
	while node.next_report(1).is_none() {
		blocks += 1;
		assert!(blocks < 100);
	}
	assert_eq!(node.pins(60), [account(0)]);
}
