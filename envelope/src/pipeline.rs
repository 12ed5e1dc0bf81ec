//! Reading, working and writing at once, on groups of segments.

use crate::cipher::{Segment, LANES};

/// A group's segments. Their buffers are used again.
#[derive(Default)]
pub(crate) struct Group {
	segments: Vec<Segment>,
	used: usize,
}

/// The most segments of a group: enough for as many threads as reading and hashing, which is
/// serial, can feed. Three groups are in memory: 72 MiB at most.
const MAX_GROUP: usize = 3 * LANES;

impl Group {
	/// How many segments make a full group.
	pub(crate) fn full() -> usize {
		(LANES * rayon::current_num_threads()).min(MAX_GROUP)
	}

	pub(crate) fn clear(&mut self) {
		self.used = 0;
	}

	/// An empty segment at the end of the group.
	pub(crate) fn push(&mut self, number: u64) -> &mut Segment {
		if self.used == self.segments.len() {
			self.segments.push(Segment {
				number,
				last: false,
				data: Vec::new(),
				opened: Ok(()),
			});
		}
		let segment = &mut self.segments[self.used];
		self.used += 1;
		*segment = Segment {
			number,
			last: false,
			data: core::mem::take(&mut segment.data),
			opened: Ok(()),
		};
		segment.data.clear();
		segment
	}

	pub(crate) fn segments(&self) -> &[Segment] {
		&self.segments[..self.used]
	}

	fn segments_mut(&mut self) -> &mut [Segment] {
		&mut self.segments[..self.used]
	}
}

/// Where segments come from, and where they go. Both run on the caller's thread.
pub(crate) trait Stages {
	type Error;

	/// Fills an empty group; leaves it empty at the end.
	fn read(&mut self, group: &mut Group) -> Result<(), Self::Error>;

	/// Takes a group that was worked on. Groups come in order.
	fn write(&mut self, group: &Group) -> Result<(), Self::Error>;
}

/// Runs all segments through `work` on the pool's threads. Meanwhile this thread writes the group
/// before and reads the next.
pub(crate) fn run<S: Stages>(
	stages: &mut S,
	work: impl Fn(&mut [Segment]) + Sync,
) -> Result<(), S::Error> {
	let [mut next, mut current, mut done] = [const {
		Group {
			segments: Vec::new(),
			used: 0,
		}
	}; 3];
	stages.read(&mut current)?;
	while current.used > 0 {
		rayon::in_place_scope(|scope| {
			scope.spawn(|_| work(current.segments_mut()));
			stages.write(&done)?;
			next.clear();
			stages.read(&mut next)
		})?;
		core::mem::swap(&mut done, &mut current);
		core::mem::swap(&mut current, &mut next);
	}
	stages.write(&done)
}
