//! `GET /v1/records/{region}/{id}/envelope`: the blocks of an envelope, as a CAR.

use std::{collections::HashSet, io, ops::RangeInclusive, sync::Arc, time::Duration};

use axum::{
	body::{Body, Bytes},
	extract::{rejection::PathRejection, Path, RawQuery, State},
	http::{header::CONTENT_TYPE, StatusCode},
	response::{IntoResponse, Response},
};
use futures::{
	stream::{self, BoxStream},
	StreamExt,
};
use salus_client::ipfs::{car_block, car_header, CarPiece, CarPieces, CAR};
use salus_envelope::{CidBytes, LEAF_LEN};
use salus_primitives::{Cid, ParaId, RecordId};
use tokio::{sync::mpsc, time::timeout};

use super::{
	range::Asked,
	readers::{Envelope, Named, NoEnvelope},
	Envelopes,
};
use crate::{
	http::{Caller, Failure},
	Gateway,
};

/// The most bytes of a node.
const MAX_NODE: usize = 1 << 16;

/// How many leaves Kubo fetches from others at once.
const WINDOW: u64 = 64;

/// How long Kubo may take to fetch them, beside the time at a rate of this many bytes in a second.
const FETCH: Duration = Duration::from_secs(60);
const FETCH_RATE: u64 = 256 << 10;

/// How many pieces of Kubo's answer wait for the client.
const AHEAD: usize = 2;

const LEAF: u64 = LEAF_LEN as u64;

type Blocks = BoxStream<'static, salus_client::Result<Bytes>>;

/// The download.
pub async fn envelope(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	path: Result<Path<(ParaId, RecordId)>, PathRejection>,
	RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
	let malformed = || {
		let text = "the request is malformed: see docs/gateway.md";
		Failure::new(StatusCode::BAD_REQUEST, text)
	};
	let Path((region, record)) = path.map_err(|_| malformed())?;
	let asked = Asked::read(query.as_deref().unwrap_or_default()).ok_or_else(malformed)?;
	let envelopes = gateway.envelopes()?;
	if !gateway.sessions.rates.requests.allows(&session.account) {
		return Err(too_many());
	}
	let named = Named { region, record };
	let envelope = named.envelope(&gateway, &session).await;
	if envelope == Err(NoEnvelope::Refused) {
		gateway.count_refusal("envelope");
	}
	let envelope = envelope?;
	let bytes = asked.bytes(envelope.size)?;
	let place = envelopes.places.take(session.account.clone());
	let place = place.ok_or_else(too_many)?;
	let mut ends = session.transfer().ok_or_else(Failure::unauthorized)?;
	let first = envelopes.trustless.car(&envelope.cid, bytes.clone()).await;
	let first = first.map_err(|error| no_kubo(&error))?;

	let (sender, receiver) = mpsc::channel(AHEAD);
	let running = gateway.clone();
	tokio::spawn(async move {
		let Some(envelopes) = &running.envelopes else {
			return;
		};
		let download = Download {
			envelopes,
			envelope,
			sender: &sender,
			next: bytes.start() / LEAF,
			last: bytes.end() / LEAF,
			bytes,
			nodes: HashSet::new(),
		};
		// Whichever ends first: the download is whole, or the client sees that it was cut. When it asks
		// for the rest, it is told why.
		tokio::select! {
			sent = download.run(first) => match sent {
				Ok(()) => {
					let _ = sender.send(None).await;
				}
				Err(stopped) => tracing::info!(%stopped, "a download was cut"),
			},
			_ = ends.changed() => tracing::info!("a download ended with its session"),
			() = named.until_refused(&running, &session, envelope) => {
				tracing::info!("a download ended, as its account can no longer read the record");
			}
		}
		drop(place);
	});
	let body = stream::unfold(Some(receiver), |receiver| async move {
		let mut receiver = receiver?;
		match receiver.recv().await {
			Some(Some(bytes)) => Some((Ok(bytes), Some(receiver))),
			Some(None) => None,
			None => Some((Err(io::Error::other("the download was cut")), None)),
		}
	});
	let kind = format!("{CAR}; version=1; order=dfs; dups=n");
	Ok(([(CONTENT_TYPE, kind)], Body::from_stream(body)).into_response())
}

/// The client has too many requests or transfers.
pub fn too_many() -> Failure {
	Failure::new(
		StatusCode::TOO_MANY_REQUESTS,
		"too many transfers or requests at once: try again in a second",
	)
}

/// Kubo does not answer.
pub fn no_kubo(error: &salus_client::Error) -> Failure {
	tracing::warn!(%error, "Kubo fails");
	Failure::new(
		StatusCode::SERVICE_UNAVAILABLE,
		"the gateway's Kubo does not answer: try again in a minute",
	)
}

impl From<NoEnvelope> for Failure {
	fn from(error: NoEnvelope) -> Self {
		let status = match error {
			NoEnvelope::Refused => StatusCode::FORBIDDEN,
			NoEnvelope::NoNode => StatusCode::SERVICE_UNAVAILABLE,
		};
		Self::new(status, error.to_string())
	}
}

/// Why a download is not whole.
#[derive(Debug, thiserror::Error)]
enum Stopped {
	#[error("the client is gone, or reads too slowly")]
	Client,
	#[error("Kubo's answer was cut amid a block")]
	Cut,
	#[error("Kubo sent blocks that are not of an envelope of this size")]
	Layout,
	#[error("Kubo does not find the blocks")]
	Missing,
	#[error("Kubo lacks blocks, and the disk has no room for them beside its reserve")]
	NoRoom,
	#[error(transparent)]
	Kubo(#[from] salus_client::Error),
}

/// A download that goes on.
struct Download<'a> {
	envelopes: &'a Envelopes,
	envelope: Envelope,
	bytes: RangeInclusive<u64>,
	sender: &'a mpsc::Sender<Option<Bytes>>,
	/// The number of the next leaf, and of the last one.
	next: u64,
	last: u64,
	/// The nodes that were sent.
	nodes: HashSet<CidBytes>,
}

impl Download<'_> {
	/// Sends all that was asked for. What Kubo lacks it is made to fetch.
	async fn run(mut self, first: Blocks) -> Result<(), Stopped> {
		self.send(car_header(&self.envelope.cid).into()).await?;
		let mut blocks = first;
		let mut fetched = None;
		loop {
			self.pass(blocks).await?;
			if self.next > self.last {
				return Ok(());
			}
			if fetched == Some(self.next) {
				return Err(Stopped::Missing);
			}
			fetched = Some(self.next);
			self.fetch().await?;
			let cid = &self.envelope.cid;
			let rest = self.place()..=*self.bytes.end();
			blocks = self.envelopes.trustless.car(cid, rest).await?;
		}
	}

	/// The first byte that is still to come.
	fn place(&self) -> u64 {
		self.next.saturating_mul(LEAF).max(*self.bytes.start())
	}

	async fn fetch(&self) -> Result<(), Stopped> {
		let from = self.place();
		let end = self.bytes.end().saturating_add(1);
		let to = self
			.next
			.saturating_add(WINDOW)
			.saturating_mul(LEAF)
			.min(end);
		let wanted = to.saturating_sub(from);
		let room = self.envelopes.reserve().saturating_add(wanted);
		if !self.envelopes.free().is_ok_and(|free| free >= room) {
			return Err(Stopped::NoRoom);
		}
		let limit = FETCH.saturating_add(Duration::from_secs(wanted / FETCH_RATE));
		let fetched = self
			.envelopes
			.ipfs
			.fetch(&self.envelope.cid, from..to, limit);
		Ok(fetched.await?)
	}

	/// Sends the blocks of a CAR, until it ends or is cut.
	async fn pass(&mut self, mut blocks: Blocks) -> Result<(), Stopped> {
		let mut pieces = CarPieces::default();
		// Of the block that is sent now: whether the client has not got it before, and what is to come.
		let (mut new, mut left) = (false, 0_usize);
		'car: while let Some(Ok(mut bytes)) = blocks.next().await {
			while let Ok(piece) = pieces.next(&mut bytes) {
				match piece {
					None => continue 'car,
					Some(CarPiece::Block(cid, len)) => {
						// Not more than was asked for.
						if self.next > self.last {
							return Ok(());
						}
						new = self.is_new(&cid, len)?;
						left = len;
						if new {
							self.send(car_block(&cid, len).into()).await?;
						}
					}
					Some(CarPiece::Data(data)) => {
						left = left.saturating_sub(data.len());
						if new {
							self.send(data).await?;
						}
					}
				}
			}
			// What follows is no CAR. So Kubo says that a block is missing.
			break;
		}
		if new && left > 0 {
			return Err(Stopped::Cut);
		}
		Ok(())
	}

	/// Whether a block is sent: each leaf, and each node once.
	fn is_new(&mut self, cid: &CidBytes, len: usize) -> Result<bool, Stopped> {
		let is_leaf = Cid::from_bytes(cid).is_ok_and(|cid| !cid.is_dag_pb());
		if is_leaf {
			let begins = self.next.saturating_mul(LEAF);
			let expected = self.envelope.size.saturating_sub(begins).min(LEAF);
			if len as u64 != expected {
				return Err(Stopped::Layout);
			}
			self.next = self.next.saturating_add(1);
			return Ok(true);
		}
		let leaves = self.envelope.size.div_ceil(LEAF);
		// More than an envelope's tree has.
		let most = (leaves / 512).saturating_add(8);
		if len > MAX_NODE || self.nodes.len() as u64 >= most {
			return Err(Stopped::Layout);
		}
		Ok(self.nodes.insert(*cid))
	}

	async fn send(&self, bytes: Bytes) -> Result<(), Stopped> {
		let patience = Duration::from_secs(self.envelopes.limits.stall_seconds);
		match timeout(patience, self.sender.send(Some(bytes))).await {
			Ok(Ok(())) => Ok(()),
			_ => Err(Stopped::Client),
		}
	}
}
