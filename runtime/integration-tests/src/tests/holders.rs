//! A professional number that was verified for the wrong person, and goes to its owner.

use frame_support::assert_noop;
use salus_consortium_runtime as consortium;
use salus_primitives::{
	api::{
		runtime_decl_for_consortium_api::ConsortiumApiV1, runtime_decl_for_emr_api::EmrApiV1,
		runtime_decl_for_interregional_api::InterregionalApiV1,
		runtime_decl_for_permissions_api::PermissionsApiV1,
		runtime_decl_for_registry_api::RegistryApiV1,
	},
	testing::wrapped,
	views::{AuthorView, RecordFilter},
	AccountId, MemberId, Purpose, Reason, Standing, Withheld, SEALED_NAME_LEN,
};
use salus_regional_runtime as regional;

use crate::{
	authorities::{send, unverify},
	members::{
		directory_entry, fixture, grant_state, incoming_grants, verify_provider, withheld, Fixture,
		MemberKeys, Provider, DOCUMENT,
	},
	network::{settle_messages, Chain, Consortium, OtherRegion, Region, REGION},
};

/// The region's view of an author of a record.
fn author_of(record: u64) -> AuthorView {
	let view = Region::read(|| {
		<regional::Runtime as EmrApiV1<regional::Block, AccountId>>::record(record)
	});
	view.expect("the record exists").author
}

fn standing_of(author: &AuthorView) -> Option<Standing> {
	match author {
		AuthorView::Provider { standing, .. } => *standing,
		AuthorView::Patient => panic!("the patient is the author"),
	}
}

/// The author of the fixture is the impostor: it writes three records of the patient, the first of
/// which is granted to the reader of the other region. It gets a grant in its region, and one from
/// the other region.
struct Story {
	fixture: Fixture,
	records: [u64; 3],
	/// A record of the region that is granted to the impostor.
	granted: u64,
	/// A record of the other region that is granted to the impostor.
	granted_elsewhere: u64,
	owner: Provider,
}

fn story() -> Story {
	let mut fixture = fixture();
	let impostor = &fixture.author;
	impostor.enlist::<Region>();
	settle_messages();
	let write = |fixture: &mut Fixture| {
		fixture
			.author
			.write_record::<Region>(fixture.patient.id, DOCUMENT, &mut fixture.ipfs)
	};
	let records = [fixture.record, write(&mut fixture), write(&mut fixture)];
	fixture.deliver();
	// A record by another provider of the region, granted to the impostor there.
	let other = verify_provider::<Region>(MemberKeys::new(3), "C12345");
	let granted = other.write_record::<Region>(fixture.patient.id, DOCUMENT, &mut fixture.ipfs);
	let impostor_id = MemberId::Provider(fixture.author.remote.id);
	fixture
		.patient
		.grant_in_region::<Region>(granted, impostor_id, &fixture.ipfs);
	assert_eq!(
		fixture
			.author
			.read_in_region::<Region>(granted, &fixture.ipfs),
		DOCUMENT
	);
	// A record of the other region, granted to the impostor across regions.
	let elsewhere = crate::members::register_patient::<OtherRegion>(MemberKeys::new(4));
	let granted_elsewhere =
		fixture
			.reader
			.write_record::<OtherRegion>(elsewhere.id, DOCUMENT, &mut fixture.ipfs);
	elsewhere.grant::<OtherRegion>(
		granted_elsewhere,
		&fixture.author.remote,
		&fixture.author.keys.fingerprint(),
		None,
		&fixture.ipfs,
	);
	fixture
		.reader
		.forward::<OtherRegion>(granted_elsewhere, &fixture.author.remote);
	settle_messages();
	assert_eq!(incoming_grants(&fixture.author.remote).len(), 1);

	unverify::<Region>(&fixture.author.remote);
	settle_messages();
	let owner = verify_provider::<Region>(MemberKeys::new(5), fixture.author.number.as_str());
	owner.enlist::<Region>();
	settle_messages();
	Story {
		fixture,
		records,
		granted,
		granted_elsewhere,
		owner,
	}
}

#[test]
fn each_view_says_who_holds_a_number_and_who_held_it() {
	let Story {
		fixture,
		records,
		owner,
		..
	} = story();
	let impostor = &fixture.author;
	assert_ne!(owner.remote, impostor.remote);

	// In the region.
	Region::read(|| {
		let holder = <regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::holder(
			owner.number.clone().into(),
		);
		let holder = holder.expect("the number is well-formed");
		assert_eq!(holder.map(|view| view.id), Some(owner.remote.id));
		let provider = |id| {
			<regional::Runtime as RegistryApiV1<regional::Block, AccountId>>::provider(id)
				.expect("the provider exists")
		};
		let (first, second) = (provider(impostor.remote.id), provider(owner.remote.id));
		assert_eq!(
			(first.number, first.standing),
			(owner.number.clone(), Standing::Unverified)
		);
		assert_eq!(
			(second.number, second.standing),
			(owner.number.clone(), Standing::Verified)
		);
		assert_eq!(first.accounts[0].account, impostor.keys.account());
		assert_eq!(second.accounts[0].account, owner.keys.account());
		let written = |member: MemberId| {
			let all = RecordFilter::default();
			let page = <regional::Runtime as EmrApiV1<regional::Block, AccountId>>::records(
				member, all, false, None, 0,
			);
			let ids = page.items.into_iter().map(|listed| listed.record.id);
			ids.rev().collect::<Vec<_>>()
		};
		assert_eq!(written(impostor.remote.id.into()), records);
		assert!(written(owner.remote.id.into()).is_empty());
	});
	for record in records {
		let author = author_of(record);
		assert_eq!(standing_of(&author), Some(Standing::Unverified));
		let AuthorView::Provider { id, .. } = author else {
			panic!("the patient is the author");
		};
		assert_eq!(id, impostor.remote.id);
	}

	// At the consortium.
	let entry = |provider: &Provider| directory_entry(&provider.remote).expect("it is enlisted");
	assert_eq!(entry(impostor).standing, Standing::Unverified);
	assert_eq!(entry(&owner).standing, Standing::Verified);
	assert_eq!(entry(impostor).number, entry(&owner).number);
	let holder = Consortium::read(|| {
		<consortium::Runtime as ConsortiumApiV1<consortium::Block, AccountId>>::holder(
			REGION,
			owner.number.clone().into(),
		)
	});
	assert_eq!(holder, Ok(Some(entry(&owner))));

	// A reader still reads what the impostor wrote, and is told.
	let [grant] = fixture
		.incoming_grants()
		.try_into()
		.expect("one grant is readable");
	assert_eq!(standing_of(&grant.author), Some(Standing::Unverified));
	assert_eq!(fixture.read().1, DOCUMENT);
}

#[test]
fn the_owner_gets_nothing_of_what_was_granted_to_the_impostor() {
	let Story {
		fixture,
		granted,
		granted_elsewhere,
		owner,
		..
	} = story();
	let impostor = &fixture.author;
	let grants = |member: MemberId| {
		Region::read(|| {
			let all = RecordFilter::default();
			<regional::Runtime as PermissionsApiV1<regional::Block, AccountId>>::granted_to(
				member, all, true, None, 0,
			)
			.items
		})
	};
	assert!(grants(owner.remote.id.into()).is_empty());
	// The patient sees the grant to the impostor, and can revoke it.
	assert_eq!(grants(impostor.remote.id.into()).len(), 1);
	Region::block(|| {
		let grantee = impostor.remote.id.into();
		let call = pallet_permissions::Call::revoke {
			record: granted,
			grantee,
		};
		frame_support::assert_ok!(send(&fixture.patient.keys.account(), call));
	});
	assert!(grants(impostor.remote.id.into()).is_empty());

	assert!(incoming_grants(&owner.remote).is_empty());
	assert!(incoming_grants(&impostor.remote).is_empty());
	let elsewhere = impostor.remote.clone();
	assert_eq!(
		withheld(crate::network::OTHER_REGION, granted_elsewhere, &elsewhere),
		Some(Withheld::GranteeUnverified)
	);
	// The patient of the other region sees to whom it was granted.
	let state = grant_state::<OtherRegion>(granted_elsewhere, &elsewhere);
	assert_eq!(state, salus_primitives::InterregionalState::Delivered);
	let patients = OtherRegion::read(|| {
		<regional::Runtime as InterregionalApiV1<regional::Block>>::interregional_grants_of(
			granted_elsewhere,
			None,
			0,
		)
		.items
	});
	assert_eq!(patients[0].grantee, impostor.remote);
}

#[test]
fn a_former_holder_can_do_nothing_and_nothing_new_is_granted_to_it() {
	let Story {
		mut fixture,
		granted,
		..
	} = story();
	let account = fixture.author.keys.account();
	Region::block(|| {
		let add = pallet_emr::Call::add_record {
			patient: fixture.patient.id,
			sealed_name: [1; SEALED_NAME_LEN],
			document_hash: [1; 32],
			cid: Default::default(),
			envelope_size: 1,
			wrapped_for_patient: wrapped(0, 256),
			wrapped_for_author: wrapped(0, 256),
			amends: None,
		};
		assert_noop!(
			send(&account, add),
			pallet_emr::Error::<regional::Runtime>::AuthorUnverified
		);
		let grant = pallet_permissions::Call::grant {
			record: granted,
			grantee: fixture.author.remote.id.into(),
			wrapped_key: wrapped(0, 256),
			expires_at: None,
			purpose: Purpose::Treatment,
		};
		assert_noop!(
			send(&fixture.patient.keys.account(), grant),
			pallet_permissions::Error::<regional::Runtime>::GranteeNotInGoodStanding
		);
		assert_noop!(
			send(&account, pallet_registry::Call::retire {}),
			pallet_registry::Error::<regional::Runtime>::Unverified
		);
		assert_noop!(
			send(&account, pallet_registry::Call::enlist {}),
			pallet_registry::Error::<regional::Runtime>::NotVerified
		);
		assert_noop!(
			fixture
				.author
				.try_forward(fixture.record, &fixture.reader.remote),
			pallet_interregional::Error::<regional::Runtime>::NotAuthorized
		);
	});
	// A grant across regions that was on its way is refused.
	let elsewhere = crate::members::register_patient::<OtherRegion>(MemberKeys::new(3));
	let record =
		fixture
			.reader
			.write_record::<OtherRegion>(elsewhere.id, DOCUMENT, &mut fixture.ipfs);
	elsewhere.grant::<OtherRegion>(
		record,
		&fixture.author.remote,
		&fixture.author.keys.fingerprint(),
		None,
		&fixture.ipfs,
	);
	fixture
		.reader
		.forward::<OtherRegion>(record, &fixture.author.remote);
	settle_messages();
	let refused = salus_primitives::Cause::Reason(Reason::Unverified);
	assert_eq!(
		grant_state::<OtherRegion>(record, &fixture.author.remote),
		salus_primitives::InterregionalState::Refused(refused)
	);
}
