//! Timing what a command changes on several chains.

use crate::{
	blocks::{heads, Head, Heads},
	Result,
};
use serde::Deserialize;
use std::{
	process,
	str::FromStr,
	time::{Duration, Instant},
};
use subxt::rpcs::{client::RpcClient, rpc_params};

/// How long to wait for the last change.
const PATIENCE: Duration = Duration::from_secs(300);

/// Run a command. Print, as a line of a table, after how many seconds it ended, and after how many
/// each change that it causes was in a best block and in a final one.
#[derive(Debug, clap::Args)]
pub struct Changes {
	/// What to watch: COUNT=PREFIX@URL, the number of changes, the start of the storage keys, and
	/// the node's address. May be repeated.
	#[arg(long = "watch", value_name = "WATCH", required = true)]
	watches: Vec<Watch>,

	/// The command, after `--`.
	#[arg(last = true, required = true, value_name = "COMMAND")]
	command: Vec<String>,
}

/// Changes to wait for.
#[derive(Clone, Debug)]
struct Watch {
	count: usize,
	prefix: String,
	url: String,
}

impl FromStr for Watch {
	type Err = String;

	fn from_str(text: &str) -> std::result::Result<Self, String> {
		let parts = || {
			let (count, rest) = text.split_once('=')?;
			let (prefix, url) = rest.split_once('@')?;
			Some(Self {
				count: count.parse().ok()?,
				prefix: prefix.to_owned(),
				url: url.to_owned(),
			})
		};
		parts().ok_or_else(|| "must be COUNT=PREFIX@URL".to_owned())
	}
}

/// The times of a watch's changes, in best blocks and in final ones.
#[derive(Default)]
struct Times {
	best: Vec<Instant>,
	last: Vec<Instant>,
}

impl Changes {
	/// Runs the command, and prints the line.
	pub async fn run(self) -> Result<()> {
		let mut watching = Vec::new();
		for watch in self.watches {
			let rpc = RpcClient::from_url(&watch.url).await?;
			let heads = heads(&rpc).await?;
			let hash: String = rpc.request("chain_getBlockHash", rpc_params![]).await?;
			let before = content(&rpc, &watch.prefix, &hash).await?;
			watching.push(tokio::spawn(follow(rpc, heads, watch, before)));
		}
		let since = Instant::now();
		let ended = tokio::task::spawn_blocking(move || run(&self.command)).await??;
		let after = |at: &Instant| format!("{:.1}", at.duration_since(since).as_secs_f64());
		let mut columns = vec![after(&ended)];
		for task in watching {
			let times = tokio::time::timeout(PATIENCE, task)
				.await
				.map_err(|_| "the changes did not come in time")???;
			for (best, last) in times.best.iter().zip(&times.last) {
				columns.extend([after(best), after(last)]);
			}
		}
		println!("| {} |", columns.join(" | "));
		Ok(())
	}
}

/// Runs the command, and returns when it ended.
fn run(command: &[String]) -> Result<Instant> {
	let (name, args) = command.split_first().ok_or("no command")?;
	let output = process::Command::new(name).args(args).output()?;
	let ended = Instant::now();
	if output.status.success() {
		return Ok(ended);
	}
	let text = String::from_utf8_lossy(&output.stderr);
	Err(format!("the command failed: {text}").into())
}

/// Waits until so many changes are final.
async fn follow(
	rpc: RpcClient,
	mut heads: Heads,
	watch: Watch,
	before: Vec<(String, String)>,
) -> Result<Times> {
	let mut times = Times::default();
	// All contents so far, in the order in which they came.
	let (mut best, mut last) = (vec![before.clone()], vec![before]);
	while times.last.len() < watch.count {
		let (at, head) = heads.next().await?;
		let (seen, list, number) = match head {
			Head::Best(header) => (&mut best, &mut times.best, header.number()?),
			Head::Final(header) => (&mut last, &mut times.last, header.number()?),
		};
		let hash: String = rpc
			.request("chain_getBlockHash", rpc_params![number])
			.await?;
		let now = content(&rpc, &watch.prefix, &hash).await?;
		if !seen.contains(&now) {
			seen.push(now);
			list.push(at);
		}
	}
	Ok(times)
}

#[derive(Deserialize)]
struct ChangeSet {
	changes: Vec<(String, Option<String>)>,
}

/// All keys that begin so, with their values.
async fn content(rpc: &RpcClient, prefix: &str, hash: &str) -> Result<Vec<(String, String)>> {
	let keys: Vec<String> = rpc
		.request(
			"state_getKeysPaged",
			rpc_params![prefix, 1000, None::<String>, hash],
		)
		.await?;
	let sets: Vec<ChangeSet> = rpc
		.request("state_queryStorageAt", rpc_params![keys, hash])
		.await?;
	let mut all: Vec<_> = sets
		.into_iter()
		.flat_map(|set| set.changes)
		.filter_map(|(key, value)| Some((key, value?)))
		.collect();
	all.sort();
	Ok(all)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_watch_has_a_count_a_prefix_and_an_address() {
		let watch = Watch::from_str("2=0x01ab@ws://127.0.0.1:9944").unwrap();
		assert_eq!(
			(watch.count, watch.prefix.as_str(), watch.url.as_str()),
			(2, "0x01ab", "ws://127.0.0.1:9944")
		);
		for wrong in ["", "2", "2=0x01", "x=0x01@ws://127.0.0.1:9944"] {
			assert!(Watch::from_str(wrong).is_err(), "{wrong}");
		}
	}
}
