//! Process 4, grant across regions: granting records to providers of other regions, forwarding the
//! grants to the consortium, and unlocking the records that other regions' patients granted.

use crate::{
	chain::{calls, grant_id, Call, Consortium, Directory, Included, State},
	grant::Terms,
	ipfs::Downloader,
	keys::{binding, unwrap, verify_key, KnownKeys, UnlockedKey},
	retrieve::{unseal_name, Access, Envelope, UnlockedRecord},
	session::Session,
	standing::standing_text,
	Error, ProviderRef, RecordRef, Result,
};
use salus_primitives::{
	views::{DirectoryView, IncomingGrantView, InterregionalGrantView, KeyView, RegionView},
	AccountId, InterregionalGrantId, InterregionalState, MemberId, ParaId, RecordId,
	RegionStanding, RemoteProvider, Standing,
};
use std::collections::BTreeMap;

/// The most grants that one transaction forwards.
const BATCH: usize = 8;

/// A provider of another region to grant records to.
#[derive(Clone, Copy, Debug)]
pub struct RemoteGrantee<'a> {
	/// The provider.
	pub provider: &'a RemoteProvider,
	/// What the person called it.
	pub named: &'a ProviderRef,
}

/// The result of forwarding a grant.
#[derive(Debug)]
pub struct Forwarded {
	/// The grant.
	pub id: InterregionalGrantId,
	/// The grant's state after it was sent, or why it was not sent.
	pub result: Result<InterregionalGrantView>,
}

/// The result of forwarding the grants that wait.
#[derive(Debug, Default)]
pub struct Forwarding {
	/// The grants that were tried, oldest record first.
	pub tried: Vec<Forwarded>,
	/// Whether grants are left for later because too many messages wait for answers.
	pub left: bool,
}

/// The record of a grant from another region.
pub fn record_ref(grant: &IncomingGrantView<AccountId>) -> RecordRef {
	RecordRef {
		region: Some(grant.region),
		record: grant.record,
	}
}

/// A provider of the connected region, with its region. Other regions know no other members.
pub async fn remote_provider(state: &State, member: MemberId) -> Result<RemoteProvider> {
	match member {
		MemberId::Provider(id) => Ok(RemoteProvider {
			region: state.region().await?,
			id,
		}),
		MemberId::Patient(id) => Err(Error::NotAllowed {
			reason: format!("patient {id} cannot be granted records of other regions"),
			next: Some("choose a provider's key with --as".into()),
		}),
	}
}

impl Session<'_> {
	/// The provider that this account acts for, with its region.
	pub async fn remote_provider(&self, state: &State) -> Result<RemoteProvider> {
		remote_provider(state, self.member(state).await?).await
	}

	/// Grants records to a provider of another region: all of them, or none. The provider's
	/// encryption key comes from the consortium's directory. It must be signed by the provider's
	/// account for its region's chain, and have the fingerprint that the provider gave. Each
	/// envelope is fetched, opened and checked before its record key is wrapped.
	///
	/// This sends nothing to the consortium: a provider of the region forwards the grants.
	pub async fn grant_interregional(
		&self,
		consortium: &Consortium,
		records: &[RecordId],
		grantee: RemoteGrantee<'_>,
		terms: Terms,
		ipfs: &dyn Downloader,
		known: &mut KnownKeys,
	) -> Result<Included> {
		let state = self.chain.finalized().await?;
		ensure_other_region(&state, grantee.provider).await?;
		// First the checks that need no download.
		let unlocked = self.unlock_to_grant(&state, records, &terms).await?;
		let directory = consortium.finalized().await?;
		let key = self.directory_key(&directory, grantee, known).await?;
		self.submit_grants(&unlocked, &key, ipfs, |record, wrapped| {
			calls::GRANT_INTERREGIONAL.with((
				record,
				grantee.provider.clone(),
				wrapped,
				terms.expires_at,
				terms.purpose,
			))
		})
		.await
	}

	/// The directory's encryption key of a provider of another region, checked.
	async fn directory_key(
		&self,
		directory: &Directory,
		grantee: RemoteGrantee<'_>,
		known: &mut KnownKeys,
	) -> Result<KeyView<AccountId>> {
		directory.check_named(grantee.provider.region)?;
		let entry = directory.provider(grantee.provider).await?;
		let region = directory.region(grantee.provider.region).await?;
		check_grantee(&entry, &region)?;
		let RemoteGrantee { named, provider } = grantee;
		known.check_remote(
			&self.chain.genesis(),
			&region.genesis_hash.0,
			&format!("provider {named} of region {}", provider.region),
			&entry.key,
		)?;
		Ok(entry.key)
	}

	/// Forwards a grant to the consortium, as a verified provider of the region. Returns the
	/// grant's state after that. It is safe to forward a grant again.
	pub async fn forward(
		&self,
		id: &InterregionalGrantId,
	) -> Result<(Included, InterregionalGrantView)> {
		let state = self.state().await?;
		self.verified_provider(&state).await?;
		state.interregional_grant(id).await?;
		let call = calls::FORWARD.with((id.record, id.grantee.clone()));
		let included = self.submit(call).await?;
		let view = self.state().await?.interregional_grant(id).await?;
		self.progress.done();
		Ok((included, view))
	}

	/// Forwards all grants that wait, of one record or of all records, several in each transaction.
	/// A grant that cannot be sent does not stop the others. Only when too many messages wait for
	/// answers, the rest is left for later.
	pub async fn forward_waiting(&self, record: Option<RecordId>) -> Result<Forwarding> {
		let state = self.state().await?;
		self.verified_provider(&state).await?;
		let mut done = Forwarding::default();
		let waiting = match record {
			Some(record) => {
				let all = state.interregional_grants_of(record).await?;
				all.into_iter().filter(is_waiting).collect()
			}
			None => state.waiting().await?,
		};
		self.forward_page(&in_turn(&waiting), &mut done).await?;
		self.progress.done();
		Ok(done)
	}

	async fn forward_page(
		&self,
		ids: &[InterregionalGrantId],
		done: &mut Forwarding,
	) -> Result<()> {
		for some in ids.chunks(BATCH) {
			if done.left {
				return Ok(());
			}
			let call =
				|id: &InterregionalGrantId| calls::FORWARD.with((id.record, id.grantee.clone()));
			let calls = some.iter().map(call).collect();
			let included = self.submit(Call::force_batch(calls)).await?;
			let items = included.items().map_err(|error| included.unknown(error))?;
			if items.len() != some.len() {
				return Err(included.unknown("its events do not match these grants"));
			}
			let state = self.state().await?;
			for (id, item) in some.iter().zip(items) {
				let result = match item {
					Ok(()) => state.interregional_grant(id).await,
					Err(error) => Err(error),
				};
				done.left |= result.as_ref().is_err_and(is_too_many);
				done.tried.push(Forwarded {
					id: id.clone(),
					result,
				});
			}
		}
		Ok(())
	}

	/// Revokes the grants of records to a provider of another region: all of them, or none. If a
	/// grant was sent to the consortium, a message revokes it there at once. Returns each grant's
	/// state after that.
	pub async fn revoke_interregional(
		&self,
		records: &[RecordId],
		grantee: &RemoteProvider,
	) -> Result<(Included, Vec<InterregionalGrantView>)> {
		let revoke =
			|record: &RecordId| calls::REVOKE_INTERREGIONAL.with((*record, grantee.clone()));
		let included = self
			.submit_all(records.iter().map(revoke).collect())
			.await?;
		let state = self.state().await?;
		let mut views = Vec::new();
		for record in records {
			let id = InterregionalGrantId {
				record: *record,
				grantee: grantee.clone(),
			};
			match state.interregional_grant(&id).await {
				// The chain already removed the grant.
				Err(Error::NotFound(_)) => {}
				view => views.push(view?),
			}
		}
		self.progress.done();
		Ok((included, views))
	}

	/// Unlocks a record of another region, with the grant that the consortium hands out.
	pub async fn unlock_incoming(
		&self,
		directory: &Directory,
		region: ParaId,
		record: RecordId,
	) -> Result<UnlockedRecord<IncomingGrantView<AccountId>>> {
		directory.check_named(region)?;
		let grantee = self.remote_provider(&self.state().await?).await?;
		let grant = directory.granted(region, record, &grantee).await?;
		self.ensure_lasts(record_ref(&grant), grant.expires_at)?;
		unlock_grant(self.key, grant)
	}
}

/// Refuses a provider of the connected region.
async fn ensure_other_region(state: &State, provider: &RemoteProvider) -> Result<()> {
	if state.region().await? != provider.region {
		return Ok(());
	}
	Err(Error::Input(format!(
		"region {} is the records' own region: give its provider id:{} without a region",
		provider.region, provider.id
	)))
}

/// Refuses a provider that records cannot be granted to, and a key that the provider did not sign.
fn check_grantee(entry: &DirectoryView<AccountId>, region: &RegionView) -> Result<()> {
	let provider = RemoteProvider {
		region: entry.region,
		id: entry.id,
	};
	if region.standing != RegionStanding::Admitted
		|| entry.region_standing != RegionStanding::Admitted
	{
		return Err(Error::NotAllowed {
			reason: format!("region {} is expelled from the consortium", entry.region),
			next: Some("ask the consortium's authorities to admit it again".into()),
		});
	}
	let next = match entry.standing {
		Standing::Verified => {
			return verify_key(&region.genesis_hash.0, &provider, &entry.key);
		}
		Standing::Suspended => Some("ask its region's authorities to reinstate it".into()),
		Standing::Retired
		| Standing::RetiredSuspended
		| Standing::Unverified
		| Standing::UnverifiedSuspended => None,
	};
	Err(Error::NotAllowed {
		reason: format!(
			"provider {} of region {} is {}",
			entry.number,
			entry.region,
			standing_text(entry.standing)
		),
		next,
	})
}

fn is_waiting(grant: &InterregionalGrantView) -> bool {
	use InterregionalState::*;
	matches!(grant.state, Granted | Overdue)
}

/// The order in which waiting grants, newest first, are forwarded: the oldest first, and one of each
/// record in turn. So however many grants of a record are added, the others do not wait for them.
fn in_turn(waiting: &[InterregionalGrantView]) -> Vec<InterregionalGrantId> {
	let mut before = BTreeMap::<RecordId, usize>::new();
	let mut turns: Vec<_> = waiting
		.iter()
		.rev()
		.map(|grant| {
			let count = before.entry(grant.record).or_default();
			*count = count.saturating_add(1);
			(*count, grant_id(grant))
		})
		.collect();
	turns.sort_by_key(|(turn, _)| *turn);
	turns.into_iter().map(|(_, id)| id).collect()
}

/// Whether a grant was not sent because too many messages wait for answers, of all or of this
/// provider.
fn is_too_many(error: &Error) -> bool {
	matches!(error, Error::Refused { code, .. }
		if code.ends_with(".TooManyInFlight") || code.ends_with(".TooManyForwarded"))
}

/// Unlocks the record of a grant. The account that the grant names signs the envelope: the author's
/// when it added the record, which may have another account in the directory since.
fn unlock_grant(
	own_key: &UnlockedKey,
	grant: IncomingGrantView<AccountId>,
) -> Result<UnlockedRecord<IncomingGrantView<AccountId>>> {
	let record = record_ref(&grant);
	let envelope = Envelope {
		record,
		cid: grant.cid,
		size: grant.envelope_size,
		binding: binding(
			grant.genesis_hash.0,
			grant.patient,
			grant.author.author(),
			grant.document_hash,
		),
		author_account: grant.account.clone(),
		amended_hash: grant.amended_hash,
		sealed_name: grant.sealed_name,
		added_at: grant.added_at,
		author: grant.author.clone(),
	};
	let wrapped = grant.wrapped_key.as_ref();
	let wrapped =
		wrapped.ok_or_else(|| Error::NotFound(format!("wrapped key of record {record}")))?;
	let key = unwrap(own_key, wrapped, &envelope.binding, record)?;
	Ok(UnlockedRecord {
		access: Access::Grant {
			purpose: grant.purpose,
			expires_at: grant.expires_at,
		},
		name: unseal_name(&key, &grant.sealed_name, record)?,
		patient_name: None,
		view: grant,
		key,
		envelope,
	})
}

#[cfg(test)]
mod tests;
