//! Process 3: granting records to third parties within a region, and revoking.

use crate::{
	chain::{calls, Included, State},
	ipfs::Ipfs,
	known::Known,
	members::Acting,
	records::{wrap_for, Access, Readable},
	Error, Result,
};
use salus_primitives::{
	views::KeyView, AccountId, MemberId, Moment, Purpose, RecordId, WrappedKey,
};

/// The terms of a grant.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
	/// What it is for.
	pub purpose: Purpose,
	/// When it ends by itself.
	pub expires_at: Option<Moment>,
}

impl Acting<'_> {
	/// Grants records to a member: all of them, or none. Each envelope is fetched, opened and
	/// checked first, so that no wrapped key is passed on that does not open what the chain says.
	pub async fn grant(
		&self,
		records: &[RecordId],
		grantee: &MemberId,
		terms: Terms,
		ipfs: &Ipfs,
		known: &mut Known,
	) -> Result<Included> {
		let state = self.chain.finalized().await?;
		// First what needs no download.
		let readable = self.to_be_granted(&state, records, &terms).await?;
		let third = self.checked_key(&state, grantee, known).await?;
		let mut calls = Vec::new();
		for readable in readable {
			let wrapped = self
				.checked_and_wrapped(&state, &readable, &third, ipfs)
				.await?;
			calls.push(calls::GRANT.with((
				readable.view.id,
				grantee.clone(),
				wrapped,
				terms.expires_at,
				terms.purpose,
			)));
		}
		let included = self.submit_all(calls).await?;
		self.progress.done();
		Ok(included)
	}

	/// The records that are to be granted, of which this must be the patient. Nothing is fetched.
	pub(crate) async fn to_be_granted(
		&self,
		state: &State,
		records: &[RecordId],
		terms: &Terms,
	) -> Result<Vec<Readable>> {
		if let Some(end) = terms.expires_at {
			if end <= state.now().await? {
				return Err(Error::Input("the grant would end before it begins".into()));
			}
		}
		let mut all = Vec::new();
		for record in records {
			let one = self.readable(state, *record).await?;
			// The chain would refuse it too, with the wrapped key in a block for good.
			if one.access != Access::Patient {
				return Err(Error::NotAllowed {
					reason: format!("only the patient of record {record} grants it"),
					next: Some("choose the patient's key with --as".into()),
				});
			}
			all.push(one);
		}
		Ok(all)
	}

	/// A record key, wrapped for another after its envelope was fetched, opened and checked.
	pub(crate) async fn checked_and_wrapped(
		&self,
		state: &State,
		readable: &Readable,
		third: &KeyView<AccountId>,
		ipfs: &Ipfs,
	) -> Result<WrappedKey> {
		let envelope = self.envelope(state, &readable.view).await?;
		self.open_into(&envelope, &readable.key, ipfs, &mut std::io::sink())
			.await?;
		wrap_for(third, &readable.key, &self.binding(&readable.view))
	}

	/// Revokes the grants of records to a member: all of them, or none.
	pub async fn revoke(&self, records: &[RecordId], grantee: &MemberId) -> Result<Included> {
		let revoke = |record: &RecordId| calls::REVOKE.with((*record, grantee.clone()));
		let included = self
			.submit_all(records.iter().map(revoke).collect())
			.await?;
		self.progress.done();
		Ok(included)
	}
}
