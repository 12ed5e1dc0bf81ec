//! Properties, over many random inputs.

use proptest::prelude::*;

use super::*;
use crate::{
	check_name, envelope_size, leaf_of, leaf_start, open_name, padme, patient_id, seal_name,
	short_name, LEAF_CAPACITY, MAX_NAME_LEN, MAX_SEALED_NAME_LEN, MOST_AHEAD,
};

/// Names that pass: printable and of the right length.
fn name(limit: usize) -> impl Strategy<Value = String> {
	"\\PC{1,60}".prop_filter("not a name", move |name| check_name(name, limit).is_ok())
}

fn any_author() -> impl Strategy<Value = ManifestAuthor> {
	prop_oneof![
		any::<u32>().prop_map(ManifestAuthor::Provider),
		any::<([u8; 32], [u8; 32])>().prop_map(|(founding_account, commitment)| {
			ManifestAuthor::Patient {
				founding_account,
				commitment,
			}
		}),
	]
}

fn any_details() -> impl Strategy<Value = Details> {
	(
		name(MAX_NAME_LEN),
		"[ -~]{1,127}",
		any::<[u8; 16]>(),
		any_author(),
		any::<u32>(),
		any::<[u8; 32]>(),
		any::<Option<[u8; 32]>>(),
		any::<u64>(),
	)
		.prop_map(
			|(name, media_type, patient, author, region, genesis, amends, time)| {
				// A patient's id follows from the proof.
				let patient = match &author {
					ManifestAuthor::Patient {
						founding_account,
						commitment,
					} => patient_id(&genesis, founding_account, commitment),
					ManifestAuthor::Provider(_) => patient,
				};
				Details {
					name,
					media_type,
					patient,
					author,
					author_account: self::author().account(),
					region,
					genesis,
					amends,
					time,
				}
			},
		)
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

	#[test]
	fn a_sealed_document_opens(
		plain in proptest::collection::vec(any::<u8>(), 0..5000),
		key in any::<[u8; 32]>(),
		details in any_details(),
	) {
		let key = RecordKey::from_bytes(key);
		let mut envelope = Vec::new();
		let sealed = seal(&plain[..], &mut envelope, &key, details.clone(), &author()).unwrap();
		let sealed_name = seal_name(&key, &details.name).unwrap();
		let Details { patient, author, author_account, region, genesis, amends, time, .. } =
			details.clone();
		let expect = Expected {
			hash: sealed.hash,
			patient,
			author: author.author(),
			author_account: Some(author_account),
			region,
			genesis,
			amends,
			sealed_name,
			added_at: Some(time.saturating_sub(MOST_AHEAD)),
		};
		let mut found = Vec::new();
		let opened = open(&envelope[..], &mut found, &key, &expect).unwrap();
		prop_assert_eq!(&found, &plain);
		prop_assert_eq!(opened.manifest, details.with_length(plain.len() as u64));
		prop_assert_eq!(sealed.size, envelope.len() as u64);
	}

	#[test]
	fn a_changed_envelope_is_refused(
		len in 0usize..3000,
		at in any::<prop::sample::Index>(),
		cut in 0usize..100,
		insert in proptest::collection::vec(any::<u8>(), 0..100),
	) {
		let (envelope, sealed) = sealed(&document(len));
		let at = at.index(envelope.len());
		let mut changed = envelope.clone();
		changed.splice(at..(at + cut).min(envelope.len()), insert);
		prop_assume!(changed != envelope);
		prop_assert!(opened(&changed, sealed.hash).is_err());
	}

	#[test]
	fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
		let envelope = [&crate::format::header(&NONCE)[..], &bytes].concat();
		prop_assert!(opened(&bytes, [0; 32]).is_err());
		prop_assert!(opened(&envelope, [0; 32]).is_err());
		prop_assert!(opened(&forge(&[(&bytes, true)]), [0; 32]).is_err());
	}

	/// What the fuzz target does.
	#[test]
	fn hostile_bytes_are_refused(
		reader in any::<u8>(),
		bytes in proptest::collection::vec(any::<u8>(), 0..2000),
	) {
		fuzzing::read_hostile(reader, &bytes);
	}

	#[test]
	fn sealed_names_open(name in name(MAX_NAME_LEN), key in any::<[u8; 32]>()) {
		let key = RecordKey::from_bytes(key);
		let sealed = seal_name(&key, &name).unwrap();
		prop_assert_eq!(open_name(&key, &sealed), Ok(short_name(&name)));
	}

	#[test]
	fn any_text_is_accepted_or_refused_as_a_name(text in any::<String>()) {
		match seal_name(&key(), &text) {
			Ok(sealed) => prop_assert_eq!(open_name(&key(), &sealed), Ok(short_name(&text))),
			Err(error) => prop_assert_eq!(check_name(&text, MAX_NAME_LEN), Err(error)),
		}
	}

	#[test]
	fn a_short_name_fits_and_keeps_start_and_extension(
		name in name(200),
		extension in "\\.[a-zA-Z0-9]{1,10}",
	) {
		let long = name.repeat(63 / name.len() + 1) + &extension;
		let short = short_name(&long);
		prop_assert!(check_name(&short, MAX_SEALED_NAME_LEN).is_ok());
		prop_assert!(short.len() > MAX_SEALED_NAME_LEN - 4);
		let (start, end) = short.rsplit_once('…').unwrap();
		prop_assert!(long.starts_with(start));
		prop_assert_eq!(&end[8..], &extension);
		prop_assert_ne!(short_name(&(long + "x")), short);
	}

	#[test]
	fn padded_sizes_follow_padme(len in 2u64..1 << 60) {
		let padded = padme(len).unwrap();
		let exponent = 63 - padded.leading_zeros();
		let bits = 32 - exponent.leading_zeros();
		prop_assert!(padded >= len && padded - len <= len / 100 * 12 + 12);
		prop_assert_eq!(padded % (1 << (exponent - bits)), 0);
	}

	#[test]
	fn envelope_sizes_grow_with_the_document(payload in 1u64..1 << 50, more in 0u64..2 * LEAF_CAPACITY as u64) {
		let size = envelope_size(payload).unwrap();
		prop_assert!(size > payload);
		prop_assert!(size <= envelope_size(payload + more).unwrap());
	}

	#[test]
	fn a_byte_is_in_the_leaf_that_begins_before_it(place in 0u64..1 << 50) {
		let leaf = leaf_of(place);
		prop_assert!(leaf_start(leaf).unwrap() <= place);
		prop_assert!(leaf_start(leaf + 1).unwrap() > place);
	}
}
