//! Patients and providers with real keys, and what they do: on their regions' chains, with the
//! consortium's directory, and with the envelopes on IPFS.

use std::{collections::BTreeMap, sync::LazyLock};

use frame_support::assert_ok;
use salus_consortium_runtime as consortium;
use salus_envelope::{
	fingerprint, open, open_name, patient_commitment, seal, seal_name, wrap, AccountSeed, Details,
	Expected, PrivateKey, RecordKey, Signer, WrapBinding,
};
use salus_primitives::{
	api::{
		runtime_decl_for_consortium_api::ConsortiumApiV1, runtime_decl_for_emr_api::EmrApiV1,
		runtime_decl_for_interregional_api::InterregionalApiV1,
		runtime_decl_for_registry_api::RegistryApiV1,
	},
	encryption_key_message,
	views::{AccountStatus, DirectoryView, EnlistmentView, IncomingGrantView, RecordView},
	AccountId, Cid, EncryptionKey, EnlistmentState, InterregionalState, KeySignature, KeyVersion,
	MemberId, Moment, ParaId, PatientId, ProfessionalName, ProfessionalNumber, Purpose, RecordId,
	RemoteProvider, Withheld, WrappedKey,
};
use salus_regional_runtime as regional;
use sha2::{Digest, Sha256};
use sp_runtime::DispatchResult;

use crate::{
	authorities::{admit_both, of_region, send, vote},
	network::{start, Chain, Consortium, Other, Region, Regional, OTHER},
};

/// What every document of the tests is.
pub const DOCUMENT: &[u8] = b"Haemoglobin 14.1 g/dl, leucocytes 6.2 /nl";
/// What every record of the tests is called.
pub const NAME: &str = "Blood count";

/// Encryption keys: making one takes a while, so that tests share them.
static KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
	let key = |_| PrivateKey::generate_bits(2048).expect("a key is made");
	(0..6).map(key).collect()
});

/// An account with encryption keys: the private half of a member.
pub struct Holder {
	seed: AccountSeed,
	keys: Vec<PrivateKey>,
}

impl Holder {
	/// One of those that there are.
	pub fn new(which: u8) -> Self {
		Self {
			seed: AccountSeed::from_bytes([which; 32]),
			keys: vec![KEYS[usize::from(which)].clone()],
		}
	}

	/// Its account.
	pub fn account(&self) -> AccountId {
		self.seed.account().into()
	}

	/// The version of its current encryption key.
	pub fn version(&self) -> KeyVersion {
		(self.keys.len() - 1) as KeyVersion
	}

	/// Its current encryption key with its signature, for the chain whose state is at hand.
	fn signed_key(&self) -> (EncryptionKey, KeySignature) {
		let (version, key) = self.public_key();
		let genesis = regional::System::block_hash(0).0;
		let message = encryption_key_message(&genesis, &self.seed.account(), version, &key);
		(key, self.seed.sign(&message).into())
	}

	/// Its current encryption key, and the version of that.
	pub fn public_key(&self) -> (KeyVersion, EncryptionKey) {
		let version = self.version();
		(version, public(&self.keys[version as usize]))
	}

	/// What a person compares of its current encryption key.
	pub fn fingerprint(&self) -> String {
		fingerprint(&self.keys[self.version() as usize].public_spki_der())
	}

	/// Takes a record key out of its wrapping.
	fn unwrap(&self, wrapped: &WrappedKey, binding: &WrapBinding) -> RecordKey {
		let key = &self.keys[wrapped.key_version() as usize];
		let unwrapped = key.unwrap(wrapped.ciphertext(), binding);
		unwrapped.expect("it is wrapped for this key")
	}
}

fn public(key: &PrivateKey) -> EncryptionKey {
	let der = key.public_spki_der();
	EncryptionKey::RsaOaep(der.try_into().expect("a key is short"))
}

fn wrap_for(
	key: &EncryptionKey,
	key_version: KeyVersion,
	record_key: &RecordKey,
	binding: &WrapBinding,
) -> WrappedKey {
	let wrapped = wrap(key.as_bytes(), record_key, binding).expect("the key is a good one");
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: wrapped.try_into().expect("it is as long as a key"),
	}
}

/// A registered patient.
pub struct Patient {
	/// Its keys.
	pub holder: Holder,
	/// The id that its region gave it.
	pub id: PatientId,
}

/// A verified provider.
pub struct Provider {
	/// Its keys.
	pub holder: Holder,
	/// Its professional number.
	pub number: ProfessionalNumber,
	/// Where it is.
	pub remote: RemoteProvider,
}

/// Where envelopes are.
#[derive(Default)]
pub struct Ipfs(BTreeMap<Vec<u8>, Vec<u8>>);

impl Ipfs {
	/// Adds an envelope of one chunk, whose CID is that of its bytes.
	pub fn add(&mut self, envelope: Vec<u8>) -> Cid {
		let cid = Cid::from_digest(false, Sha256::digest(&envelope).into());
		self.0.insert(cid.as_bytes().to_vec(), envelope);
		cid
	}

	/// Fetches an envelope and checks that it is the one asked for.
	pub fn get(&self, cid: &Cid) -> &[u8] {
		let envelope = self.0.get(&cid.as_bytes()[..]).expect("it was added");
		assert_eq!(cid.digest(), <[u8; 32]>::from(Sha256::digest(envelope)));
		envelope
	}
}

/// A professional number from text.
pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).expect("it is well formed")
}

fn invite<R: Regional>(account: AccountId) {
	R::block(|| {
		let authority = &of_region()[0];
		assert_ok!(send(authority, pallet_registry::Call::invite { account }));
	});
}

/// Has a patient invited, and registers it.
pub fn register_patient<R: Regional>(holder: Holder) -> Patient {
	invite::<R>(holder.account());
	R::block(|| {
		let (key, signature) = holder.signed_key();
		let call = pallet_registry::Call::register_patient {
			commitment: patient_commitment("Ada Example", &[7; 32]),
			key,
			signature,
		};
		assert_ok!(send(&holder.account(), call));
	});
	let status = R::read(|| {
		<regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::account(holder.account())
	});
	let AccountStatus::Member(MemberId::Patient(id)) = status else {
		panic!("it is no patient: {status:?}");
	};
	Patient { holder, id }
}

/// Has a provider invited, lets it apply, and has it verified.
pub fn verify_provider<R: Regional>(holder: Holder, text: &str) -> Provider {
	let (account, number) = (holder.account(), number(text));
	invite::<R>(account.clone());
	R::block(|| {
		let (key, signature) = holder.signed_key();
		let name = ProfessionalName::parse(&format!("Dr. {text}"));
		let call = pallet_registry::Call::apply_as_provider {
			number: number.clone(),
			name: name.expect("a name is short"),
			key,
			signature,
		};
		assert_ok!(send(&account, call));
	});
	let application = R::read(|| {
		<regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::application(
			account.clone(),
		)
	});
	vote::<R>(pallet_registry::types::Motion::Verify {
		account,
		application: application.expect("it applied").hash,
	});
	let region = R::ID;
	let remote = RemoteProvider {
		region,
		number: number.clone(),
	};
	Provider {
		holder,
		number,
		remote,
	}
}

impl Provider {
	/// Asks to be enlisted with the consortium.
	pub fn enlist<R: Regional>(&self) {
		R::block(|| {
			assert_ok!(send(
				&self.holder.account(),
				pallet_registry::Call::enlist {}
			));
		});
	}

	/// How far its enlistment came, as its region knows it.
	pub fn enlistment<R: Regional>(&self) -> EnlistmentView {
		let number = self.number.clone();
		R::read(|| <regional::Runtime as InterregionalApiV1<regional::Block>>::enlistment(number))
			.expect("it asked to be enlisted")
	}

	/// Has another encryption key from now on.
	pub fn rotate_key<R: Regional>(&mut self, which: u8) {
		self.holder.keys.push(KEYS[usize::from(which)].clone());
		R::block(|| {
			let (key, signature) = self.holder.signed_key();
			let call = pallet_registry::Call::rotate_key {
				version: self.holder.version(),
				key,
				signature,
			};
			assert_ok!(send(&self.holder.account(), call));
		});
	}

	/// Writes a record of a patient of its region: process 1.
	pub fn write_record<R: Regional>(
		&self,
		patient: PatientId,
		document: &[u8],
		ipfs: &mut Ipfs,
	) -> RecordId {
		R::block(|| {
			let genesis = regional::System::block_hash(0).0;
			let key = RecordKey::generate();
			let details = Details {
				name: NAME.into(),
				media_type: "text/plain".into(),
				patient: patient.0,
				author_number: self.number.as_str().into(),
				author_account: self.holder.seed.account(),
				region: R::ID,
				genesis,
				time: regional::Timestamp::get(),
			};
			let mut envelope = vec![];
			let sealed = seal(document, &mut envelope, &key, details, &self.holder.seed)
				.expect("it is sealed");
			let binding = WrapBinding {
				genesis,
				patient: patient.0,
				author_number: self.number.as_str().into(),
				hash: sealed.hash,
			};
			let for_member = |member: MemberId| {
				let current = current_key(member);
				wrap_for(&current.1, current.0, &key, &binding)
			};
			let call = pallet_emr::Call::add_record {
				patient,
				author: self.number.clone(),
				sealed_name: seal_name(&key, NAME).expect("it is short"),
				hash: sealed.hash,
				cid: ipfs
					.add(envelope)
					.as_bytes()
					.to_vec()
					.try_into()
					.expect("a CID is short"),
				size: sealed.size,
				wrapped_for_patient: for_member(patient.into()),
				wrapped_for_author: for_member(self.number.clone().into()),
				amends: None,
			};
			assert_ok!(send(&self.holder.account(), call));
			pallet_emr::NextId::<regional::Runtime>::get() - 1
		})
	}

	/// Forwards an inter-regional grant.
	pub fn forward<R: Regional>(&self, record: RecordId, to: &RemoteProvider) {
		R::block(|| {
			assert_ok!(self.try_forward(record, to));
		});
	}

	/// Forwards an inter-regional grant of the region whose state is at hand.
	pub fn try_forward(&self, record: RecordId, to: &RemoteProvider) -> DispatchResult {
		let grantee = to.clone();
		let call = pallet_interregional::Call::forward { record, grantee };
		send(&self.holder.account(), call)
	}

	/// Reads a record in another region by what the consortium hands out alone: its name, and its
	/// document.
	pub fn read(&self, grant: &IncomingGrantView<AccountId>, ipfs: &Ipfs) -> (String, Vec<u8>) {
		assert_eq!(grant.grantee, self.remote);
		let binding = WrapBinding {
			genesis: grant.genesis_hash.0,
			patient: grant.patient.0,
			author_number: grant.author.as_str().into(),
			hash: grant.hash,
		};
		let key = self.holder.unwrap(&grant.wrapped_key, &binding);
		let expected = Expected {
			hash: grant.hash,
			patient: grant.patient.0,
			author_number: grant.author.as_str().into(),
			author_account: grant.account.clone().into(),
			region: grant.region,
			genesis: grant.genesis_hash.0,
		};
		let envelope = ipfs.get(&grant.cid);
		assert_eq!(envelope.len() as u64, grant.size);
		let mut document = vec![];
		open(envelope, &mut document, &key, &expected).expect("it is the record's envelope");
		let name = open_name(&key, &grant.sealed_name).expect("it is the record's name");
		(name, document)
	}
}

/// The version of a member's current encryption key, and the key, in the region whose state is at
/// hand.
fn current_key(member: MemberId) -> (KeyVersion, EncryptionKey) {
	let key = <regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::encryption_key(
		member, None,
	);
	let key = key.expect("it has a key");
	(key.version, key.key)
}

impl Patient {
	/// Takes the record key of one of its records, and opens and checks the envelope with it: so
	/// that a wrapped key that was copied from elsewhere is never passed on.
	fn open_own(&self, record: &RecordView<AccountId>, region: ParaId, ipfs: &Ipfs) -> RecordKey {
		let genesis = regional::System::block_hash(0).0;
		let wrapped = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::wrapped_key(
			record.id,
			self.id.into(),
		);
		let binding = self.binding(record);
		let key = self
			.holder
			.unwrap(&wrapped.expect("it is the patient's"), &binding);
		let expected = Expected {
			hash: record.hash,
			patient: self.id.0,
			author_number: record.author.as_str().into(),
			author_account: record.account.clone().into(),
			region,
			genesis,
		};
		open(ipfs.get(&record.cid), std::io::sink(), &key, &expected).expect("it opens");
		key
	}

	fn binding(&self, record: &RecordView<AccountId>) -> WrapBinding {
		WrapBinding {
			genesis: regional::System::block_hash(0).0,
			patient: self.id.0,
			author_number: record.author.as_str().into(),
			hash: record.hash,
		}
	}

	/// Grants a record to a provider of another region, with the key that the directory has of it.
	/// `shown` is the fingerprint that the provider itself showed: it must be the directory's.
	pub fn grant<R: Regional>(
		&self,
		record: RecordId,
		to: &RemoteProvider,
		shown: &str,
		expires_at: Option<Moment>,
		ipfs: &Ipfs,
	) {
		let entry = directory(to).expect("it is in the directory");
		assert_eq!(fingerprint(entry.key.key.as_bytes()), shown);
		let key = (entry.key.version, entry.key.key);
		self.grant_with_key::<R>(record, to, key, expires_at, ipfs);
	}

	/// Grants a record to a provider of another region, wrapped for a key that came in another way
	/// than by the directory.
	pub fn grant_with_key<R: Regional>(
		&self,
		record: RecordId,
		to: &RemoteProvider,
		(version, of_grantee): (KeyVersion, EncryptionKey),
		expires_at: Option<Moment>,
		ipfs: &Ipfs,
	) {
		R::block(|| {
			let view = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
				.expect("there is such a record");
			let key = self.open_own(&view, R::ID, ipfs);
			let binding = self.binding(&view);
			let call = pallet_interregional::Call::grant {
				record,
				grantee: to.clone(),
				wrapped_key: wrap_for(&of_grantee, version, &key, &binding),
				expires_at,
				purpose: Purpose::Treatment,
			};
			assert_ok!(send(&self.holder.account(), call));
		});
	}

	/// Takes an inter-regional grant back.
	pub fn revoke<R: Regional>(&self, record: RecordId, to: &RemoteProvider) {
		R::block(|| {
			assert_ok!(self.try_revoke(record, to));
		});
	}

	/// Takes an inter-regional grant of the region whose state is at hand back.
	pub fn try_revoke(&self, record: RecordId, to: &RemoteProvider) -> DispatchResult {
		let grantee = to.clone();
		let call = pallet_interregional::Call::revoke { record, grantee };
		send(&self.holder.account(), call)
	}
}

/// How far an inter-regional grant came, as its region knows it.
pub fn state_of<R: Regional>(record: RecordId, to: &RemoteProvider) -> InterregionalState {
	let view = R::read(|| {
		<regional::Runtime as InterregionalApiV1<regional::Block>>::interregional_grant(
			record,
			to.clone(),
		)
	});
	view.expect("there is such a grant").state
}

/// A provider in the consortium's directory.
pub fn directory(of: &RemoteProvider) -> Option<DirectoryView<AccountId>> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::provider(
			of.region,
			of.number.clone(),
		)
	})
}

/// What the consortium hands to a provider.
pub fn handed_to(grantee: &RemoteProvider) -> Vec<IncomingGrantView<AccountId>> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::granted_to(
			grantee.clone(),
			None,
			salus_primitives::views::MAX_PAGE,
		)
	})
}

/// Why the consortium does not hand out a grant that it holds.
pub fn withheld(region: ParaId, record: RecordId, grantee: &RemoteProvider) -> Option<Withheld> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::withheld(
			region,
			record,
			grantee.clone(),
		)
	})
}

/// A patient and a provider in region 2001, with a record, and a provider in region 2002 that is
/// enlisted.
pub struct Cast {
	/// The patient.
	pub patient: Patient,
	/// The author of the record.
	pub author: Provider,
	/// The provider of the other region.
	pub reader: Provider,
	/// The record.
	pub record: RecordId,
	/// Where its envelope is.
	pub ipfs: Ipfs,
}

/// Begins anew, with both regions admitted.
pub fn cast() -> Cast {
	start();
	admit_both();
	let cast = unenlisted();
	cast.reader.enlist::<Other>();
	Consortium::idle();
	let enlistment = cast.reader.enlistment::<Other>();
	assert_eq!(enlistment.state, EnlistmentState::Enlisted);
	cast
}

/// The members and the record, on chains that have begun; nobody is enlisted.
pub fn unenlisted() -> Cast {
	let mut ipfs = Ipfs::default();
	let patient = register_patient::<Region>(Holder::new(0));
	let author = verify_provider::<Region>(Holder::new(1), "A12345");
	let reader = verify_provider::<Other>(Holder::new(2), "B12345");
	assert_eq!(reader.remote.region, OTHER);
	let record = author.write_record::<Region>(patient.id, DOCUMENT, &mut ipfs);
	Cast {
		patient,
		author,
		reader,
		record,
		ipfs,
	}
}

impl Cast {
	/// The patient grants the record to the reader.
	pub fn grant(&self) {
		self.grant_until(None);
	}

	/// The patient grants the record to the reader until a time.
	pub fn grant_until(&self, expires_at: Option<Moment>) {
		let shown = self.reader.holder.fingerprint();
		let to = &self.reader.remote;
		self.patient
			.grant::<Region>(self.record, to, &shown, expires_at, &self.ipfs);
	}

	/// The author forwards the grant.
	pub fn forward(&self) {
		self.author
			.forward::<Region>(self.record, &self.reader.remote);
	}

	/// The patient takes the grant back.
	pub fn revoke(&self) {
		self.patient
			.revoke::<Region>(self.record, &self.reader.remote);
	}

	/// How far the grant came.
	pub fn state(&self) -> InterregionalState {
		state_of::<Region>(self.record, &self.reader.remote)
	}

	/// The grant goes to the consortium, and the answer comes.
	pub fn deliver(&self) {
		self.grant();
		self.forward();
		Consortium::idle();
		assert_eq!(self.state(), InterregionalState::Delivered);
	}

	/// What the consortium hands to the reader.
	pub fn handed(&self) -> Vec<IncomingGrantView<AccountId>> {
		handed_to(&self.reader.remote)
	}

	/// The reader reads the only record that it is granted.
	pub fn read(&self) -> (String, Vec<u8>) {
		let [grant] = self.handed().try_into().expect("one grant is handed out");
		self.reader.read(&grant, &self.ipfs)
	}
}
