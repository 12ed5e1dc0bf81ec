//! The figures, and the table.

use crate::{blocks::Contents, Measured};
use std::{collections::HashSet, time::Duration};

/// The blocks that a chain makes in a slot of the relay chain.
const BUNDLE: u64 = 6;

/// A line of the table for one chain: what it is, and its value.
pub struct Figures(Vec<(&'static str, String)>);

impl Figures {
	/// The figures of a chain.
	pub fn of(measured: &Measured) -> Self {
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
			let reverted: Vec<_> = last
				.seen
				.keys()
				.filter(|block| !kept.contains(block))
				.map(|block| block.0)
				.collect();
			lines.push(("best blocks reverted", reverted.len().to_string()));
			let changes: Vec<_> = contents
				.windows(2)
				.filter(|pair| pair[0].session != pair[1].session)
				.map(|pair| pair[1].id.0)
				.collect();
			let near = |change: &&u64| {
				reverted
					.iter()
					.any(|block| block.abs_diff(**change) < BUNDLE)
			};
			lines.push((
				"changes of session; with a reverted block less than six blocks away",
				format!("{}; {}", changes.len(), changes.iter().filter(near).count()),
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
		let times = |of: fn(&crate::Sent) -> Option<Duration>| -> Vec<_> {
			sent.iter().filter_map(of).map(seconds).collect()
		};
		let (in_block, is_final) = (times(|sent| sent.in_block), times(|sent| sent.is_final));
		lines.push((
			"transactions sent, in a block, final",
			format!("{}, {}, {}", sent.len(), in_block.len(), is_final.len()),
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

/// The median, the 90th percentile and the largest value.
fn three(values: &[f64], unit: &str) -> String {
	let mut sorted = values.to_vec();
	sorted.sort_by(f64::total_cmp);
	let at = |part: usize| sorted.get(sorted.len().saturating_sub(1) * part / 100);
	match (at(50), at(90), sorted.last()) {
		(Some(p50), Some(p90), Some(most)) => format!("{p50:.1}, {p90:.1}, {most:.1}{unit}"),
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
