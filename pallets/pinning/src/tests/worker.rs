//! The worker with a Kubo that works.

use super::fake::{Fault, Node};
use crate::mock::*;
use salus_primitives::local_storage::{
	ipfs_api, ipfs_secret, IPFS_API_KEY, IPFS_SECRET_KEY, RECHECK_KEY,
};

const MIB: u64 = 1 << 20;

#[test]
fn a_new_record_is_pinned_and_claimed() {
	let mut node = Node::new();
	let (record, cid) = node.add_envelope(3 * MIB + 5);
	assert_eq!(node.block(), [(vec![record], vec![])]);
	assert_eq!(node.pins(record), [account(0)]);
	let kubo = node.kubo();
	assert!(kubo.pinned.contains(&cid));
	assert_eq!(kubo.stored.len(), 5);
	assert_eq!(kubo.address, "http://127.0.0.1:5001");
	// First the inner node and the first leaf are read, then the tree is pinned, then Kubo's word
	// is taken on all blocks, and random leaves are read with the node above them.
	let calls: Vec<_> = kubo
		.calls
		.iter()
		.map(|call| call.split('?').next().unwrap())
		.collect();
	assert_eq!(
		calls[..5],
		["version", "block/get", "block/get", "pin/add", "dag/stat"]
	);
	assert_eq!(calls[5..], [&["block/get"; 8][..], &["pin/ls"]].concat());
	assert!(kubo.calls[5..13]
		.iter()
		.all(|call| call.ends_with("offline=true")));
}

#[test]
fn envelopes_of_sizes_around_the_leaf_size_are_pinned() {
	let mut node = Node::new();
	for size in [13, MIB - 1, MIB, MIB + 1, 2 * MIB] {
		node.add_envelope(size);
	}
	assert_eq!(node.block(), [(vec![0, 1, 2, 3, 4], vec![])]);
}

#[test]
fn a_node_without_a_pinner_key_does_nothing() {
	for keys in [&[][..], &[9]] {
		let mut node = Node::with_keys(keys);
		node.add_envelope(100);
		assert_eq!(node.block(), []);
		assert!(node.kubo().calls.is_empty());
	}
}

#[test]
fn without_work_kubo_is_not_called() {
	let mut node = Node::new();
	assert_eq!(node.block(), []);
	assert!(node.kubo().calls.is_empty());
}

#[test]
fn reports_are_bounded_and_all_records_are_processed() {
	let mut node = Node::new();
	for _ in 0..20 {
		node.add_envelope(100);
	}
	let mut claimed = Vec::new();
	while let Some((records, lost)) = node.next_report(3) {
		assert!(records.len() <= 8 && lost.is_empty());
		claimed.extend(records);
	}
	claimed.sort();
	assert_eq!(claimed, (0..20).collect::<Vec<_>>());
}

#[test]
fn only_one_report_is_in_flight() {
	let mut node = Node::new();
	node.add_envelope(100);
	node.wait(6_000);
	node.work();
	assert_eq!(node.pool.transactions.lock().unwrap().len(), 1);
	let calls = node.kubo().calls.len();
	// It is not included for a while.
	node.add_envelope(100);
	for _ in 0..10 {
		node.wait(6_000);
		node.work();
	}
	assert_eq!(node.pool.transactions.lock().unwrap().len(), 1);
	assert_eq!(node.kubo().calls.len(), calls);
	// It was dropped: after its lifetime both records are reported.
	node.pool.transactions.lock().unwrap().clear();
	node.wait(300_000);
	assert_eq!(node.next_report(3), Some((vec![0, 1], vec![])));
}

/// All blocks of a slot have one time.
#[test]
fn a_report_does_not_wait_for_the_clock_of_the_chain() {
	let mut node = Node::new();
	node.add_envelope(100);
	assert_eq!(node.block(), [(vec![0], vec![])]);
	node.add_envelope(100);
	// The first run notices that the report arrived.
	node.work();
	node.work();
	assert_eq!(node.include(), [(vec![1], vec![])]);
}

#[test]
fn a_new_session_ends_the_wait_for_a_report() {
	let mut node = Node::new();
	node.add_envelope(100);
	node.wait(6_000);
	node.work();
	node.pool.transactions.lock().unwrap().clear();
	SessionIndex::set(8);
	assert_eq!(node.next_report(2), Some((vec![0], vec![])));
}

#[test]
fn a_report_that_the_pool_refuses_is_repeated() {
	let mut node = Node::new();
	node.add_envelope(100);
	*node.pool.full.lock().unwrap() = true;
	assert_eq!(node.block(), []);
	*node.pool.full.lock().unwrap() = false;
	assert_eq!(node.block(), [(vec![0], vec![])]);
}

#[test]
fn only_one_run_is_active() {
	let mut node = Node::new();
	node.add_envelope(100);
	// The lock as a run holds it: the node's time until which it does.
	let until = node.clock() + 100_000;
	node.set_local(b"salus:pinning:lock", &until.to_le_bytes());
	assert_eq!(node.block(), []);
	assert!(node.kubo().calls.is_empty());
	// A run that died holds it no longer than that.
	node.wait(100_001);
	assert_eq!(node.block(), [(vec![0], vec![])]);
}

#[test]
fn pins_are_rechecked_in_rotation() {
	let mut node = Node::new();
	node.add_envelope(3 * MIB);
	node.add_envelope(100);
	assert_eq!(node.block(), [(vec![0, 1], vec![])]);
	node.block();
	assert_eq!(node.next_report(10), None, "nothing is due");
	node.kubo().calls.clear();
	node.wait(24 * HOUR);
	assert_eq!(node.next_report(2), Some((vec![0, 1], vec![])));
	// By reading all blocks, offline.
	let calls = node.kubo().calls.clone();
	assert_eq!(
		calls
			.iter()
			.filter(|call| call.starts_with("dag/stat"))
			.count(),
		2
	);
	assert!(calls
		.iter()
		.all(|call| !call.starts_with("dag/stat") || call.ends_with("offline=true")));
	assert!(!calls.iter().any(|call| call.starts_with("pin/add")));
}

#[test]
fn lost_blocks_are_reported_and_fetched_again() {
	let mut node = Node::new();
	let (record, _) = node.add_envelope(3 * MIB);
	assert_eq!(node.block(), [(vec![record], vec![])]);
	let leaf = node
		.kubo()
		.stored
		.iter()
		.find(|cid| !cid.is_dag_pb())
		.copied()
		.unwrap();
	node.kubo().stored.remove(&leaf);
	node.wait(24 * HOUR);
	assert_eq!(node.next_report(2), Some((vec![], vec![record])));
	assert!(node.pins(record).is_empty());
	assert_eq!(node.next_report(3), Some((vec![record], vec![])));
	assert!(node.kubo().stored.contains(&leaf));
	assert_eq!(node.pins(record), [account(0)]);
}

#[test]
fn an_envelope_that_kubo_unpinned_is_pinned_again() {
	let mut node = Node::new();
	let (record, cid) = node.add_envelope(3 * MIB);
	node.block();
	// The envelope was unpinned, and garbage collection has not run yet.
	node.kubo().pinned.clear();
	node.wait(24 * HOUR);
	assert_eq!(node.next_report(2), Some((vec![record], vec![])));
	assert!(node.kubo().pinned.contains(&cid));
}

#[test]
fn the_operator_can_request_a_full_recheck() {
	let mut node = Node::new();
	for _ in 0..20 {
		node.add_envelope(2 * MIB);
	}
	while node.next_report(3).is_some() {}
	node.kubo().calls.clear();
	// All is there: nothing to say, and each pin is looked at once.
	node.set_local(RECHECK_KEY, b"1");
	assert_eq!(node.next_report(10), None);
	let looks = |node: &Node| {
		let kubo = node.kubo();
		let looks = kubo
			.calls
			.iter()
			.filter(|call| call.starts_with("dag/stat"));
		looks.count()
	};
	assert_eq!(looks(&node), 20);
	// The disk is gone. More is lost than a report holds.
	node.kubo().stored.clear();
	node.kubo().pinned.clear();
	assert_eq!(node.next_report(10), None, "nothing is due");
	node.set_local(RECHECK_KEY, b"");
	let (mut lost, mut claimed) = (Vec::new(), Vec::new());
	while let Some((kept, gone)) = node.next_report(4) {
		claimed.extend(kept);
		lost.extend(gone);
	}
	claimed.sort();
	assert_eq!(lost, (0..20).collect::<Vec<_>>());
	assert_eq!(claimed, lost);
	assert!((0..20).all(|record| node.pins(record) == [account(0)]));
}

#[test]
fn an_interrupted_full_recheck_continues() {
	let mut node = Node::new();
	let (record, _) = node.add_envelope(2 * MIB);
	assert_eq!(node.block(), [(vec![record], vec![])]);
	node.block();
	node.kubo().stored.clear();
	node.set_local(RECHECK_KEY, b"1");
	let refusal = Fault::Answer(
		500,
		br#"{"Message":"busy","Code":0,"Type":"error"}"#.to_vec(),
	);
	for (path, fault) in [
		("version", Fault::Down),
		("dag/stat", Fault::Down),
		("dag/stat", Fault::Silent),
		("dag/stat", refusal),
	] {
		node.fault(path, fault);
		assert_eq!(node.next_report(3), None);
		assert!(node.kubo().calls.last().unwrap().starts_with(path));
		node.heal();
		node.wait(600_000);
	}
	*node.pool.full.lock().unwrap() = true;
	assert_eq!(node.next_report(3), None);
	*node.pool.full.lock().unwrap() = false;
	// The next one gets into the pool, and into no block.
	node.wait(600_000);
	node.work();
	assert_eq!(node.pool.transactions.lock().unwrap().len(), 1);
	node.pool.transactions.lock().unwrap().clear();
	node.wait(300_000);
	assert_eq!(node.next_report(1), None);
	assert_eq!(node.next_report(3), Some((vec![], vec![record])));
	assert_eq!(node.next_report(3), Some((vec![record], vec![])));
}

/// A run waits for the lock, Kubo and a report until times that a wrong clock can have written.
#[test]
fn times_from_a_wrong_clock_do_not_stop_the_worker() {
	let far = u64::MAX / 2;
	let notes = |in_flight: Option<(u32, u32, u64)>, kubo: u64, record: u64| {
		codec::Encode::encode(&(
			[0u64; 3],
			in_flight,
			(1u8, kubo, [0u8; 8]),
			vec![(0u64, (1u8, record, [0u8; 8]))],
			None::<u64>,
			[far; 5],
		))
	};
	for (notes, lock) in [
		(notes(None, far, 0), None),
		(notes(None, 0, far), None),
		(notes(Some((7, 0, far)), 0, 0), None),
		(notes(None, 0, 0), Some(far)),
	] {
		let mut node = Node::new();
		let (record, _) = node.add_envelope(100);
		node.set_local(b"salus:pinning:notes:v1", &notes);
		if let Some(until) = lock {
			node.set_local(b"salus:pinning:lock", &until.to_le_bytes());
		}
		assert_eq!(node.next_report(3), Some((vec![record], vec![])));
	}
}

#[test]
fn lost_or_damaged_notes_do_no_harm() {
	let mut node = Node::new();
	node.add_envelope(100);
	assert_eq!(node.block(), [(vec![0], vec![])]);
	for notes in [&b""[..], b"\xff\xff\xff\xff", &[7; 1000]] {
		let (record, _) = node.add_envelope(100);
		node.set_local(b"salus:pinning:notes:v1", notes);
		assert_eq!(node.next_report(2), Some((vec![record], vec![])));
	}
	// Notes of a longer chain.
	let (record, _) = node.add_envelope(100);
	let notes = codec::Encode::encode(&(
		[1_000u64, 999, 999],
		None::<(u32, u64)>,
		(0u8, 0u64, [0u8; 8]),
		0u8,
		None::<u64>,
		[0u64; 5],
	));
	node.set_local(b"salus:pinning:notes:v1", &notes);
	assert_eq!(node.next_report(2), Some((vec![record], vec![])));
}

#[test]
fn the_operator_can_set_the_address_of_kubo() {
	let mut node = Node::new();
	node.add_envelope(100);
	node.set_local(IPFS_API_KEY, b"http://[::1]:4001/");
	assert_eq!(node.block(), [(vec![0], vec![])]);
	assert_eq!(node.kubo().address, "http://[::1]:4001");
}

#[test]
fn the_worker_tells_kubo_its_secret() {
	let mut node = Node::new();
	node.add_envelope(100);
	node.kubo().secret = Some("0c5e".into());
	for other in [None, Some("0c5f"), Some(""), Some("0c5e 0c5e")] {
		if let Some(other) = other {
			node.set_local(IPFS_SECRET_KEY, other.as_bytes());
		}
		assert_eq!(node.block(), [], "{other:?}");
		// Kubo is tried again after a pause.
		node.wait(300_000);
	}
	node.set_local(IPFS_SECRET_KEY, b"0c5e\n");
	assert_eq!(node.next_report(200), Some((vec![0], vec![])));
	// A Kubo that demands none does not mind.
	node.kubo().secret = None;
	node.add_envelope(100);
	assert_eq!(node.next_report(200), Some((vec![1], vec![])));
}

#[test]
fn a_secret_is_one_printable_word() {
	for bad in [
		"",
		"\n",
		"two words",
		"caf\u{e9}",
		"a\tb",
		"a\nb",
		&"a".repeat(1025),
	] {
		assert_eq!(ipfs_secret(bad.as_bytes()), None, "{bad:?}");
	}
	assert_eq!(ipfs_secret(b"\xff"), None);
	for good in ["a", "a\r\n", &"a".repeat(1024)] {
		assert_eq!(ipfs_secret(good.as_bytes()), Some(good.trim_end()));
	}
}

#[test]
fn an_invalid_address_stops_the_worker() {
	let mut node = Node::new();
	node.add_envelope(100);
	let long = format!("http://{}", "a".repeat(122));
	for bad in [
		"",
		"http://",
		"127.0.0.1:5001",
		"https://127.0.0.1:5001",
		"ftp://127.0.0.1",
		"http://user@127.0.0.1:5001",
		"http://127.0.0.1:5001/api",
		"http://127.0.0.1:5001?x",
		"http://127.0.0.1:5001#x",
		"http://a b",
		"http://a\r\nHost: b",
		"http://é",
		&long,
	] {
		assert_eq!(ipfs_api(bad.as_bytes()), None, "{bad}");
		node.set_local(IPFS_API_KEY, bad.as_bytes());
		assert_eq!(node.block(), []);
	}
	assert_eq!(ipfs_api(b"\xff\xfe"), None);
	assert!(node.kubo().calls.is_empty());
	node.set_local(IPFS_API_KEY, b"http://localhost:5001");
	assert_eq!(node.block(), [(vec![0], vec![])]);
}
