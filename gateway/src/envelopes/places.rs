//! How many transfers there may be at once, in all and of each account.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use salus_primitives::AccountId;

/// The transfers of now.
pub struct Places {
	most: usize,
	most_of_account: usize,
	accounts: Mutex<HashMap<AccountId, usize>>,
}

/// One transfer.
pub struct Place {
	places: Arc<Places>,
	account: AccountId,
}

impl Places {
	/// None are taken.
	pub fn new(most: usize, most_of_account: usize) -> Arc<Self> {
		Arc::new(Self {
			most,
			most_of_account,
			accounts: Mutex::default(),
		})
	}

	/// Takes a place, if there is one.
	pub fn take(self: &Arc<Self>, account: &AccountId) -> Option<Place> {
		let mut accounts = self.accounts();
		let all: usize = accounts.values().sum();
		let own = accounts.get(account).copied().unwrap_or_default();
		if all >= self.most || own >= self.most_of_account {
			return None;
		}
		accounts.insert(account.clone(), own.saturating_add(1));
		Some(Place {
			places: self.clone(),
			account: account.clone(),
		})
	}

	/// How many are taken.
	pub fn count(&self) -> usize {
		self.accounts().values().sum()
	}

	fn accounts(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
		self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		let mut accounts = self.places.accounts();
		if let Some(own) = accounts.get_mut(&self.account) {
			*own = own.saturating_sub(1);
			if *own == 0 {
				accounts.remove(&self.account);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn transfers_are_bounded_for_each_account_and_in_all() {
		let places = Places::new(3, 2);
		let [one, other] = [1, 2].map(|byte| AccountId::new([byte; 32]));
		let (first, _second) = (places.take(&one).unwrap(), places.take(&one).unwrap());
		assert!(places.take(&one).is_none());
		let third = places.take(&other).unwrap();
		assert!(places.take(&other).is_none());
		drop((first, third));
		let _fourth = places.take(&one).unwrap();
		assert_eq!(
			places.accounts().len(),
			1,
			"an account without transfers is forgotten"
		);
	}
}
