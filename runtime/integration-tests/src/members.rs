//! Patients and providers with real keys, and their actions: on their regions' chains, with the
//! consortium's directory, and with envelopes on IPFS.

use std::{collections::BTreeMap, sync::LazyLock};

use frame_support::assert_ok;
use salus_consortium_runtime as consortium;
use salus_envelope::{
	fingerprint, open, open_name, patient_commitment, seal, seal_name, wrap, AccountSeed, Author,
	Details, Expected, ManifestAuthor, PrivateKey, RecordKey, Signer, WrapBinding,
};
use salus_primitives::{
	api::{
		runtime_decl_for_consortium_api::ConsortiumApiV1, runtime_decl_for_emr_api::EmrApiV1,
		runtime_decl_for_interregional_api::InterregionalApiV1,
		runtime_decl_for_permissions_api::PermissionsApiV1,
		runtime_decl_for_registry_api::RegistryApiV1,
	},
	encryption_key_message,
	testing::number,
	views::{
		AccountStatus, AuthorView, DirectoryView, EnlistmentView, IncomingGrantView, RecordFilter,
		RecordView,
	},
	AccountId, Cid, EncryptionKey, EnlistmentState, InterregionalState, KeySignature, KeyVersion,
	MemberId, Moment, ParaId, PatientId, ProfessionalName, ProfessionalNumber, Purpose, RecordId,
	RemoteProvider, Withheld, WrappedKey,
};
use salus_regional_runtime as regional;
use sha2::{Digest, Sha256};
use sp_runtime::DispatchResult;

use crate::{
	authorities::{admit_both_regions, region_authorities, send, vote},
	network::{start_network, Chain, Consortium, OtherRegion, Region, Regional, OTHER_REGION},
};

/// The document of the tests.
pub const DOCUMENT: &[u8] = b"Haemoglobin 14.1 g/dl, leucocytes 6.2 /nl";
/// The name of every record of the tests.
pub const NAME: &str = "Blood count";

/// Encryption keys. Tests share them, since generating one takes long.
static KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
	let key = |_| PrivateKey::generate_bits(2048).expect("a key can be generated");
	(0..6).map(key).collect()
});

/// The private keys of a member: its account and its encryption keys.
pub struct MemberKeys {
	seed: AccountSeed,
	encryption_keys: Vec<PrivateKey>,
}

impl MemberKeys {
	/// The keys number `which`, below 6.
	pub fn new(which: u8) -> Self {
		Self {
			seed: AccountSeed::from_bytes([which; 32]),
			encryption_keys: vec![KEYS[usize::from(which)].clone()],
		}
	}

	/// The account.
	pub fn account(&self) -> AccountId {
		self.seed.account().into()
	}

	/// The version of the current encryption key.
	pub fn version(&self) -> KeyVersion {
		(self.encryption_keys.len() - 1) as KeyVersion
	}

	/// The current encryption key and its signature, for the chain in whose block this runs.
	fn signed_key(&self) -> (EncryptionKey, KeySignature) {
		let (version, key) = self.public_key();
		let genesis = regional::System::block_hash(0).0;
		let message = encryption_key_message(&genesis, &self.seed.account(), version, &key);
		(key, self.seed.sign(message.as_bytes()).into())
	}

	/// The version of the current encryption key, and the key.
	pub fn public_key(&self) -> (KeyVersion, EncryptionKey) {
		let version = self.version();
		(version, public(&self.encryption_keys[version as usize]))
	}

	/// The fingerprint of the current encryption key.
	pub fn fingerprint(&self) -> String {
		fingerprint(&self.encryption_keys[self.version() as usize].public_spki_der())
	}

	/// Unwraps a record key.
	fn unwrap_key(&self, wrapped: &WrappedKey, binding: &WrapBinding) -> RecordKey {
		let key = &self.encryption_keys[wrapped.key_version() as usize];
		let unwrapped = key.unwrap(wrapped.ciphertext(), binding);
		unwrapped.expect("is wrapped for this key")
	}
}

fn public(key: &PrivateKey) -> EncryptionKey {
	let der = key.public_spki_der();
	EncryptionKey::RsaOaep(der.try_into().expect("is short"))
}

fn wrap_for(
	key: &EncryptionKey,
	key_version: KeyVersion,
	record_key: &RecordKey,
	binding: &WrapBinding,
) -> WrappedKey {
	let wrapped = wrap(key.as_bytes(), record_key, binding).expect("the key is valid");
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: wrapped.try_into().expect("is as long as the key"),
	}
}

/// A registered patient.
pub struct Patient {
	/// Its keys.
	pub keys: MemberKeys,
	/// Its id in the region.
	pub id: PatientId,
}

/// A verified provider.
pub struct Provider {
	/// Its keys.
	pub keys: MemberKeys,
	/// Its professional number.
	pub number: ProfessionalNumber,
	/// Its region and id.
	pub remote: RemoteProvider,
}

/// The envelopes on IPFS, by CID.
#[derive(Default)]
pub struct Ipfs(BTreeMap<Vec<u8>, Vec<u8>>);

impl Ipfs {
	/// Adds an envelope of one chunk. Its CID contains the hash of its bytes.
	pub fn add(&mut self, envelope: Vec<u8>) -> Cid {
		let cid = Cid::from_digest(false, Sha256::digest(&envelope).into());
		self.0.insert(cid.as_bytes().to_vec(), envelope);
		cid
	}

	/// Fetches an envelope and checks its hash.
	pub fn get(&self, cid: &Cid) -> &[u8] {
		let envelope = self
			.0
			.get(&cid.as_bytes()[..])
			.expect("the envelope exists");
		assert_eq!(cid.digest(), <[u8; 32]>::from(Sha256::digest(envelope)));
		envelope
	}
}

fn invite<R: Regional>(account: AccountId) {
	R::block(|| {
		let authority = &region_authorities()[0];
		assert_ok!(send(authority, pallet_registry::Call::invite { account }));
	});
}

/// The commitment of each patient.
fn commitment() -> [u8; 32] {
	patient_commitment("Ada Example", &[7; 32])
}

/// An authority invites a patient, and the patient registers.
pub fn register_patient<R: Regional>(keys: MemberKeys) -> Patient {
	invite::<R>(keys.account());
	R::block(|| {
		let (key, signature) = keys.signed_key();
		let call = pallet_registry::Call::register_patient {
			commitment: commitment(),
			key,
			signature,
		};
		assert_ok!(send(&keys.account(), call));
	});
	let status = R::read(|| {
		<regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::account(keys.account())
	});
	let AccountStatus::Member(MemberId::Patient(id)) = status else {
		panic!("is not a patient: {status:?}");
	};
	Patient { keys, id }
}

/// An authority invites a provider, the provider applies, and the authorities verify it.
pub fn verify_provider<R: Regional>(keys: MemberKeys, text: &str) -> Provider {
	let (account, number) = (keys.account(), number(text));
	invite::<R>(account.clone());
	R::block(|| {
		let (key, signature) = keys.signed_key();
		let name = ProfessionalName::parse(&format!("Dr. {text}"));
		let call = pallet_registry::Call::apply_as_provider {
			number: number.clone().into(),
			name: name.expect("is valid").into(),
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
		application: application
			.expect("the application exists")
			.application_hash,
	});
	let held = R::read(|| {
		<regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::holder(
			number.clone().into(),
		)
	});
	let remote = RemoteProvider {
		region: R::ID,
		id: held
			.expect("the number is well-formed")
			.expect("the provider is verified")
			.id,
	};
	Provider {
		keys,
		number,
		remote,
	}
}

impl Provider {
	/// Enlists with the consortium. The region's next block sends the entry.
	pub fn enlist<R: Regional>(&self) {
		R::block(|| {
			assert_ok!(send(&self.keys.account(), pallet_registry::Call::enlist {}));
		});
		R::empty_block();
	}

	/// The state of its enlistment in its region.
	pub fn enlistment<R: Regional>(&self) -> EnlistmentView {
		let id = self.remote.id;
		R::read(|| <regional::Runtime as InterregionalApiV1<regional::Block>>::enlistment(id))
			.expect("the provider asked to enlist")
	}

	/// Changes its encryption key. The region's next block sends the entry.
	pub fn rotate_key<R: Regional>(&mut self, which: u8) {
		self.keys
			.encryption_keys
			.push(KEYS[usize::from(which)].clone());
		R::block(|| {
			let (key, signature) = self.keys.signed_key();
			let call = pallet_registry::Call::rotate_key {
				version: self.keys.version(),
				key,
				signature,
			};
			assert_ok!(send(&self.keys.account(), call));
		});
		R::empty_block();
	}

	/// Writes a record of a patient of its region (process 1).
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
				author: ManifestAuthor::Provider(self.remote.id.0),
				author_account: self.keys.seed.account(),
				region: R::ID,
				genesis,
				amends: None,
				time: regional::Timestamp::get(),
			};
			let mut envelope = vec![];
			let sealed = seal(document, &mut envelope, &key, details, &self.keys.seed)
				.expect("the document can be sealed");
			let binding = WrapBinding {
				genesis,
				patient: patient.0,
				author: Author::Provider(self.remote.id.0),
				hash: sealed.hash,
			};
			let for_member = |member: MemberId| {
				let current = current_key(member);
				wrap_for(&current.1, current.0, &key, &binding)
			};
			let call = pallet_emr::Call::add_record {
				patient,
				sealed_name: seal_name(&key, NAME).expect("is short"),
				document_hash: sealed.hash,
				cid: ipfs.add(envelope).as_bytes().to_vec(),
				envelope_size: sealed.size,
				wrapped_for_patient: for_member(patient.into()),
				wrapped_for_author: for_member(self.remote.id.into()),
				amends: None,
			};
			assert_ok!(send(&self.keys.account(), call));
			pallet_emr::NextId::<regional::Runtime>::get() - 1
		})
	}

	/// Forwards an inter-regional grant.
	pub fn forward<R: Regional>(&self, record: RecordId, to: &RemoteProvider) {
		R::block(|| {
			assert_ok!(self.try_forward(record, to));
		});
	}

	/// Forwards an inter-regional grant, in the current block of the region.
	pub fn try_forward(&self, record: RecordId, to: &RemoteProvider) -> DispatchResult {
		let grantee = to.clone();
		let call = pallet_interregional::Call::forward { record, grantee };
		send(&self.keys.account(), call)
	}

	/// Reads a record of its own region that a patient granted to it. Returns the document.
	pub fn read_in_region<R: Regional>(&self, record: RecordId, ipfs: &Ipfs) -> Vec<u8> {
		R::read(|| {
			let view = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
				.expect("the record exists");
			let grant = <regional::Runtime as PermissionsApiV1<regional::Block, AccountId>>::grant(
				record,
				self.remote.id.into(),
			);
			let genesis = regional::System::block_hash(0).0;
			let author = author_of(&view.author);
			let binding = WrapBinding {
				genesis,
				patient: view.patient.0,
				author,
				hash: view.document_hash,
			};
			let wrapped = grant.and_then(|grant| grant.wrapped_key);
			let wrapped = wrapped.expect("the record is granted");
			let key = self.keys.unwrap_key(&wrapped, &binding);
			let expected = Expected {
				hash: view.document_hash,
				patient: view.patient.0,
				author,
				author_account: Some(view.account.into()),
				region: R::ID,
				genesis,
				amends: view.amended_hash,
				sealed_name: view.sealed_name,
				added_at: Some(view.added_at),
			};
			let mut document = vec![];
			open(ipfs.get(&view.cid), &mut document, &key, &expected).expect("the envelope opens");
			document
		})
	}

	/// Reads a record of another region from the consortium's view of a grant. Returns the record's
	/// name and document.
	pub fn read(&self, grant: &IncomingGrantView<AccountId>, ipfs: &Ipfs) -> (String, Vec<u8>) {
		assert_eq!(grant.grantee, self.remote);
		let binding = WrapBinding {
			genesis: grant.genesis_hash.0,
			patient: grant.patient.0,
			author: author_of(&grant.author),
			hash: grant.document_hash,
		};
		let wrapped = grant.wrapped_key.as_ref().expect("it is handed out");
		let key = self.keys.unwrap_key(wrapped, &binding);
		let expected = Expected {
			hash: grant.document_hash,
			patient: grant.patient.0,
			author: author_of(&grant.author),
			author_account: grant.account.clone().map(Into::into),
			region: grant.region,
			genesis: grant.genesis_hash.0,
			amends: grant.amended_hash,
			sealed_name: grant.sealed_name,
			added_at: Some(grant.added_at),
		};
		let envelope = ipfs.get(&grant.cid);
		assert_eq!(envelope.len() as u64, grant.envelope_size);
		let mut document = vec![];
		open(envelope, &mut document, &key, &expected).expect("the envelope opens");
		let name = open_name(&key, &grant.sealed_name).expect("the name opens");
		(name, document)
	}
}

/// The author as envelopes and wrapped keys name it.
fn author_of(author: &AuthorView) -> Author {
	match author {
		AuthorView::Patient => Author::Patient,
		AuthorView::Provider { id, .. } => Author::Provider(id.0),
	}
}

/// The version of a member's current encryption key, and the key, in the region in whose block this
/// runs.
fn current_key(member: MemberId) -> (KeyVersion, EncryptionKey) {
	let key = <regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::encryption_key(
		member, None,
	);
	let key = key.expect("the member has a key");
	(key.version, key.key)
}

impl Patient {
	/// Adds a record about itself (process 1).
	pub fn write_own_record<R: Regional>(&self, document: &[u8], ipfs: &mut Ipfs) -> RecordId {
		R::block(|| {
			let genesis = regional::System::block_hash(0).0;
			let key = RecordKey::generate();
			let details = Details {
				name: NAME.into(),
				media_type: "text/plain".into(),
				patient: self.id.0,
				author: ManifestAuthor::Patient {
					founding_account: self.keys.seed.account(),
					commitment: commitment(),
				},
				author_account: self.keys.seed.account(),
				region: R::ID,
				genesis,
				amends: None,
				time: regional::Timestamp::get(),
			};
			let mut envelope = vec![];
			let sealed = seal(document, &mut envelope, &key, details, &self.keys.seed)
				.expect("the document can be sealed");
			let binding = WrapBinding {
				genesis,
				patient: self.id.0,
				author: Author::Patient,
				hash: sealed.hash,
			};
			let (version, own_key) = current_key(self.id.into());
			let cid = ipfs.add(envelope).as_bytes().to_vec();
			let call = pallet_emr::Call::add_own_record {
				sealed_name: seal_name(&key, NAME).expect("is short"),
				document_hash: sealed.hash,
				cid,
				envelope_size: sealed.size,
				wrapped_key: wrap_for(&own_key, version, &key, &binding),
				amends: None,
			};
			assert_ok!(send(&self.keys.account(), call));
			pallet_emr::NextId::<regional::Runtime>::get() - 1
		})
	}

	/// Grants a record to a member of its region (process 3).
	pub fn grant_in_region<R: Regional>(&self, record: RecordId, to: MemberId, ipfs: &Ipfs) {
		R::block(|| {
			let view = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
				.expect("the record exists");
			let key = self.open_own(&view, R::ID, ipfs);
			let (version, grantee_key) = current_key(to.clone());
			let call = pallet_permissions::Call::grant {
				record,
				grantee: to,
				wrapped_key: wrap_for(&grantee_key, version, &key, &self.binding(&view)),
				expires_at: None,
				purpose: Purpose::Treatment,
			};
			assert_ok!(send(&self.keys.account(), call));
		});
	}

	/// Retrieves one of its own records (process 2).
	pub fn read_own<R: Regional>(&self, record: RecordId, ipfs: &Ipfs) {
		R::block(|| {
			let view = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
				.expect("the record exists");
			self.open_own(&view, R::ID, ipfs);
		});
	}

	/// Unwraps the key of one of its records, and opens the envelope to check the key, so that a
	/// wrapped key copied from another record is never passed on.
	fn open_own(&self, record: &RecordView<AccountId>, region: ParaId, ipfs: &Ipfs) -> RecordKey {
		let genesis = regional::System::block_hash(0).0;
		let wrapped = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::wrapped_key(
			record.id,
			self.id.into(),
		);
		let binding = self.binding(record);
		let key = self.keys.unwrap_key(
			&wrapped.expect("the record has a key for the patient"),
			&binding,
		);
		let expected = Expected {
			hash: record.document_hash,
			patient: self.id.0,
			author: author_of(&record.author),
			author_account: Some(record.account.clone().into()),
			region,
			genesis,
			amends: record.amended_hash,
			sealed_name: record.sealed_name,
			added_at: Some(record.added_at),
		};
		open(ipfs.get(&record.cid), std::io::sink(), &key, &expected).expect("the envelope opens");
		key
	}

	fn binding(&self, record: &RecordView<AccountId>) -> WrapBinding {
		WrapBinding {
			genesis: regional::System::block_hash(0).0,
			patient: self.id.0,
			author: author_of(&record.author),
			hash: record.document_hash,
		}
	}

	/// Grants a record to a provider of another region, with its key in the directory. The
	/// fingerprint of that key must be the one that the provider itself showed.
	pub fn grant<R: Regional>(
		&self,
		record: RecordId,
		to: &RemoteProvider,
		shown_fingerprint: &str,
		expires_at: Option<Moment>,
		ipfs: &Ipfs,
	) {
		let entry = directory_entry(to).expect("the provider is enlisted");
		assert_eq!(fingerprint(entry.key.key.as_bytes()), shown_fingerprint);
		let key = (entry.key.version, entry.key.key);
		self.grant_with_key::<R>(record, to, key, expires_at, ipfs);
	}

	/// Grants a record to a provider of another region, with a key that does not come from the
	/// directory.
	pub fn grant_with_key<R: Regional>(
		&self,
		record: RecordId,
		to: &RemoteProvider,
		(version, grantee_key): (KeyVersion, EncryptionKey),
		expires_at: Option<Moment>,
		ipfs: &Ipfs,
	) {
		R::block(|| {
			let view = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
				.expect("the record exists");
			let key = self.open_own(&view, R::ID, ipfs);
			let binding = self.binding(&view);
			let call = pallet_interregional::Call::grant {
				record,
				grantee: to.clone(),
				wrapped_key: wrap_for(&grantee_key, version, &key, &binding),
				expires_at,
				purpose: Purpose::Treatment,
			};
			assert_ok!(send(&self.keys.account(), call));
		});
	}

	/// Revokes an inter-regional grant.
	pub fn revoke<R: Regional>(&self, record: RecordId, to: &RemoteProvider) {
		R::block(|| {
			assert_ok!(self.try_revoke(record, to));
		});
	}

	/// Revokes an inter-regional grant, in the current block of the region.
	pub fn try_revoke(&self, record: RecordId, to: &RemoteProvider) -> DispatchResult {
		let grantee = to.clone();
		let call = pallet_interregional::Call::revoke { record, grantee };
		send(&self.keys.account(), call)
	}
}

/// The state of an inter-regional grant in its region.
pub fn grant_state<R: Regional>(record: RecordId, to: &RemoteProvider) -> InterregionalState {
	let view = R::read(|| {
		<regional::Runtime as InterregionalApiV1<regional::Block>>::interregional_grant(
			record,
			to.clone(),
		)
	});
	view.expect("the grant exists").state
}

/// The entry of a provider in the consortium's directory.
pub fn directory_entry(provider: &RemoteProvider) -> Option<DirectoryView<AccountId>> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::provider(
			provider.clone(),
		)
	})
}

/// The grants that a provider can read from the consortium.
pub fn incoming_grants(grantee: &RemoteProvider) -> Vec<IncomingGrantView<AccountId>> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::granted_to(
			grantee.clone(),
			None,
			RecordFilter::default(),
			true,
			None,
			0,
		)
	})
	.items
}

/// Why the consortium withholds a grant.
pub fn withheld(region: ParaId, record: RecordId, grantee: &RemoteProvider) -> Option<Withheld> {
	Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::withheld(
			region,
			record,
			grantee.clone(),
		)
	})
}

/// A patient and an author in region 2001 with a record, and a reader in region 2002.
pub struct Fixture {
	/// The patient.
	pub patient: Patient,
	/// The author of the record.
	pub author: Provider,
	/// The provider in region 2002, which is enlisted unless the fixture says otherwise.
	pub reader: Provider,
	/// The record.
	pub record: RecordId,
	/// The IPFS with the record's envelope.
	pub ipfs: Ipfs,
}

/// Resets the network, admits both regions, and registers the members. The reader is enlisted.
pub fn fixture() -> Fixture {
	start_network();
	admit_both_regions();
	let fixture = fixture_without_enlistment();
	fixture.reader.enlist::<OtherRegion>();
	Consortium::empty_block();
	let enlistment = fixture.reader.enlistment::<OtherRegion>();
	assert_eq!(enlistment.state, EnlistmentState::Enlisted);
	fixture
}

/// Registers the members and adds the record, on a network that was started. No provider is
/// enlisted.
pub fn fixture_without_enlistment() -> Fixture {
	let mut ipfs = Ipfs::default();
	let patient = register_patient::<Region>(MemberKeys::new(0));
	let author = verify_provider::<Region>(MemberKeys::new(1), "A12345");
	let reader = verify_provider::<OtherRegion>(MemberKeys::new(2), "B12345");
	assert_eq!(reader.remote.region, OTHER_REGION);
	let record = author.write_record::<Region>(patient.id, DOCUMENT, &mut ipfs);
	Fixture {
		patient,
		author,
		reader,
		record,
		ipfs,
	}
}

impl Fixture {
	/// The patient grants the record to the reader.
	pub fn grant(&self) {
		self.grant_until(None);
	}

	/// The patient grants the record to the reader until a time.
	pub fn grant_until(&self, expires_at: Option<Moment>) {
		let shown = self.reader.keys.fingerprint();
		let to = &self.reader.remote;
		self.patient
			.grant::<Region>(self.record, to, &shown, expires_at, &self.ipfs);
	}

	/// The author forwards the grant.
	pub fn forward(&self) {
		self.author
			.forward::<Region>(self.record, &self.reader.remote);
	}

	/// The patient revokes the grant.
	pub fn revoke(&self) {
		self.patient
			.revoke::<Region>(self.record, &self.reader.remote);
	}

	/// The state of the grant in region 2001.
	pub fn state(&self) -> InterregionalState {
		grant_state::<Region>(self.record, &self.reader.remote)
	}

	/// The patient grants the record, the author forwards the grant, and the consortium answers.
	pub fn deliver(&self) {
		self.grant();
		self.forward();
		Consortium::empty_block();
		assert_eq!(self.state(), InterregionalState::Delivered);
	}

	/// The grants that the reader can read from the consortium.
	pub fn incoming_grants(&self) -> Vec<IncomingGrantView<AccountId>> {
		incoming_grants(&self.reader.remote)
	}

	/// The reader reads the only record that is granted to it.
	pub fn read(&self) -> (String, Vec<u8>) {
		let [grant] = self
			.incoming_grants()
			.try_into()
			.expect("one grant is readable");
		self.reader.read(&grant, &self.ipfs)
	}
}
