//! Who may have an envelope: by the same table as the record itself, in the newest final state.

use std::time::Duration;

use codec::Encode;
use salus_client::{
	chain::{Directory, State},
	Error,
};
use salus_primitives::{Cid, ParaId, RecordId};
use tokio::time::{timeout, Instant};

use crate::{
	access::{Access, At, Refused},
	node::ChainName,
	sessions::Session,
	Gateway,
};

/// How long a download goes on without an answer of the node.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the node may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// A record, of this region or of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
	/// The number of its region.
	pub region: ParaId,
	/// Its id.
	pub record: RecordId,
}

/// An envelope, as the chain has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
	/// Its CID.
	pub cid: Cid,
	/// Its bytes.
	pub size: u64,
}

/// Why an envelope is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEnvelope {
	/// There is no such record, or this account cannot read it: which of these, nobody is told.
	#[error("there is no such record, or this account cannot read it")]
	Refused,
	/// The node does not answer.
	#[error("the gateway's node does not answer: try again in a minute")]
	NoNode,
}

impl From<Refused> for NoEnvelope {
	fn from(refused: Refused) -> Self {
		match refused {
			Refused::NoNode => Self::NoNode,
			_ => Self::Refused,
		}
	}
}

impl Named {
	/// The record's envelope, if this session may have it.
	///
	/// # Errors
	///
	/// [`NoEnvelope`].
	pub async fn envelope(
		self,
		gateway: &Gateway,
		session: &Session,
	) -> Result<Envelope, NoEnvelope> {
		let found = timeout(ANSWER, self.find(gateway, session)).await;
		found.map_err(|_| NoEnvelope::NoNode)?
	}

	async fn find(self, gateway: &Gateway, session: &Session) -> Result<Envelope, NoEnvelope> {
		let standing = session.standing();
		let chain = self.chain(session);
		let access = Access::new(gateway, session, chain);
		if chain == ChainName::Region {
			access
				.call("EmrApi_record", &self.record.encode(), At::Newest)
				.await?;
			let record = state(gateway, chain)?.record(self.record).await;
			let record = record.map_err(|error| refusal(&error))?;
			return Ok(Envelope {
				cid: record.cid,
				size: record.envelope_size,
			});
		}
		let grantee = standing.provider().ok_or(NoEnvelope::Refused)?;
		let arguments = (self.region, self.record, &grantee).encode();
		access
			.call("ConsortiumApi_grant", &arguments, At::Newest)
			.await?;
		let directory = Directory::of(state(gateway, chain)?).ok_or(NoEnvelope::NoNode)?;
		let grant = directory.grant(self.region, self.record, &grantee).await;
		let grant = grant.map_err(|error| refusal(&error))?;
		let grant = grant.ok_or(NoEnvelope::Refused)?;
		Ok(Envelope {
			cid: grant.cid,
			size: grant.envelope_size,
		})
	}

	/// The chain that decides.
	fn chain(self, session: &Session) -> ChainName {
		if session.standing().region == self.region {
			ChainName::Region
		} else {
			ChainName::Consortium
		}
	}

	/// Returns once the session may no longer have this envelope, or nobody knows.
	pub async fn until_refused(self, gateway: &Gateway, session: &Session, envelope: Envelope) {
		let Some(node) = gateway.node(self.chain(session)) else {
			return;
		};
		let mut latest = node.subscribe();
		let mut known = Instant::now();
		loop {
			// A chain that stands still does not let a download go on for ever.
			if matches!(timeout(PATIENCE, latest.changed()).await, Ok(Err(_))) {
				return;
			}
			latest.borrow_and_update();
			match self.envelope(gateway, session).await {
				Ok(now) if now == envelope => known = Instant::now(),
				Err(NoEnvelope::NoNode) if known.elapsed() < PATIENCE => {}
				_ => return,
			}
		}
	}
}

fn state(gateway: &Gateway, chain: ChainName) -> Result<State, NoEnvelope> {
	let latest = gateway.latest(chain).ok_or(NoEnvelope::NoNode)?;
	Ok(latest.state)
}

fn refusal(error: &Error) -> NoEnvelope {
	match error {
		Error::NotFound(_) => NoEnvelope::Refused,
		error => {
			tracing::warn!(%error, "cannot look a record up");
			NoEnvelope::NoNode
		}
	}
}
