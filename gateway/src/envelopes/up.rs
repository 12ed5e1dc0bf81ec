//! Uploads by tus: `POST /v1/uploads`, and `HEAD`, `PATCH` and `DELETE` of `/v1/uploads/{id}`.

use std::{
	io::{self, Read, Seek},
	sync::Arc,
	time::{Duration, UNIX_EPOCH},
};

use axum::{
	body::{Body, BodyDataStream, Bytes},
	extract::{rejection::PathRejection, Path, State},
	http::{header::LOCATION, HeaderMap, HeaderName, HeaderValue, StatusCode},
	response::{IntoResponse, Response},
};
use futures::{stream, Stream, StreamExt};
use salus_envelope::{check_header, fits_layout, LEAF_LEN};
use salus_primitives::{Cid, Hash256};
use tokio::{
	task::block_in_place,
	time::{timeout, timeout_at, Instant},
};

use super::{
	down::{no_kubo, too_many},
	journal::{Stage, UploadId},
	keep::{self, may_upload},
	part::{Arrived, Part, MAX_PART},
	tree::cid_of,
	tus::{self, Announced, PartHeaders},
	uploads::{busy, no_disk, Facts, Upload, Working, PATIENCE},
	Envelopes,
};
use crate::{
	gateway::now,
	http::{token, Caller, Failure},
	node::ChainName,
	table::AUTHORS,
	Gateway,
};

/// The most envelope bytes that a record may name.
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");

/// tus's status for a part whose checksum is wrong.
const CHECKSUM_MISMATCH: u16 = 460;

/// How long the last part waits until Kubo keeps the envelope. A long envelope takes longer.
const KEPT: Duration = Duration::from_secs(10);

/// How long Kubo may take to add a part.
const ADD: Duration = Duration::from_secs(120);

/// A transfer that brings fewer bytes in the time of a stall has stalled.
const LEAST: u64 = 64 << 10;

/// How many bytes are hashed and written at once.
const PIECE: usize = 256 << 10;

/// The id in a request's path.
type Named = Result<Path<String>, PathRejection>;

/// `POST /v1/uploads`: announces an envelope.
pub async fn create(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	headers: HeaderMap,
) -> Result<Response, Response> {
	let envelopes = gateway.envelopes().map_err(Failure::into_response)?;
	tus::check_version(&headers).map_err(other_version)?;
	if !gateway.sessions.rates.requests.allows(&session.account) {
		return Err(too_many().into_response());
	}
	if !session.standing().is_one_of(AUTHORS) {
		gateway.count_refusal("upload");
		return Err(not_an_author().into_response());
	}
	let announced = Announced::read(&headers).map_err(Failure::into_response)?;
	let latest = gateway.latest(ChainName::Region);
	let latest = latest.ok_or_else(|| Failure::no_node().into_response())?;
	let most = latest.state.max_envelope_size().map_err(|error| {
		tracing::warn!(%error, "cannot read the largest envelope");
		Failure::no_node().into_response()
	})?;
	if announced.size > most {
		let text = format!("a record takes an envelope of at most {most} bytes");
		let refused = Failure::new(StatusCode::PAYLOAD_TOO_LARGE, text);
		return Err(([(TUS_MAX_SIZE, most)], refused).into_response());
	}
	if !fits_layout(announced.size) || is_tree(announced.size) != announced.cid.is_dag_pb() {
		let text = "an envelope of this size has another form: see docs/envelope.md";
		return Err(Failure::new(StatusCode::BAD_REQUEST, text).into_response());
	}
	let begun = envelopes
		.uploads
		.begin(&session.account, &announced, now())
		.await;
	let (upload, token) = begun.map_err(|refused| Failure::from(refused).into_response())?;
	// Relative to this path, as a proxy can have more before it.
	let place = format!("uploads/{}", upload.id);
	let mut answer = (StatusCode::CREATED, state(envelopes, &upload)).into_response();
	let headers = answer.headers_mut();
	for (name, text) in [(LOCATION, place), (tus::UPLOAD_TOKEN, token)] {
		if let Ok(value) = HeaderValue::from_str(&text) {
			headers.insert(name, value);
		}
	}
	Ok(answer)
}

/// Whether an envelope has more than one leaf.
fn is_tree(size: u64) -> bool {
	size > LEAF_LEN as u64
}

fn not_an_author() -> Failure {
	Failure::new(
		StatusCode::FORBIDDEN,
		"only patients and verified providers upload envelopes: this account is neither now",
	)
}

fn other_version(refused: Failure) -> Response {
	([(tus::TUS_VERSION, tus::VERSION)], refused).into_response()
}

/// `HEAD /v1/uploads/{id}`: how far the upload is.
pub async fn look(
	State(gateway): State<Arc<Gateway>>,
	path: Named,
	headers: HeaderMap,
) -> Result<Response, Response> {
	let (envelopes, upload) = find(&gateway, &path, &headers).map_err(Failure::into_response)?;
	tus::check_version(&headers).map_err(other_version)?;
	// A client that asks has lost the connection on which its last part came.
	if !upload.facts().is_complete() {
		drop(upload.work_within(PATIENCE).await);
	}
	Ok((StatusCode::OK, state(envelopes, &upload)).into_response())
}

/// `DELETE /v1/uploads/{id}`: ends the upload.
pub async fn end(
	State(gateway): State<Arc<Gateway>>,
	path: Named,
	headers: HeaderMap,
) -> Result<Response, Response> {
	let (envelopes, upload) = find(&gateway, &path, &headers).map_err(Failure::into_response)?;
	tus::check_version(&headers).map_err(other_version)?;
	let working = upload.work_within(PATIENCE).await;
	let working = working.ok_or_else(|| busy().into_response())?;
	let named = has_record(&gateway, &working.facts()).await;
	if named.map_err(Failure::into_response)? {
		let text = "a record names this envelope: the gateway keeps it until others do";
		return Err(Failure::new(StatusCode::CONFLICT, text).into_response());
	}
	envelopes
		.end(working)
		.map_err(|error| noted(&error).into_response())?;
	Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether a record names the envelope in the newest final state.
async fn has_record(gateway: &Gateway, facts: &Facts) -> Result<bool, Failure> {
	if facts.header.record.is_some() {
		return Ok(true);
	}
	let latest = gateway
		.latest(ChainName::Region)
		.ok_or_else(Failure::no_node)?;
	let record = latest.state.record_of_envelope(&facts.header.cid);
	let record = timeout(PATIENCE, record).await;
	let record = record.map_err(|_| Failure::no_node())?;
	let record = record.map_err(|error| {
		tracing::warn!(%error, "cannot look a record up");
		Failure::no_node()
	})?;
	Ok(record.is_some())
}

/// `PATCH /v1/uploads/{id}`: the next part.
pub async fn part(
	State(gateway): State<Arc<Gateway>>,
	path: Named,
	headers: HeaderMap,
	body: Body,
) -> Result<Response, Response> {
	let (_, upload) = find(&gateway, &path, &headers).map_err(Failure::into_response)?;
	// It goes on if the client is gone: what arrived is kept.
	let taken = tokio::spawn(async move {
		let mut body = body.into_data_stream();
		checked_part(&gateway, &upload, &headers, &mut body).await
	});
	match taken.await {
		Ok(taken) => taken,
		Err(error) => {
			tracing::error!(%error, "a part of an upload failed");
			Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
		}
	}
}

async fn checked_part(
	gateway: &Arc<Gateway>,
	upload: &Arc<Upload>,
	headers: &HeaderMap,
	body: &mut BodyDataStream,
) -> Result<Response, Response> {
	tus::check_version(headers).map_err(other_version)?;
	let taken = async {
		let envelopes = gateway.envelopes()?;
		let part = PartHeaders::read(headers)?;
		take(gateway, envelopes, upload, part, body).await?;
		Ok::<_, Failure>((StatusCode::NO_CONTENT, state(envelopes, upload)).into_response())
	};
	taken.await.map_err(Failure::into_response)
}

/// The upload that a request names, and has the token of. All others get one answer.
fn find<'a>(
	gateway: &'a Gateway,
	named: &Named,
	headers: &HeaderMap,
) -> Result<(&'a Envelopes, Arc<Upload>), Failure> {
	let envelopes = gateway.envelopes().map_err(|_| Failure::unauthorized())?;
	let id = named.as_ref().ok();
	let id = id.and_then(|Path(id)| id.parse::<UploadId>().ok());
	let found = id
		.zip(token(headers))
		.and_then(|(id, token)| envelopes.uploads.find(id, token));
	let upload = found.ok_or_else(Failure::unauthorized)?;
	Ok((envelopes, upload))
}

/// The headers that tell how far an upload is.
fn state(envelopes: &Envelopes, upload: &Upload) -> [(HeaderName, HeaderValue); 4] {
	let facts = upload.facts();
	let lasts = envelopes.limits.upload_seconds.saturating_mul(1_000);
	let expires = Duration::from_millis(facts.header.since.saturating_add(lasts));
	let expires = UNIX_EPOCH.checked_add(expires).unwrap_or(UNIX_EPOCH);
	let expires = HeaderValue::from_str(&httpdate::fmt_http_date(expires));
	let kept = match facts.header.stage {
		Stage::Kept => "true",
		Stage::Receiving | Stage::Ending => "false",
	};
	[
		(tus::UPLOAD_OFFSET, facts.offset().into()),
		(tus::UPLOAD_LENGTH, facts.header.size.into()),
		(
			tus::UPLOAD_EXPIRES,
			expires.unwrap_or(HeaderValue::from_static("")),
		),
		(tus::UPLOAD_KEPT, HeaderValue::from_static(kept)),
	]
}

/// Takes a part: all of it, or the whole leaves of it that arrived.
async fn take(
	gateway: &Arc<Gateway>,
	envelopes: &Envelopes,
	upload: &Arc<Upload>,
	part: PartHeaders,
	body: &mut BodyDataStream,
) -> Result<(), Failure> {
	let account = upload.facts().header.account;
	let latest = gateway
		.latest(ChainName::Region)
		.ok_or_else(Failure::no_node)?;
	let may = timeout(PATIENCE, may_upload(&latest, &account)).await;
	let may = may.map_err(|_| Failure::no_node())?;
	let may = may.map_err(|error| {
		tracing::warn!(%error, "cannot look an account up");
		Failure::no_node()
	})?;
	if !may {
		gateway.count_refusal("upload");
		// If that fails, the next final block ends it.
		let ended = timeout(PATIENCE, keep::end_unnamed(envelopes, &latest, upload)).await;
		if let Ok(Err(error)) = ended {
			tracing::warn!(%error, "cannot end an upload");
		}
		return Err(not_an_author());
	}
	let mut working = upload.work_within(PATIENCE).await.ok_or_else(busy)?;
	// An earlier part of this upload has let its own go.
	let _place = envelopes
		.places
		.take(account.clone())
		.ok_or_else(too_many)?;
	let facts = working.facts();
	match facts.header.stage {
		Stage::Receiving => {}
		Stage::Kept => return Err(conflict(&facts)),
		// Another request ended it meanwhile.
		Stage::Ending => return Err(Failure::unauthorized()),
	}
	if part.offset != facts.offset() || facts.is_complete() {
		return Err(conflict(&facts));
	}
	let arrived = receive(envelopes, &mut working, &part, body).await?;
	let leaves = usable(&facts, &arrived)?;
	if !leaves.is_empty() {
		add(envelopes, &mut working, arrived, leaves).await?;
	}
	if working.facts().is_complete() {
		complete(gateway, envelopes, working).await?;
	}
	Ok(())
}

fn conflict(facts: &Facts) -> Failure {
	Failure::new(
		StatusCode::CONFLICT,
		format!("the next part of this upload begins at {}", facts.offset()),
	)
}

fn noted(error: &io::Error) -> Failure {
	tracing::error!(%error, "cannot note how far an upload is");
	no_disk()
}

/// Receives a part until it ends, is cut, or another request takes the upload over.
async fn receive(
	envelopes: &Envelopes,
	working: &mut Working,
	part: &PartHeaders,
	body: &mut BodyDataStream,
) -> Result<Arrived, Failure> {
	let facts = working.facts();
	let missing = facts.header.size.saturating_sub(facts.offset());
	let most = missing.min(MAX_PART);
	let too_long = || {
		Failure::new(
			StatusCode::PAYLOAD_TOO_LARGE,
			format!("the next part of this upload has at most {most} bytes"),
		)
	};
	let mut arriving = Part::new(envelopes.uploads.folder(), part.checksum.as_ref())
		.map_err(|error| noted(&error))?;
	let mut buffer: Vec<u8> = Vec::new();
	let mut pulse = Pulse::begin(envelopes);
	let mut cut = false;
	loop {
		let bytes = tokio::select! {
			bytes = timeout_at(pulse.until, body.next()) => bytes,
			() = working.stopped() => { cut = true; break }
		};
		let bytes = match bytes {
			Ok(Some(Ok(bytes))) => bytes,
			Ok(None) => break,
			Ok(Some(Err(_))) | Err(_) => {
				cut = true;
				break;
			}
		};
		let len = arriving.len().saturating_add(buffer.len() as u64);
		if len.saturating_add(bytes.len() as u64) > most {
			return Err(too_long());
		}
		buffer.extend_from_slice(&bytes);
		if buffer.len() >= PIECE {
			write(&mut arriving, &mut buffer)?;
		}
		pulse.beat(bytes.len() as u64);
	}
	write(&mut arriving, &mut buffer)?;
	let mut arrived = arriving.finish();
	if !arrived.is_right && cut {
		// Nobody knows whether the rest would have made it right.
		(arrived.leaves, arrived.rest) = (Vec::new(), None);
		return Ok(arrived);
	}
	if !arrived.is_right {
		let status = StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::CONFLICT);
		let text = "the part does not have its checksum: send it again";
		return Err(Failure::new(status, text));
	}
	if !cut && arrived.leaves.is_empty() && !ends(&facts, &arrived) {
		let text = format!("a part has whole leaves of {LEAF_LEN} bytes, or the envelope's end");
		return Err(Failure::new(StatusCode::BAD_REQUEST, text));
	}
	Ok(arrived)
}

fn write(part: &mut Part, buffer: &mut Vec<u8>) -> Result<(), Failure> {
	let written = block_in_place(|| part.write(buffer));
	buffer.clear();
	written.map_err(|error| noted(&error))
}

/// When a transfer has stalled.
struct Pulse {
	stall: Duration,
	until: Instant,
	bytes: u64,
}

impl Pulse {
	fn begin(envelopes: &Envelopes) -> Self {
		let stall = Duration::from_secs(envelopes.limits.stall_seconds);
		Self {
			stall,
			until: after(stall),
			bytes: 0,
		}
	}

	fn beat(&mut self, bytes: u64) {
		self.bytes = self.bytes.saturating_add(bytes);
		if self.bytes >= LEAST {
			self.bytes = 0;
			self.until = after(self.stall);
		}
	}
}

fn after(time: Duration) -> Instant {
	let now = Instant::now();
	now.checked_add(time).unwrap_or(now)
}

/// Whether what arrived ends the envelope.
fn ends(facts: &Facts, arrived: &Arrived) -> bool {
	let missing = facts.header.size.saturating_sub(facts.offset());
	let whole = (arrived.leaves.len() as u64).saturating_mul(LEAF_LEN as u64);
	let rest = arrived.rest.map_or(0, |(_, len)| len as u64);
	whole.saturating_add(rest) == missing
}

/// The leaves of a part that can be added. The first one of an envelope begins with its header.
fn usable(facts: &Facts, arrived: &Arrived) -> Result<Vec<Hash256>, Failure> {
	let mut leaves = arrived.leaves.clone();
	if ends(facts, arrived) {
		leaves.extend(arrived.rest.map(|(hash, _)| hash));
	}
	if facts.leaves == 0 && !leaves.is_empty() && check_header(&arrived.start).is_err() {
		let text = "these bytes are no envelope: see docs/envelope.md";
		return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, text));
	}
	Ok(leaves)
}

/// Has Kubo add leaves, and notes them.
async fn add(
	envelopes: &Envelopes,
	working: &mut Working,
	arrived: Arrived,
	leaves: Vec<Hash256>,
) -> Result<(), Failure> {
	let facts = working.facts();
	let missing = facts.header.size.saturating_sub(facts.offset());
	let len = (leaves.len() as u64)
		.saturating_mul(LEAF_LEN as u64)
		.min(missing);
	let _held = envelopes.uploads.holds.add(leaves.clone()).await;
	let added = add_held(envelopes, arrived, &leaves, len).await;
	if added.is_err() {
		working.upload().disturb();
	}
	added?;
	working.append(&leaves).map_err(|error| noted(&error))
}

async fn add_held(
	envelopes: &Envelopes,
	arrived: Arrived,
	leaves: &[Hash256],
	len: u64,
) -> Result<(), Failure> {
	let cid: Option<Cid> = cid_of(leaves, len);
	let cid = cid.ok_or_else(no_disk)?;
	let mut file = arrived.file;
	file.rewind().map_err(|error| noted(&error))?;
	let bytes = read(file, len);
	let added = envelopes.ipfs.add_unpinned(bytes, len, &cid, ADD).await;
	added.map_err(|error| {
		if error.to_string().contains("no space left") {
			tracing::error!("Kubo's disk is full");
			return Failure::new(
				StatusCode::INSUFFICIENT_STORAGE,
				"the gateway's disk is full: ask who runs the gateway",
			);
		}
		no_kubo(&error)
	})
}

/// The first bytes of a file.
fn read(file: std::fs::File, len: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
	stream::unfold((file, len), |(mut file, left)| async move {
		if left == 0 {
			return None;
		}
		let mut piece = vec![0; usize::try_from(left).unwrap_or(PIECE).min(PIECE)];
		let read = block_in_place(|| file.read_exact(&mut piece));
		let left = match read {
			Ok(()) => left.saturating_sub(piece.len() as u64),
			Err(_) => 0,
		};
		Some((read.map(|()| piece.into()), (file, left)))
	})
}

/// Compares the root of an upload of which Kubo has all leaves, and waits some time until it is
/// kept.
async fn complete(
	gateway: &Arc<Gateway>,
	envelopes: &Envelopes,
	working: Working,
) -> Result<(), Failure> {
	let announced = working.header().cid;
	let root = keep::root(&working).map_err(|error| noted(&error))?;
	if root != Some(announced) {
		envelopes.end(working).map_err(|error| noted(&error))?;
		return Err(Failure::new(
			StatusCode::UNPROCESSABLE_ENTITY,
			"these bytes do not have the announced CID: the upload has ended, begin again",
		));
	}
	let upload = working.upload().clone();
	drop(working);
	let mut facts = upload.watch();
	tokio::spawn(keep::finish(gateway.clone(), upload));
	// If Kubo takes longer, the client asks later.
	let _ = timeout(
		KEPT,
		facts.wait_for(|facts| facts.header.stage != Stage::Receiving || !facts.is_complete()),
	)
	.await;
	Ok(())
}
