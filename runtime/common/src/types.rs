//! The basic types of both runtimes.

use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};

/// The signature of a transaction.
pub type Signature = MultiSignature;
/// An account: its public key.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// The sender that a transaction names.
pub type Address = MultiAddress<AccountId, ()>;
/// The type of a balance, which other pallets need. Every balance is 0.
pub type Balance = u128;
/// The number of a block.
pub type BlockNumber = u32;
/// The number of transactions that an account has sent.
pub type Nonce = u32;
/// A hash of the chain.
pub type Hash = sp_core::H256;
/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
