//! Process 3, grant in a region: granting records to members, and revoking.

use crate::{
	chain::{calls, Call, Included, State},
	ipfs::Downloader,
	keys::{verify_patient, wrap_for, KnownKeys},
	retrieve::{Access, Destination, UnlockedRecord},
	session::Session,
	standing::ensure_good_standing,
	Error, MemberRef, Result,
};
use salus_primitives::{
	views::{KeyView, RecordView},
	AccountId, MemberId, Moment, Purpose, RecordId, WrappedKey,
};

/// The terms of a grant.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
	/// The purpose.
	pub purpose: Purpose,
	/// The time when the grant expires.
	pub expires_at: Option<Moment>,
}

impl Session<'_> {
	/// Grants records to a member, whom a person named so: all of them, or none. Each envelope is
	/// fetched, opened and checked first, so that a wrapped key that does not open its record is
	/// never passed on.
	pub async fn grant(
		&self,
		records: &[RecordId],
		(named, grantee): (&MemberRef, &MemberId),
		terms: Terms,
		ipfs: &dyn Downloader,
		known: &mut KnownKeys,
	) -> Result<Included> {
		let state = self.chain.finalized().await?;
		// First the checks that need no download.
		let unlocked = self.unlock_to_grant(&state, records, &terms).await?;
		ensure_good_standing(&state, grantee).await?;
		let grantee_key = state.encryption_key(grantee, None).await?;
		if let MemberId::Patient(patient) = grantee {
			let view = state.patient(*patient).await?;
			verify_patient(&self.chain.genesis(), &view, &grantee_key)?;
		}
		known.check(&self.chain.genesis(), named, &grantee_key)?;
		self.submit_grants(&unlocked, &grantee_key, ipfs, |record, wrapped| {
			calls::GRANT.with((
				record,
				grantee.clone(),
				wrapped,
				terms.expires_at,
				terms.purpose,
			))
		})
		.await
	}

	/// Unlocks records to grant them: the member must be their patient. This fetches nothing.
	pub(crate) async fn unlock_to_grant(
		&self,
		state: &State,
		records: &[RecordId],
		terms: &Terms,
	) -> Result<Vec<UnlockedRecord<RecordView<AccountId>>>> {
		if let Some(end) = terms.expires_at {
			if end <= state.now().await? {
				return Err(Error::Input("the grant would expire at once".into()));
			}
		}
		let mut all = Vec::new();
		for record in records {
			let unlocked = self.unlock(state, *record).await?;
			// The chain would refuse it too, but its block would keep the wrapped key forever.
			if unlocked.access != Access::Patient {
				return Err(Error::NotAllowed {
					reason: format!("only the patient of record {record} can grant it"),
					next: Some("choose the patient's key with --as".into()),
				});
			}
			all.push(unlocked);
		}
		Ok(all)
	}

	/// Checks the envelope of each record, wraps the record key for the grantee, and submits the
	/// grant that `call` makes: all of them, or none.
	pub(crate) async fn submit_grants(
		&self,
		records: &[UnlockedRecord<RecordView<AccountId>>],
		grantee_key: &KeyView<AccountId>,
		ipfs: &dyn Downloader,
		call: impl Fn(RecordId, WrappedKey) -> Call,
	) -> Result<Included> {
		let mut calls = Vec::new();
		for record in records {
			self.retrieve(record, Destination::Check, ipfs).await?;
			let wrapped = wrap_for(grantee_key, &record.key, &record.envelope.binding)?;
			calls.push(call(record.view.id, wrapped));
		}
		let included = self.submit_all(calls).await?;
		self.progress.done();
		Ok(included)
	}

	/// Revokes a member's grants of records: all of them, or none.
	pub async fn revoke(&self, records: &[RecordId], grantee: &MemberId) -> Result<Included> {
		let revoke = |record: &RecordId| calls::REVOKE.with((*record, grantee.clone()));
		let included = self
			.submit_all(records.iter().map(revoke).collect())
			.await?;
		self.progress.done();
		Ok(included)
	}
}
