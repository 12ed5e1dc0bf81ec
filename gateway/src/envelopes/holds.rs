//! Blocks that one upload adds while those of another are removed. Two uploads can have blocks in
//! common, and Kubo has each block once.

use std::{
	collections::{HashMap, HashSet},
	sync::{Mutex, MutexGuard, PoisonError},
};

use salus_primitives::Hash256;
use tokio::sync::Notify;

/// Which blocks are being added or removed. A block is named by its SHA-256, as in Kubo's store.
#[derive(Debug, Default)]
pub struct Holds {
	table: Mutex<Table>,
	/// Kubo has removed some.
	removed: Notify,
}

#[derive(Debug, Default)]
struct Table {
	/// How many uploads add each block now.
	adding: HashMap<Hash256, usize>,
	/// May be removed.
	doomed: HashSet<Hash256>,
	/// Kubo removes them now.
	removing: HashSet<Hash256>,
}

/// Blocks that are not removed as long as this is there.
#[derive(Debug)]
pub struct Held<'a> {
	holds: &'a Holds,
	blocks: Vec<Hash256>,
}

/// Blocks that nobody adds as long as this is there.
#[derive(Debug)]
pub struct Removing<'a> {
	holds: &'a Holds,
	/// The blocks.
	pub blocks: Vec<Hash256>,
}

impl Holds {
	/// An upload begins to add blocks, and holds them until it has noted or pinned them. Those that
	/// Kubo removes now are waited for, and no others.
	pub async fn add(&self, blocks: Vec<Hash256>) -> Held<'_> {
		self.table().add(&blocks);
		let held = Held {
			holds: self,
			blocks,
		};
		loop {
			let removed = self.removed.notified();
			if !self.table().removes(&held.blocks) {
				return held;
			}
			removed.await;
		}
	}

	/// These blocks, and no others, may be removed, but those that are being added now. The journals of
	/// other uploads are read after that: see [`keep`](Self::keep).
	pub fn doom(&self, blocks: impl IntoIterator<Item = Hash256>) {
		let Table { adding, doomed, .. } = &mut *self.table();
		let free = |block: &Hash256| !adding.contains_key(block);
		*doomed = blocks.into_iter().filter(free).collect();
	}

	/// This block is another upload's, too.
	pub fn keep(&self, block: &Hash256) {
		self.table().doomed.remove(block);
	}

	/// Takes out some of the blocks that may be removed.
	pub fn take(&self, most: usize) -> Removing<'_> {
		let Table {
			doomed, removing, ..
		} = &mut *self.table();
		let blocks: Vec<_> = doomed.iter().take(most).copied().collect();
		for block in &blocks {
			doomed.remove(block);
			removing.insert(*block);
		}
		Removing {
			holds: self,
			blocks,
		}
	}

	fn table(&self) -> MutexGuard<'_, Table> {
		self.table.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Table {
	fn add(&mut self, blocks: &[Hash256]) {
		for block in blocks {
			self.doomed.remove(block);
			let uploads = self.adding.entry(*block).or_default();
			*uploads = uploads.saturating_add(1);
		}
	}

	fn removes(&self, blocks: &[Hash256]) -> bool {
		blocks.iter().any(|block| self.removing.contains(block))
	}
}

impl Drop for Held<'_> {
	fn drop(&mut self) {
		let adding = &mut self.holds.table().adding;
		for block in &self.blocks {
			if let Some(uploads) = adding.get_mut(block) {
				*uploads = uploads.saturating_sub(1);
				if *uploads == 0 {
					adding.remove(block);
				}
			}
		}
	}
}

impl Drop for Removing<'_> {
	fn drop(&mut self) {
		let mut table = self.holds.table();
		for block in &self.blocks {
			table.removing.remove(block);
		}
		drop(table);
		self.holds.removed.notify_waiters();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::{poll, FutureExt};
	use std::pin::pin;

	const A: Hash256 = [1; 32];
	const B: Hash256 = [2; 32];
	const C: Hash256 = [3; 32];

	/// Takes out all blocks that may be removed.
	fn all(holds: &Holds) -> Vec<Hash256> {
		let mut all = holds.take(10).blocks.clone();
		all.sort_unstable();
		all
	}

	/// Adds blocks, for which nobody waits.
	fn add(holds: &Holds, blocks: Vec<Hash256>) -> Held<'_> {
		holds.add(blocks).now_or_never().expect("nobody waits")
	}

	#[test]
	fn a_block_that_an_upload_adds_is_not_removed() {
		let holds = Holds::default();
		// Before, and while it is to be removed.
		let first = add(&holds, vec![A]);
		holds.doom([A, B, C]);
		let _second = add(&holds, vec![B]);
		assert_eq!(all(&holds), [C]);
		// Added by two uploads: until both are done.
		let again = add(&holds, vec![A]);
		drop(again);
		holds.doom([A]);
		assert!(all(&holds).is_empty());
		drop(first);
		holds.doom([A]);
		assert_eq!(all(&holds), [A]);
	}

	#[test]
	fn a_block_of_another_upload_is_not_removed() {
		let holds = Holds::default();
		holds.doom([A, B]);
		holds.keep(&A);
		assert_eq!(all(&holds), [B]);
		holds.doom([A, B, C]);
		assert_eq!(holds.take(2).blocks.len(), 2);
		assert_eq!(holds.take(2).blocks.len(), 1);
		// What was left is forgotten.
		holds.doom([A]);
		holds.doom([B]);
		assert_eq!(all(&holds), [B]);
	}

	/// The same block several times in one part.
	#[test]
	fn a_part_with_equal_leaves_lets_all_of_them_go() {
		let holds = Holds::default();
		drop(add(&holds, vec![A, A]));
		holds.doom([A]);
		assert_eq!(all(&holds), [A]);
	}

	#[tokio::test]
	async fn a_removal_is_waited_for_by_who_adds_the_same_block_alone() {
		let holds = Holds::default();
		holds.doom([A, B]);
		let first = holds.take(1);
		let [now, later] = if first.blocks == [A] { [A, B] } else { [B, A] };
		drop(add(&holds, vec![C]));
		let mut waiting = pin!(holds.add(vec![now, later]));
		assert!(poll!(&mut waiting).is_pending());
		// What it adds is no longer removed meanwhile.
		assert!(all(&holds).is_empty());
		drop(first);
		assert!(poll!(&mut waiting).is_ready());
	}
}
