//! A provider stores a document for a patient and reads it back.

use salus_client::{
	chain::{Chain, Wait},
	ipfs::{Ipfs, DEFAULT_API},
	keystore::Keystore,
	known::Known,
	members::Acting,
	records::{NewRecord, Setting},
	Result,
};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
	let keys = Keystore::new("keys");
	let me = keys.unlock("dr-ana", "correct horse battery staple".to_owned().into())?;
	let acting = Acting {
		chain: &Chain::connect("ws://127.0.0.1:9944").await?,
		me: &me,
		wait: Wait::Finalized,
		progress: &(),
	};
	let ipfs = Ipfs::new(DEFAULT_API)?;
	let mut known = Known::open(keys.dir())?;
	let setting = Setting {
		patient: "00112233445566778899aabbccddeeff"
			.parse()
			.expect("32 hexadecimal digits"),
		amends: None,
		author: None,
	};
	let document = NewRecord {
		document: "blood-count.json".into(),
		name: "Blood count".into(),
		media_type: "application/fhir+json".into(),
	};
	let added = acting
		.add_records(&setting, &[document], &ipfs, &mut known)
		.await?;
	acting
		.retrieve(added[0].record, Path::new("copy.json"), false, &ipfs)
		.await?;
	Ok(())
}
