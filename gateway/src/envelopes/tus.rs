//! The headers of tus 1.0 (<https://tus.io/protocols/resumable-upload>), with the extensions
//! creation, checksum, expiration and termination.

use axum::http::{header::CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, StatusCode};
use base64::{engine::general_purpose::STANDARD, Engine};
use salus_primitives::Cid;
use sha2::{Digest as _, Sha256};

use crate::http::Failure;

/// The version of the protocol.
pub const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");

/// The version that a client speaks, and the gateway.
pub const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
/// The versions that the gateway speaks.
pub const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
/// The bytes of an envelope.
pub const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// The bytes of an upload that Kubo has.
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// The envelope's CID.
pub const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The hash of a part.
pub const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
/// When an upload is deleted, if no record names its envelope.
pub const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// The token of an upload. It is not of tus.
pub const UPLOAD_TOKEN: HeaderName = HeaderName::from_static("upload-token");
/// Whether Kubo has a pin of all of an envelope. It is not of tus.
pub const UPLOAD_KEPT: HeaderName = HeaderName::from_static("upload-kept");

/// The media type of a part.
const PART: &str = "application/offset+octet-stream";

/// The names of a metadata's values.
const CID: &str = "cid";

/// Refuses a client that speaks another version.
///
/// # Errors
///
/// 412, as tus has it. The answer needs [`TUS_VERSION`].
pub fn check_version(headers: &HeaderMap) -> Result<(), Failure> {
	match only(headers, &TUS_RESUMABLE) {
		Some(version) if version == "1.0.0" => Ok(()),
		_ => Err(Failure::new(
			StatusCode::PRECONDITION_FAILED,
			"the gateway speaks tus 1.0.0: send Tus-Resumable: 1.0.0",
		)),
	}
}

/// What a client says of a new upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's bytes.
	pub size: u64,
}

impl Announced {
	/// Reads the headers of a creation.
	///
	/// # Errors
	///
	/// 400: a header is missing, or malformed.
	pub fn read(headers: &HeaderMap) -> Result<Self, Failure> {
		let size = number(headers, &UPLOAD_LENGTH)?;
		let metadata = only(headers, &UPLOAD_METADATA).unwrap_or_default();
		let cid = metadata_cid(metadata).ok_or_else(|| {
			malformed(
				"Upload-Metadata must have cid: the envelope's CID in base 16 (f0155… or f0170…), as \
				 base 64",
			)
		})?;
		Ok(Self { cid, size })
	}
}

/// The CID in a header with metadata: pairs of a key and a value in base 64, with commas between.
fn metadata_cid(metadata: &str) -> Option<Cid> {
	let mut found = None;
	for pair in metadata.split(',') {
		let mut words = pair.split_ascii_whitespace();
		if words.next() != Some(CID) {
			continue;
		}
		let text = STANDARD.decode(words.next()?).ok()?;
		let digits = std::str::from_utf8(&text).ok()?.strip_prefix('f')?;
		let cid = Cid::from_bytes(&hex::decode(digits).ok()?).ok()?;
		if words.next().is_some() || found.replace(cid).is_some() {
			return None;
		}
	}
	found
}

/// What a client says of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHeaders {
	/// The place of its first byte.
	pub offset: u64,
	/// Its checksum.
	pub checksum: Option<Checksum>,
}

impl PartHeaders {
	/// Reads the headers of a part.
	///
	/// # Errors
	///
	/// 400: a header is missing, or malformed. 415: the content's type is another one.
	pub fn read(headers: &HeaderMap) -> Result<Self, Failure> {
		if only(headers, &CONTENT_TYPE) != Some(PART) {
			return Err(Failure::new(
				StatusCode::UNSUPPORTED_MEDIA_TYPE,
				format!("the Content-Type of a part is {PART}"),
			));
		}
		let checksum = match headers.get(&UPLOAD_CHECKSUM) {
			None => None,
			Some(_) => {
				let text = only(headers, &UPLOAD_CHECKSUM).unwrap_or_default();
				let checksum = Checksum::read(text).ok_or_else(|| {
					malformed("Upload-Checksum must be sha256 or sha1, and the hash as base 64")
				})?;
				Some(checksum)
			}
		};
		Ok(Self {
			offset: number(headers, &UPLOAD_OFFSET)?,
			checksum,
		})
	}
}

/// What a part's bytes must hash to. tus demands SHA-1; it finds the faults of a line, no forgery.
/// That is the CID's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
	/// SHA-1.
	Sha1([u8; 20]),
	/// SHA-256.
	Sha256([u8; 32]),
}

impl Checksum {
	fn read(text: &str) -> Option<Self> {
		let (algorithm, hash) = text.split_once(' ')?;
		let hash = STANDARD.decode(hash).ok()?;
		match algorithm {
			"sha1" => hash.try_into().ok().map(Self::Sha1),
			"sha256" => hash.try_into().ok().map(Self::Sha256),
			_ => None,
		}
	}

	/// Begins to hash a part.
	pub fn begin(&self) -> Summing {
		match self {
			Self::Sha1(hash) => Summing::Sha1(Box::default(), *hash),
			Self::Sha256(hash) => Summing::Sha256(Box::default(), *hash),
		}
	}
}

/// A checksum in the making.
pub enum Summing {
	/// SHA-1, and what it must be.
	Sha1(Box<sha1::Sha1>, [u8; 20]),
	/// SHA-256, and what it must be.
	Sha256(Box<Sha256>, [u8; 32]),
}

impl Summing {
	/// Takes the next bytes.
	pub fn update(&mut self, bytes: &[u8]) {
		match self {
			Self::Sha1(sum, _) => sha1::Digest::update(&mut **sum, bytes),
			Self::Sha256(sum, _) => sum.update(bytes),
		}
	}

	/// Whether the bytes have the hash.
	pub fn is_right(self) -> bool {
		match self {
			Self::Sha1(sum, hash) => sha1::Digest::finalize(*sum)[..] == hash,
			Self::Sha256(sum, hash) => sum.finalize()[..] == hash,
		}
	}
}

/// A header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
	let mut values = headers.get_all(name).into_iter();
	let value = values.next()?.to_str().ok()?;
	values.next().is_none().then_some(value)
}

/// A number in decimal digits, without a sign.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Failure> {
	let text = only(headers, name).unwrap_or_default();
	let digits = text.bytes().all(|byte| byte.is_ascii_digit());
	let number = digits.then(|| text.parse().ok()).flatten();
	number.ok_or_else(|| malformed(&format!("{name} must be there once, as a whole number")))
}

fn malformed(what: &str) -> Failure {
	Failure::new(StatusCode::BAD_REQUEST, what)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn headers(pairs: &[(&HeaderName, &str)]) -> HeaderMap {
		let mut headers = HeaderMap::new();
		for (name, value) in pairs {
			headers.append((*name).clone(), value.parse().unwrap());
		}
		headers
	}

	fn cid() -> Cid {
		Cid::from_digest(true, [7; 32])
	}

	fn metadata() -> String {
		format!("cid {}", STANDARD.encode(cid().to_string()))
	}

	#[test]
	fn another_version_is_refused() {
		assert_eq!(
			check_version(&headers(&[(&TUS_RESUMABLE, "1.0.0")])),
			Ok(())
		);
		for other in ["0.2.2", "1.0", "2.0.0", ""] {
			let refused = check_version(&headers(&[(&TUS_RESUMABLE, other)])).unwrap_err();
			assert_eq!(refused.0, StatusCode::PRECONDITION_FAILED, "{other}");
		}
		let twice = [(&TUS_RESUMABLE, "1.0.0"), (&TUS_RESUMABLE, "1.0.0")];
		assert!(check_version(&headers(&twice)).is_err());
		assert!(check_version(&HeaderMap::new()).is_err());
	}

	#[test]
	fn an_upload_announces_size_and_cid() {
		let announced = Announced {
			cid: cid(),
			size: 5000,
		};
		let other = format!("filename d29ybGQ=,{},empty", metadata());
		for metadata in [metadata(), other] {
			let good = headers(&[(&UPLOAD_LENGTH, "5000"), (&UPLOAD_METADATA, &metadata)]);
			assert_eq!(Announced::read(&good), Ok(announced.clone()), "{metadata}");
		}
		for length in ["", "-1", "+5", "5.0", "0x5", "18446744073709551616", "5 5"] {
			let bad = headers(&[(&UPLOAD_LENGTH, length), (&UPLOAD_METADATA, &metadata())]);
			assert!(Announced::read(&bad).is_err(), "{length:?}");
		}
		let encoded = |text: &str| format!("cid {}", STANDARD.encode(text));
		let twice = format!("{},{}", metadata(), metadata());
		for metadata in [
			"",
			"cid",
			"cid x",
			"cid !!!!",
			&format!("cid{}", STANDARD.encode(cid().to_string())),
			&format!("CID {}", STANDARD.encode(cid().to_string())),
			&encoded(""),
			&encoded("f"),
			&encoded(&cid().to_string()[1..]),
			&encoded(&format!("{}00", cid())),
			&encoded("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
			&encoded(&cid().to_string().replacen("0170", "0171", 1)),
			&format!("{} more", metadata()),
			&twice,
		] {
			let bad = headers(&[(&UPLOAD_LENGTH, "5000"), (&UPLOAD_METADATA, metadata)]);
			let refused = Announced::read(&bad).unwrap_err();
			assert_eq!(refused.0, StatusCode::BAD_REQUEST, "{metadata}");
		}
	}

	#[test]
	fn a_part_has_its_type_offset_and_a_checksum_that_is_known() {
		let part = |more: &[(&HeaderName, &str)]| {
			let (kind, offset) = (CONTENT_TYPE, UPLOAD_OFFSET);
			let mut all = vec![(&kind, PART), (&offset, "7")];
			all.extend(more);
			PartHeaders::read(&headers(&all))
		};
		assert_eq!(part(&[]).unwrap().checksum, None);
		let sha1 = format!("sha1 {}", STANDARD.encode([1; 20]));
		let sha256 = format!("sha256 {}", STANDARD.encode([2; 32]));
		let checksum = |text: &str| part(&[(&UPLOAD_CHECKSUM, text)]);
		assert_eq!(
			checksum(&sha1).unwrap().checksum,
			Some(Checksum::Sha1([1; 20]))
		);
		let good = checksum(&sha256).unwrap();
		assert_eq!(
			(good.offset, good.checksum),
			(7, Some(Checksum::Sha256([2; 32])))
		);
		for bad in [
			"",
			"sha256",
			"sha256 ",
			"sha256 AA==",
			&sha256.replace("sha256", "sha1"),
			&sha256.replace("sha256", "md5"),
			&sha256.replace("sha256", "SHA256"),
			&sha256.replace(' ', ""),
		] {
			assert_eq!(
				checksum(bad).unwrap_err().0,
				StatusCode::BAD_REQUEST,
				"{bad}"
			);
		}
		assert!(part(&[(&UPLOAD_CHECKSUM, &sha1), (&UPLOAD_CHECKSUM, &sha1)]).is_err());
		let other = headers(&[(&CONTENT_TYPE, "text/plain"), (&UPLOAD_OFFSET, "7")]);
		let refused = PartHeaders::read(&other).unwrap_err();
		assert_eq!(refused.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
		assert!(PartHeaders::read(&headers(&[(&CONTENT_TYPE, PART)])).is_err());
	}

	/// The hashes of "abc", as RFC 3174 and FIPS 180 have them.
	#[test]
	fn a_checksum_that_lies_is_found() {
		let sums = [
			("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
			(
				"sha256",
				"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			),
		];
		for (name, hash) in sums {
			let hash = STANDARD.encode(hex::decode(hash).unwrap());
			let checksum = Checksum::read(&format!("{name} {hash}")).unwrap();
			for (bytes, right) in [("abc", true), ("abd", false), ("", false)] {
				let mut sum = checksum.begin();
				for byte in bytes.as_bytes() {
					sum.update(&[*byte]);
				}
				assert_eq!(sum.is_right(), right, "{name} {bytes}");
			}
		}
	}
}
