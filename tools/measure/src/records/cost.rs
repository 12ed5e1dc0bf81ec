//! What transactions cost a node: its processor time, and the time until a block includes them.

use super::region::Region;
use crate::Result;
use salus_client::chain::Call;
use serde::Serialize;
use std::{
	fs,
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;

/// How many of the transactions are sent alone, after the others.
pub const ALONE: usize = 20;
/// The time in which a node does what a block leaves behind.
const REST: Duration = Duration::from_secs(2);
/// The time in which a node makes blocks without transactions.
const IDLE: Duration = Duration::from_secs(10);
/// The clock of `/proc/PID/stat`, in milliseconds.
const TICK: u64 = 10;

/// What transactions cost.
#[derive(Serialize)]
pub struct Cost {
	/// Transactions that were sent at once.
	count: usize,
	/// Milliseconds of processor time that the node took for them.
	cpu_ms: u64,
	/// Milliseconds of processor time that it took in each second without transactions, after them.
	idle_ms: u64,
	/// Milliseconds from the first one to the last one's block.
	ms: u128,
	/// Milliseconds until a block included each of those that were sent at once: p50, p90, longest.
	crowded_ms: [u128; 3],
	/// The same for those that were sent alone.
	alone_ms: [u128; 3],
}

/// Sends the calls, each as its account: many at once, and the last ones alone.
pub async fn measure(region: &Region, pid: u32, calls: Vec<(Keypair, Call)>) -> Result<Cost> {
	let mut signed = region.sign(calls).await?;
	let alone = signed.split_off(signed.len().saturating_sub(ALONE));
	let count = signed.len();
	let (since, cpu) = (Instant::now(), processor_time(pid)?);
	let crowded = region.send(signed).await?;
	let took = since.elapsed();
	tokio::time::sleep(REST).await;
	let rested = processor_time(pid)?;
	tokio::time::sleep(IDLE).await;
	let idle = processor_time(pid)? - rested;
	let mut times = Vec::new();
	for (place, one) in alone.into_iter().enumerate() {
		// At all phases of a block.
		tokio::time::sleep(Duration::from_millis(place as u64 * 370 % 1_000)).await;
		times.extend(region.send(vec![one]).await?);
	}
	Ok(Cost {
		count,
		cpu_ms: (rested - cpu) * TICK,
		idle_ms: idle * TICK / IDLE.as_secs(),
		ms: took.as_millis(),
		crowded_ms: three(crowded),
		alone_ms: three(times),
	})
}

/// The median, the 90th percentile and the longest.
fn three(mut times: Vec<Duration>) -> [u128; 3] {
	times.sort();
	let last = times.len().saturating_sub(1);
	[last / 2, last * 9 / 10, last].map(|place| times.get(place).map_or(0, Duration::as_millis))
}

/// The processor time of a process and of all its threads, in ticks.
fn processor_time(pid: u32) -> Result<u64> {
	let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
	ticks(&stat).ok_or_else(|| "the system does not show a process's time".into())
}

/// User and system time in a line of `/proc/PID/stat`.
fn ticks(stat: &str) -> Option<u64> {
	// The program's name can contain spaces and brackets.
	let (_, rest) = stat.rsplit_once(')')?;
	let mut fields = rest.split_whitespace().skip(11);
	let mut next = || fields.next()?.parse::<u64>().ok();
	Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_process_whose_name_has_brackets_has_its_time_read() {
		let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 1 2 3 4 500 60 7 8 20 0 9 0 1";
		assert_eq!(ticks(stat), Some(560));
	}

	#[test]
	fn the_three_figures_of_times_are_the_median_the_ninetieth_and_the_longest() {
		let times = (1..=20).rev().map(Duration::from_millis).collect();
		assert_eq!(three(times), [10, 18, 20]);
		assert_eq!(three(Vec::new()), [0; 3]);
	}
}
