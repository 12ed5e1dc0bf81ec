//! A record that a patient adds about themselves goes through processes 1 to 4.

use salus_primitives::{
	api::runtime_decl_for_emr_api::EmrApiV1, views::AuthorView, AccountId, InterregionalState,
	MemberId,
};
use salus_regional_runtime as regional;

use crate::{
	members::{fixture, grant_state, verify_provider, MemberKeys, DOCUMENT, NAME},
	messages::consortium_state,
	network::{Chain, Consortium, Region},
};

#[test]
fn a_patients_own_record_is_stored_retrieved_and_granted_in_and_across_regions() {
	let mut fixture = fixture();
	let patient = &fixture.patient;
	// 1. Store, and 2. retrieve.
	let record = patient.write_own_record::<Region>(DOCUMENT, &mut fixture.ipfs);
	let view = Region::read(|| {
		<regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
	});
	let view = view.expect("the record exists");
	assert_eq!(view.author, AuthorView::Patient);
	assert_eq!(view.account, patient.keys.account());
	patient.read_own::<Region>(record, &fixture.ipfs);

	// 3. Grant in the region: also to a provider that wrote other records of the patient.
	let reader = verify_provider::<Region>(MemberKeys::new(3), "C12345");
	for (grantee, provider) in [(&reader, "another"), (&fixture.author, "the author")] {
		let member = MemberId::Provider(grantee.remote.id);
		patient.grant_in_region::<Region>(record, member, &fixture.ipfs);
		let read = grantee.read_in_region::<Region>(record, &fixture.ipfs);
		assert_eq!(read, DOCUMENT, "{provider}");
	}

	// 4. Grant across regions.
	let to = fixture.reader.remote.clone();
	let shown = fixture.reader.keys.fingerprint();
	patient.grant::<Region>(record, &to, &shown, None, &fixture.ipfs);
	fixture.author.forward::<Region>(record, &to);
	Consortium::empty_block();
	assert_eq!(
		grant_state::<Region>(record, &to),
		InterregionalState::Delivered
	);
	let [grant] = fixture
		.incoming_grants()
		.try_into()
		.expect("one grant is readable");
	assert_eq!(
		(&grant.author, &grant.account),
		(&AuthorView::Patient, &None)
	);
	let read = fixture.reader.read(&grant, &fixture.ipfs);
	assert_eq!(read, (NAME.into(), DOCUMENT.to_vec()));
	// Nothing at the consortium links the patient with an account.
	let state = consortium_state();
	let has = |part: &[u8]| {
		state
			.iter()
			.any(|(key, value)| [key, value].iter().any(|bytes| holds(bytes, part)))
	};
	let account: [u8; 32] = patient.keys.account().into();
	assert!(has(&patient.id.0));
	assert!(!has(&account));
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
	bytes.windows(part.len()).any(|window| window == part)
}
