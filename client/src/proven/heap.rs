//! The heap of a runtime, which the host manages.

use std::collections::HashMap;

/// The largest piece that a runtime can ask for, in bytes: as on a node.
const MAX_PIECE: u32 = 32 * 1024 * 1024;

/// The smallest piece, so that the list of pieces stays small beside the memory.
const MIN_PIECE: u32 = 32;

/// Bytes before each piece that a runtime expects and does not use.
const GAP: u32 = 8;

/// Gives out pieces of memory whose sizes are powers of two. What it knows of them is not in the
/// runtime's memory, so that a runtime cannot damage it.
pub struct Heap {
	/// Where the part begins that was never given out.
	end: u32,
	/// The sizes of the pieces in use, by address.
	used: HashMap<u32, u32>,
	/// The addresses of the pieces that were given back, by size.
	free: HashMap<u32, Vec<u32>>,
}

impl Heap {
	/// A heap that begins at an address.
	pub fn new(start: u32) -> Self {
		let end = start.next_multiple_of(GAP);
		Self {
			end,
			used: HashMap::new(),
			free: HashMap::new(),
		}
	}

	/// A piece of at least this size: its address and its end. None if it is too large.
	pub fn give(&mut self, size: u32) -> Option<(u32, u32)> {
		if size > MAX_PIECE {
			return None;
		}
		let size = size.max(MIN_PIECE).next_power_of_two();
		let at = match self.free.get_mut(&size).and_then(Vec::pop) {
			Some(at) => at,
			None => {
				let at = self.end.checked_add(GAP)?;
				self.end = at.checked_add(size)?;
				at
			}
		};
		self.used.insert(at, size);
		Some((at, at.checked_add(size)?))
	}

	/// Takes a piece back. False if there is no such piece.
	pub fn take(&mut self, at: u32) -> bool {
		let Some(size) = self.used.remove(&at) else {
			return false;
		};
		self.free.entry(size).or_default().push(at);
		true
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pieces_do_not_overlap_and_are_used_again() {
		let mut heap = Heap::new(1001);
		let mut pieces: Vec<_> = (0..200).map(|size| heap.give(size).unwrap()).collect();
		for (size, (at, end)) in (0..).zip(&pieces) {
			assert!(end - at >= size && at % 8 == 0);
		}
		pieces.sort_unstable();
		for pair in pieces.windows(2) {
			assert!(pair[0].1 + GAP <= pair[1].0, "{pair:?}");
		}
		let (at, end) = heap.give(100).unwrap();
		assert!(heap.take(at));
		assert!(!heap.take(at), "it was given back");
		assert!(!heap.take(at + 1));
		assert_eq!(heap.give(128), Some((at, end)));
	}

	#[test]
	fn a_piece_has_a_largest_size() {
		let mut heap = Heap::new(0);
		assert!(heap.give(MAX_PIECE).is_some());
		assert_eq!(heap.give(MAX_PIECE + 1), None);
		assert_eq!(heap.give(u32::MAX), None);
		assert_eq!(Heap::new(u32::MAX - 20).give(MAX_PIECE), None);
	}
}
