//! A provider reads what patients of other regions granted it.

use salus_client::{
	chain::{Chain, Wait},
	consortium::Consortium,
	interregional::reference,
	ipfs::{Ipfs, DEFAULT_API},
	keystore::Keystore,
	members::Acting,
	Result,
};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
	let keys = Keystore::new("keys");
	let me = keys.unlock("dr-ben", "correct horse battery staple".to_owned().into())?;
	let chain = Chain::connect("ws://127.0.0.1:9944").await?;
	let acting = Acting {
		chain: &chain,
		me: &me,
		wait: Wait::Finalized,
		progress: &(),
	};
	let consortium = Consortium::connect("ws://127.0.0.1:9955").await?;
	let ipfs = Ipfs::new(DEFAULT_API)?;
	let own = acting.as_remote(&chain.finalized().await?).await?;
	let directory = consortium.finalized().await?;
	for grant in directory.granted_to(&own).await? {
		println!("record {}, by {}", reference(&grant), grant.author_name);
		let incoming = acting
			.incoming(&directory, grant.region, grant.record)
			.await?;
		acting
			.retrieve_incoming(&incoming, Path::new("."), false, &ipfs)
			.await?;
	}
	Ok(())
}
