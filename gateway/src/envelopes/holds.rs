//! Leaves that one upload adds while those of another are removed. Two uploads can have leaves in
//! common, and Kubo has each block once.

use std::collections::{HashMap, HashSet};

use salus_primitives::Hash256;

/// Which leaves are being added, and which may be removed. Whoever changes it or acts by it holds
/// its lock: to remove a leaf, until Kubo has done so.
#[derive(Debug, Default)]
pub struct Holds {
	/// How many parts add each leaf now.
	adding: HashMap<Hash256, usize>,
	doomed: HashSet<Hash256>,
}

impl Holds {
	/// A part begins to add leaves. They are no longer removed.
	pub fn add(&mut self, leaves: &[Hash256]) {
		for leaf in leaves {
			self.doomed.remove(leaf);
			let parts = self.adding.entry(*leaf).or_default();
			*parts = parts.saturating_add(1);
		}
	}

	/// A part has added leaves and noted them, or failed to.
	pub fn added(&mut self, leaves: &[Hash256]) {
		for leaf in leaves {
			if let Some(parts) = self.adding.get_mut(leaf) {
				*parts = parts.saturating_sub(1);
				if *parts == 0 {
					self.adding.remove(leaf);
				}
			}
		}
	}

	/// These leaves may be removed, but those that a part adds now. The journals of other uploads are
	/// read after that: see [`keep`](Self::keep).
	pub fn doom(&mut self, leaves: impl IntoIterator<Item = Hash256>) {
		let adding = &self.adding;
		self.doomed
			.extend(leaves.into_iter().filter(|leaf| !adding.contains_key(leaf)));
	}

	/// This leaf is another upload's, too.
	pub fn keep(&mut self, leaf: &Hash256) {
		self.doomed.remove(leaf);
	}

	/// Takes out some of the leaves that may be removed. Remove them before the lock is let go.
	pub fn take(&mut self, most: usize) -> Vec<Hash256> {
		let some: Vec<_> = self.doomed.iter().take(most).copied().collect();
		for leaf in &some {
			self.doomed.remove(leaf);
		}
		some
	}

	/// Forgets all leaves that may be removed.
	pub fn clear(&mut self) {
		self.doomed.clear();
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const A: Hash256 = [1; 32];
	const B: Hash256 = [2; 32];
	const C: Hash256 = [3; 32];

	fn all(holds: &mut Holds) -> Vec<Hash256> {
		let mut all = holds.take(10);
		all.sort_unstable();
		all
	}

	#[test]
	fn a_leaf_that_a_part_adds_is_not_removed() {
		let mut holds = Holds::default();
		// Before, and while it is to be removed.
		holds.add(&[A]);
		holds.doom([A, B, C]);
		holds.add(&[B]);
		assert_eq!(all(&mut holds), [C]);
		// Added by two parts: until both are done.
		holds.add(&[A]);
		holds.added(&[A]);
		holds.doom([A]);
		assert!(all(&mut holds).is_empty());
		holds.added(&[A]);
		holds.doom([A]);
		assert_eq!(all(&mut holds), [A]);
	}

	#[test]
	fn a_leaf_of_another_upload_is_not_removed() {
		let mut holds = Holds::default();
		holds.doom([A, B]);
		holds.keep(&A);
		assert_eq!(all(&mut holds), [B]);
		holds.doom([A, B, C]);
		assert_eq!(holds.take(2).len(), 2);
		assert_eq!(holds.take(2).len(), 1);
		holds.doom([A]);
		holds.clear();
		assert!(all(&mut holds).is_empty());
	}

	/// The same leaf several times in one part.
	#[test]
	fn a_part_with_equal_leaves_lets_all_of_them_go() {
		let mut holds = Holds::default();
		holds.add(&[A, A]);
		holds.added(&[A, A]);
		holds.doom([A]);
		assert_eq!(all(&mut holds), [A]);
	}
}
