//! Seals a document, wraps its key for the patient, and opens it as the patient.

use salus_envelope::{
	open, open_name, seal, seal_name, wrap, AccountSeed, Author, Details, Expected, ManifestAuthor,
	PrivateKey, RecordKey, Signer, WrapBinding,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let (region, genesis, patient) = (2000, [7; 32], [1; 16]);
	let author = AccountSeed::generate();
	let patient_key = PrivateKey::generate()?;

	// The author seals.
	let key = RecordKey::generate();
	let details = Details {
		name: "Blood count".into(),
		media_type: "text/plain".into(),
		patient,
		author: ManifestAuthor::Provider(7),
		author_account: author.account(),
		region,
		genesis,
		amends: None,
		time: 1_790_000_000_000,
	};
	let mut envelope = Vec::new();
	let sealed = seal(
		&b"Haemoglobin 14.1 g/dl"[..],
		&mut envelope,
		&key,
		details,
		&author,
	)?;
	let sealed_name = seal_name(&key, "Blood count")?;
	let binding = WrapBinding {
		genesis,
		patient,
		author: Author::Provider(7),
		hash: sealed.hash,
	};
	let wrapped = wrap(&patient_key.public_spki_der(), &key, &binding)?;

	// The patient opens it, with the values on chain.
	let key = patient_key.unwrap(&wrapped, &binding)?;
	assert_eq!(open_name(&key, &sealed_name)?, "Blood count");
	let expect = Expected {
		hash: sealed.hash,
		patient,
		author: Author::Provider(7),
		author_account: Some(author.account()),
		region,
		genesis,
		amends: None,
		sealed_name,
		added_at: Some(1_790_000_006_000),
	};
	let mut document = Vec::new();
	let opened = open(&envelope[..], &mut document, &key, &expect)?;
	assert_eq!(document, b"Haemoglobin 14.1 g/dl");
	println!("{}: {} bytes", opened.manifest.name, opened.document_length);
	Ok(())
}
