//! Tests, a file for each call and one for each of the other concerns.

mod admit_region;
mod crossing;
mod deliver_grant;
mod enlist_provider;
mod expel_region;
mod expelled;
mod invariants;
mod orders;
mod revoke_grant;
mod set_network_file;
mod sweep;
mod update_provider;
mod views;
mod withheld;

pub(crate) use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
pub(crate) use salus_primitives::{
	traits::KnownRegions,
	views::{AuthorView, IncomingGrantView, RecordFilter},
	AccountId, DeliveredGrant, DirectoryEntry, GrantRevocation, Moment, ParaId, ProfessionalNumber,
	Reason, RecordId, RegionStanding, RemoteProvider, Standing, Withheld,
};
pub(crate) use sp_runtime::{DispatchError, DispatchResult};

pub(crate) use crate::{mock::*, pallet::*, types::*, WeightInfo};

/// The error of a refusal.
pub fn refused(reason: Reason) -> DispatchError {
	Error::<Test>::Refused(reason).into()
}

/// All that is stored.
pub fn storage() -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
	let mut pairs = std::collections::BTreeMap::new();
	let mut last = Vec::new();
	while let Some(key) = sp_io::storage::next_key(&last) {
		pairs.insert(key.clone(), sp_io::storage::get(&key).unwrap().to_vec());
		last = key;
	}
	pairs
}

/// Whether a parachain is a region that is in.
pub fn is_admitted(region: ParaId) -> bool {
	Consortium::region(region).is_some_and(|region| region.is_admitted())
}

/// The standing of the author in the view of [`grant`].
pub fn author_standing() -> Option<Standing> {
	match handed_out().unwrap().author {
		AuthorView::Provider { standing, .. } => standing,
		AuthorView::Patient => panic!("the patient is the author"),
	}
}

/// The authorities expel a region.
pub fn expelled(region: ParaId) {
	assert_ok!(Consortium::expel_region(authorities(), region));
}

/// The authorities admit a region again.
pub fn readmitted(region: ParaId) {
	let first_block = genesis(region);
	assert_ok!(Consortium::admit_region(authorities(), region, first_block));
}

/// Asserts that a call succeeds and changes nothing: no value, no event.
pub fn assert_repeated(call: impl FnOnce() -> DispatchResult) {
	let before = storage();
	assert_ok!(call());
	assert_eq!(storage(), before, "it changed something");
}

#[test]
#[should_panic(expected = "MaxRegions must not be 0")]
fn zero_regions_are_an_invalid_configuration() {
	MaxRegions::set(0);
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "MaxProvidersPerRegion must not be 0")]
fn zero_providers_are_an_invalid_configuration() {
	MaxProvidersPerRegion::set(0);
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "MaxGrantsPerGrantee must not be 0")]
fn zero_grants_per_grantee_are_an_invalid_configuration() {
	MaxGrantsPerGrantee::set(0);
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "MaxGrantsPerGrantee must not be above MaxGrantsPerRegion")]
fn more_grants_per_grantee_than_per_region_are_an_invalid_configuration() {
	MaxGrantsPerRegion::set(3);
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "MaxGrantsOfOwnRecords must be between 1 and")]
fn a_share_above_the_whole_is_an_invalid_configuration() {
	MaxGrantsOfOwnRecords::set(5);
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "PollWeight must have room")]
fn a_weight_without_room_for_a_grant_is_an_invalid_configuration() {
	PollWeight::set(<() as WeightInfo>::sweep_one());
	Consortium::integrity_test();
}

#[test]
#[should_panic(expected = "MinModulusBits must not be above")]
fn an_impossible_modulus_is_an_invalid_configuration() {
	MinModulusBits::set(4097);
	Consortium::integrity_test();
}

#[test]
fn the_mock_configuration_is_valid() {
	new_test_ext().execute_with(Consortium::integrity_test);
}

/// The grants handed out to [`grantee`], newest delivery first, with their wrapped keys.
pub fn all_handed_out() -> Vec<IncomingGrantView<AccountId>> {
	Consortium::api_granted_to(grantee(), None, RecordFilter::default(), true, None, 0).items
}
