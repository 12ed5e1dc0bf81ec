//! The work: members and records, in two files. All platforms of `benches/evm` read them.

use crate::Result;
use salus_envelope::{
	patient_commitment, seal_name, wrap, Author, PrivateKey, RecordKey, WrapBinding,
};
use salus_primitives::{Cid, Hash256, MemberId, PatientId, ProviderId, SealedName};
use serde::{Deserialize, Serialize};
use std::{
	fs::File,
	io::{BufRead, BufReader, BufWriter, Write},
	path::Path,
	str::FromStr,
};
use subxt_signer::{sr25519::Keypair, SecretUri};

/// An author has room for 500 records of one patient at once.
const RECORDS_OF_PAIR: usize = 480;
/// As many pairs at least.
const PAIRS: usize = 20;
/// The size of each envelope: 1 MiB and some. No platform looks at envelopes.
const ENVELOPE_SIZE: u64 = 1_100_000;

/// Bytes, in files as hexadecimal digits after `0x`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

impl From<Bytes> for String {
	fn from(bytes: Bytes) -> Self {
		format!("0x{}", hex::encode(bytes.0))
	}
}

impl TryFrom<String> for Bytes {
	type Error = hex::FromHexError;

	fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
		hex::decode(text.trim_start_matches("0x")).map(Self)
	}
}

impl Bytes {
	/// The same bytes, of a length that their maker gave them.
	pub fn array<const N: usize>(&self) -> [u8; N] {
		let mut bytes = [0; N];
		let length = N.min(self.0.len());
		bytes[..length].copy_from_slice(&self.0[..length]);
		bytes
	}
}

/// A provider that writes records.
#[derive(Serialize, Deserialize)]
pub struct AuthorMember {
	place: usize,
	/// Its professional number.
	pub number: String,
	/// Its professional name.
	pub name: String,
	/// Its encryption key: SubjectPublicKeyInfo in DER.
	pub encryption_key: Bytes,
	/// The id that the region gave it.
	pub id: u32,
}

/// A patient.
#[derive(Serialize, Deserialize)]
pub struct PatientMember {
	place: usize,
	/// The commitment to its name.
	pub commitment: Bytes,
	/// Its encryption key: SubjectPublicKeyInfo in DER.
	pub encryption_key: Bytes,
	/// The id that the region gave it.
	pub id: Bytes,
}

impl AuthorMember {
	/// Its key pair. No file has it.
	pub fn account(&self) -> Result<Keypair> {
		key_pair(&format!("//author/{}", self.place))
	}

	/// It as a member of the region.
	pub fn member(&self) -> MemberId {
		MemberId::Provider(ProviderId(self.id))
	}
}

impl PatientMember {
	/// Its key pair. No file has it.
	pub fn account(&self) -> Result<Keypair> {
		key_pair(&format!("//patient/{}", self.place))
	}

	/// The id that the region gave it.
	pub fn id(&self) -> PatientId {
		PatientId(self.id.array())
	}

	/// It as a member of the region.
	pub fn member(&self) -> MemberId {
		MemberId::Patient(self.id())
	}
}

/// The key pair of this path.
pub fn key_pair(path: &str) -> Result<Keypair> {
	Ok(Keypair::from_uri(&SecretUri::from_str(path)?)?)
}

/// Authors and patients, in pairs: each author writes records of one patient.
#[derive(Serialize, Deserialize)]
pub struct Members {
	pub authors: Vec<AuthorMember>,
	pub patients: Vec<PatientMember>,
}

impl Members {
	/// As many pairs as so many records take.
	pub fn pairs_for(records: usize) -> usize {
		records.div_ceil(RECORDS_OF_PAIR).max(PAIRS)
	}

	/// So many pairs, without ids.
	pub fn new(pairs: usize) -> Result<Self> {
		// As the region checks keys, and no platform compares them, each pair shares one.
		let (mut authors, mut patients) = (Vec::new(), Vec::new());
		for place in 0..pairs {
			let encryption_key = Bytes(PrivateKey::generate()?.public_spki_der());
			let commitment = patient_commitment(&format!("Patient {place}"), &[1; 32]);
			authors.push(AuthorMember {
				place,
				number: format!("A{place:05}"),
				name: "Dr. Miriam Castellanos".into(),
				encryption_key: encryption_key.clone(),
				id: 0,
			});
			patients.push(PatientMember {
				place,
				commitment: Bytes(commitment.to_vec()),
				encryption_key,
				id: Bytes::default(),
			});
		}
		Ok(Self { authors, patients })
	}

	/// The number of pairs.
	pub fn pairs(&self) -> usize {
		self.authors.len()
	}

	/// The pair of a record.
	pub fn place(&self, record: usize) -> usize {
		record % self.pairs()
	}

	/// The author and the patient of a record.
	pub fn pair(&self, record: usize) -> (&AuthorMember, &PatientMember) {
		let place = self.place(record);
		(&self.authors[place], &self.patients[place])
	}

	/// The author to whom a record's patient grants it.
	pub fn grantee(&self, record: usize) -> &AuthorMember {
		&self.authors[self.place(record + 1)]
	}

	/// A new record. All in it is real but for its document.
	pub fn new_record(&self, genesis: Hash256, place: usize) -> Result<Record> {
		let (author, patient) = self.pair(place);
		let key = RecordKey::generate();
		// Random, as a SHA-256 is.
		let random = || *RecordKey::generate().as_bytes();
		let binding = WrapBinding {
			genesis,
			patient: patient.id().0,
			author: Author::Provider(author.id),
			hash: random(),
		};
		let wrapped = |member: &Bytes| wrap(&member.0, &key, &binding).map(Bytes);
		Ok(Record {
			sealed_name: Bytes(seal_name(&key, "Blood count")?.to_vec()),
			document_hash: Bytes(binding.hash.to_vec()),
			cid: Bytes(Cid::from_digest(true, random()).as_bytes().to_vec()),
			envelope_size: ENVELOPE_SIZE,
			for_patient: wrapped(&patient.encryption_key)?,
			for_author: wrapped(&author.encryption_key)?,
			for_grantee: wrapped(&self.grantee(place).encryption_key)?,
		})
	}
}

/// A record, with the wrapped key of its grant.
#[derive(Serialize, Deserialize)]
pub struct Record {
	sealed_name: Bytes,
	document_hash: Bytes,
	pub cid: Bytes,
	pub envelope_size: u64,
	pub for_patient: Bytes,
	pub for_author: Bytes,
	pub for_grantee: Bytes,
}

impl Record {
	pub fn sealed_name(&self) -> SealedName {
		self.sealed_name.array()
	}

	pub fn document_hash(&self) -> Hash256 {
		self.document_hash.array()
	}

	pub fn cid(&self) -> Result<Cid> {
		Cid::from_bytes(&self.cid.0).map_err(|_| "the work has a bad CID".into())
	}
}

/// All of it.
pub struct Work {
	pub members: Members,
	/// By turns of the pairs.
	pub records: Vec<Record>,
}

const MEMBERS: &str = "members.json";
const RECORDS: &str = "records.jsonl";

impl Work {
	/// Writes it into a folder.
	pub fn write(&self, dir: &Path) -> Result<()> {
		serde_json::to_writer(File::create(dir.join(MEMBERS))?, &self.members)?;
		let mut file = BufWriter::new(File::create(dir.join(RECORDS))?);
		for record in &self.records {
			serde_json::to_writer(&mut file, record)?;
			file.write_all(b"\n")?;
		}
		Ok(file.flush()?)
	}

	/// Reads it from a folder.
	pub fn read(dir: &Path) -> Result<Self> {
		let members = serde_json::from_reader(BufReader::new(File::open(dir.join(MEMBERS))?))?;
		let lines = BufReader::new(File::open(dir.join(RECORDS))?).lines();
		let records = lines.map(|line| Ok(serde_json::from_str(&line?)?));
		Ok(Self {
			members,
			records: records.collect::<Result<_>>()?,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_work_is_the_same_after_writing_and_reading() {
		let members = Members::new(1).unwrap();
		assert_eq!(Members::pairs_for(10_020), 21);
		let record = members.new_record([7; 32], 0).unwrap();
		let (cid, key) = (record.cid.clone(), record.for_grantee.clone());
		assert_eq!(key.0.len(), 384);
		let work = Work {
			members,
			records: vec![record],
		};
		let dir = tempfile::tempdir().unwrap();
		work.write(dir.path()).unwrap();
		let read = Work::read(dir.path()).unwrap();
		assert_eq!(read.members.pairs(), 1);
		assert_eq!(read.records[0].cid, cid);
		assert_eq!(read.records[0].for_grantee, key);
	}
}
