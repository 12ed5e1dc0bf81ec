//! What holds at all times.

use alloc::collections::BTreeMap;

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use salus_primitives::{
	traits::{Records, ToConsortium},
	InterregionalGrantId, MemberId, RecordId,
};
use sp_runtime::TryRuntimeError;

use crate::{pallet::*, Expiry, Grant, Held, InterregionalGrant, OrderedGrantId, Stage};

impl<T: Config> Pallet<T> {
	/// Checks that each grant is of a record that exists and to someone else than its patient and
	/// author, that the indices hold the grants and nothing else, and that the counts are right.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut of_record = BTreeMap::<RecordId, u32>::new();
		let (mut grants, mut expiring): (u64, u64) = (0, 0);
		for (record, grantee, grant) in Grants::<T>::iter() {
			Self::try_grant(record, &grantee, &grant)?;
			let count = of_record.entry(record).or_default();
			*count = count.saturating_add(1);
			grants = grants.saturating_add(1);
			expiring = expiring.saturating_add(grant.expires_at.is_some().into());
		}
		ensure!(
			counted(GrantedTo::<T>::iter_keys()) == grants,
			"an index entry has no grant"
		);
		ensure!(
			counted(Expiries::<T>::iter_keys()) == expiring,
			"an expiry has no grant"
		);
		let counts: BTreeMap<_, _> = GrantCount::<T>::iter().collect();
		ensure!(counts == of_record, "a record's grants are miscounted");
		let fits = |count: &u32| *count <= T::MaxGrantsPerRecord::get();
		ensure!(counts.values().all(fits), "a record has too many grants");
		Self::try_interregional()
	}

	fn try_grant(
		record: RecordId,
		grantee: &MemberId,
		grant: &Grant,
	) -> Result<(), TryRuntimeError> {
		let patient = T::Records::patient_of(record).ok_or("a grant is of no record")?;
		ensure!(
			*grantee != MemberId::Patient(patient),
			"a grant is to the record's patient"
		);
		let author = T::Records::author_of(record).map(MemberId::Provider);
		ensure!(
			author.as_ref() != Some(grantee),
			"a grant is to the record's author"
		);
		ensure!(
			GrantedTo::<T>::contains_key(grantee, record.to_be_bytes()),
			"a grant is not in the index of its grantee"
		);
		if let Some(at) = grant.expires_at {
			ensure!(at > grant.granted_at, "a grant expired before it was given");
			let expiry = Expiry::new(at, record, grantee.clone());
			ensure!(
				Expiries::<T>::contains_key(expiry),
				"a grant's expiry is not in the index"
			);
		}
		Ok(())
	}

	/// Checks that each inter-regional grant is of a record that exists and to a provider of another
	/// region, has a wrapped key if it lives, and ends no earlier than what the consortium may hold;
	/// that the indices hold what they should and nothing else, and that the counts are right.
	fn try_interregional() -> Result<(), TryRuntimeError> {
		let mut of_record = BTreeMap::<RecordId, u32>::new();
		let (mut listed, mut unanswered, mut expiring): (u64, u64, u64) = (0, 0, 0);
		for (record, grantee, grant) in InterregionalGrants::<T>::iter() {
			let id = InterregionalGrantId { record, grantee };
			Self::try_interregional_grant(&id, &grant)?;
			Self::try_indices(&id, &grant)?;
			if grant.is_live() {
				let count = of_record.entry(record).or_default();
				*count = count.saturating_add(1);
			}
			listed = listed.saturating_add(grant.is_listed().into());
			unanswered = unanswered.saturating_add(grant.is_unanswered().into());
			expiring = expiring.saturating_add(grant.expiry(&id).is_some().into());
		}
		ensure!(
			counted(GivenBy::<T>::iter_keys()) == listed,
			"an entry of a patient has no inter-regional grant"
		);
		ensure!(
			counted(Unanswered::<T>::iter_keys()) == unanswered,
			"an entry of those unanswered has no inter-regional grant"
		);
		ensure!(
			counted(InterregionalExpiries::<T>::iter_keys()) == expiring,
			"an inter-regional expiry has no grant"
		);
		let live = of_record
			.values()
			.fold(0u64, |sum, count| sum.saturating_add(u64::from(*count)));
		ensure!(
			counted(InterregionalKeys::<T>::iter_keys()) == live,
			"a wrapped key has no inter-regional grant that lives"
		);
		let counts: BTreeMap<_, _> = InterregionalCount::<T>::iter().collect();
		ensure!(
			counts == of_record,
			"a record's inter-regional grants are miscounted"
		);
		let fits = |count: &u32| *count <= T::MaxGrantsPerRecord::get();
		ensure!(
			counts.values().all(fits),
			"a record has too many inter-regional grants"
		);
		Self::try_in_flight()
	}

	fn try_interregional_grant(
		id: &InterregionalGrantId,
		grant: &InterregionalGrant,
	) -> Result<(), TryRuntimeError> {
		ensure!(
			T::Records::patient_of(id.record).is_some(),
			"an inter-regional grant is of no record"
		);
		ensure!(
			id.grantee.region != T::Consortium::region(),
			"an inter-regional grant is to a provider of this region"
		);
		ensure!(
			grant.sequence > 0,
			"an inter-regional grant has no sequence number"
		);
		let sent = !matches!(grant.stage, Stage::Granted | Stage::Revoked | Stage::Ended);
		ensure!(
			!sent || grant.message.is_some(),
			"an inter-regional grant was sent without a message"
		);
		let known = InterregionalKeys::<T>::get(id.record, &id.grantee);
		let version = known.map(|wrapped| wrapped.key_version());
		ensure!(
			version == grant.is_live().then_some(grant.key_version),
			"an inter-regional grant's wrapped key is not what it says"
		);
		ensure!(
			grant.expires_at.is_none_or(|at| at > grant.granted_at),
			"an inter-regional grant expired before it was given"
		);
		ensure!(
			!grant.is_live() || grant.held <= Held::of(grant.expires_at),
			"an inter-regional grant ends before what the consortium may hold"
		);
		ensure!(
			grant.stage != Stage::Revoked || grant.held == Held::Nothing,
			"the consortium may hold a grant that is revoked"
		);
		Ok(())
	}

	fn try_indices(
		id: &InterregionalGrantId,
		grant: &InterregionalGrant,
	) -> Result<(), TryRuntimeError> {
		let key = OrderedGrantId::from(id);
		let patient = T::Records::patient_of(id.record);
		let listed = patient.is_some_and(|patient| GivenBy::<T>::contains_key(patient, &key));
		ensure!(
			listed == grant.is_listed(),
			"the index of patients is wrong about an inter-regional grant"
		);
		ensure!(
			Unanswered::<T>::contains_key(&key) == grant.is_unanswered(),
			"the index of those unanswered is wrong about an inter-regional grant"
		);
		let indexed = |expiry| InterregionalExpiries::<T>::contains_key(expiry);
		ensure!(
			grant.expiry(id).is_none_or(indexed),
			"an inter-regional grant's expiry is not in the index"
		);
		let in_flight = |deadline| Deadlines::<T>::contains_key(deadline);
		ensure!(
			grant.stage != Stage::Forwarded
				|| !grant.awaits_answer(T::Time::now())
				|| grant.deadline(id).is_some_and(in_flight),
			"a delivery whose answer is waited for is not in flight"
		);
		Ok(())
	}

	fn try_in_flight() -> Result<(), TryRuntimeError> {
		let mut count = 0u32;
		for deadline in Deadlines::<T>::iter_keys() {
			let id = InterregionalGrantId::from(deadline.grant);
			let grant = InterregionalGrants::<T>::get(id.record, &id.grantee)
				.ok_or("a deadline is of no inter-regional grant")?;
			ensure!(
				deadline.sequence > 0 && deadline.sequence <= grant.sequence,
				"a deadline has a sequence number that was not given"
			);
			count = count.saturating_add(1);
		}
		ensure!(
			count == InFlight::<T>::get(),
			"the deliveries in flight are miscounted"
		);
		ensure!(
			count <= T::MaxInFlight::get(),
			"too many deliveries are in flight"
		);
		Ok(())
	}
}

fn counted<I: Iterator>(items: I) -> u64 {
	items.fold(0, |count, _| count.saturating_add(1))
}
