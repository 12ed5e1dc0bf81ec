//! Places: so many in all, and so many for each client or account.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use tokio::sync::watch;

/// The places, by who has taken them.
pub(crate) struct Places<K> {
	most: usize,
	most_of_one: usize,
	taken: watch::Sender<HashMap<K, usize>>,
}

/// A place that is taken.
pub(crate) struct Place<K: Eq + Hash> {
	places: Arc<Places<K>>,
	by: K,
}

impl<K: Clone + Eq + Hash> Places<K> {
	/// All are free.
	pub fn new(most: usize, most_of_one: usize) -> Arc<Self> {
		Arc::new(Self {
			most,
			most_of_one,
			taken: watch::Sender::default(),
		})
	}

	/// Takes a place, if there is one.
	pub fn take(self: &Arc<Self>, by: K) -> Option<Place<K>> {
		let took = self.taken.send_if_modified(|taken| {
			let all: usize = taken.values().sum();
			let own = taken.get(&by).copied().unwrap_or_default();
			let free = all < self.most && own < self.most_of_one;
			if free {
				taken.insert(by.clone(), own.saturating_add(1));
			}
			free
		});
		took.then(|| Place {
			places: self.clone(),
			by,
		})
	}

	/// How many are taken.
	pub fn count(&self) -> usize {
		self.taken.borrow().values().sum()
	}

	/// Returns once all are free.
	pub async fn all_free(&self) {
		let mut taken = self.taken.subscribe();
		// It is never closed.
		let _ = taken.wait_for(HashMap::is_empty).await;
	}
}

impl<K: Eq + Hash> Drop for Place<K> {
	fn drop(&mut self) {
		self.places.taken.send_modify(|taken| {
			if let Some(own) = taken.get_mut(&self.by) {
				*own = own.saturating_sub(1);
				if *own == 0 {
					taken.remove(&self.by);
				}
			}
		});
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::http::Client;
	use futures::FutureExt;

	#[test]
	fn places_are_bounded_for_each_client_and_in_all() {
		let places = Places::new(3, 2);
		let take = |address: &str| places.take(Client::at(address.parse().unwrap()));
		let (one, other) = ("2001:db8::1", "192.0.2.1");
		// Another address of the same network is the same client.
		let (first, second) = (take(one).unwrap(), take("2001:db8::2").unwrap());
		assert!(take("2001:db8::3").is_none());
		let third = take(other).unwrap();
		assert!(take(other).is_none());
		drop(first);
		let fourth = take(one).unwrap();
		drop(third);
		assert_eq!((places.count(), places.taken.borrow().len()), (2, 1));
		assert_eq!(places.all_free().now_or_never(), None);
		drop((second, fourth));
		assert_eq!(places.all_free().now_or_never(), Some(()));
	}
}
