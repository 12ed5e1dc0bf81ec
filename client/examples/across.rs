//! A provider reads the records that patients of other regions granted to it.

use salus_client::{
	chain::{Chain, Consortium, Wait},
	interregional::record_ref,
	ipfs::{Ipfs, DEFAULT_API},
	keys::Keystore,
	retrieve::Destination,
	Pending, Result, Session,
};
use salus_primitives::views::RecordFilter;
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
	let keystore = Keystore::new("keys");
	let key = keystore.unlock("dr-ben", "correct horse battery staple".to_owned().into())?;
	let chain = Chain::connect("ws://127.0.0.1:9944").await?;
	let session = Session {
		chain: &chain,
		key: &key,
		wait: Wait::Finalized,
		progress: &(),
		pending: Some(&Pending::new(keystore.dir())),
		development: false,
		only_call: false,
	};
	let consortium = Consortium::connect("ws://127.0.0.1:9955").await?;
	let ipfs = Ipfs::new(DEFAULT_API)?;

	let own = session.remote_provider(&session.state().await?).await?;
	let directory = consortium.finalized().await?;
	let all = RecordFilter::default();
	for grant in directory.granted_to(&own, None, &all, false).await? {
		println!("record {}, by {:?}", record_ref(&grant), grant.author);
		let record = session
			.unlock_incoming(&directory, grant.region, grant.record)
			.await?;
		let destination = Destination::File {
			path: Path::new("."),
			replace: false,
		};
		session.retrieve(&record, destination, &ipfs).await?;
	}
	Ok(())
}
