//! The authorities of a genesis preset: well-known development accounts.

use alloc::vec::Vec;

use sp_core::sr25519::Public;
use sp_keyring::Sr25519Keyring;

use crate::types::AccountId;

/// The accounts of these authorities.
pub fn accounts(authorities: &[Sr25519Keyring]) -> Vec<AccountId> {
	authorities.iter().map(|who| who.to_account_id()).collect()
}

/// The entries of `pallet-session` for these authorities. Each uses the key of its account for all
/// purposes; `keys` makes the runtime's session keys of it.
pub fn session_keys<Keys>(
	authorities: &[Sr25519Keyring],
	keys: impl Fn(Public) -> Keys,
) -> Vec<(AccountId, AccountId, Keys)> {
	let entry = |who: &Sr25519Keyring| {
		let account = who.to_account_id();
		(account.clone(), account, keys(who.public()))
	};
	authorities.iter().map(entry).collect()
}
