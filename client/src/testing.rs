//! Keys, directory entries and nodes for tests.

use futures::{stream::BoxStream, StreamExt};
use salus_envelope::{encryption_key_message, AccountSeed, PrivateKey, Signer};
use salus_primitives::{
	views::{DirectoryView, KeyView, RegionView},
	AccountId, EncryptionKey, KeySignature, ProfessionalName, ProfessionalNumber, ProviderId,
	RegionStanding, Standing,
};
use serde_json::Value;
use std::{future::Future, sync::OnceLock};
use subxt::rpcs::{
	client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
	Error, RpcClient,
};

/// Two encryption keys, generated once, as that is slow.
pub fn key(which: usize) -> &'static PrivateKey {
	static KEYS: OnceLock<[PrivateKey; 2]> = OnceLock::new();
	let make = || PrivateKey::generate_bits(2048).unwrap();
	&KEYS.get_or_init(|| [make(), make()])[which]
}

/// A registered encryption key of a fixed account.
pub fn key_view(genesis: &[u8; 32], version: u32, which: usize) -> KeyView<AccountId> {
	let seed = AccountSeed::from_bytes([5; 32]);
	let spki = key(which).public_spki_der();
	let message = encryption_key_message(genesis, &seed.account(), version, &spki);
	KeyView {
		version,
		key: EncryptionKey::RsaOaep(spki.try_into().unwrap()),
		account: seed.account().into(),
		signature: KeySignature::from_raw(seed.sign(message.as_bytes())),
		since: 0,
	}
}

/// The region of the directory entries.
pub const REGION: u32 = 2001;

/// That region, as admitted.
pub fn region_view(genesis: &[u8; 32]) -> RegionView {
	RegionView {
		region: REGION,
		genesis_hash: (*genesis).into(),
		standing: RegionStanding::Admitted,
		since: 0,
		providers: 1,
		live_grants: 0,
	}
}

/// A directory entry of a provider of that region, with the encryption key of [`key_view`].
pub fn entry(genesis: &[u8; 32], which: usize) -> DirectoryView<AccountId> {
	let key = key_view(genesis, 0, which);
	DirectoryView {
		region: REGION,
		id: ProviderId(7),
		number: ProfessionalNumber::parse("B54321").unwrap(),
		name: ProfessionalName::parse("Dr Ben").unwrap(),
		account: key.account.clone(),
		standing: Standing::Verified,
		region_standing: RegionStanding::Admitted,
		since: 0,
		key,
		sequence: 1,
		updated_at: 0,
	}
}

/// What a node tells those who subscribe.
pub type Told = BoxStream<'static, Result<Value, Error>>;

/// A node that a test makes up.
pub trait FakeNode: Send + Sync + Sized + 'static {
	/// What it answers.
	fn answer(
		&self,
		method: &str,
		params: Value,
	) -> impl Future<Output = Result<Value, Error>> + Send;

	/// What it tells those who subscribe.
	fn tells(&self, _method: &str) -> Result<Told, Error> {
		unreachable!("the tests subscribe to nothing")
	}

	/// A client that asks it.
	fn client(self) -> RpcClient {
		RpcClient::new(Client(self))
	}
}

struct Client<N>(N);

impl<N: FakeNode> RpcClientT for Client<N> {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			let params = params.as_ref().map_or("[]", |params| params.get());
			let params = serde_json::from_str(params).unwrap();
			Ok(raw(&self.0.answer(method, params).await?))
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		method: &'a str,
		_: Option<Box<RawValue>>,
		_: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		let told = self.0.tells(method);
		Box::pin(async move {
			let stream = told?.map(|value| Ok(raw(&value?))).boxed();
			Ok(RawRpcSubscription { stream, id: None })
		})
	}
}

fn raw(value: &Value) -> Box<RawValue> {
	RawValue::from_string(value.to_string()).unwrap()
}
