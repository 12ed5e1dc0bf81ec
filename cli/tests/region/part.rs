//! A part of a document: its blocks are fetched, and no others.

use super::*;
use salus_envelope::{leaf_count, leaf_start, LEAF_CAPACITY};
use std::io::{Seek, SeekFrom};

/// The document. Padded, it has 256 MiB.
const LEN: u64 = (256 << 20) - 4096;
/// A leaf of its envelope, far from both ends.
const LEAF: u64 = 100;

/// A Kubo that gives its blocks to those with whom it is connected. It finds nobody by itself.
fn online() -> Kubo {
	let settings = [
		("Addresses.Swarm", "[\"/ip4/127.0.0.1/tcp/0\"]"),
		("Addresses.NoAnnounce", "[]"),
		("Swarm.AddrFilters", "[]"),
		("Routing.Type", "\"none\""),
		("Provide.Enabled", "false"),
	];
	Kubo::with(&settings, &[])
}

fn wait_for(kubo: &Kubo) {
	let since = Instant::now();
	while kubo.url().is_none() {
		assert!(since.elapsed() < START_LIMIT, "Kubo does not start");
		sleep(Duration::from_millis(20));
	}
}

/// How many blocks a Kubo got from others.
fn received(kubo: &Kubo) -> u64 {
	let stat = kubo.run(&["bitswap", "stat", "--enc=json"]);
	let stat: Value = serde_json::from_str(&stat).unwrap();
	stat["BlocksReceived"].as_u64().unwrap()
}

/// The reader's Kubo does not have the envelope. It is connected with the author's, which has.
pub fn a_part_is_fetched_without_the_rest(mut region: Region, patient: &str) {
	let (author, reader) = (online(), online());
	for kubo in [&author, &reader] {
		wait_for(kubo);
	}
	let place = leaf_start(LEAF).unwrap();
	let content: Vec<_> = (0..LEAF_CAPACITY).map(|at| (at % 251) as u8 + 1).collect();
	let path = region.path("scan.raw");
	let mut file = fs::File::create(&path).unwrap();
	file.set_len(LEN).unwrap();
	file.seek(SeekFrom::Start(place)).unwrap();
	file.write_all(&content).unwrap();
	drop(file);

	region.kubo = author;
	let add = [
		"record",
		"add",
		path.to_str().unwrap(),
		"--patient",
		patient,
	];
	let added = region.json("ana", &add)["records"][0].clone();
	assert_eq!(leaf_count(added["size"].as_u64().unwrap()), 257);
	let author = std::mem::replace(&mut region.kubo, reader);
	let address = author.run(&["id", "--format=<addrs>"]);
	region.kubo.run(&["swarm", "connect", &address]);
	assert_eq!(received(&region.kubo), 0);

	let record = added["record"].to_string();
	let get = |first: u64, last: u64| {
		let range = format!("{first}-{last}");
		let output = ["record", "get", &record, "--range", &range, "-o", "-"];
		region.run("pat", &output)
	};
	let whole = get(place, place + content.len() as u64 - 1);
	let told = String::from_utf8_lossy(&whole.stderr);
	assert!(whole.status.success() && whole.stdout == content, "{told}");
	let mut values = serde_json::Deserializer::from_slice(&whole.stderr).into_iter::<Value>();
	let note = values.find_map(|value| value.unwrap()["note"].as_str().map(str::to_owned));
	assert!(
		note.is_some_and(|note| note.contains("signature is not checked")),
		"{told}"
	);
	// The tree has one level of nodes: its root, the first leaf, and this one.
	assert_eq!(received(&region.kubo), 1 + 2);
	// From the leaf before, to this one. Kubo has the others by now.
	let across = get(place - 2, place + 1);
	assert_eq!(across.stdout, [0, 0, content[0], content[1]]);
	assert_eq!(received(&region.kubo), 1 + 3);
	// To the end, and after it.
	assert_eq!(get(LEN - 3, u64::MAX).stdout, [0; 3]);
	let none = get(LEN, LEN + 1);
	assert_eq!((none.status.code(), none.stdout.len()), (Some(4), 0));

	// A file would look as if it were checked.
	let target = region.path("part.raw");
	let output = ["--range", "0-9", "-o", target.to_str().unwrap()];
	let get = [&["record", "get", &record][..], &output].concat();
	let error = region.refused("pat", &get, 2);
	assert!(error.contains("standard output only"), "{error}");
	assert!(!target.exists());
}
