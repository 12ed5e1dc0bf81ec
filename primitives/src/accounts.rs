//! The accounts that have acted for a member, from the first on.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};

use crate::{KeySignature, Moment, UnixMilliseconds};

/// The most accounts that a member can have had.
pub const MAX_ACCOUNTS: u32 = 32;

/// The right by which an account acts for a member.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum AccountRight {
	/// The member registered with it, or applied with it.
	Founding,
}

/// An account that acts, or has acted, for a member.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AccountEntry<AccountId> {
	/// The account.
	pub account: AccountId,
	/// When it began to act for the member, in Unix milliseconds.
	pub since: UnixMilliseconds,
	/// By what right it does.
	pub right: AccountRight,
	/// The signature of the account before it, if that account gave one.
	pub signature: Option<KeySignature>,
}

/// The accounts of a member, oldest first. The last one acts for the member. No entry is ever
/// removed: the first one, the founding account, proves a patient's id.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AccountHistory<AccountId>(BoundedVec<AccountEntry<AccountId>, ConstU32<MAX_ACCOUNTS>>);

/// Why an account is not added to an [`AccountHistory`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryFull;

impl fmt::Display for HistoryFull {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(
			f,
			"the member has had {MAX_ACCOUNTS} accounts, the most there can be"
		)
	}
}

impl core::error::Error for HistoryFull {}

impl<AccountId> AccountHistory<AccountId> {
	/// The history of a member that begins with this account.
	pub fn founded(account: AccountId, since: Moment) -> Self {
		let founding = AccountEntry {
			account,
			since,
			right: AccountRight::Founding,
			signature: None,
		};
		Self(BoundedVec::truncate_from([founding].into()))
	}

	/// The account with which the member began. `None` only for an empty history, which no chain
	/// stores.
	pub fn founding(&self) -> Option<&AccountId> {
		self.0.first().map(|entry| &entry.account)
	}

	/// The account that acts for the member now.
	pub fn acting(&self) -> Option<&AccountId> {
		self.0.last().map(|entry| &entry.account)
	}

	/// All entries, oldest first.
	pub fn entries(&self) -> &[AccountEntry<AccountId>] {
		&self.0
	}

	/// Lets another account act for the member from now on. Refuses if the history is full.
	pub fn push(&mut self, entry: AccountEntry<AccountId>) -> Result<(), HistoryFull> {
		self.0.try_push(entry).map_err(|_| HistoryFull)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_full_history_refuses_and_keeps_its_first_entry() {
		let mut history = AccountHistory::founded(0u32, 1);
		let entry = |account: u32| AccountEntry {
			account,
			since: account.into(),
			right: AccountRight::Founding,
			signature: None,
		};
		for account in 1..MAX_ACCOUNTS {
			history.push(entry(account)).unwrap();
		}
		let full = history.clone();
		assert_eq!(history.push(entry(MAX_ACCOUNTS)), Err(HistoryFull));
		assert_eq!(history, full);
		assert_eq!(history.founding(), Some(&0));
		assert_eq!(history.acting(), Some(&(MAX_ACCOUNTS - 1)));
	}
}
