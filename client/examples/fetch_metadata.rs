//! Writes the metadata of a node's chain to a file, for the test of drift:
//!
//! ```text
//! cargo run -p salus-client --example fetch_metadata -- \
//!     ws://127.0.0.1:9944 client/metadata/regional.scale
//! ```

use subxt::rpcs::{rpc_params, RpcClient};

/// The newest version of the metadata that the client reads.
const VERSION: u32 = 16;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
	let mut args = std::env::args().skip(1);
	let (Some(url), Some(path)) = (args.next(), args.next()) else {
		return Err("usage: fetch_metadata NODE FILE".into());
	};
	let rpc = RpcClient::from_url(url).await?;
	let version = format!("0x{}", hex::encode(VERSION.to_le_bytes()));
	let method = "Metadata_metadata_at_version";
	let answer: String = rpc
		.request("state_call", rpc_params![method, version])
		.await?;
	let bytes = hex::decode(answer.trim_start_matches("0x"))?;
	let metadata: Option<Vec<u8>> = codec::DecodeAll::decode_all(&mut bytes.as_slice())?;
	let metadata = metadata.ok_or("the chain does not have metadata of this version")?;
	if let Some(folder) = std::path::Path::new(&path).parent() {
		std::fs::create_dir_all(folder)?;
	}
	std::fs::write(path, metadata)?;
	Ok(())
}
