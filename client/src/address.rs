//! Accounts as text.

use crate::{Error, Result};
use salus_primitives::AccountId;
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};

/// The prefix of addresses: Substrate's generic one, whose addresses begin with `5`.
pub const SS58_PREFIX: u16 = 42;

/// Formats an account as an address.
pub fn to_address(account: &AccountId) -> String {
	account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// Parses an account from an address of any network, or from `0x` and 64 hexadecimal digits.
pub fn parse_account(text: &str) -> Result<AccountId> {
	if let Some(digits) = text.strip_prefix("0x") {
		let mut bytes = [0; 32];
		if hex::decode_to_slice(digits, &mut bytes).is_ok() {
			return Ok(bytes.into());
		}
	}
	AccountId::from_ss58check(text).map_err(|_| {
		Error::Input(format!(
			"{text} is not an account: give an address (5…), or 0x and 64 hexadecimal digits"
		))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_account_is_an_address_or_hexadecimal_digits() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let account = parse_account(alice).unwrap();
		assert_eq!(to_address(&account), alice);
		let digits = format!("0x{}", hex::encode::<&[u8]>(account.as_ref()));
		assert_eq!(parse_account(&digits).unwrap(), account);
		// The same account's address on another network, then an address with a typing error.
		let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
		assert_eq!(parse_account(polkadot).unwrap(), account);
		assert!(parse_account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ").is_err());
		assert!(parse_account("0x00").is_err());
	}
}
