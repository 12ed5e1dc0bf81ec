//! A development region: sending transactions to its node, and registering members.

use super::{
	cost::ALONE,
	work::{key_pair, Bytes, Members, Work},
};
use crate::{load, Result};
use salus_client::chain::{
	calls::{self, Motion},
	Call, Chain,
};
use salus_envelope::encryption_key_message;
use salus_primitives::{
	views::AccountStatus, EncryptionKey, KeySignature, MemberId, ProfessionalName,
	ProfessionalNumber, MOST_CALLS,
};
use std::{
	collections::{hash_map::Entry, HashMap},
	sync::Arc,
	time::Duration,
};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	rpcs::{client::RpcClient, rpc_params},
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

/// The most transactions that no block has yet: of all accounts, and of one. The chain allows 63 of
/// one.
const IN_FLIGHT: usize = 240;
const IN_FLIGHT_OF_ACCOUNT: usize = 48;
/// How long to wait for a transaction to become final.
const PATIENCE: Duration = Duration::from_secs(180);

/// A region's node.
pub struct Region {
	pub chain: Chain,
	pub rpc: Arc<RpcClient>,
	client: OnlineClient<SubstrateConfig>,
}

/// A signed transaction.
pub struct Signed {
	account: [u8; 32],
	bytes: String,
}

impl Region {
	pub async fn connect(url: &str) -> Result<Self> {
		let rpc = RpcClient::from_url(url).await?;
		Ok(Self {
			chain: Chain::connect(url).await?,
			client: OnlineClient::from_rpc_client(rpc.clone()).await?,
			rpc: Arc::new(rpc),
		})
	}

	/// Signs calls, each as its account.
	pub async fn sign(&self, calls: Vec<(Keypair, Call)>) -> Result<Vec<Signed>> {
		let at = self.client.at_current_block().await?;
		let mut nonces = HashMap::new();
		let mut all = Vec::new();
		for (key, call) in calls {
			let account = key.public_key().0;
			let nonce: &mut u64 = match nonces.entry(account) {
				Entry::Occupied(known) => known.into_mut(),
				Entry::Vacant(first) => {
					let id = key.public_key().to_account_id().to_string();
					let params = rpc_params![id];
					first.insert(self.rpc.request("system_accountNextIndex", params).await?)
				}
			};
			let params = DefaultExtrinsicParamsBuilder::new()
				.immortal()
				.nonce(*nonce)
				.build();
			*nonce += 1;
			let payload = call.payload(at.metadata_ref())?;
			// Else it would ask the node for nonce and block, for each call.
			let signed = at
				.tx()
				.create_signable_offline(&payload, params)?
				.sign(&key)?;
			let bytes = format!("0x{}", hex::encode(signed.encoded()));
			all.push(Signed { account, bytes });
		}
		Ok(all)
	}

	/// Sends transactions, many at once. Returns after how long a block included each.
	pub async fn send(&self, all: Vec<Signed>) -> Result<Vec<Duration>> {
		let in_flight = Arc::new(Semaphore::new(IN_FLIGHT));
		let mut of_accounts = HashMap::new();
		let mut tasks = Vec::new();
		for Signed { account, bytes } in all {
			let of_account = of_accounts
				.entry(account)
				.or_insert_with(|| Arc::new(Semaphore::new(IN_FLIGHT_OF_ACCOUNT)));
			let permits = (
				Arc::clone(of_account).acquire_owned().await?,
				Arc::clone(&in_flight).acquire_owned().await?,
			);
			let rpc = Arc::clone(&self.rpc);
			tasks.push(tokio::spawn(async move {
				let mut sent = load::Sent::default();
				let watched = load::watch(&rpc, bytes, permits, &mut sent);
				let late = |_| "a transaction was not final in time";
				tokio::time::timeout(PATIENCE, watched)
					.await
					.map_err(late)??;
				sent.in_block
					.ok_or_else(|| "a transaction was final in no block".into())
			}));
		}
		let mut times = Vec::new();
		for task in tasks {
			let time: Result<Duration> = task.await?;
			times.push(time?);
		}
		Ok(times)
	}

	async fn submit(&self, calls: Vec<(Keypair, Call)>) -> Result<()> {
		self.send(self.sign(calls).await?).await.map(drop)
	}

	/// Registers members for so many records and those that are sent alone, and makes the records.
	pub async fn make(&self, records: usize) -> Result<Work> {
		let records = records + ALONE;
		let mut members = Members::new(Members::pairs_for(records))?;
		self.register(&members).await?;
		let state = self.chain.best().await?;
		for author in &mut members.authors {
			let account = author.account()?.public_key().0.into();
			let AccountStatus::Member(MemberId::Provider(id)) = state.account(&account).await?
			else {
				return Err("a provider is not verified".into());
			};
			author.id = id.0;
		}
		for patient in &mut members.patients {
			let account = patient.account()?.public_key().0.into();
			let AccountStatus::Member(MemberId::Patient(id)) = state.account(&account).await?
			else {
				return Err("a patient is not registered".into());
			};
			patient.id = Bytes(id.0.to_vec());
		}
		let genesis = self.chain.genesis();
		let records = (0..records).map(|place| members.new_record(genesis, place));
		Ok(Work {
			records: records.collect::<Result<_>>()?,
			members,
		})
	}

	/// Registers members: an authority invites them, and two verify the providers.
	async fn register(&self, members: &Members) -> Result<()> {
		let (alice, bob) = (key_pair("//Alice")?, key_pair("//Bob")?);
		let mut invitations = Vec::new();
		let mut registrations = Vec::new();
		for author in &members.authors {
			let account = author.account()?;
			invitations.push(calls::INVITE.with((account.public_key().0.into(),)));
			let (key, signature) = self.signed_key(&account, &author.encryption_key)?;
			let number = ProfessionalNumber::parse(&author.number)?;
			let name = ProfessionalName::parse(&author.name)?;
			let call = calls::APPLY_AS_PROVIDER.with((number, name, key, signature));
			registrations.push((account, call));
		}
		for patient in &members.patients {
			let account = patient.account()?;
			invitations.push(calls::INVITE.with((account.public_key().0.into(),)));
			let (key, signature) = self.signed_key(&account, &patient.encryption_key)?;
			let commitment = patient.commitment.array();
			let call = calls::REGISTER_PATIENT.with((commitment, key, signature));
			registrations.push((account, call));
		}
		self.submit(batches(&alice, &invitations)).await?;
		self.submit(registrations).await?;
		let applications = self.chain.best().await?.applications().await?;
		let votes: Vec<_> = applications
			.into_iter()
			.map(|application| {
				let motion = Motion::Verify {
					account: application.account,
					application: application.application_hash,
				};
				calls::VOTE.with((motion, true))
			})
			.collect();
		// One by one: many in a transaction are too much for a block.
		for authority in [alice, bob] {
			let calls = votes.iter().map(|vote| (authority.clone(), vote.clone()));
			self.submit(calls.collect()).await?;
		}
		Ok(())
	}

	/// An encryption key, and the account's signature over it.
	fn signed_key(&self, account: &Keypair, spki: &Bytes) -> Result<(EncryptionKey, KeySignature)> {
		let public = account.public_key().0;
		let message = encryption_key_message(&self.chain.genesis(), &public, 0, &spki.0);
		let key = spki
			.0
			.clone()
			.try_into()
			.map_err(|_| "an encryption key is too long")?;
		let signature = account.sign(message.as_bytes()).0;
		Ok((
			EncryptionKey::RsaOaep(key),
			KeySignature::from_raw(signature),
		))
	}
}

/// The calls of an account, in as few transactions as the chain allows.
fn batches(account: &Keypair, calls: &[Call]) -> Vec<(Keypair, Call)> {
	let batch = |calls: &[Call]| (account.clone(), Call::batch_all(calls.to_vec()));
	calls.chunks(MOST_CALLS).map(batch).collect()
}
