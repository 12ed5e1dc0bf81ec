//! What a wallet reads from any chain.

use frame_system_rpc_runtime_api::runtime_decl_for_account_nonce_api::AccountNonceApiV1;
use sp_keyring::Sr25519Keyring::Alice;

use super::development;
use crate::{AccountId, Block, Nonce, Runtime, System};

#[test]
fn a_wallet_reads_the_next_nonce() {
	development().execute_with(|| {
		let nonce = || {
			<Runtime as AccountNonceApiV1<Block, AccountId, Nonce>>::account_nonce(
				Alice.to_account_id(),
			)
		};
		assert_eq!(nonce(), 0);
		System::inc_account_nonce(Alice.to_account_id());
		assert_eq!(nonce(), 1);
	});
}

#[test]
fn metadata_exists_in_each_version_that_clients_use() {
	development().execute_with(|| {
		for version in [14, 15, 16] {
			assert!(Runtime::metadata_versions().contains(&version));
			assert!(Runtime::metadata_at_version(version).is_some());
		}
	});
}
