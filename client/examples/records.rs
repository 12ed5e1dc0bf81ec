//! A provider stores a document for a patient and reads it back.

use salus_client::{
	chain::{Chain, Wait},
	ipfs::{Ipfs, DEFAULT_API},
	keys::{Keystore, KnownKeys},
	retrieve::Destination,
	store::{Added, Attribution, Document},
	Pending, Result, Session,
};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
	let keystore = Keystore::new("keys");
	let key = keystore.unlock("dr-ana", "correct horse battery staple".to_owned().into())?;
	let session = Session {
		chain: &Chain::connect("ws://127.0.0.1:9944").await?,
		key: &key,
		wait: Wait::Finalized,
		progress: &(),
		pending: Some(&Pending::new(keystore.dir())),
		development: false,
		only_call: false,
	};
	let ipfs = Ipfs::new(DEFAULT_API)?;
	let mut known_keys = KnownKeys::open(keystore.dir())?;

	let attribution = Attribution {
		patient: Some(
			"00112233445566778899aabbccddeeff"
				.parse()
				.expect("32 hexadecimal digits"),
		),
		amends: None,
	};
	let document = Document {
		path: "blood-count.json".into(),
		name: "Blood count".into(),
		media_type: "application/fhir+json".into(),
	};
	let mut added = Added::default();
	session
		.add_records(
			&attribution,
			&[document],
			&ipfs,
			&mut known_keys,
			&mut added,
		)
		.await?;
	let number = added.records[0].record;
	println!("record {number}");
	// From here on, the same document becomes another record.
	session.told(&added);

	let record = session.unlock(&session.state().await?, number).await?;
	let destination = Destination::File {
		path: Path::new("copy.json"),
		replace: false,
	};
	session.retrieve(&record, destination, &ipfs).await?;
	Ok(())
}
