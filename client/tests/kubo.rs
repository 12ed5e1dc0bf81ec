//! The client with a real Kubo: offline, with its own repository.

mod daemon;

use daemon::Kubo;
use salus_client::{
	ipfs::{to_base32, CidWriter, Ipfs, Uploader},
	Error,
};
use salus_primitives::Cid;
use std::{
	io::Write,
	time::{Duration, Instant},
};
use tokio::task::block_in_place;

/// Waits until a Kubo answers.
async fn client(kubo: &Kubo) -> Ipfs {
	let since = Instant::now();
	while since.elapsed() < Duration::from_secs(60) {
		tokio::time::sleep(Duration::from_millis(50)).await;
		let Some(url) = kubo.url() else { continue };
		let ipfs = Ipfs::new(&url).unwrap();
		if ipfs.version().await.is_ok() {
			return ipfs;
		}
	}
	panic!("Kubo does not start");
}

fn content(len: usize) -> Vec<u8> {
	(0..len).map(|place| (place / 251 + place) as u8).collect()
}

fn cid_of(bytes: &[u8]) -> Cid {
	let mut writer = CidWriter::new();
	writer.write_all(bytes).unwrap();
	writer.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_envelope_can_be_fetched() {
	let kubo = Kubo::start();
	let ipfs = client(&kubo).await;
	for len in [1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000] {
		let bytes = content(len);
		let cid = cid_of(&bytes);
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(&bytes).unwrap();
		// This compares Kubo's CID with ours.
		ipfs.add(&mut file, &cid, &()).await.unwrap();
		let pins = kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
		assert!(pins.contains(&to_base32(&cid)), "{len}: {pins}");
		let mut back = Vec::new();
		ipfs.cat(&cid, len as u64, &mut back, &()).await.unwrap();
		assert!(back == bytes, "{len}");
		// A wrong size is an error, whether too small or too large.
		for wrong in [len as u64 - 1, len as u64 + 1] {
			let error = ipfs
				.cat(&cid, wrong, &mut Vec::new(), &())
				.await
				.unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
		assert!(ipfs.unpin(&cid).await.unwrap());
		let pins = kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
		assert!(!pins.contains(&to_base32(&cid)), "{len}: {pins}");
	}
	// A CID that no node has.
	let absent = cid_of(b"nobody has this");
	let error = ipfs
		.cat(&absent, 15, &mut Vec::new(), &())
		.await
		.unwrap_err();
	assert!(matches!(error, Error::Ipfs { .. }), "{error}");
}

/// A command that is killed before it has noted the envelope leaves no pin.
#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_added_while_it_is_sealed_and_pinned_at_its_end() {
	let kubo = Kubo::start();
	let ipfs = client(&kubo).await;
	let bytes = content(5_000_000);
	let cid = cid_of(&bytes);
	let mut file = tempfile::tempfile().unwrap();
	file.write_all(&bytes).unwrap();
	let begin = || {
		let mut adding = ipfs.begin().unwrap();
		for piece in bytes.chunks(1 << 20) {
			block_in_place(|| adding.write_all(piece)).unwrap();
		}
		adding
	};
	let pins = || kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
	let is_pinned = || pins().contains(&to_base32(&cid));
	let none = pins();
	let begun = begin();
	// Kubo has all that was written, or a part of it.
	std::thread::sleep(std::time::Duration::from_secs(1));
	drop(begun);
	// This waits until Kubo has done with it.
	kubo.run(&["repo", "gc", "--quiet"]);
	assert_eq!(pins(), none);
	let other = cid_of(b"another envelope");
	let refused = begin().finish(&mut file, &other, &()).await.unwrap_err();
	assert!(matches!(refused, Error::Ipfs { .. }), "{refused}");
	assert_eq!(pins(), none);
	begin().finish(&mut file, &cid, &()).await.unwrap();
	assert!(is_pinned());
	let mut back = Vec::new();
	ipfs.cat(&cid, bytes.len() as u64, &mut back, &())
		.await
		.unwrap();
	assert!(back == bytes);
}
