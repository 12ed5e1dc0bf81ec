//! With how many others a Kubo is connected. Its metrics tell, for which its RPC demands no secret.

use super::client::{Ipfs, NO_ANSWER};
use crate::Result;

/// The longest metrics that are read, in bytes.
const MAX_METRICS: usize = 4 << 20;

/// The metric, for each transport.
const PEERS: &str = "ipfs_p2p_peers_total";

impl Ipfs {
	/// With how many other Kubos it is connected.
	pub async fn peers(&self) -> Result<u64> {
		let mut url = self.call("", &[]);
		url.set_path("/debug/metrics/prometheus");
		url.set_query(None);
		let request = self.client.get(url).timeout(self.limits.short);
		let answer = self.answer(request, NO_ANSWER).await?;
		let metrics = self.limited(answer, NO_ANSWER, MAX_METRICS).await?;
		Ok(connected(&String::from_utf8_lossy(&metrics)))
	}
}

fn connected(metrics: &str) -> u64 {
	let lines = metrics.lines().filter(|line| line.starts_with(PEERS));
	let numbers = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
	numbers.sum()
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
			process_open_fds 9\n";
		assert_eq!(connected(metrics), 3);
		assert_eq!(connected(""), 0);
	}
}
