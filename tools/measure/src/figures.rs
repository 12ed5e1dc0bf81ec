//! The figures, and the table.

use crate::{blocks::Contents, Measured};
use salus_primitives::blocks::{BLOCKS_PER_RELAY_SLOT, RELAY_SLOT};
use std::{
	collections::HashSet,
	time::{Duration, Instant},
};

/// The blocks that a chain makes in a slot of the relay chain.
const BUNDLE: u64 = BLOCKS_PER_RELAY_SLOT as u64;
/// Blocks that were made so long before or after a change of the relay chain's session can be lost by it.
const NEAR: Duration = Duration::from_millis(3 * RELAY_SLOT);

/// A line of the table for one chain: what it is, and its value.
pub struct Figures(Vec<(&'static str, String)>);

impl Figures {
	/// The figures of a chain. `relay` has the times of the changes of the relay chain's session, if it
	/// was watched.
	pub fn of(measured: &Measured, relay: Option<&[Instant]>) -> Self {
		let Measured {
			sent,
			watched,
			contents,
		} = measured;
		let mut lines = Vec::new();
		if let Some(last) = watched.last() {
			let between: Vec<_> = last
				.advances
				.windows(2)
				.map(|pair| seconds(pair[1].0.duration_since(pair[0].0)))
				.collect();
			lines.push(("blocks", contents.len().to_string()));
			let kept: HashSet<_> = contents.iter().map(|block| &block.id).collect();
			let (reverted, times): (Vec<_>, Vec<_>) = last
				.seen
				.iter()
				.filter(|(block, _)| !kept.contains(block))
				.map(|(block, at)| (block.0, *at))
				.unzip();
			lines.push(("best blocks reverted", reverted.len().to_string()));
			if let Some(relay) = relay {
				lines.push((
					"changes of the relay chain's session; blocks reverted less than 18 s from one",
					format!("{}; {}", relay.len(), near(&times, relay)),
				));
			}
			let changes: Vec<_> = contents
				.windows(2)
				.filter(|pair| pair[0].session != pair[1].session)
				.map(|pair| pair[1].id.0)
				.collect();
			let costs = |change: &&u64| {
				reverted
					.iter()
					.any(|block| block.abs_diff(**change) < BUNDLE)
			};
			lines.push((
				"changes of the chain's session; with a reverted block less than six blocks away",
				format!(
					"{}; {}",
					changes.len(),
					changes.iter().filter(costs).count()
				),
			));
			lines.push((
				"time between blocks: p50, p90, longest",
				three(&between, " s"),
			));
			let behind: Vec<_> = last.behind.iter().map(|blocks| *blocks as f64).collect();
			lines.push((
				"final block behind the best one: p50, p90, most",
				three(&behind, ""),
			));
		}
		if let [first, last] = &watched[..] {
			let apart: Vec<_> = first
				.seen
				.iter()
				.filter_map(|(block, at)| {
					let other = *last.seen.get(block)?;
					Some(seconds(at.max(&other).duration_since(*at.min(&other))))
				})
				.collect();
			lines.push((
				"from one node to the other: p50, p90, longest",
				three(&apart, " s"),
			));
		}
		// What never came took longest.
		let times = |of: fn(&crate::Sent) -> Option<Duration>| -> Vec<_> {
			let time = |sent| of(sent).map_or(f64::INFINITY, seconds);
			sent.iter().map(time).collect()
		};
		let (in_block, is_final) = (times(|sent| sent.in_block), times(|sent| sent.is_final));
		let came = |times: &[f64]| times.iter().filter(|time| time.is_finite()).count();
		lines.push((
			"transactions sent; in a block; in none within the time; final",
			format!(
				"{}; {}; {}; {}",
				sent.len(),
				came(&in_block),
				sent.len() - came(&in_block),
				came(&is_final)
			),
		));
		lines.push((
			"in a block after: p50, p90, longest",
			three(&in_block, " s"),
		));
		lines.push(("final after: p50, p90, longest", three(&is_final, " s")));
		let each = |of: fn(&Contents) -> f64| -> Vec<_> { contents.iter().map(of).collect() };
		lines.push((
			"a block's time: p50, p90, most",
			three(&each(|block| block.time), " ms"),
		));
		let kib = |bytes: u64| bytes as f64 / 1024.0;
		let proof: Vec<_> = contents.iter().map(|block| kib(block.proof)).collect();
		lines.push(("a block's proof: p50, p90, most", three(&proof, " KiB")));
		let bytes: Vec<_> = contents.iter().map(|block| kib(block.bytes)).collect();
		lines.push((
			"a block's transactions: p50, p90, most",
			three(&bytes, " KiB"),
		));
		Self(lines)
	}
}

fn seconds(duration: Duration) -> f64 {
	duration.as_secs_f64()
}

/// How many of these times are near a change.
fn near(times: &[Instant], changes: &[Instant]) -> usize {
	let is_near = |at: &&Instant| {
		changes
			.iter()
			.any(|change| change.max(*at).duration_since(*change.min(*at)) < NEAR)
	};
	times.iter().filter(is_near).count()
}

/// The median, the 90th percentile and the largest value. What is infinite never came.
fn three(values: &[f64], unit: &str) -> String {
	let mut sorted = values.to_vec();
	sorted.sort_by(f64::total_cmp);
	let at = |part: usize| sorted.get(sorted.len().saturating_sub(1) * part / 100);
	let text = |value: &f64| match value.is_finite() {
		true => format!("{value:.1}"),
		false => "never".into(),
	};
	match (at(50), at(90), sorted.last()) {
		(Some(p50), Some(p90), Some(most)) => {
			format!("{}, {}, {}{unit}", text(p50), text(p90), text(most))
		}
		_ => "none".into(),
	}
}

/// Prints the table, in Markdown.
pub fn print<'a>(chains: impl Iterator<Item = (&'a str, Figures)>) {
	let (names, figures): (Vec<_>, Vec<_>) = chains.unzip();
	println!("| figure | {} |", names.join(" | "));
	println!("|---|{}", "---|".repeat(names.len()));
	let Some(first) = figures.first() else { return };
	for (line, (name, _)) in first.0.iter().enumerate() {
		let values: Vec<_> = figures
			.iter()
			.filter_map(|figures| figures.0.get(line))
			.map(|(_, value)| value.as_str())
			.collect();
		println!("| {name} | {} |", values.join(" | "));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{blocks::Watched, Sent};

	fn lines(measured: &Measured, relay: Option<&[Instant]>) -> Vec<(&'static str, String)> {
		Figures::of(measured, relay).0
	}

	fn value<'a>(lines: &'a [(&str, String)], name: &str) -> &'a str {
		let mut all = lines.iter().filter(|(line, _)| line.starts_with(name));
		&all.next().unwrap().1
	}

	#[test]
	fn what_never_came_into_a_block_counts_as_the_longest() {
		let came = |seconds| Sent {
			in_block: Some(Duration::from_secs(seconds)),
			is_final: None,
		};
		let measured = |sent| Measured {
			sent,
			watched: Vec::new(),
			contents: Vec::new(),
		};
		let all = lines(&measured(vec![came(1), came(2), came(3)]), None);
		assert_eq!(value(&all, "in a block after"), "2.0, 2.0, 3.0 s");
		let sent = vec![came(1), Sent::default(), came(2), Sent::default()];
		let all = lines(&measured(sent), None);
		assert_eq!(value(&all, "transactions sent"), "4; 2; 2; 0");
		assert_eq!(value(&all, "in a block after"), "2.0, never, never s");
		assert_eq!(value(&all, "final after"), "never, never, never s");
	}

	#[test]
	fn a_change_of_the_relay_chains_session_is_beside_the_blocks_that_it_costs() {
		let start = Instant::now();
		let at = |seconds| start + Duration::from_secs(seconds);
		let seen =
			[(1, 10), (2, 11), (3, 60)].map(|(number, time)| ((number, "a".into()), at(time)));
		let measured = Measured {
			sent: Vec::new(),
			watched: vec![Watched {
				seen: seen.into(),
				..Watched::default()
			}],
			contents: Vec::new(),
		};
		let name = "changes of the relay chain's session";
		let of = |relay: &[Instant]| value(&lines(&measured, Some(relay)), name).to_owned();
		assert_eq!(of(&[]), "0; 0");
		assert_eq!(of(&[at(20)]), "1; 2");
		assert_eq!(of(&[at(29), at(70)]), "2; 1");
		assert_eq!(of(&[at(28), at(50)]), "2; 2");
		let none = lines(&measured, None);
		assert!(none.iter().all(|(line, _)| !line.starts_with(name)));
	}
}
