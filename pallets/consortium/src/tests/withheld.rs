//! Withheld grants.

use super::*;

fn withheld() -> Option<Withheld> {
	Consortium::api_withheld(HOME, RECORD, grantee())
}

/// Asserts that the views agree: handed out, or withheld for this reason.
fn assert_withheld(why: Option<Withheld>) {
	let out = why.is_none();
	assert_eq!(withheld(), why);
	assert_eq!(handed_out().is_some(), out);
	let listed = all_handed_out();
	assert_eq!(!listed.is_empty(), out);
}

/// The author in the directory, and the grant delivered.
fn delivered() {
	assert_ok!(Consortium::enlist_provider(
		of_region(HOME),
		entry(HOME, AUTHOR, 2)
	));
	assert_ok!(deliver(grant()));
	assert_withheld(None);
}

#[test]
fn a_grant_is_withheld_while_the_grantee_is_suspended() {
	run(|| {
		delivered();
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_withheld(Some(Withheld::GranteeSuspended));
		set_standing(AWAY, GRANTEE, Standing::Verified);
		assert_withheld(None);
	});
}

#[test]
fn a_grant_is_withheld_while_the_author_is_suspended() {
	run(|| {
		delivered();
		set_standing(HOME, AUTHOR, Standing::Suspended);
		assert_withheld(Some(Withheld::AuthorSuspended));
		set_standing(HOME, AUTHOR, Standing::Verified);
		assert_withheld(None);
		assert_eq!(author_standing(), Some(Standing::Verified));
	});
}

/// A grant can arrive during the suspension: the forwarding provider does not know of it.
#[test]
fn a_grant_of_a_suspended_author_is_withheld_from_the_start() {
	run(|| {
		assert_ok!(Consortium::enlist_provider(
			of_region(HOME),
			entry(HOME, AUTHOR, 2)
		));
		set_standing(HOME, AUTHOR, Standing::Suspended);
		assert_ok!(deliver(grant()));
		assert_withheld(Some(Withheld::AuthorSuspended));
		set_standing(HOME, AUTHOR, Standing::Verified);
		assert_withheld(None);
	});
}

#[test]
fn a_grant_of_an_author_that_retired_or_lost_its_verification_is_handed_out_and_says_so() {
	run(|| {
		delivered();
		for standing in [Standing::Retired, Standing::Unverified] {
			set_standing(HOME, AUTHOR, standing);
			assert_withheld(None);
			assert_eq!(author_standing(), Some(standing));
		}
	});
}

#[test]
fn an_author_that_retires_or_loses_its_verification_while_suspended_withholds_the_grant() {
	for (suspended, reinstated) in [
		(Standing::RetiredSuspended, Standing::Retired),
		(Standing::UnverifiedSuspended, Standing::Unverified),
	] {
		run(|| {
			delivered();
			set_standing(HOME, AUTHOR, suspended);
			assert_withheld(Some(Withheld::AuthorSuspended));
			assert_eq!(handed_out(), None);
			set_standing(HOME, AUTHOR, reinstated);
			assert_withheld(None);
		});
	}
}

/// The number alone says nothing: it is another provider in another region.
#[test]
fn only_an_author_of_the_records_region_counts() {
	run(|| {
		delivered();
		let namesake = DirectoryEntry {
			standing: Standing::Suspended,
			..entry(THIRD, AUTHOR, 4)
		};
		assert_ok!(Consortium::enlist_provider(of_region(THIRD), namesake));
		assert_withheld(None);
	});
}

/// That goes before all that may end.
#[test]
fn a_grant_to_a_grantee_that_retired_or_lost_its_verification_is_withheld_for_good() {
	for (standing, why) in [
		(Standing::Retired, Withheld::GranteeRetired),
		(Standing::Unverified, Withheld::GranteeUnverified),
		(Standing::UnverifiedSuspended, Withheld::GranteeUnverified),
	] {
		run(|| {
			delivered();
			set_standing(AWAY, GRANTEE, standing);
			assert_withheld(Some(why));
			set_standing(HOME, AUTHOR, Standing::Suspended);
			for region in [HOME, AWAY] {
				expelled(region);
				assert_withheld(Some(why));
			}
		});
	}
}

/// Clients promise that a grant comes back by this.
#[test]
fn only_the_end_of_the_grantee_withholds_for_good() {
	let all = [
		Withheld::GranteeSuspended,
		Withheld::AuthorSuspended,
		Withheld::GranteeRegionExpelled,
		Withheld::RecordRegionExpelled,
		Withheld::GranteeRetired,
		Withheld::GranteeUnverified,
	];
	let for_good = all.into_iter().filter(|why| !why.may_end());
	assert_eq!(
		for_good.collect::<Vec<_>>(),
		[Withheld::GranteeRetired, Withheld::GranteeUnverified]
	);
}

#[test]
fn a_grant_is_withheld_while_the_region_of_the_grantee_is_expelled() {
	run(|| {
		delivered();
		expelled(AWAY);
		assert_withheld(Some(Withheld::GranteeRegionExpelled));
		readmitted(AWAY);
		assert_withheld(None);
	});
}

#[test]
fn a_grant_is_withheld_while_the_region_of_the_record_is_expelled() {
	run(|| {
		delivered();
		expelled(HOME);
		assert_withheld(Some(Withheld::RecordRegionExpelled));
		readmitted(HOME);
		assert_withheld(None);
	});
}

#[test]
fn the_expulsion_of_another_region_withholds_nothing() {
	run(|| {
		delivered();
		expelled(THIRD);
		assert_withheld(None);
	});
}

/// The view shows the first of several reasons. Each must end.
#[test]
fn a_grant_is_withheld_until_every_reason_has_ended() {
	run(|| {
		delivered();
		set_standing(HOME, AUTHOR, Standing::Suspended);
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		expelled(AWAY);
		expelled(HOME);
		assert_withheld(Some(Withheld::RecordRegionExpelled));
		readmitted(HOME);
		assert_withheld(Some(Withheld::GranteeRegionExpelled));
		readmitted(AWAY);
		assert_withheld(Some(Withheld::GranteeSuspended));
		set_standing(AWAY, GRANTEE, Standing::Verified);
		assert_withheld(Some(Withheld::AuthorSuspended));
		set_standing(HOME, AUTHOR, Standing::Verified);
		assert_withheld(None);
	});
}

/// A grant that was revoked, has expired or never existed is not withheld.
#[test]
fn a_grant_that_does_not_exist_is_not_withheld() {
	run(|| {
		assert_eq!(withheld(), None);
		assert_ok!(deliver(grant_until(START + 10)));
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_eq!(withheld(), Some(Withheld::GranteeSuspended));
		Now::set(START + 10);
		assert_eq!(withheld(), None);
		Now::set(START);
		assert_ok!(revoke(2));
		assert_eq!(withheld(), None);
		// Nor does it come back with the grantee.
		set_standing(AWAY, GRANTEE, Standing::Verified);
		assert_eq!(handed_out(), None);
	});
}
