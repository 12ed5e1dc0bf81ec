//! With how many others a Kubo is connected. Its metrics tell, for which its RPC demands no secret.

use super::client::{Ipfs, NO_ANSWER};
use crate::Result;

/// The longest metrics that are read, in bytes.
const MAX_METRICS: usize = 4 << 20;

/// The metric, for each transport.
const PEERS: &str = "ipfs_p2p_peers_total";

/// The metric of its start, in Unix seconds.
const START: &str = "process_start_time_seconds ";

/// The others of a Kubo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peers {
	/// With how many it is connected.
	pub connected: u64,
	/// When it was started, in Unix seconds.
	pub started: u64,
}

impl Ipfs {
	/// With how many other Kubos it is connected, and since when it runs.
	pub async fn peers(&self) -> Result<Peers> {
		let mut url = self.call("", &[]);
		url.set_path("/debug/metrics/prometheus");
		url.set_query(None);
		let request = self.client.get(url).timeout(self.limits.short);
		let answer = self.answer(request, NO_ANSWER).await?;
		let metrics = self.limited(answer, NO_ANSWER, MAX_METRICS).await?;
		Ok(peers(&String::from_utf8_lossy(&metrics)))
	}
}

/// What the metrics say. Without a connection, Kubo does not have that metric at all.
fn peers(metrics: &str) -> Peers {
	let lines = metrics.lines().filter(|line| line.starts_with(PEERS));
	let numbers = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
	let mut lines = metrics.lines();
	// Such as 1.795884090e+09.
	let started: Option<f64> = lines.find_map(|line| line.strip_prefix(START)?.parse().ok());
	Peers {
		connected: numbers.sum(),
		started: started.unwrap_or_default() as u64,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn peers_of_all_transports_count() {
		let metrics = "# HELP ipfs_p2p_peers_total Number of connected peers\n\
			# TYPE ipfs_p2p_peers_total gauge\n\
			ipfs_p2p_peers_total{transport=\"/ip4/tcp\"} 2\n\
			ipfs_p2p_peers_total{transport=\"/ip6/tcp\"} 1\n\
			process_open_fds 9\n\
			# TYPE process_start_time_seconds gauge\n\
			process_start_time_seconds 1.79588409012e+09\n";
		let all = Peers {
			connected: 3,
			started: 1_795_884_090,
		};
		assert_eq!(peers(metrics), all);
		let none = Peers {
			connected: 0,
			started: 0,
		};
		assert_eq!(peers(""), none);
	}
}
