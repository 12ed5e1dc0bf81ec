//! The vectors of public and private keys in other forms and sizes.

use serde_json::json;

use super::{
	vectors::{binding, check as compare, private, stored},
	*,
};
use crate::wrap;

/// A value in DER: its tag, its length, its content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
	let len = content.len().to_be_bytes();
	let len = &len[len.iter().position(|byte| *byte != 0).unwrap_or(7)..];
	match content.len() {
		short @ 0..128 => [&[tag, short as u8], content].concat(),
		_ => [&[tag, 0x80 | len.len() as u8], len, content].concat(),
	}
}

/// The tag and the content of the first value in DER, and what follows it.
fn value(from: &[u8]) -> (u8, &[u8], &[u8]) {
	let (more, len) = match from[1] {
		short @ 0..128 => (0, usize::from(short)),
		long => {
			let more = usize::from(long & 0x7f);
			let len = from[2..2 + more].iter();
			(
				more,
				len.fold(0, |len, byte| (len << 8) | usize::from(*byte)),
			)
		}
	};
	let (content, rest) = from[2 + more..].split_at(len);
	(from[0], content, rest)
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const NULL: &[u8] = b"\x05\0";
const EXPONENT: &[u8] = &[1, 0, 1];

fn algorithm() -> Vec<u8> {
	der(SEQUENCE, &[RSA, NULL].concat())
}

fn integers(numbers: &[Vec<u8>]) -> Vec<u8> {
	let numbers = numbers.iter().flat_map(|number| der(INTEGER, number));
	der(SEQUENCE, &numbers.collect::<Vec<_>>())
}

fn spki(algorithm: &[u8], unused: u8, key: &[u8]) -> Vec<u8> {
	let bits = der(3, &[&[unused], key].concat());
	der(SEQUENCE, &[algorithm, &bits].concat())
}

fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
	spki(
		&algorithm(),
		0,
		&integers(&[modulus.into(), exponent.into()]),
	)
}

/// The number whose bits are all one, with the zero before it that DER needs.
fn modulus(bits: usize) -> Vec<u8> {
	let first = [1, 3, 7, 15, 31, 63, 127, 255][(bits + 7) % 8];
	let zero = if first > 127 { &[0][..] } else { &[] };
	[zero, &[first], &vec![0xff; bits.div_ceil(8) - 1][..]].concat()
}

#[test]
fn public_keys_are_accepted_as_the_vectors_say() {
	let cases = [2048, 2049, 3000, 3072, 4095, 4096].map(|bits| {
		let spki = rsa_spki(&modulus(bits), EXPONENT);
		let wrapped = wrap(&spki, &key(), &binding()).unwrap();
		assert_eq!(wrapped.len(), bits.div_ceil(8), "{bits}");
		json!({ "bits": bits, "spki": hex::encode(spki), "wrapped_key_length": wrapped.len() })
	});
	compare("public_keys.json", json!(cases));
}

/// Public keys in other forms and sizes than `good`.
pub fn odd_public_keys(good: &[u8]) -> Vec<(String, Vec<u8>)> {
	let (_, content, _) = value(good);
	let (_, _, bits) = value(content);
	let pkcs1 = &value(bits).1[1..];
	let (_, modulus_der, _) = value(value(pkcs1).1);
	let longer = [&[0], modulus_der].concat();
	let len = content.len().to_be_bytes();
	let elliptic = der(
		SEQUENCE,
		b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
	);
	// The generator of P-256.
	let point = hex_literal::hex!(
		"04 6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
		"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
	);
	let cases = [
		("a modulus of 2047 bits", rsa_spki(&modulus(2047), EXPONENT)),
		("a modulus of 4097 bits", rsa_spki(&modulus(4097), EXPONENT)),
		("the exponent 3", rsa_spki(modulus_der, &[3])),
		(
			"a zero before the exponent",
			rsa_spki(modulus_der, &[0, 1, 0, 1]),
		),
		("a zero before the modulus", rsa_spki(&longer, EXPONENT)),
		("a negative modulus", rsa_spki(&modulus_der[1..], EXPONENT)),
		("no parameters", spki(&der(SEQUENCE, RSA), 0, pkcs1)),
		("bits that are not used", spki(&algorithm(), 1, pkcs1)),
		(
			"a number after the exponent",
			spki(
				&algorithm(),
				0,
				&der(SEQUENCE, &[value(pkcs1).1, &[INTEGER, 1, 0]].concat()),
			),
		),
		(
			"a length in more bytes than it needs",
			[&[SEQUENCE, 0x83], &len[5..], content].concat(),
		),
		("PKCS#1", pkcs1.to_vec()),
		("an elliptic curve", spki(&elliptic, 0, &point)),
	];
	cases.map(|(what, spki)| (what.to_owned(), spki)).into()
}

fn pkcs8(version: u8, algorithm: &[u8], key: &[u8], more: &[u8]) -> Vec<u8> {
	let (version, key) = (der(INTEGER, &[version]), der(4, key));
	der(SEQUENCE, &[&version, algorithm, &key, more].concat())
}

#[test]
fn private_keys_are_refused_as_the_vectors_say() {
	let good = private().to_pkcs8_der();
	let (_, content, _) = value(&good);
	let (_, _, rest) = value(content);
	let (_, _, key) = value(rest);
	let pkcs1 = value(key).1;
	let mut numbers: Vec<Vec<u8>> = Vec::new();
	let mut rest = value(pkcs1).1;
	while !rest.is_empty() {
		let (_, number, more) = value(rest);
		numbers.push(number.to_vec());
		rest = more;
	}
	assert_eq!(pkcs8(0, &algorithm(), &integers(&numbers), &[]), *good);
	let with = |numbers: &[Vec<u8>]| pkcs8(0, &algorithm(), &integers(numbers), &[]);
	let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
	let mut case = |what: &str, pkcs8: Vec<u8>| cases.push((what.to_owned(), pkcs8));
	let names = ["version", "n", "e", "d", "p", "q", "dP", "dQ", "qInv"];
	for (place, name) in names.into_iter().enumerate() {
		let mut changed = numbers.clone();
		*changed[place].last_mut().unwrap() ^= 2;
		case(&format!("another {name}"), with(&changed));
		let mut longer = numbers.clone();
		longer[place].insert(0, 0);
		case(&format!("a zero before {name}"), with(&longer));
	}
	case("nothing", vec![]);
	case("a number more", with(&[&numbers[..], &[vec![1]]].concat()));
	case("a number less", with(&numbers[..8]));
	case("version 1 of PKCS#8", pkcs8(1, &algorithm(), pkcs1, &[]));
	let attributes = [0xa0, 0];
	case("attributes", pkcs8(0, &algorithm(), pkcs1, &attributes));
	case("no parameters", pkcs8(0, &der(SEQUENCE, RSA), pkcs1, &[]));
	case("a byte after the key", [&good[..], &[0]].concat());
	case(
		"a byte in the key",
		pkcs8(0, &algorithm(), &[pkcs1, &[0]].concat(), &[]),
	);
	let len = content.len().to_be_bytes();
	case(
		"a length in more bytes than it needs",
		[&[SEQUENCE, 0x83], &len[5..], content].concat(),
	);
	case("PKCS#1", pkcs1.to_vec());
	for (what, name) in [("2047 bits", "too_short"), ("4098 bits", "too_long")] {
		let key = stored("private_key.json");
		case(what, hex::decode(key[name].as_str().unwrap()).unwrap());
	}
	let shown: Vec<_> = cases
		.into_iter()
		.map(|(what, pkcs8)| {
			let found = PrivateKey::from_pkcs8_der(&pkcs8).map_err(|error| error.check());
			assert_eq!(found.err(), Some(Some(Check::KeyFilePrivateKey)), "{what}");
			let check = Check::KeyFilePrivateKey.name();
			json!({ "what": what, "check": check, "pkcs8": hex::encode(pkcs8) })
		})
		.collect();
	compare("refused_private_keys.json", json!(shown));
}
