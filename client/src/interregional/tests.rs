use super::*;
use crate::{
	chain::{
		fake::{Node, Pool},
		Wait,
	},
	ipfs::CidWriter,
	keys::wrap_for,
	network::tests::some_network,
	testing::{entry, key, key_view, region_view},
};
use salus_envelope::{
	open, patient_id, seal, seal_name, AccountSeed, Check, Details, ManifestAuthor, OpenError,
	PrivateKey, RecordKey, Secrets, Signer,
};
use salus_primitives::{
	views::AuthorView, Author, Cause, HistoryId, PatientId, ProfessionalName, ProviderId, Purpose,
	Reason, Standing, Via, WrappedKey,
};
use std::io::Write;

/// The genesis hash of region 2000, where the record is.
const HOME: [u8; 32] = [4; 32];
/// The genesis hash of region 2001, where the grantee is.
const REGION_GENESIS: [u8; 32] = [2; 32];
const DOCUMENT: &[u8] = b"a note about a patient of region 2000";

/// The key of the provider of region 2001: the first test key.
fn grantee() -> UnlockedKey {
	let der = key(0).to_pkcs8_der();
	UnlockedKey::for_test(Secrets {
		seed: AccountSeed::from_bytes([5; 32]),
		keys: vec![(0, PrivateKey::from_pkcs8_der(&der).unwrap())],
		names: Vec::new(),
	})
}

/// A grant of a record of region 2000 by a provider, and the envelope.
fn delivered() -> (IncomingGrantView<AccountId>, Vec<u8>) {
	let signer = AccountSeed::from_bytes([6; 32]);
	delivered_by([7; 16], ManifestAuthor::Provider(1), &signer)
}

/// A grant of a patient's record by this author, and the envelope that this account signed.
fn delivered_by(
	patient: [u8; 16],
	author: ManifestAuthor,
	signer: &AccountSeed,
) -> (IncomingGrantView<AccountId>, Vec<u8>) {
	let (author_id, view) = match author {
		ManifestAuthor::Patient { .. } => (Author::Patient, AuthorView::Patient),
		ManifestAuthor::Provider(id) => (
			Author::Provider(ProviderId(id)),
			AuthorView::Provider {
				id: ProviderId(id),
				number: "A12345".parse().unwrap(),
				name: ProfessionalName::parse("Dr Ana").unwrap(),
				standing: Some(Standing::Verified),
			},
		),
	};
	let details = Details {
		name: "note.txt".into(),
		media_type: "text/plain".into(),
		patient,
		author,
		author_account: signer.account(),
		region: 2000,
		genesis: HOME,
		amends: None,
		time: 1,
	};
	let record_key = RecordKey::generate();
	let mut envelope = Vec::new();
	let sealed = seal(DOCUMENT, &mut envelope, &record_key, details, signer).unwrap();
	let mut cid = CidWriter::new();
	cid.write_all(&envelope).unwrap();
	let binding = binding(HOME, PatientId(patient), author_id, sealed.hash);
	let grant = IncomingGrantView {
		region: 2000,
		genesis_hash: HOME.into(),
		record: 9,
		grantee: RemoteProvider {
			region: 2001,
			id: ProviderId(7),
		},
		delivery: 0,
		patient: PatientId(patient),
		author: view,
		account: Some(signer.account().into()),
		sealed_name: seal_name(&record_key, "note.txt").unwrap(),
		document_hash: sealed.hash,
		cid: cid.finish(),
		envelope_size: sealed.size,
		added_at: 1,
		amended_hash: None,
		key_version: 0,
		wrapped_key: Some(wrap_for(&key_view(&[2; 32], 0, 0), &record_key, &binding).unwrap()),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: 2,
		expires_at: None,
		delivered_at: 3,
		sequence: 1,
	};
	(grant, envelope)
}

fn opened(
	incoming: &UnlockedRecord<IncomingGrantView<AccountId>>,
	bytes: &[u8],
) -> std::result::Result<Vec<u8>, OpenError> {
	let mut document = Vec::new();
	let expected = incoming.envelope.expected(incoming.view.region, false);
	open(bytes, &mut document, &incoming.key, &expected).map(|_| document)
}

#[test]
fn a_delivered_grant_unlocks_its_record() {
	let (grant, bytes) = delivered();
	let incoming = unlock_grant(&grantee(), grant).unwrap();
	assert_eq!(incoming.name, "note.txt");
	assert_eq!(incoming.envelope.record.to_string(), "2000/9");
	assert_eq!(opened(&incoming, &bytes).unwrap(), DOCUMENT);
}

/// A wrapped key is bound to its record and region: a copied key, or changed fields, do not unlock.
#[test]
fn a_changed_grant_does_not_unlock() {
	let (good, _) = delivered();
	let mut region = good.clone();
	region.genesis_hash = [8; 32].into();
	let mut patient = good.clone();
	patient.patient = PatientId([8; 16]);
	let mut by_other = good.clone();
	let AuthorView::Provider { id, .. } = &mut by_other.author else {
		panic!("a provider is the author");
	};
	*id = ProviderId(2);
	let mut by_patient = good.clone();
	by_patient.author = AuthorView::Patient;
	let mut hash = good.clone();
	hash.document_hash[0] ^= 1;
	let mut copied = good.clone();
	copied.wrapped_key = delivered().0.wrapped_key;
	for wrong in [region, patient, by_other, by_patient, hash, copied] {
		let error = unlock_grant(&grantee(), wrong).err().unwrap();
		assert!(matches!(error, Error::Verification(_)), "{error}");
		assert!(error.to_string().contains("2000/9"), "{error}");
	}
	// A version that the key file does not hold.
	let mut version = good;
	let Some(WrappedKey::RsaOaep { key_version, .. }) = &mut version.wrapped_key else {
		panic!("the grant has a wrapped key");
	};
	*key_version = 1;
	let error = unlock_grant(&grantee(), version).err().unwrap();
	assert!(matches!(error, Error::KeyFile(_)), "{error}");
}

/// The account in the grant must have signed the envelope, for that region's number.
#[test]
fn an_envelope_of_another_author_or_region_does_not_open() {
	let (good, bytes) = delivered();
	let mut account = good.clone();
	account.account = Some(AccountSeed::from_bytes([9; 32]).account().into());
	let mut region = good.clone();
	region.region = 2002;
	for wrong in [account, region] {
		let incoming = unlock_grant(&grantee(), wrong).unwrap();
		let error = opened(&incoming, &bytes).unwrap_err();
		assert!(matches!(error, OpenError::WrongManifest(_)), "{error}");
	}
	let incoming = unlock_grant(&grantee(), good).unwrap();
	let mut damaged = bytes.clone();
	*damaged.last_mut().unwrap() ^= 1;
	assert!(opened(&incoming, &damaged).is_err());
	assert_eq!(opened(&incoming, &bytes).unwrap(), DOCUMENT);
}

/// The manifest proves the account of a patient who is the author. What the source says of it does
/// not count: it could name any account.
#[test]
fn only_the_patients_founding_account_signs_as_the_patient() {
	let [patient, other] = [6, 9].map(|seed| AccountSeed::from_bytes([seed; 32]));
	let commitment = [3; 32];
	let id = patient_id(&HOME, &patient.account(), &commitment);
	let proof = ManifestAuthor::Patient {
		founding_account: patient.account(),
		commitment,
	};
	let read = |signer: &AccountSeed, named: Option<&AccountSeed>| {
		let (mut grant, bytes) = delivered_by(id, proof.clone(), signer);
		grant.account = named.map(|account| account.account().into());
		let incoming = unlock_grant(&grantee(), grant).unwrap();
		opened(&incoming, &bytes).map_err(|error| error.check())
	};
	for named in [None, Some(&patient), Some(&other)] {
		assert_eq!(read(&patient, named), Ok(DOCUMENT.to_vec()));
		assert_eq!(read(&other, named), Err(Some(Check::Account)));
	}
}

fn grant_of(record: RecordId, history: HistoryId) -> InterregionalGrantView {
	InterregionalGrantView {
		record,
		grantee: delivered().0.grantee,
		history,
		state: InterregionalState::Granted,
		sequence: history,
		message: None,
		sent_at: None,
		deadline: None,
		key_version: 0,
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: 0,
		expires_at: None,
	}
}

#[test]
fn only_a_granted_or_overdue_grant_waits() {
	let states = [
		(InterregionalState::Granted, true),
		(InterregionalState::Overdue, true),
		(InterregionalState::Forwarded, false),
		(InterregionalState::Delivered, false),
		(
			InterregionalState::Refused(Cause::Reason(Reason::GranteeUnknown)),
			false,
		),
		(InterregionalState::Revoking, false),
		(InterregionalState::Revoked, false),
	];
	for (state, waits) in states {
		let grant = InterregionalGrantView {
			state: state.clone(),
			..grant_of(1, 0)
		};
		assert_eq!(is_waiting(&grant), waits, "{state:?}");
	}
}
#[test]
fn one_grant_of_each_record_is_forwarded_in_turn() {
	// Newest first: many of record 1, then one of record 2, after one of record 3.
	let waiting = [(1, 9), (2, 8), (1, 7), (1, 6), (3, 5), (1, 4)];
	let waiting = waiting.map(|(record, history)| grant_of(record, history));
	let records: Vec<_> = in_turn(&waiting).iter().map(|id| id.record).collect();
	assert_eq!(records, [1, 3, 2, 1, 1, 1]);
}

#[test]
fn only_too_many_messages_stop_forwarding() {
	let refused = |code: &str| Error::Refused {
		code: code.into(),
		reason: String::new(),
		next: None,
	};
	assert!(is_too_many(&refused("Interregional.TooManyInFlight")));
	assert!(is_too_many(&refused("Interregional.TooManyForwarded")));
	assert!(!is_too_many(&refused("Interregional.NotConnected")));
	assert!(!is_too_many(&refused("Interregional.NotFound")));
	assert!(!is_too_many(&Error::NotFound("TooManyInFlight".into())));
}

#[test]
fn only_a_verified_provider_of_an_admitted_region_can_be_granted_records() {
	let (good, region) = (entry(&REGION_GENESIS, 0), region_view(&REGION_GENESIS));
	check_grantee(&good, &region).unwrap();
	let mut suspended = good.clone();
	suspended.standing = Standing::Suspended;
	let mut retired = good.clone();
	retired.standing = Standing::Retired;
	let mut unverified = good.clone();
	unverified.standing = Standing::Unverified;
	let mut expelled = good.clone();
	expelled.region_standing = RegionStanding::Expelled;
	for (entry, word) in [
		(&suspended, "suspended"),
		(&retired, "retired"),
		(&unverified, "unverified"),
		(&expelled, "expelled"),
	] {
		let error = check_grantee(entry, &region).unwrap_err();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert!(error.to_string().contains(word), "{error}");
	}
	let mut gone = region.clone();
	gone.standing = RegionStanding::Expelled;
	let error = check_grantee(&good, &gone).unwrap_err();
	assert!(error.to_string().contains("expelled"), "{error}");
}

#[test]
fn a_key_of_another_account_or_region_is_refused() {
	let (good, region) = (entry(&REGION_GENESIS, 0), region_view(&REGION_GENESIS));
	let elsewhere = region_view(&[3; 32]);
	let mut other = good.clone();
	other.key.account = [9; 32].into();
	for (entry, region) in [(&good, &elsewhere), (&other, &region)] {
		let error = check_grantee(entry, region).unwrap_err();
		assert!(matches!(error, Error::Verification(_)), "{error}");
	}
}

/// The consortium alone says which chain it is.
#[tokio::test]
async fn a_region_that_the_network_file_does_not_name_gets_and_gives_no_keys() {
	let (chain, key) = (Node::new(|_, _| Pool::Takes).chain().await, grantee());
	let (dir, network) = some_network();
	let directory = Directory::for_test(chain.finalized().await.unwrap(), network);
	let session = Session {
		chain: &chain,
		key: &key,
		wait: Wait::Finalized,
		progress: &(),
		pending: None,
		development: false,
		only_call: false,
	};
	let provider = RemoteProvider {
		region: 2005,
		id: ProviderId(1),
	};
	let grantee = RemoteGrantee {
		provider: &provider,
		named: &"A12345".parse().unwrap(),
	};
	let mut known = KnownKeys::open(dir.path()).unwrap();
	let granted = session.directory_key(&directory, grantee, &mut known).await;
	let unlocked = session.unlock_incoming(&directory, 2005, 7).await;
	for refused in [granted.err(), unlocked.err()] {
		let error = refused.unwrap();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert!(
			error.to_string().contains("does not name region 2005"),
			"{error}"
		);
	}
}
