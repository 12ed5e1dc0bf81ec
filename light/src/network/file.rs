//! The fields of a network file, and the message that its signers sign.

use alloc::{format, string::String, vec::Vec};
use codec::Encode;
use salus_signing::{fingerprint, message};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sp_core::{crypto::AccountId32, sr25519, Pair, H256};

use super::PURPOSE;
use crate::Checkpoint;

/// What a network's signers say of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
	/// The version of the format: 1.
	pub format: u32,
	/// The network's name: lower case letters, digits and hyphens.
	pub name: String,
	/// The number of this file. The first is 1.
	pub serial: u32,
	/// The end of its validity, in Unix milliseconds.
	pub valid_until: u64,
	/// How often the checkpoint was replaced against its order. See [`Checkpoint::reset`].
	pub reset: u32,
	/// The relay chain. None if all chains are for development.
	pub relay: Option<Relay>,
	/// The regions and the consortium.
	pub chains: Vec<Chain>,
	/// The origin of the portal, such as `https://portal.example`. No endpoint has its host.
	pub portal: Option<String>,
	/// Who signs this file and the next one.
	pub signers: Signers,
}

/// The relay chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
	/// The hash of its first block.
	pub genesis: H256,
	/// The length of its slots in milliseconds.
	pub slot_duration: u64,
	/// A final block that the signers know.
	#[serde(serialize_with = "to_hex", deserialize_with = "from_hex")]
	pub checkpoint: Checkpoint,
}

/// A region or the consortium.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
	/// What it is.
	pub kind: ChainKind,
	/// Its parachain id.
	pub para: u32,
	/// The hash of its first block.
	pub genesis: H256,
	/// The length of its slots in milliseconds.
	pub slot_duration: u64,
	/// Whether it is a chain for development. It then has no relay chain, and its head is the
	/// node's word.
	pub development: bool,
	/// Where to ask. Several, since one can refuse to answer.
	pub endpoints: Vec<Endpoint>,
}

/// What a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChainKind {
	/// A region.
	Region,
	/// The consortium.
	Consortium,
}

/// A node or a gateway, and who runs it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
	/// What it is.
	pub kind: EndpointKind,
	/// Its address, such as `wss://node.example:443`.
	pub url: String,
	/// The account of the authority behind it.
	pub authority: AccountId32,
}

/// What answers at an [`Endpoint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
	/// The RPC of a node of the chain.
	Node,
	/// The RPC of a node of the relay chain.
	Relay,
	/// A gateway.
	Gateway,
}

/// Accounts of different authorities, and how many of them must sign.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signers {
	/// How many must sign: two or more.
	pub threshold: u32,
	/// The accounts.
	pub accounts: Vec<AccountId32>,
}

/// A file with its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedFile {
	/// The file.
	pub network: NetworkFile,
	/// The signatures, in any order.
	pub signatures: Vec<Signature>,
}

/// An account's signature over [`NetworkFile::message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
	/// The account.
	pub account: AccountId32,
	/// Its sr25519 signature.
	#[serde(serialize_with = "to_hex", deserialize_with = "from_hex")]
	pub signature: sr25519::Signature,
}

impl NetworkFile {
	/// The file's hash: the SHA-256 of the SCALE of its fields. The consortium names it.
	pub fn hash(&self) -> H256 {
		sp_crypto_hashing::sha2_256(&self.encode()).into()
	}

	/// The file's fingerprint, for people to compare: its [`hash`](Self::hash) in groups.
	pub fn fingerprint(&self) -> String {
		fingerprint(&self.encode())
	}

	/// Whether its validity has ended at this time, in Unix milliseconds. Reading then goes on with
	/// a warning, but no record key may be wrapped for a key seen for the first time.
	pub fn ended(&self, now: u64) -> bool {
		now > self.valid_until
	}

	/// The message that its signers sign.
	pub fn message(&self) -> String {
		let Self { name, serial, .. } = self;
		let about = format!(
			"network {name}, file {serial}, fingerprint {}",
			self.fingerprint()
		);
		message(PURPOSE, &about, self)
	}
}

impl Signers {
	/// How many of these accounts signed a message.
	pub fn count(&self, message: &str, signatures: &[Signature]) -> u32 {
		let signed = |account: &&AccountId32| {
			let key = sr25519::Public::from_raw(<[u8; 32]>::from((*account).clone()));
			signatures.iter().any(|by| {
				by.account == **account && sr25519::Pair::verify(&by.signature, message, &key)
			})
		};
		self.accounts.iter().filter(signed).count() as u32
	}
}

impl SignedFile {
	/// How many of these accounts signed the file.
	pub fn signed_by(&self, signers: &Signers) -> u32 {
		signers.count(&self.network.message(), &self.signatures)
	}
}

impl Encode for Relay {
	fn encode(&self) -> Vec<u8> {
		(self.genesis, self.slot_duration, self.checkpoint.encode()).encode()
	}
}

/// Values that stand in the file as the hex of their bytes.
trait Bytes: Sized {
	fn to_bytes(&self) -> Vec<u8>;
	fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Bytes for Checkpoint {
	fn to_bytes(&self) -> Vec<u8> {
		self.encode()
	}

	fn from_bytes(bytes: &[u8]) -> Option<Self> {
		Self::decode(bytes).ok()
	}
}

impl Bytes for sr25519::Signature {
	fn to_bytes(&self) -> Vec<u8> {
		self.0.to_vec()
	}

	fn from_bytes(bytes: &[u8]) -> Option<Self> {
		Some(Self::from_raw(bytes.try_into().ok()?))
	}
}

fn to_hex<S: Serializer>(value: &impl Bytes, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_str(&format!("0x{}", hex::encode(value.to_bytes())))
}

fn from_hex<'de, D: Deserializer<'de>, T: Bytes>(deserializer: D) -> Result<T, D::Error> {
	let text = String::deserialize(deserializer)?;
	text.strip_prefix("0x")
		.and_then(|digits| hex::decode(digits).ok())
		.and_then(|bytes| T::from_bytes(&bytes))
		.ok_or_else(|| serde::de::Error::custom("not the hex of a checkpoint or signature"))
}
