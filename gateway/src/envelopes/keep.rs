//! What becomes of an upload whose leaves Kubo has: its nodes are built, the root is compared, and
//! all is pinned until enough pinners have claimed the record. Without a record it is removed.

use std::{
	io,
	sync::{Arc, Weak},
	time::Duration,
};

use salus_client::Error;
use salus_envelope::Node;
use salus_primitives::{AccountId, Cid, Hash256};
use tokio::{sync::Notify, task::block_in_place, time::sleep};

use super::{
	journal::{self, Stage},
	tree::{hold, Next, Nodes},
	uploads::{Upload, Working, PATIENCE},
	Envelopes,
};
use crate::{
	gateway::now,
	node::{ChainName, Latest},
	table::AUTHORS,
	Gateway,
};

/// How long Kubo may take to read a short envelope, and how many bytes of a long one it reads in a
/// second at least.
const PIN: Duration = Duration::from_secs(120);
const PIN_RATE: u64 = 10 << 20;

/// How many blocks Kubo removes in one call, and how long it may take. It looks through its pins
/// for each.
const REMOVED_AT_ONCE: usize = 16;
const REMOVE: Duration = Duration::from_secs(120);

/// How many leaves are read back at most before an envelope counts as kept.
const READ_BACK: u64 = 8;

/// How many leaves are looked up in the other uploads at once.
const WINDOW: usize = 1 << 16;

/// Why an upload does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Stuck {
	/// Kubo or the node fails.
	#[error(transparent)]
	Failed(#[from] Error),
	/// The notes cannot be read or written.
	#[error("cannot use an upload's notes: {0}")]
	Io(#[from] io::Error),
	/// The node does not answer.
	#[error("the node does not answer")]
	NoNode,
	/// Kubo reads or removes it at this moment.
	#[error("something else works on it")]
	Busy,
}

/// The CID over the leaves that Kubo has of an upload.
///
/// # Errors
///
/// The notes cannot be read.
pub fn root(working: &Working) -> io::Result<Option<Cid>> {
	let size = working.header().size;
	let root = block_in_place(|| Nodes::over(working.leaves()?, size).root())?;
	Ok(root.and_then(|root| Cid::from_bytes(&root).ok()))
}

/// Has Kubo keep an upload of which it has all leaves, and whose root fits. If a leaf is missing
/// after all, those from it on are forgotten.
///
/// # Errors
///
/// [`Stuck`]: the next look at the uploads tries again.
async fn keep(envelopes: &Envelopes, working: &mut Working) -> Result<(), Stuck> {
	let header = working.header().clone();
	// Until they are pinned, the end of another upload could take them.
	let mut held = Vec::new();
	let mut nodes = Nodes::over(working.leaves()?, header.size);
	loop {
		let (full, rest) = match block_in_place(|| nodes.next())? {
			Next::Nodes(full, rest) => (full, Some(rest)),
			Next::Root(last, _) => (last, None),
			Next::Nothing => return Ok(()),
		};
		held.push(envelopes.uploads.holds.add(digests(&full)).await);
		for node in &full {
			envelopes.ipfs.put_node(node).await?;
		}
		match rest {
			Some(rest) => nodes = rest,
			None => break,
		}
	}
	let hold = hold(&header.cid, working.upload().id);
	if working.upload().is_undisturbed() && returns_some(envelopes, working).await? {
		envelopes.ipfs.put_pinned(&hold).await?;
		return Ok(working.set_stage(Stage::Kept)?);
	}
	// It may lack others, too.
	working.upload().disturb();
	// To pin it, Kubo would look for them elsewhere.
	if let Some(leaf) = first_missing(envelopes, working).await? {
		tracing::warn!(leaf, "Kubo has lost leaves of an upload");
		return Ok(working.truncate(leaf)?);
	}
	envelopes.ipfs.put_node(&hold).await?;
	let limit = PIN.saturating_add(Duration::from_secs(header.size / PIN_RATE));
	envelopes.ipfs.pin(&cid(&hold.cid), limit).await?;
	Ok(working.set_stage(Stage::Kept)?)
}

/// Whether Kubo returns some leaves, spread over all of the envelope.
async fn returns_some(envelopes: &Envelopes, working: &Working) -> Result<bool, Stuck> {
	let step = working.facts().leaves.div_ceil(READ_BACK).max(1);
	let mut random = [0; 8];
	getrandom::fill(&mut random).map_err(io::Error::other)?;
	let first = u64::from_le_bytes(random).checked_rem(step).unwrap_or(0);
	let read = |place: &u64| place.checked_rem(step) == Some(first);
	let envelope = working.header().cid;
	for (place, leaf) in (0..)
		.zip(working.leaves()?)
		.filter(|(place, _)| read(place))
	{
		if !envelopes.ipfs.returns_leaf(&envelope, place, &leaf?).await {
			return Ok(false);
		}
	}
	Ok(true)
}

/// The first leaf that Kubo does not have.
async fn first_missing(envelopes: &Envelopes, working: &Working) -> Result<Option<u64>, Stuck> {
	for (number, leaf) in (0..).zip(working.leaves()?) {
		if !envelopes
			.ipfs
			.has_block(&Cid::from_digest(false, leaf?))
			.await?
		{
			return Ok(Some(number));
		}
	}
	Ok(None)
}

/// Finishes an upload of which Kubo has all leaves, unless something else works on it.
pub async fn finish(gateway: Arc<Gateway>, upload: Arc<Upload>) {
	let (Some(envelopes), Some(mut working)) = (&gateway.envelopes, upload.try_work()) else {
		return;
	};
	let facts = working.facts();
	if facts.header.stage != Stage::Receiving || !facts.is_complete() {
		return;
	}
	let done = match root(&working) {
		Ok(Some(root)) if root == facts.header.cid => keep(envelopes, &mut working).await,
		Ok(_) => envelopes.end(working).map_err(Into::into),
		Err(error) => Err(error.into()),
	};
	if let Err(error) = done {
		upload.disturb();
		tracing::warn!(%error, "cannot keep an upload yet");
	}
}

/// Looks through all uploads for as long as the gateway runs.
pub async fn sweep(gateway: Weak<Gateway>) {
	while let Some((pause, _)) = pauses(&gateway) {
		sleep(pause).await;
		let Some(gateway) = gateway.upgrade() else {
			return;
		};
		let Some(envelopes) = &gateway.envelopes else {
			return;
		};
		for upload in envelopes.uploads.all() {
			if let Err(error) = look(&gateway, envelopes, &upload).await {
				tracing::warn!(%error, "an upload waits");
				if stops_all(envelopes, &error).await {
					break;
				}
			}
		}
	}
}

/// Removes what is left of uploads that ended, for as long as the gateway runs. It can take hours, and
/// those that go on do not wait for it.
pub async fn clear(gateway: Weak<Gateway>) {
	while let Some((pause, ended)) = pauses(&gateway) {
		tokio::select! {
			() = sleep(pause) => {}
			() = ended.notified() => {}
		}
		let Some(gateway) = gateway.upgrade() else {
			return;
		};
		let Some(envelopes) = &gateway.envelopes else {
			return;
		};
		for upload in envelopes.uploads.all() {
			if upload.facts().header.stage != Stage::Ending {
				continue;
			}
			if let Err(error) = remove(envelopes, &upload).await {
				tracing::warn!(%error, "an upload that has ended is not removed yet");
				if stops_all(envelopes, &error).await {
					break;
				}
			}
		}
	}
}

/// How long to wait before uploads are looked through again, and what tells that one has ended.
fn pauses(gateway: &Weak<Gateway>) -> Option<(Duration, Arc<Notify>)> {
	let gateway = gateway.upgrade()?;
	let envelopes = gateway.envelopes.as_ref()?;
	let seconds = envelopes.limits.sweep_seconds.max(1);
	Some((Duration::from_secs(seconds), envelopes.ended.clone()))
}

/// Whether no other upload can go on, either: Kubo or the node does not answer.
async fn stops_all(envelopes: &Envelopes, error: &Stuck) -> bool {
	match error {
		Stuck::NoNode | Stuck::Failed(Error::Connection { .. }) => true,
		// What fails can be this upload's alone.
		Stuck::Failed(Error::Ipfs { .. }) => envelopes.version().await.is_err(),
		Stuck::Failed(_) | Stuck::Io(_) | Stuck::Busy => false,
	}
}

/// Does what is next for an upload.
async fn look(
	gateway: &Arc<Gateway>,
	envelopes: &Envelopes,
	upload: &Arc<Upload>,
) -> Result<(), Stuck> {
	let facts = upload.facts();
	match facts.header.stage {
		// See `clear`.
		Stage::Ending => return Ok(()),
		Stage::Receiving if facts.is_complete() => {
			// It can take long, and the others do not wait.
			tokio::spawn(finish(gateway.clone(), upload.clone()));
		}
		Stage::Receiving | Stage::Kept => {}
	}
	let lasts = envelopes.limits.upload_seconds.saturating_mul(1_000);
	let expired = facts.header.since.saturating_add(lasts) <= now();
	if facts.header.stage == Stage::Receiving && !expired {
		return Ok(());
	}
	let latest = gateway.latest(ChainName::Region).ok_or(Stuck::NoNode)?;
	let record = match facts.header.record {
		Some(record) => Some(record),
		None => latest.state.record_of_envelope(&facts.header.cid).await?,
	};
	match record {
		Some(record) if facts.header.stage == Stage::Kept => {
			if facts.header.record.is_none() {
				let Some(mut working) = upload.try_work() else {
					return Ok(());
				};
				working.set_record(record)?;
			}
			let pins = latest.state.pins(record).await?.len();
			let target = latest.state.replication_target().await?;
			if pins as u64 >= u64::from(target) {
				// Those who claim it keep it: what no pin holds here goes.
				if let Some(working) = upload.try_work() {
					envelopes.end(working)?;
				}
			}
			Ok(())
		}
		// Kubo has all of it, and will keep it.
		Some(_) if facts.is_complete() => Ok(()),
		// Nobody waits for the rest of it.
		_ if expired => {
			let working = upload.work_within(PATIENCE).await.ok_or(Stuck::Busy)?;
			// If it is kept by now, the next look asks for its record.
			if working.header().stage == facts.header.stage {
				envelopes.end(working)?;
			}
			Ok(())
		}
		_ => Ok(()),
	}
}

/// Removes what Kubo has of an upload that ended: all blocks that no pin and no other upload holds.
async fn remove(envelopes: &Envelopes, upload: &Arc<Upload>) -> Result<(), Stuck> {
	let Some(working) = upload.try_work() else {
		return Ok(());
	};
	let facts = working.facts();
	let root = facts.header.cid;
	let hold = cid(&hold(&root, upload.id).cid);
	envelopes.ipfs.unpin(&hold).await?;
	envelopes.ipfs.remove_blocks(&[hold], REMOVE).await?;
	if facts.is_complete() && root.is_dag_pb() {
		envelopes.uploads.holds.doom([root.digest()]);
		if remove_doomed(envelopes, true).await? {
			// The same pin holds all that is below it.
			return Ok(envelopes.uploads.forget(&working)?);
		}
		let mut nodes = Nodes::over(working.leaves()?, facts.header.size);
		let mut all = Vec::new();
		loop {
			let (full, rest) = match block_in_place(|| nodes.next())? {
				Next::Nodes(full, rest) => (full, Some(rest)),
				Next::Root(last, _) => (last, None),
				Next::Nothing => break,
			};
			all.extend(digests(&full));
			match rest {
				Some(rest) => nodes = rest,
				None => break,
			}
		}
		// Another upload's are pinned, or it adds them now.
		envelopes.uploads.holds.doom(all);
		remove_doomed(envelopes, true).await?;
	}
	let mut leaves = working.leaves()?;
	loop {
		let some = leaves
			.by_ref()
			.take(WINDOW)
			.collect::<io::Result<Vec<_>>>()?;
		if some.is_empty() {
			break;
		}
		remove_leaves(envelopes, upload, some).await?;
	}
	envelopes.uploads.forget(&working)?;
	Ok(())
}

/// Removes leaves, but those that another upload has.
async fn remove_leaves(
	envelopes: &Envelopes,
	upload: &Arc<Upload>,
	leaves: Vec<Hash256>,
) -> Result<(), Stuck> {
	let holds = &envelopes.uploads.holds;
	holds.doom(leaves);
	for other in envelopes.uploads.all() {
		let ends = other.facts().header.stage == Stage::Ending;
		if ends || other.id == upload.id {
			continue;
		}
		block_in_place(|| {
			for leaf in journal::leaves_of(envelopes.uploads.folder(), other.id)? {
				holds.keep(&leaf?);
			}
			Ok::<_, io::Error>(())
		})?;
	}
	remove_doomed(envelopes, false).await.map(drop)
}

/// Removes the nodes or leaves that may be removed. Who adds one waits until Kubo has removed it.
/// Returns whether a pin holds one of them.
async fn remove_doomed(envelopes: &Envelopes, are_nodes: bool) -> Result<bool, Stuck> {
	let mut pinned = false;
	loop {
		let removing = envelopes.uploads.holds.take(REMOVED_AT_ONCE);
		if removing.blocks.is_empty() {
			return Ok(pinned);
		}
		let blocks = removing.blocks.iter();
		let some: Vec<_> = blocks
			.map(|block| Cid::from_digest(are_nodes, *block))
			.collect();
		let removed = envelopes.ipfs.remove_blocks(&some, REMOVE).await;
		if removed.is_err() {
			// Kubo may still remove what somebody adds next.
			for upload in envelopes.uploads.all() {
				upload.disturb();
			}
		}
		pinned |= removed?;
	}
}

fn digests(nodes: &[Node]) -> Vec<Hash256> {
	nodes.iter().map(|node| cid(&node.cid).digest()).collect()
}

fn cid(bytes: &[u8; 36]) -> Cid {
	let mut digest = [0; 32];
	for (to, from) in digest.iter_mut().zip(bytes.iter().skip(4)) {
		*to = *from;
	}
	Cid::from_digest(true, digest)
}

/// Whether an account can add records, so that it may upload.
///
/// # Errors
///
/// The node does not answer.
pub async fn may_upload(latest: &Latest, account: &AccountId) -> Result<bool, Stuck> {
	let standing = latest.standing(account).await?;
	Ok(standing.is_one_of(AUTHORS))
}

/// Ends the uploads of accounts that can no longer add records, whenever a final block can have
/// changed that.
pub async fn watch_authors(gateway: Weak<Gateway>) {
	let Some(mut latest) = gateway.upgrade().and_then(|gateway| {
		let region = gateway.node(ChainName::Region)?;
		Some(region.subscribe())
	}) else {
		return;
	};
	let mut seen = None;
	while latest.changed().await.is_ok() {
		let Some(gateway) = gateway.upgrade() else {
			return;
		};
		let Some(newest) = latest.borrow_and_update().clone() else {
			continue;
		};
		if seen == Some(newest.changes) {
			continue;
		}
		match end_uploads(&gateway, &newest).await {
			Ok(()) => seen = Some(newest.changes),
			Err(error) => tracing::warn!(%error, "cannot look the accounts of uploads up"),
		}
	}
}

async fn end_uploads(gateway: &Gateway, latest: &Latest) -> Result<(), Stuck> {
	let Some(envelopes) = &gateway.envelopes else {
		return Ok(());
	};
	let mut known: Vec<(AccountId, bool)> = Vec::new();
	let mut all = Ok(());
	for upload in envelopes.uploads.all() {
		let header = upload.facts().header;
		if header.stage == Stage::Ending || header.record.is_some() {
			continue;
		}
		let found = known.iter().find(|(account, _)| *account == header.account);
		let may = match found {
			Some((_, may)) => *may,
			None => {
				let may = may_upload(latest, &header.account).await?;
				known.push((header.account.clone(), may));
				may
			}
		};
		if !may {
			if let Err(error) = end_unnamed(envelopes, latest, &upload).await {
				// Tried again with the next block. The others do not wait for it.
				all = Err(error);
			}
		}
	}
	all
}

/// Ends an upload whose account can no longer add records. An envelope that is whole stays if a
/// record names it in this state.
///
/// # Errors
///
/// The node does not answer, or something else works on it for long: it goes on.
pub async fn end_unnamed(
	envelopes: &Envelopes,
	latest: &Latest,
	upload: &Arc<Upload>,
) -> Result<(), Stuck> {
	let mut working = upload.work_within(PATIENCE).await.ok_or(Stuck::Busy)?;
	let facts = working.facts();
	if facts.header.record.is_some() {
		return Ok(());
	}
	if facts.is_complete() {
		let record = latest.state.record_of_envelope(&facts.header.cid).await?;
		if let Some(record) = record {
			return Ok(working.set_record(record)?);
		}
	}
	Ok(envelopes.end(working)?)
}
