//! The vectors of refusals: what every reader must refuse, and the check that does.
//!
//! They are written as the other vectors are.

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::{vectors::check as compare, *};
use crate::{
	blinded_hash,
	format::TAG_LEN,
	manifest::{manifest_message, Trailer},
	open_name, padme, wrap,
	wrap::wrap_bytes,
	LeafReader, Manifest, Secrets, WrapBinding, FIRST_LEAF_CAPACITY, LEAF_CAPACITY,
};

const PLAIN: &[u8] = vectors::PLAIN;

pub(super) fn expect() -> Expected {
	expected(blinded_hash(&key(), &Sha256::digest(PLAIN).into()))
}

pub(super) fn manifest() -> Manifest {
	details().with_length(PLAIN.len() as u64)
}

pub(super) fn trailer(manifest: Manifest) -> Vec<u8> {
	let message = manifest_message(&manifest, &Sha256::digest(PLAIN).into());
	signed(manifest, &Steady(author()), message.as_bytes())
}

pub(super) fn signed(manifest: Manifest, signer: &Steady, message: &[u8]) -> Vec<u8> {
	let signature = signer.sign(message);
	Trailer {
		manifest,
		signature,
	}
	.encode()
}

/// A manifest's bytes, whatever they are, with the signature of the good one.
fn raw_trailer(manifest: &[u8]) -> Vec<u8> {
	let good = trailer(self::manifest());
	let signature = &good[good.len() - 66..good.len() - 2];
	let len = (manifest.len() as u16).to_le_bytes();
	[manifest, signature, &len].concat()
}

fn zeros(document: &[u8], trailer: &[u8]) -> Vec<u8> {
	let content = document.len() + trailer.len();
	vec![0; padme(content as u64).unwrap() as usize - content]
}

/// One segment: a count, the document, its padding, a trailer.
fn one(count: usize, document: &[u8], zeros: &[u8], trailer: &[u8]) -> Vec<u8> {
	let count = (count as u32).to_le_bytes();
	forge(&[(&[&count, document, zeros, trailer].concat(), true)])
}

pub(super) fn of(trailer: &[u8]) -> Vec<u8> {
	one(PLAIN.len(), PLAIN, &zeros(PLAIN, trailer), trailer)
}

/// A segment of these bytes before the tag, with a right tag.
fn tagged(body: &[u8], number: u64, last: bool) -> Vec<u8> {
	let header = header(&NONCE);
	let segment = Segment {
		number,
		last,
		data: body.to_vec(),
		opened: Ok(()),
	};
	let tag = Cipher::new(&key(), &NONCE, &header).authenticate(&segment);
	[&header[..], body, &tag].concat()
}

/// Cases, and what they share.
#[derive(Default)]
struct Cases(Vec<Value>);

impl Cases {
	fn add(&mut self, what: &str, check: Check, envelope: Vec<u8>) {
		self.expecting(what, check, envelope, |_| {});
	}

	fn expecting(
		&mut self,
		what: &str,
		check: Check,
		envelope: Vec<u8>,
		change: impl FnOnce(&mut Expected),
	) {
		let mut expect = expect();
		change(&mut expect);
		let found = open(&envelope[..], std::io::sink(), &key(), &expect)
			.map_err(|error| error.check().unwrap().name());
		assert_eq!(found.err(), Some(check.name()), "{what}");
		let (shown, good) = (shown(&expect), shown(&self::expect()));
		let changed: serde_json::Map<_, _> = shown
			.as_object()
			.unwrap()
			.iter()
			.filter(|(field, value)| good[*field] != **value)
			.map(|(field, value)| (field.clone(), value.clone()))
			.collect();
		let mut case = json!({
			"what": what,
			"check": check.name(),
			"envelope": hex::encode(envelope),
		});
		if !changed.is_empty() {
			case["expected"] = changed.into();
		}
		self.0.push(case);
	}
}

pub(super) fn shown(expect: &Expected) -> Value {
	json!({
		"hash": hex::encode(expect.hash),
		"patient": hex::encode(expect.patient),
		"author": match expect.author {
			Author::Patient => json!("patient"),
			Author::Provider(id) => json!({ "provider": id }),
		},
		"author_account": expect.author_account.map(hex::encode),
		"region": expect.region,
		"genesis": hex::encode(expect.genesis),
		"amends": expect.amends.map(hex::encode),
		"sealed_name": hex::encode(expect.sealed_name),
		"added_at": expect.added_at,
	})
}

#[test]
fn envelopes_are_refused_as_the_vectors_say() {
	let good = of(&trailer(manifest()));
	open(&good[..], std::io::sink(), &key(), &expect()).unwrap();
	let mut cases = Cases::default();
	headers(&mut cases, &good);
	segments_of_any_shape(&mut cases, &good);
	manifests(&mut cases);
	paddings(&mut cases);
	disagreements(&mut cases, &good);
	signatures(&mut cases);
	compare(
		"refused_envelopes.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"document": hex::encode(PLAIN),
			"expected": shown(&expect()),
			"envelope": hex::encode(&good),
			"flips": flips(&good),
			"cuts": cuts(&good),
			"cases": cases.0,
		}),
	);
}

/// Each flipped bit: ranges of bytes, the end excluded.
fn flips(good: &[u8]) -> Value {
	let ranges = [
		(0, 8, Check::Magic),
		(8, 10, Check::Version),
		(10, 12, Check::Suite),
		(12, 44, Check::Tag),
		(44, 48, Check::Reserved),
		(48, good.len(), Check::Tag),
	];
	for (from, to, check) in ranges {
		for bit in from * 8..to * 8 {
			let mut changed = good.to_vec();
			changed[bit / 8] ^= 1 << (bit % 8);
			let error = open(&changed[..], std::io::sink(), &key(), &expect()).unwrap_err();
			assert_eq!(error.check(), Some(check), "bit {bit}");
			let part = LeafReader::new(&changed, changed.len() as u64, &key())
				.and_then(|reader| reader.open(0, &changed));
			assert_eq!(part.unwrap_err().check(), Some(check), "bit {bit}");
		}
	}
	ranges
		.map(|(from, to, check)| json!({ "from": from, "to": to, "check": check.name() }))
		.into_iter()
		.collect()
}

/// The start of the envelope, for each length.
fn cuts(good: &[u8]) -> Value {
	let mut lengths = std::collections::BTreeMap::<_, Vec<_>>::new();
	for len in 0..good.len() {
		let error = open(&good[..len], std::io::sink(), &key(), &expect()).unwrap_err();
		lengths
			.entry(error.check().unwrap().name())
			.or_default()
			.push(len);
	}
	json!(lengths)
}

fn headers(cases: &mut Cases, good: &[u8]) {
	let with = |at: usize, value: u8| {
		let mut changed = good.to_vec();
		changed[at] = value;
		changed
	};
	cases.add("nothing", Check::Magic, vec![]);
	cases.add(
		"a header without its last byte",
		Check::Magic,
		good[..47].to_vec(),
	);
	cases.add("another magic", Check::Magic, with(0, b'S'));
	for (what, at, value) in [
		("version 0", 8, 0),
		("version 2", 8, 2),
		("version 257", 9, 1),
	] {
		cases.add(what, Check::Version, with(at, value));
	}
	for (what, at, value) in [("suite 0", 10, 0), ("suite 2", 10, 2), ("suite 257", 11, 1)] {
		cases.add(what, Check::Suite, with(at, value));
	}
	cases.add("another nonce", Check::Tag, with(12, 0));
	for at in 44..48 {
		cases.add("a reserved byte", Check::Reserved, with(at, 1));
	}
	// The first fault counts.
	let mut two = with(8, 2);
	two[44] = 1;
	cases.add("version 2 and a reserved byte", Check::Version, two);
}

fn segments_of_any_shape(cases: &mut Cases, good: &[u8]) {
	cases.add("no segment", Check::SegmentLength, good[..48].to_vec());
	cases.add(
		"a segment of 48 bytes",
		Check::SegmentLength,
		good[..96].to_vec(),
	);
	let longer = |more: usize| [good, &vec![0; more][..]].concat();
	cases.add("one byte more", Check::SegmentLength, longer(1));
	cases.add("a block more", Check::Tag, longer(16));
	let at = good.len() - TAG_LEN;
	for (what, place) in [
		("another IV", 48),
		("another ciphertext", 64),
		("another first byte of the tag", at),
		("another last byte of the tag", good.len() - 1),
	] {
		let mut changed = good.to_vec();
		changed[place] ^= 0x80;
		cases.add(what, Check::Tag, changed);
	}
	let body = &good[48..at];
	cases.add(
		"a last segment without its mark",
		Check::Tag,
		tagged(body, 0, false),
	);
	cases.add(
		"segment 1 without segment 0",
		Check::Tag,
		tagged(body, 1, true),
	);
	let name = [&header(&NONCE)[..], &sealed_name()].concat();
	cases.add("a sealed name as segment", Check::Tag, name);
	// The last byte of the block before changes the padding.
	for flip in [0x01, 0x10, 0x80, 0xff] {
		let mut changed = body.to_vec();
		let place = changed.len() - 17;
		changed[place] ^= flip;
		cases.add(
			"wrong PKCS#7",
			Check::SegmentPadding,
			tagged(&changed, 0, true),
		);
	}
	for len in 0..=COUNT_LEN {
		let what = format!("a plaintext of {len} bytes");
		let forged = forge(&[(&vec![0; len], true)]);
		cases.add(&what, Check::SegmentPadding, forged);
	}
	let trailer = trailer(manifest());
	let zeros = zeros(PLAIN, &trailer);
	let all = PLAIN.len() + zeros.len() + trailer.len();
	let count = |count: usize| one(count, PLAIN, &zeros, &trailer);
	cases.add("a count over the payload", Check::Count, count(all + 1));
	cases.add("the highest count", Check::Count, count(u32::MAX as usize));
	cases.add("a count of the payload", Check::Manifest, count(all));
	cases.add(
		"a count of one too many",
		Check::DocumentLength,
		count(PLAIN.len() + 1),
	);
	cases.add(
		"a count of one too few",
		Check::Padding,
		count(PLAIN.len() - 1),
	);
	cases.add("a count of zero", Check::Padding, count(0));
}

fn manifests(cases: &mut Cases) {
	let with = |change: &dyn Fn(&mut Manifest)| {
		let mut manifest = manifest();
		change(&mut manifest);
		of(&trailer(manifest))
	};
	type Change<'a> = &'a dyn Fn(&mut Manifest);
	let texts: [(&str, Change); 12] = [
		("no name", &|m| m.name.clear()),
		("a name of 256 bytes", &|m| m.name = "n".repeat(256)),
		("an escape in the name", &|m| {
			m.name = "\u{1b}]0;owned".into()
		}),
		("a control of C1 in the name", &|m| {
			m.name = "a\u{9b}2J".into()
		}),
		("a direction mark in the name", &|m| {
			m.name = "gpj.\u{202e}exe".into()
		}),
		("an invisible character in the name", &|m| {
			m.name = "a\u{e0041}".into()
		}),
		("two lines in the name", &|m| m.name = "two\nlines".into()),
		("no media type", &|m| m.media_type.clear()),
		("a media type of 128 bytes", &|m| {
			m.media_type = "t".repeat(128)
		}),
		("two lines in the media type", &|m| {
			m.media_type = "text/plain\r\nX: y".into()
		}),
		("a media type that is not ASCII", &|m| {
			m.media_type = "text/pläin".into()
		}),
		("a delete character in the media type", &|m| {
			m.media_type = "a\u{7f}".into()
		}),
	];
	for (what, change) in texts {
		cases.add(what, Check::Manifest, with(change));
	}
	let good = codec::Encode::encode(&manifest());
	let raw = |bytes: &[u8]| of(&raw_trailer(bytes));
	cases.add("no manifest", Check::Manifest, raw(&[]));
	cases.add(
		"a manifest without its last byte",
		Check::Manifest,
		raw(&good[..good.len() - 1]),
	);
	cases.add(
		"a byte after the manifest",
		Check::Manifest,
		raw(&[&good[..], &[0]].concat()),
	);
	let mut long_form = good.clone();
	long_form.splice(0..1, [good[0] | 1, 0]);
	cases.add(
		"a length in more bytes than it needs",
		Check::Manifest,
		raw(&long_form),
	);
	let mut utf8 = good.clone();
	utf8[1] = 0xff;
	cases.add("a name that is not UTF-8", Check::Manifest, raw(&utf8));
	// Name, media type, length and patient come before the author.
	let details = details();
	let role = 1 + details.name.len() + 1 + details.media_type.len() + 8 + 16;
	assert_eq!(good[role..][..5], [1, 7, 0, 0, 0]);
	let mut other = good.clone();
	other[role] = 2;
	cases.add("an unknown role", Check::Manifest, raw(&other));
	let amends = good.len() - 9;
	let mut other = good.clone();
	other[amends] = 2;
	cases.add(
		"neither an amended record nor none",
		Check::Manifest,
		raw(&other),
	);
	// 366, as a negative place that counts from the end, would find the manifest.
	for len in [0, good.len() - 1, good.len() + 1, 366, 0xffff] {
		let mut trailer = trailer(manifest());
		let at = trailer.len() - 2;
		trailer[at..].copy_from_slice(&(len as u16).to_le_bytes());
		let what = format!("{len} as the manifest's length, which is {}", good.len());
		cases.add(&what, Check::Manifest, of(&trailer));
	}
	for len in [0, 1, 65] {
		let what = format!("{len} bytes after the document");
		cases.add(&what, Check::Manifest, of(&vec![0; len]));
	}
}

fn paddings(cases: &mut Cases) {
	let trailer = trailer(manifest());
	let right = zeros(PLAIN, &trailer);
	assert!(right.len() > 2, "choose another document");
	for at in [0, right.len() / 2, right.len() - 1] {
		let mut changed = right.clone();
		changed[at] = 1;
		let what = format!("byte {at} of the padding is not zero");
		cases.add(
			&what,
			Check::Padding,
			one(PLAIN.len(), PLAIN, &changed, &trailer),
		);
	}
	for len in [0, right.len() - 1, right.len() + 1, right.len() + 40] {
		let what = format!("padding of {len} bytes, not {}", right.len());
		let envelope = one(PLAIN.len(), PLAIN, &vec![0; len], &trailer);
		cases.add(&what, Check::PaddedSize, envelope);
	}
	for length in [0, PLAIN.len() as u64 - 1, PLAIN.len() as u64 + 1, u64::MAX] {
		let what = format!("a manifest for {length} bytes");
		let manifest = Manifest {
			length,
			..manifest()
		};
		cases.add(&what, Check::DocumentLength, of(&self::trailer(manifest)));
	}
}

fn disagreements(cases: &mut Cases, good: &[u8]) {
	let trailer = trailer(manifest());
	let mut other = PLAIN.to_vec();
	other[0] ^= 1;
	let changed = one(other.len(), &other, &zeros(&other, &trailer), &trailer);
	cases.add("another document", Check::Hash, changed);
	let other = AccountSeed::from_bytes([9; 32]).account();
	type Change<'a> = &'a dyn Fn(&mut Expected);
	let changes: [(&str, Check, Change); 22] = [
		("another hash", Check::Hash, &|e| e.hash[31] ^= 1),
		("another patient", Check::Patient, &|e| e.patient[15] ^= 1),
		("another provider", Check::Author, &|e| {
			e.author = Author::Provider(8)
		}),
		("the patient as author", Check::Author, &|e| {
			e.author = Author::Patient
		}),
		("another region", Check::Region, &|e| e.region = 2001),
		("another genesis", Check::Genesis, &|e| e.genesis[0] ^= 1),
		(
			"a record that this one does not amend",
			Check::Amends,
			&|e| e.amends = Some([0x68; 32]),
		),
		("another account", Check::Account, &|e| {
			e.author_account = Some(other)
		}),
		("no account of a provider", Check::Account, &|e| {
			e.author_account = None
		}),
		("a sealed name that was changed", Check::Name, &|e| {
			e.sealed_name[111] ^= 1
		}),
		("the sealed name of another record", Check::Name, &|e| {
			e.sealed_name = name(&RecordKey::from_bytes([1; 32]), "Blood count, März")
		}),
		("another name", Check::Name, &|e| {
			e.sealed_name = name(&key(), "Blood count")
		}),
		("a name in another form of Unicode", Check::Name, &|e| {
			e.sealed_name = name(&key(), "Blood count, Ma\u{308}rz")
		}),
		(
			"sealed an hour and a millisecond after the record",
			Check::Time,
			&|e| e.added_at = Some(TIME - 3_600_001),
		),
		("a record of 1970", Check::Time, &|e| e.added_at = Some(0)),
		// The first fault counts.
		("another hash and another patient", Check::Hash, &|e| {
			e.hash[0] ^= 1;
			e.patient[0] ^= 1;
		}),
		("another patient and another author", Check::Patient, &|e| {
			e.patient[0] ^= 1;
			e.author = Author::Provider(8);
		}),
		("another author and another region", Check::Author, &|e| {
			e.author = Author::Provider(8);
			e.region = 1;
		}),
		("another region and another genesis", Check::Region, &|e| {
			e.region = 1;
			e.genesis[0] ^= 1;
		}),
		(
			"another genesis and another amended record",
			Check::Genesis,
			&|e| {
				e.genesis[0] ^= 1;
				e.amends = Some([0x68; 32]);
			},
		),
		("another account and another name", Check::Account, &|e| {
			e.author_account = Some(other);
			e.sealed_name[0] ^= 1;
		}),
		("another name and time", Check::Name, &|e| {
			e.sealed_name[0] ^= 1;
			e.added_at = Some(0);
		}),
	];
	for (what, check, change) in changes {
		cases.expecting(what, check, good.to_vec(), change);
	}
	amendments(cases);
	patients(cases);
}

fn amendments(cases: &mut Cases) {
	let manifest = Manifest {
		amends: Some([0x68; 32]),
		..manifest()
	};
	let envelope = of(&trailer(manifest));
	cases.add(
		"amends a record, and the chain says none",
		Check::Amends,
		envelope.clone(),
	);
	cases.expecting("amends another record", Check::Amends, envelope, |e| {
		e.amends = Some([0x69; 32])
	});
}

pub(super) fn name(key: &RecordKey, name: &str) -> SealedName {
	seal_text(key, &[0x49; IV_LEN], &padded(name))
}

/// Documents whose author is the patient.
fn patients(cases: &mut Cases) {
	let by_patient = |change: &dyn Fn(&mut Manifest)| {
		let mut manifest = by_patient().with_length(PLAIN.len() as u64);
		change(&mut manifest);
		of(&trailer(manifest))
	};
	let expect = |e: &mut Expected| {
		e.patient = super::by_patient().patient;
		e.author = Author::Patient;
	};
	let other = AccountSeed::from_bytes([9; 32]).account();
	cases.expecting(
		"a provider as author",
		Check::Author,
		by_patient(&|_| {}),
		|e| {
			expect(e);
			e.author = Author::Provider(0);
		},
	);
	cases.expecting(
		"another founding account",
		Check::PatientProof,
		by_patient(&|m| {
			m.author = ManifestAuthor::Patient {
				founding_account: other,
				commitment: [0x63; 32],
			}
		}),
		expect,
	);
	cases.expecting(
		"another commitment",
		Check::PatientProof,
		by_patient(&|m| {
			m.author = ManifestAuthor::Patient {
				founding_account: author().account(),
				commitment: [0x62; 32],
			}
		}),
		expect,
	);
	let later = by_patient(&|m| m.author_account = other);
	cases.expecting(
		"another account than the founding one",
		Check::Account,
		later.clone(),
		|e| {
			expect(e);
			e.author_account = None;
		},
	);
	cases.expecting(
		"another account than the patient's",
		Check::Account,
		later,
		expect,
	);
	// The first fault counts.
	let unproven = by_patient(&|m| {
		m.author_account = other;
		m.author = ManifestAuthor::Patient {
			founding_account: author().account(),
			commitment: [0x62; 32],
		}
	});
	cases.expecting(
		"another commitment and another account",
		Check::PatientProof,
		unproven.clone(),
		expect,
	);
	cases.expecting(
		"another amended record and another commitment",
		Check::Amends,
		unproven,
		|e| {
			expect(e);
			e.amends = Some([0x68; 32]);
		},
	);
}

fn signatures(cases: &mut Cases) {
	let message = manifest_message(&manifest(), &Sha256::digest(PLAIN).into());
	let hash = message.split("SHA-256: ").nth(1).unwrap();
	let digest = hex::decode(hash.strip_suffix("</Bytes>").unwrap()).unwrap();
	let bare = message
		.strip_prefix("<Bytes>")
		.and_then(|message| message.strip_suffix("</Bytes>"))
		.unwrap();
	let own = Steady(author());
	let by_other = signed(
		manifest(),
		&Steady(AccountSeed::from_bytes([9; 32])),
		message.as_bytes(),
	);
	cases.add("signed by another account", Check::Signature, of(&by_other));
	for (what, bytes) in [
		("a signature over the bare hash", &digest[..]),
		("a signature without <Bytes>", bare.as_bytes()),
		("a signature over the hash in hex", hash.as_bytes()),
	] {
		cases.add(what, Check::Signature, of(&signed(manifest(), &own, bytes)));
	}
	// A signature of this manifest and another document, and the other way round.
	let other = manifest_message(&manifest(), &[0; 32]);
	let trailer = signed(manifest(), &own, other.as_bytes());
	cases.add(
		"a signature over another document",
		Check::Signature,
		of(&trailer),
	);
	let earlier = Manifest {
		time: TIME - 1,
		..manifest()
	};
	let other = manifest_message(&earlier, &Sha256::digest(PLAIN).into());
	let trailer = signed(manifest(), &own, other.as_bytes());
	cases.add(
		"a signature over another manifest",
		Check::Signature,
		of(&trailer),
	);
	for byte in [0, 0xff] {
		let mut trailer = self::trailer(manifest());
		let at = trailer.len() - 66;
		trailer[at..at + 64].fill(byte);
		cases.add("no signature", Check::Signature, of(&trailer));
	}
	let mut trailer = self::trailer(manifest());
	let at = trailer.len() - 66;
	let signature: &mut [u8] = &mut trailer[at..at + 64];
	signature[63] &= 0x7f;
	let scalar = signature[32..].to_vec();
	cases.add(
		"a signature without the mark of sr25519",
		Check::Signature,
		of(&trailer),
	);
	// The same scalar, with the group's order added.
	let order =
		hex_literal::hex!("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	let mut carry = 0;
	for (place, (a, b)) in scalar.iter().zip(order).enumerate() {
		let sum = u16::from(*a) + u16::from(b) + carry;
		trailer[at + 32 + place] = sum as u8;
		carry = sum >> 8;
	}
	trailer[at + 63] |= 0x80;
	cases.add(
		"a signature whose scalar is not reduced",
		Check::Signature,
		of(&trailer),
	);
}

/// A part of a long envelope.
#[derive(Clone, Copy)]
enum Piece {
	Header,
	Segment(usize),
	/// Of an envelope of the same document and key with another nonce.
	Other(usize),
}

#[test]
fn long_envelopes_are_refused_as_the_vectors_say() {
	use Piece::*;
	const LEN: usize = 2_090_000;
	const OTHER: [u8; NONCE_LEN] = [0x4f; NONCE_LEN];
	let plain: Vec<_> = (0..LEN).map(|at| (at % 251) as u8).collect();
	let (envelope, sealed) = sealed_with_nonce(&plain, &NONCE);
	let (other, _) = sealed_with_nonce(&plain, &OTHER);
	let expect = expected(sealed.hash);
	let refusal = |envelope: &[u8]| {
		let error = open(envelope, std::io::sink(), &key(), &expect).unwrap_err();
		let segment = match error {
			OpenError::Damaged { segment } => Some(segment),
			_ => None,
		};
		(error.check().unwrap(), segment)
	};
	let (mine, theirs) = (segments(&envelope), segments(&other));
	let orders: [(&str, &[Piece], Check, Option<u64>); 15] = [
		(
			"segments 0 and 1 swapped",
			&[Header, Segment(1), Segment(0), Segment(2)],
			Check::Tag,
			Some(0),
		),
		(
			"segments 1 and 2 swapped",
			&[Header, Segment(0), Segment(2), Segment(1)],
			Check::Tag,
			Some(1),
		),
		(
			"leaves 0 and 1 swapped",
			&[Segment(1), Header, Segment(0), Segment(2)],
			Check::Magic,
			None,
		),
		(
			"segment 0 twice",
			&[Header, Segment(0), Segment(0), Segment(1), Segment(2)],
			Check::Tag,
			Some(1),
		),
		(
			"leaf 0 twice",
			&[
				Header,
				Segment(0),
				Header,
				Segment(0),
				Segment(1),
				Segment(2),
			],
			Check::Tag,
			Some(1),
		),
		(
			"segment 1 twice",
			&[Header, Segment(0), Segment(1), Segment(1), Segment(2)],
			Check::Tag,
			Some(2),
		),
		(
			"segment 2 twice",
			&[Header, Segment(0), Segment(1), Segment(2), Segment(2)],
			Check::Tag,
			Some(2),
		),
		(
			"no header",
			&[Segment(0), Segment(1), Segment(2)],
			Check::Magic,
			None,
		),
		("no segment", &[Header], Check::SegmentLength, None),
		(
			"no segment 0",
			&[Header, Segment(1), Segment(2)],
			Check::Tag,
			Some(0),
		),
		(
			"no segment 1",
			&[Header, Segment(0), Segment(2)],
			Check::Tag,
			Some(1),
		),
		(
			"no segment 2",
			&[Header, Segment(0), Segment(1)],
			Check::Tag,
			Some(1),
		),
		(
			"another envelope's segment 0",
			&[Header, Other(0), Segment(1), Segment(2)],
			Check::Tag,
			Some(0),
		),
		(
			"another envelope's segment 1",
			&[Header, Segment(0), Other(1), Segment(2)],
			Check::Tag,
			Some(1),
		),
		(
			"another envelope's segment 2",
			&[Header, Segment(0), Segment(1), Other(2)],
			Check::Tag,
			Some(2),
		),
	];
	let mut cases = Vec::new();
	for (what, order, check, segment) in orders {
		let bytes: Vec<_> = order
			.iter()
			.flat_map(|part| match part {
				Header => &envelope[..HEADER_LEN],
				Segment(number) => mine[*number],
				Other(number) => theirs[*number],
			})
			.copied()
			.collect();
		assert_eq!(refusal(&bytes), (check, segment), "{what}");
		let parts: Value = order
			.iter()
			.map(|part| match part {
				Header => json!("header"),
				Segment(number) => json!({ "segment": number }),
				Other(number) => json!({ "other_segment": number }),
			})
			.collect();
		cases.push(
			json!({ "what": what, "check": check.name(), "segment": segment, "parts": parts }),
		);
	}
	// Bytes cut off at the end, or zeros put there.
	let mut ends = Vec::new();
	for cut in [1, 15, 16, 17, 144, 145, 207, 208, 209, 224, LEAF_LEN + 208] {
		let (check, segment) = refusal(&envelope[..envelope.len() - cut]);
		ends.push(json!({ "cut": cut, "check": check.name(), "segment": segment }));
	}
	for zeros in [1, 16, 64, LEAF_LEN - 208, LEAF_LEN - 207, LEAF_LEN] {
		let (check, segment) = refusal(&[&envelope[..], &vec![0; zeros]].concat());
		ends.push(json!({ "zeros": zeros, "check": check.name(), "segment": segment }));
	}
	// A byte changed in the middle of each leaf.
	for segment in 0..3u64 {
		let at = (segment as usize) * LEAF_LEN + 100;
		let mut changed = envelope.clone();
		changed[at] ^= 1;
		let (check, found) = refusal(&changed);
		assert_eq!((check, found), (Check::Tag, Some(segment)));
		ends.push(json!({ "flipped_byte": at, "check": check.name(), "segment": segment }));
	}
	compare(
		"refused_long_envelopes.json",
		json!({
			"envelope": "that of long_envelope.json",
			"other_nonce": hex::encode(OTHER),
			"orders": cases,
			"ends": ends,
			"forged": forged(),
		}),
	);
}

/// Envelopes of several segments with right tags: bytes in hex, and runs of zeros.
fn forged() -> Value {
	let trailer = trailer(manifest());
	let count = |count: usize| hex::encode((count as u32).to_le_bytes());
	let zeros = |zeros: usize| json!({ "zeros": zeros });
	let last = json!([count(0), hex::encode(&trailer)]);
	let (first, plain) = (FIRST_LEAF_CAPACITY, hex::encode(PLAIN));
	let rest = first - PLAIN.len();
	let cases = [
		(
			"a segment in the middle with two bytes of padding",
			Check::SegmentPadding,
			json!([[count(PLAIN.len()), plain, zeros(rest - 1)], last]),
		),
		(
			"a segment in the middle with 16 bytes of padding",
			Check::SegmentPadding,
			json!([[count(PLAIN.len()), plain, zeros(rest - 15)], last]),
		),
		(
			"a segment in the middle that is not full",
			Check::Tag,
			json!([[count(PLAIN.len()), plain, zeros(1000)], last]),
		),
		(
			"a segment of a block more than its most",
			Check::Tag,
			json!([[count(1), zeros(first + 16)]]),
		),
		(
			"document bytes after the document's end",
			Check::Count,
			json!([[count(1), zeros(first)], [count(1), "78"]]),
		),
		(
			"padding that is not zero at its start",
			Check::Padding,
			json!([[count(PLAIN.len()), plain, "01", zeros(rest - 1)], last]),
		),
		(
			"padding that is not zero at its end",
			Check::Padding,
			json!([
				[count(PLAIN.len()), plain, zeros(rest)],
				[count(0), "01", hex::encode(&trailer)]
			]),
		),
		(
			"more padding than Padmé",
			Check::PaddedSize,
			json!([[count(PLAIN.len()), plain, zeros(rest)], last]),
		),
		(
			"two full leaves of document",
			Check::Manifest,
			json!([
				[count(first), zeros(first)],
				[count(LEAF_CAPACITY), zeros(LEAF_CAPACITY)]
			]),
		),
	];
	cases
		.map(|(what, check, segments)| {
			let plaintexts: Vec<_> = segments.as_array().unwrap().iter().map(bytes_of).collect();
			let marked: Vec<_> = plaintexts
				.iter()
				.enumerate()
				.map(|(number, plaintext)| (&plaintext[..], number == plaintexts.len() - 1))
				.collect();
			let error = open(&forge(&marked)[..], std::io::sink(), &key(), &expect()).unwrap_err();
			assert_eq!(error.check(), Some(check), "{what}");
			json!({ "what": what, "check": check.name(), "plaintexts": segments })
		})
		.into_iter()
		.collect()
}

/// Bytes in hex, and runs of zeros.
fn bytes_of(runs: &Value) -> Vec<u8> {
	let bytes = |run: &Value| match run.as_str() {
		Some(text) => hex::decode(text).unwrap(),
		None => vec![0; run["zeros"].as_u64().unwrap() as usize],
	};
	runs.as_array().unwrap().iter().flat_map(bytes).collect()
}

#[test]
fn sealed_names_are_refused_as_the_vectors_say() {
	let good = seal_text(&key(), &[0x49; IV_LEN], &padded("Blood count"));
	let mut cases = Vec::new();
	let mut case = |what: &str, check: Check, sealed: &[u8]| {
		let found = open_name(&key(), sealed).unwrap_err().check();
		assert_eq!(found, check, "{what}");
		cases.push(
			json!({ "what": what, "check": check.name(), "sealed_name": hex::encode(sealed) }),
		);
	};
	case("nothing", Check::SealedNameLength, &[]);
	case("a byte too few", Check::SealedNameLength, &good[..111]);
	case(
		"a byte too many",
		Check::SealedNameLength,
		&[&good[..], &[0]].concat(),
	);
	for (what, at) in [
		("another IV", 0),
		("another text", 16),
		("another tag", 111),
	] {
		let mut changed = good;
		changed[at] ^= 1;
		case(what, Check::SealedNameTag, &changed);
	}
	let other = seal_text(
		&RecordKey::from_bytes([1; 32]),
		&[0x49; IV_LEN],
		&padded("x"),
	);
	case("another record's key", Check::SealedNameTag, &other);
	let mut text = |what: &str, check: Check, start: &[u8], end: &[u8]| {
		let mut text = [0; 64];
		text[..start.len()].copy_from_slice(start);
		text[64 - end.len()..].copy_from_slice(end);
		case(what, check, &seal_text(&key(), &[0x49; IV_LEN], &text));
	};
	text("padding of zero", Check::SealedNamePadding, b"\x01x", b"\0");
	text(
		"two bytes of padding",
		Check::SealedNamePadding,
		b"\x01x",
		b"\x02\x02",
	);
	text(
		"wrong PKCS#7",
		Check::SealedNamePadding,
		b"\x01x",
		b"\x01\x02",
	);
	text(
		"a block of padding",
		Check::SealedNamePadding,
		b"\x01x",
		&[16; 16],
	);
	text(
		"17 bytes of padding",
		Check::SealedNamePadding,
		b"\x01x",
		&[17; 17],
	);
	let bad: [(&str, &[u8]); 9] = [
		("no name", b"\0"),
		("a name of 63 bytes", &[63; 63]),
		("a length of 255", b"\xffx"),
		("a byte after the name", b"\x01xy"),
		("a zero in the name", b"\x02x\0"),
		("a name that is not UTF-8", b"\x02\xc3\x28"),
		(
			"a character of which a byte lies after the name",
			b"\x01\xc3\xa4",
		),
		("an escape in the name", b"\x05\x1b[2Jx"),
		("a direction mark in the name", b"\x04a\xe2\x80\xae"),
	];
	for (what, start) in bad {
		text(what, Check::SealedNameText, start, b"\x01");
	}
	compare(
		"refused_sealed_names.json",
		json!({ "record_key": hex::encode(key().as_bytes()), "cases": cases }),
	);
}

#[test]
fn wrapped_keys_are_refused_as_the_vectors_say() {
	let (private, binding) = (vectors::private(), vectors::binding());
	let (spki, label) = (
		private.public_spki_der(),
		binding.label(&private.public_spki_der()),
	);
	let wrapped =
		|bytes: &[u8], label: &str| wrap_bytes(&spki, bytes, label, &mut Counter(1)).unwrap();
	let good = wrapped(key().as_bytes(), &label);
	assert!(private.unwrap(&good, &binding).is_ok());
	let mut cases = Vec::new();
	let mut case = |what: &str, check: Check, wrapped: &[u8]| {
		let found = private.unwrap(wrapped, &binding).unwrap_err().check();
		assert_eq!(found, Some(check), "{what}");
		cases.push(
			json!({ "what": what, "check": check.name(), "wrapped_key": hex::encode(wrapped) }),
		);
	};
	case("nothing", Check::WrappedKeyLength, &[]);
	case("a byte too few", Check::WrappedKeyLength, &good[1..]);
	case(
		"a zero before it",
		Check::WrappedKeyLength,
		&[&[0], &good[..]].concat(),
	);
	let mut changed = good.clone();
	changed[100] ^= 1;
	case("a changed byte", Check::WrappedKey, &changed);
	case("zeros", Check::WrappedKey, &vec![0; good.len()]);
	let end = spki.len() - 5;
	case(
		"the modulus",
		Check::WrappedKey,
		&spki[end - good.len()..end],
	);
	case(
		"more than the modulus",
		Check::WrappedKey,
		&vec![0xff; good.len()],
	);
	for (what, len) in [("no byte", 0), ("31 bytes", 31), ("33 bytes", 33)] {
		case(what, Check::WrappedKey, &wrapped(&vec![1; len], &label));
	}
	let other = |change: &dyn Fn(&mut WrapBinding)| {
		let mut other = binding.clone();
		change(&mut other);
		wrapped(key().as_bytes(), &other.label(&spki))
	};
	case(
		"without label",
		Check::WrappedKey,
		&wrapped(key().as_bytes(), ""),
	);
	let upper = label.to_uppercase();
	case(
		"a label in upper case",
		Check::WrappedKey,
		&wrapped(key().as_bytes(), &upper),
	);
	case(
		"for another chain",
		Check::WrappedKey,
		&other(&|b| b.genesis[0] ^= 1),
	);
	case(
		"for another patient",
		Check::WrappedKey,
		&other(&|b| b.patient[0] ^= 1),
	);
	case(
		"for another provider",
		Check::WrappedKey,
		&other(&|b| b.author = Author::Provider(8)),
	);
	case(
		"for the patient's own",
		Check::WrappedKey,
		&other(&|b| b.author = Author::Patient),
	);
	case(
		"for another record",
		Check::WrappedKey,
		&other(&|b| b.hash[0] ^= 1),
	);
	let label = binding.label(b"another key");
	case(
		"for another key",
		Check::WrappedKey,
		&wrapped(key().as_bytes(), &label),
	);
	compare(
		"refused_wrapped_keys.json",
		json!({ "like": "wrapped_key.json", "cases": cases, "public_keys": public_keys(&spki) }),
	);
}

fn public_keys(good: &[u8]) -> Vec<Value> {
	let last = good.len() - 1;
	let changed = |at: usize, bit: u8| {
		let mut changed = good.to_vec();
		changed[at] ^= bit;
		changed
	};
	let oid = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
	let oid = good.windows(9).position(|bytes| bytes == oid).unwrap();
	let cases = [
		("nothing", vec![]),
		("a byte too few", good[..last].to_vec()),
		("a byte too many", [good, &[0]].concat()),
		("a key for RSASSA-PSS", changed(oid + 8, 0x01 ^ 0x0a)),
		("the exponent 65539", changed(last, 2)),
		("an even modulus", changed(last - 5, 1)),
		("a modulus of 1024 bits", wraps::small_key()),
		("PEM", b"-----BEGIN PUBLIC KEY-----".to_vec()),
	];
	let cases = cases.map(|(what, spki)| (what.to_owned(), spki));
	let shown = cases
		.into_iter()
		.chain(keys::odd_public_keys(good))
		.map(|(what, spki)| {
			let found = wrap(&spki, &key(), &vectors::binding())
				.unwrap_err()
				.check();
			assert_eq!(found, Some(Check::PublicKey), "{what}");
			json!({ "what": what, "check": "public-key", "spki": hex::encode(spki) })
		});
	shown.collect()
}

/// By another program, with a right MAC: the work factor is `2x`.
const ODD_FACTOR: &str =
	"6167652d656e6372797074696f6e2e6f72672f76310a2d3e207363727970742063334e7a63334e7a63334e7a63\
	 334e7a63334e7a63772032780a4a4a544e75386979316e4730647750584a5a6c786353356d4d53315231783767\
	 3546737a6748634a5878590a2d2d2d2067417962316c396d2b6c317458426854355335504f58474c63754a7a77\
	 6457717a515476794f447144694d0a6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6eb8da4d24907479d5c8c2d874460e\
	 d88e83b9";

/// By another program, as no reader's library chooses file key and nonce: header and nonce of
/// files whose ciphertext is zeros, so that they hold no JSON.
const ZEROS_START: &str =
	"6167652d656e6372797074696f6e2e6f72672f76310a2d3e207363727970742063334e7a63334e7a63334e7a63\
	 334e7a63334e7a637720320a542f366b303666637578335846574b33517638554657437066346b6c646a68776f\
	 4c534b4a5a55384c354d0a2d2d2d20614a42503231386b734c33726b78434954596c6958476a4f554132423659\
	 3438376f6733617047356d36770a6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e";

/// The bytes of a chunk, and its tag.
type Chunk = (usize, &'static str);

const FIRST_CHUNK: Chunk = (65_536, "657a4c6d4a7b58c4f58d2e87e9574d4f");
const ONLY_CHUNK: Chunk = (65_536, "53b816dee8e792fe1be5109eb1e57b52");
const SECOND_CHUNK: Chunk = (1, "e0dfc8ed454ff452c3610d6a293c0eac");
const EMPTY_CHUNK: Chunk = (0, "ff831e004252d6589a1bb6ae4e4185b3");
/// Marked last, with the number 0.
const SHORT_CHUNK: Chunk = (1, "dffbc1786a01da84093cf47857b32a4e");

/// age chooses its own randomness, so that the files differ each time they are written.
#[test]
fn key_files_are_refused_as_the_vectors_say() {
	const PASSPHRASE: &str = "a passphrase for vectors only";
	let seed = "61".repeat(32);
	let salt = "73".repeat(32);
	let good = format!(
		r#"{{"version":1,"account_seed":"{seed}","keys":[],"names":[{{"name":"x","salt":"{salt}"}}]}}"#
	);
	let with = |from: &str, to: &str| good.replacen(from, to, 1);
	// The halves of the key do not fit.
	let mut odd = vectors::private().to_pkcs8_der().to_vec();
	let at = odd.len() - 200;
	odd[at] ^= 2;
	let odd = format!(r#"[{{"version":0,"pkcs8":"{}"}}]"#, hex::encode(odd));
	use Check::KeyFileContent as Content;
	let contents = [
		("nothing", Content, String::new()),
		("a list", Content, "[]".into()),
		("a list with a version", Content, "[2]".into()),
		("half an object", Content, "{".into()),
		("a byte-order mark", Content, format!("\u{feff}{good}")),
		("text after the object", Content, format!("{good} x")),
		("a comma after the last field", Content, with("}]}", "}],}")),
		("an unknown field", Content, with("[]", "[],\"more\":1")),
		(
			"an unknown field of a name",
			Content,
			with("\"x\"", "\"x\",\"more\":1"),
		),
		(
			"an unknown field of a key",
			Content,
			with("[]", r#"[{"version":0,"pkcs8":"","more":1}]"#),
		),
		(
			"a name twice",
			Content,
			with("\"name\"", "\"name\":\"x\",\"name\""),
		),
		("a version twice", Content, with("1,", "1,\"version\":1,")),
		("no version", Content, with("\"version\":1,", "")),
		("no name", Content, with("\"name\":\"x\",", "")),
		(
			"no salt",
			Content,
			with(&format!(",\"salt\":\"{salt}\""), ""),
		),
		(
			"no names",
			Content,
			with("\"names\":", "\"keys\":").replacen("\"keys\":[],", "", 1),
		),
		("version 1.0", Content, with(":1,", ":1.0,")),
		("version 1e0", Content, with(":1,", ":1e0,")),
		("version 01", Content, with(":1,", ":01,")),
		("version -1", Content, with(":1,", ":-1,")),
		("version 2^32 + 1", Content, with(":1,", ":4294967297,")),
		("a version as text", Content, with(":1,", ":\"1\",")),
		(
			"version 2 twice",
			Content,
			r#"{"version":2,"version":2}"#.into(),
		),
		("a number as name", Content, with("\"x\"", "7")),
		("NaN as keys", Content, with("[]", "NaN")),
		("null as keys", Content, with("[]", "null")),
		("an object as keys", Content, with("[]", "{}")),
		(
			"an object as names",
			Content,
			with(&format!(r#"[{{"name":"x","salt":"{salt}"}}]"#), "{}"),
		),
		(
			"null as salt",
			Content,
			with(&format!("\"{salt}\""), "null"),
		),
		(
			"a text among the names",
			Content,
			with("\"names\":[", "\"names\":[\"x\","),
		),
		(
			"a list in place of a name with its salt",
			Content,
			with(
				&format!(r#"{{"name":"x","salt":"{salt}"}}"#),
				&format!(r#"["x","{salt}"]"#),
			),
		),
		(
			"a list in place of a key with its version",
			Content,
			with("[]", r#"[[0,"00"]]"#),
		),
		(
			"a key of version -1",
			Content,
			with("[]", r#"[{"version":-1,"pkcs8":"00"}]"#),
		),
		(
			"a key of version 2^32",
			Content,
			with("[]", r#"[{"version":4294967296,"pkcs8":"00"}]"#),
		),
		(
			"half a surrogate pair as name",
			Content,
			with("\"x\"", "\"\\ud800\""),
		),
		("a seed that is not hex", Content, with("61", "6g")),
		("a seed of 31 bytes", Content, with("61", "")),
		("a salt of one byte", Content, with(&salt, "00")),
		("a salt that is not hex", Content, with("73", "7g")),
		(
			"a key without its private key",
			Content,
			with("[]", r#"[{"version":0}]"#),
		),
		(
			"a private key that is not hex",
			Content,
			with("[]", r#"[{"version":0,"pkcs8":"zz"}]"#),
		),
		(
			"half a byte of a private key",
			Content,
			with("[]", r#"[{"version":0,"pkcs8":"000"}]"#),
		),
		(
			"version 2",
			Check::KeyFileVersion,
			r#"{"version":2,"vault":[]}"#.into(),
		),
		(
			"no private key, and a salt of one byte",
			Content,
			with("[]", r#"[{"version":0,"pkcs8":"00"}]"#).replace(&salt, "00"),
		),
		(
			"no private key",
			Check::KeyFilePrivateKey,
			with("[]", r#"[{"version":0,"pkcs8":"00"}]"#),
		),
		(
			"no digit of a private key",
			Check::KeyFilePrivateKey,
			with("[]", r#"[{"version":0,"pkcs8":""}]"#),
		),
		(
			"a private key of other halves",
			Check::KeyFilePrivateKey,
			with("[]", &odd),
		),
	];
	let refused = |file: &[u8]| Secrets::decrypt(file, PASSPHRASE).unwrap_err().check();
	let mut fresh = Vec::new();
	for (what, check, content) in contents {
		let file = keyfiles::file_of(&content, PASSPHRASE);
		fresh.push((what.to_owned(), check, Some(content), file));
	}
	let file = keyfiles::file_of(&good, PASSPHRASE);
	assert!(Secrets::decrypt(&file[..], PASSPHRASE).is_ok());
	let factor = format!(" {}\n", keyfiles::QUICK);
	let place = String::from_utf8_lossy(&file).find(&factor).unwrap();
	let (high, odd) = (Check::KeyFileWorkFactor, Check::KeyFileDamaged);
	for (factor, check) in [
		("19", high),
		("20", high),
		("64", high),
		("255", high),
		("256", odd),
		("0", odd),
		("02", odd),
		("+2", odd),
		("", odd),
		("2 2", odd),
	] {
		let text = format!(" {factor}\n");
		let changed = [&file[..place], text.as_bytes(), &file[place + 3..]].concat();
		fresh.push((format!("work factor {factor}"), check, None, changed));
	}
	fresh.push((
		"work factor 2x, with a right MAC".into(),
		Check::KeyFileDamaged,
		None,
		hex::decode(ODD_FACTOR).unwrap(),
	));
	let line = |at: usize| file[..at].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
	let after = file.windows(4).position(|w| w == b"\n---").unwrap() + 1;
	let stanza = &file[line(place)..after];
	let with_stanza = |more: &[u8]| [&file[..after], more, &file[after..]].concat();
	// The next digit of base64, where the last bit is not used.
	let next_at = |at: usize| {
		let mut changed = file.clone();
		changed[at] += 1;
		changed
	};
	for (what, check, changed) in [
		("a recipient twice", odd, with_stanza(stanza)),
		("a recipient more", odd, with_stanza(b"-> other\nAAAA\n")),
		(
			"another recipient before it",
			Check::KeyFileFormat,
			[&file[..22], b"-> other\nAAAA\n", &file[22..]].concat(),
		),
		(
			"half a header, not of a passphrase",
			Check::KeyFileFormat,
			b"age-encryption.org/v1\n-> X25519 AAAA".to_vec(),
		),
		(
			"lines that end in CR LF",
			Check::KeyFileFormat,
			String::from_utf8_lossy(&file)
				.replace('\n', "\r\n")
				.into_bytes(),
		),
		(
			"armored",
			Check::KeyFileFormat,
			b"-----BEGIN AGE ENCRYPTED FILE-----\n".to_vec(),
		),
		(
			"a salt of 15 bytes",
			odd,
			[&file[..32], &file[34..]].concat(),
		),
		(
			"base64 with padding",
			odd,
			[&file[..54], b"==", &file[54..]].concat(),
		),
		("base64 with bits left over", odd, next_at(53)),
		("a MAC with bits left over", odd, next_at(after + 46)),
	] {
		fresh.push((what.into(), check, None, changed));
	}
	let other = keyfiles::file_of(&good, "another passphrase");
	fresh.push((
		"another passphrase".into(),
		Check::KeyFilePassphrase,
		None,
		other,
	));
	let header = file.windows(4).position(|bytes| bytes == b"\n---").unwrap();
	for (what, len) in [
		("a header without its MAC", header + 4),
		("half a header", header / 2),
		("a byte too few", file.len() - 1),
	] {
		let cut = file[..len].to_vec();
		fresh.push((what.into(), Check::KeyFileDamaged, None, cut));
	}
	let mut mac = file.clone();
	mac[header + 5] ^= 1;
	fresh.push((
		"another MAC of the header".into(),
		Check::KeyFileDamaged,
		None,
		mac,
	));
	let mut other = file.clone();
	other[20] = b'2';
	fresh.push((
		"another version of age".into(),
		Check::KeyFileFormat,
		None,
		other,
	));
	fresh.push(("no byte".into(), Check::KeyFileFormat, None, vec![]));
	let recipient = age::x25519::Identity::generate().to_public();
	let to_key = age::encrypt(&recipient, good.as_bytes()).unwrap();
	fresh.push((
		"for a key, without a passphrase".into(),
		Check::KeyFileFormat,
		None,
		to_key,
	));
	let long = [&file[..], b"x"].concat();
	fresh.push(("a byte too many".into(), Check::KeyFileDamaged, None, long));
	fresh.push((
		"JSON alone".into(),
		Check::KeyFileFormat,
		None,
		good.into_bytes(),
	));
	let cases: Vec<_> = fresh
		.iter()
		.map(|(what, check, content, file)| {
			assert_eq!(refused(file), Some(*check), "{what}");
			json!({
				"what": what,
				"check": check.name(),
				"content": content,
				"file": hex::encode(file),
			})
		})
		.collect();
	let behind = |len: usize| json!([hex::encode(&file), { "zeros": len - file.len() }]);
	let chunks = |chunks: &[Chunk]| {
		let runs = chunks
			.iter()
			.flat_map(|(len, tag)| [json!({ "zeros": len }), json!(tag)]);
		std::iter::once(json!(ZEROS_START)).chain(runs).collect()
	};
	let long: Vec<_> = [
		("zeros up to 1 MiB", odd, behind(1 << 20)),
		(
			"zeros up to 1 MiB and a byte",
			Check::KeyFileSize,
			behind((1 << 20) + 1),
		),
		(
			"a full chunk that is the only one",
			Content,
			chunks(&[ONLY_CHUNK]),
		),
		("two chunks", Content, chunks(&[FIRST_CHUNK, SECOND_CHUNK])),
		(
			"a first chunk without the last",
			odd,
			chunks(&[FIRST_CHUNK]),
		),
		(
			"an empty last chunk",
			odd,
			chunks(&[FIRST_CHUNK, EMPTY_CHUNK]),
		),
		(
			"a chunk after the last",
			odd,
			chunks(&[ONLY_CHUNK, SECOND_CHUNK]),
		),
		(
			"two chunks with the number 0",
			odd,
			chunks(&[FIRST_CHUNK, SHORT_CHUNK]),
		),
	]
	.into_iter()
	.map(|(what, check, file)| {
		assert_eq!(refused(&bytes_of(&file)), Some(check), "{what}");
		json!({ "what": what, "check": check.name(), "file": file })
	})
	.collect();
	let vector = json!({
		"passphrase": PASSPHRASE,
		"cases": cases,
		"long": long,
	});
	vectors::store("refused_key_files.json", &vector);
	let stored = vectors::stored("refused_key_files.json");
	let stored_long = stored["long"].as_array().unwrap();
	assert_eq!(stored_long.len(), long.len());
	for (case, made) in stored_long.iter().zip(&long) {
		assert_eq!(
			(&case["what"], &case["check"]),
			(&made["what"], &made["check"])
		);
		let found = refused(&bytes_of(&case["file"])).map(Check::name);
		assert_eq!(found, case["check"].as_str(), "{}", case["what"]);
	}
	let stored = stored["cases"].as_array().unwrap();
	assert_eq!(stored.len(), fresh.len());
	for (case, (what, check, content, _)) in stored.iter().zip(&fresh) {
		assert_eq!(case["what"], *what);
		assert_eq!(case["check"], check.name());
		assert_eq!(case["content"].as_str(), content.as_deref());
		let file = hex::decode(case["file"].as_str().unwrap()).unwrap();
		assert_eq!(refused(&file), Some(*check), "{what}");
	}
}

/// Leaves that a reader of parts refuses, as it refuses the segments of a whole envelope.
#[test]
fn the_leaves_of_refused_envelopes_are_refused() {
	let good = of(&trailer(manifest()));
	let reader = LeafReader::new(&good, good.len() as u64, &key()).unwrap();
	assert_eq!(reader.open(0, &good).unwrap().bytes, PLAIN);
	let stored = vectors::stored("refused_envelopes.json");
	for case in stored["cases"].as_array().unwrap() {
		let envelope = hex::decode(case["envelope"].as_str().unwrap()).unwrap();
		let check = case["check"].as_str().unwrap();
		let found = LeafReader::new(&envelope, envelope.len() as u64, &key())
			.and_then(|reader| reader.open(0, &envelope))
			.map_err(|error| error.check().unwrap().name());
		let of_leaves = [
			"magic",
			"version",
			"suite",
			"reserved",
			"segment-length",
			"tag",
			"segment-padding",
			"count",
		];
		match of_leaves.contains(&check) {
			true => assert_eq!(found.err(), Some(check), "{}", case["what"]),
			false => assert!(found.is_ok(), "{}", case["what"]),
		}
	}
}
