//! Process 4: granting records to providers of other regions, by way of the consortium's chain, and
//! reading what was granted so.

use crate::{
	chain::{calls, views::grant_id, Call, Included, State},
	consortium::{check_grantee, Consortium, Directory},
	grants::Terms,
	ipfs::Ipfs,
	keystore::Unlocked,
	known::{Fingerprint, Known},
	members::{private_key, Acting},
	records::{Envelope, Retrieved},
	Error, RecordRef, Result,
};
use salus_envelope::{open_name, Expected, RecordKey, WrapBinding};
use salus_primitives::{
	views::{DirectoryView, EnlistmentView, IncomingGrantView, InterregionalGrantView, KeyView},
	AccountId, InterregionalGrantId, InterregionalState, MemberId, ParaId, RecordId,
	RemoteProvider,
};
use std::{io::Write, path::Path};

/// Grants that one transaction forwards.
const BATCH: usize = 8;

/// Whom a record is granted to in another region.
#[derive(Clone, Copy, Debug)]
pub struct Remote<'a> {
	/// The provider.
	pub provider: &'a RemoteProvider,
	/// The fingerprint of its encryption key, which it gave the patient itself.
	pub fingerprint: Option<&'a Fingerprint>,
}

/// What became of a grant that was to be forwarded.
#[derive(Debug)]
pub struct Forwarded {
	/// The grant.
	pub id: InterregionalGrantId,
	/// How it stands after it was sent, or why it was not.
	pub result: Result<InterregionalGrantView>,
}

/// What became of the grants that waited to be forwarded.
#[derive(Debug, Default)]
pub struct Forwarding {
	/// Those that were tried, oldest record first.
	pub tried: Vec<Forwarded>,
	/// Whether the others were left for later, as too many messages wait for their answers.
	pub left: bool,
}

/// A record of another region that a member can read, its key unwrapped.
pub struct Incoming {
	/// What the consortium hands out.
	pub grant: IncomingGrantView<AccountId>,
	/// The record's name.
	pub name: String,
	key: RecordKey,
}

impl Incoming {
	/// The record.
	pub fn record(&self) -> RecordRef {
		reference(&self.grant)
	}
}

/// A record of another region, with its region.
pub fn reference(grant: &IncomingGrantView<AccountId>) -> RecordRef {
	RecordRef {
		region: Some(grant.region),
		record: grant.record,
	}
}

impl Acting<'_> {
	/// Has the region enter the provider that this account acts for into the consortium's
	/// directory. The region sends that by itself: [`State::enlistment`] tells how far it came.
	pub async fn enlist(&self) -> Result<(Included, EnlistmentView)> {
		let state = self.state().await?;
		let number = self.verified_provider(&state).await?;
		let included = self.submit(calls::ENLIST.with(())).await?;
		let view = self.state().await?.enlistment(&number).await?;
		self.progress.done();
		let view = view.ok_or_else(|| Error::NotFound(format!("entry of provider {number}")))?;
		Ok((included, view))
	}

	/// The provider that this account acts for, as other regions know it.
	pub async fn as_remote(&self, state: &State) -> Result<RemoteProvider> {
		remote(state, self.member(state).await?).await
	}

	/// Grants records to a provider of another region: all of them, or none. Its encryption key is
	/// the one in the consortium's directory, signed by its account for its region's chain, and
	/// compared with the fingerprint that it gave. Each envelope is fetched, opened and checked
	/// before its record key is wrapped.
	///
	/// Nothing crosses yet: a provider of the region forwards the grants.
	pub async fn grant_interregional(
		&self,
		consortium: &Consortium,
		records: &[RecordId],
		third: Remote<'_>,
		terms: Terms,
		ipfs: &Ipfs,
		known: &mut Known,
	) -> Result<Included> {
		let state = self.chain.finalized().await?;
		self.not_here(&state, third.provider).await?;
		// First what needs no download.
		let readable = self.to_be_granted(&state, records, &terms).await?;
		let directory = consortium.finalized().await?;
		let key = self.directory_key(&directory, third, known).await?;
		let mut calls = Vec::new();
		for readable in readable {
			let wrapped = self
				.checked_and_wrapped(&state, &readable, &key, ipfs)
				.await?;
			calls.push(calls::GRANT_INTERREGIONAL.with((
				readable.view.id,
				third.provider.clone(),
				wrapped,
				terms.expires_at,
				terms.purpose,
			)));
		}
		let included = self.submit_all(calls).await?;
		self.progress.done();
		Ok(included)
	}

	/// Refuses a provider of this region.
	async fn not_here(&self, state: &State, provider: &RemoteProvider) -> Result<()> {
		if state.region().await? != provider.region {
			return Ok(());
		}
		Err(Error::Input(format!(
			"region {} is the records' own: name its provider {} alone, without a region",
			provider.region, provider.number
		)))
	}

	/// The encryption key that a provider of another region has in the directory.
	async fn directory_key(
		&self,
		directory: &Directory,
		third: Remote<'_>,
		known: &mut Known,
	) -> Result<KeyView<AccountId>> {
		let entry = directory.provider(third.provider).await?;
		let region = directory.region(third.provider.region).await?;
		check_grantee(&entry, &region)?;
		known.check_remote(
			&self.chain.genesis(),
			&region.genesis_hash.0,
			third.provider,
			&entry.key,
			third.fingerprint,
		)?;
		Ok(entry.key)
	}

	/// Sends a grant to the consortium, as a verified provider of its region; gives how it stands
	/// then, with the message's id. Sending it again is safe.
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

	/// Sends all grants that wait to be forwarded, of one record or of all, some in each
	/// transaction. One that can't be sent keeps no other back, unless too many messages wait for
	/// their answers: then the rest is left for later.
	pub async fn forward_waiting(&self, record: Option<RecordId>) -> Result<Forwarding> {
		let state = self.state().await?;
		self.verified_provider(&state).await?;
		let mut done = Forwarding::default();
		if let Some(record) = record {
			state.record(record).await?;
			let all = state.interregional_grants_of(record).await?;
			let waiting = all.into_iter().filter(is_waiting);
			let ids: Vec<_> = waiting.map(|grant| grant_id(&grant)).collect();
			self.forward_page(&ids, &mut done).await?;
			self.progress.done();
			return Ok(done);
		}
		let mut after = None;
		while !done.left {
			// A block of its own for each page: nodes forget old ones.
			let page = self.state().await?.waiting_after(after).await?;
			let ids: Vec<_> = page.iter().map(grant_id).collect();
			let Some(last) = ids.last() else { break };
			after = Some(last.clone());
			self.forward_page(&ids, &mut done).await?;
		}
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
			let unread = |reason: String| Error::Unknown {
				hash: format!("0x{}", hex::encode(included.hash)),
				reason,
			};
			let items = included
				.items()
				.map_err(|error| unread(error.to_string()))?;
			if items.len() != some.len() {
				return Err(unread("its events do not tell of these grants".into()));
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

	/// Takes grants back from a provider of another region: all of them, or none. What was sent to
	/// the consortium is revoked there by a message that goes at once; gives how each stands then.
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
				// It is gone already.
				Err(Error::NotFound(_)) => {}
				view => views.push(view?),
			}
		}
		self.progress.done();
		Ok((included, views))
	}

	/// A record of another region that this member can read: the consortium hands out its wrapped
	/// key, which is unwrapped here.
	pub async fn incoming(
		&self,
		directory: &Directory,
		region: ParaId,
		record: RecordId,
	) -> Result<Incoming> {
		let grantee = self.as_remote(&self.state().await?).await?;
		let grant = directory.granted(region, record, &grantee).await?;
		let author = RemoteProvider {
			region,
			number: grant.author.clone(),
		};
		let entry = directory.find(&author).await?;
		unwrap_grant(self.me, grant, entry.as_ref())
	}

	/// Fetches the envelope of a record of another region, checks everything, and keeps the
	/// document: at `path`, or under its name if that is a directory. On any error nothing of it
	/// remains.
	pub async fn retrieve_incoming(
		&self,
		incoming: &Incoming,
		path: &Path,
		replace: bool,
		ipfs: &Ipfs,
	) -> Result<Retrieved> {
		let envelope = envelope(&incoming.grant);
		let (target, manifest) = self
			.keep(
				&envelope,
				&incoming.key,
				&incoming.name,
				path,
				replace,
				ipfs,
			)
			.await?;
		Ok(Retrieved {
			path: Some(target),
			manifest,
			author_standing: incoming.grant.author_standing,
		})
	}

	/// The same, to a writer, after everything was checked.
	pub async fn retrieve_incoming_to(
		&self,
		incoming: &Incoming,
		out: &mut (dyn Write + Send),
		ipfs: &Ipfs,
	) -> Result<Retrieved> {
		let envelope = envelope(&incoming.grant);
		let manifest = self.pour(&envelope, &incoming.key, out, ipfs).await?;
		Ok(Retrieved {
			path: None,
			manifest,
			author_standing: incoming.grant.author_standing,
		})
	}
}

/// A provider as other regions know it; nobody else is known there.
pub async fn remote(state: &State, member: MemberId) -> Result<RemoteProvider> {
	match member {
		MemberId::Provider(number) => Ok(RemoteProvider {
			region: state.region().await?,
			number,
		}),
		MemberId::Patient(id) => Err(Error::NotAllowed {
			reason: format!("patient {id} is not granted records of other regions"),
			next: Some("choose a provider's key with --as".into()),
		}),
	}
}

fn is_waiting(grant: &InterregionalGrantView) -> bool {
	use InterregionalState::*;
	matches!(grant.state, Granted | Overdue)
}

/// Whether a grant could not be sent as too many messages wait for their answers.
fn is_too_many(error: &Error) -> bool {
	matches!(error, Error::Refused { code, .. } if code.ends_with(".TooManyInFlight"))
}

/// What the envelope of a delivered grant must agree with.
fn envelope(grant: &IncomingGrantView<AccountId>) -> Envelope {
	Envelope {
		record: reference(grant),
		cid: grant.cid,
		size: grant.size,
		expected: Expected {
			hash: grant.hash,
			patient: grant.patient.0,
			author_number: grant.author.to_string(),
			author_account: *grant.account.as_ref(),
			region: grant.region,
			genesis: grant.genesis_hash.0,
		},
	}
}

/// Unwraps the record key of a delivered grant. An author who is in the directory acts there
/// through the account whose signature the envelope must bear.
fn unwrap_grant(
	me: &Unlocked,
	grant: IncomingGrantView<AccountId>,
	author: Option<&DirectoryView<AccountId>>,
) -> Result<Incoming> {
	let record = reference(&grant);
	let failed = |what: &str, error: &dyn std::fmt::Display| {
		Error::Verification(format!("{what} record {record}: {error}"))
	};
	if let Some(entry) = author {
		if entry.account != grant.account {
			return Err(failed(
				"the author of",
				&format!(
					"provider {} acts through another account in the directory than the one that added it",
					grant.author
				),
			));
		}
	}
	let binding = WrapBinding {
		genesis: grant.genesis_hash.0,
		patient: grant.patient.0,
		author_number: grant.author.to_string(),
		hash: grant.hash,
	};
	let wrapped = &grant.wrapped_key;
	let key = private_key(me, wrapped.key_version())?
		.unwrap(wrapped.ciphertext(), &binding)
		.map_err(|error| failed("the wrapped key of", &error))?;
	let name =
		open_name(&key, &grant.sealed_name).map_err(|error| failed("the name of", &error))?;
	Ok(Incoming { grant, name, key })
}

#[cfg(test)]
mod tests;
