//! Envelopes: down from Kubo to those who can read a record, and up to Kubo from those who add one.
//!
//! - [`config`]: what an operator decides.
//! - `range`, `tus`: what a request says.
//! - `readers`, `down`: who may have an envelope, and its blocks.
//! - [`journal`], `uploads`: what is known of uploads, on disk and in memory.
//! - `part`, `up`: the bytes of an upload, as they arrive.
//! - `tree`, `keep`, `holds`: what becomes of them in Kubo.

pub mod config;
mod down;
mod holds;
pub mod journal;
mod keep;
mod part;
mod range;
mod readers;
mod tree;
mod tus;
mod up;
mod uploads;

use std::{
	fs, io,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

use axum::{
	http::{
		header::{AUTHORIZATION, CONTENT_TYPE, LOCATION},
		HeaderName, StatusCode,
	},
	middleware::map_response,
	response::Response,
	routing::{get, head, patch, post},
	Router,
};
use salus_client::ipfs::{Ipfs, Peers, Trustless};
use salus_primitives::{
	local_storage::{ipfs_secret, MAX_IPFS_SECRET_LEN},
	AccountId, Cid,
};
use tokio::sync::Notify;
use tower_http::timeout::TimeoutLayer;

use crate::{http::Failure, places::Places, Gateway};
use config::{EnvelopeLimits, EnvelopesConfig};
use journal::JournalError;
pub(crate) use part::MAX_PART;
use uploads::{Uploads, Working};

/// The headers that a web page may send.
pub const SENT_HEADERS: [HeaderName; 7] = [
	AUTHORIZATION,
	CONTENT_TYPE,
	tus::TUS_RESUMABLE,
	tus::UPLOAD_LENGTH,
	tus::UPLOAD_OFFSET,
	tus::UPLOAD_METADATA,
	tus::UPLOAD_CHECKSUM,
];

/// The headers that a web page may read.
pub const SHOWN_HEADERS: [HeaderName; 8] = [
	LOCATION,
	tus::TUS_RESUMABLE,
	tus::TUS_VERSION,
	tus::UPLOAD_LENGTH,
	tus::UPLOAD_OFFSET,
	tus::UPLOAD_EXPIRES,
	tus::UPLOAD_TOKEN,
	tus::UPLOAD_KEPT,
];

/// All that a gateway needs to carry envelopes.
pub struct Envelopes {
	ipfs: Ipfs,
	trustless: Trustless,
	uploads: Uploads,
	places: Arc<Places<AccountId>>,
	limits: EnvelopeLimits,
	/// An upload has ended.
	ended: Arc<Notify>,
}

/// Why a gateway cannot carry envelopes.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopesError {
	/// Kubo's secret cannot be read.
	#[error(
		"cannot read Kubo's secret from {}: {}; name the file in envelopes.secret, and let the gateway's \
		 user read it", .0.display(), .1
	)]
	Secret(PathBuf, io::Error),
	/// An address is refused, or the secret; or Kubo does not answer.
	#[error(transparent)]
	Kubo(#[from] salus_client::Error),
	/// The uploads cannot be used.
	#[error(transparent)]
	Uploads(#[from] JournalError),
}

impl Envelopes {
	/// Reads the uploads that are known. Nothing is sent.
	///
	/// # Errors
	///
	/// [`EnvelopesError`] says what to correct.
	pub fn open(config: &EnvelopesConfig) -> Result<Self, EnvelopesError> {
		let ipfs = rpc(config)?;
		let limits = config.limits.clone();
		Ok(Self {
			ipfs,
			trustless: trustless(config)?,
			uploads: Uploads::open(&config.uploads, config.disk.as_deref(), limits.clone())?,
			places: Places::new(limits.transfers, limits.account_transfers),
			limits,
			ended: Arc::new(Notify::new()),
		})
	}

	/// Kubo's version.
	pub(crate) async fn version(&self) -> salus_client::Result<String> {
		self.ipfs.version().await
	}

	/// How many downloads and parts of uploads there are now.
	pub(crate) fn transfers(&self) -> usize {
		self.places.count()
	}

	/// How many uploads there are.
	pub(crate) fn uploads(&self) -> usize {
		self.uploads.all().len()
	}

	/// How many bytes are free on the disk of Kubo's blocks.
	pub(crate) fn free(&self) -> io::Result<u64> {
		self.uploads.free()
	}

	/// How many of them uploads leave free.
	pub(crate) fn reserve(&self) -> u64 {
		self.limits.reserve_bytes
	}

	/// Ends an upload. What Kubo has of it is removed.
	fn end(&self, mut working: Working) -> io::Result<()> {
		working.end()?;
		// Who is told would find somebody at work, and leave it for later.
		drop(working);
		self.ended.notify_one();
		Ok(())
	}

	/// Begins the work that goes on without a request.
	pub fn start(gateway: &Arc<Gateway>) {
		tokio::spawn(keep::sweep(Arc::downgrade(gateway)));
		tokio::spawn(keep::clear(Arc::downgrade(gateway)));
		tokio::spawn(keep::watch_authors(Arc::downgrade(gateway)));
	}
}

/// Kubo's RPC.
fn rpc(config: &EnvelopesConfig) -> Result<Ipfs, EnvelopesError> {
	Ok(match &config.secret {
		Some(path) => Ipfs::with_secret(&config.rpc, &secret(path)?)?,
		None => Ipfs::new(&config.rpc)?,
	})
}

/// Kubo's gateway.
fn trustless(config: &EnvelopesConfig) -> Result<Trustless, EnvelopesError> {
	let silence = Duration::from_secs(config.limits.stall_seconds);
	Ok(Trustless::new(&config.gateway, silence)?)
}

/// Asks Kubo's RPC and gateway whether they answer this program. Returns Kubo's version.
///
/// # Errors
///
/// [`EnvelopesError`] says what to correct.
pub async fn check_kubo(config: &EnvelopesConfig) -> Result<String, EnvelopesError> {
	let ipfs = rpc(config)?;
	let version = ipfs.version().await?;
	// A path that the secret must allow, about a block that nobody has; and a CAR of it.
	let nobodys = Cid::from_digest(false, [0; 32]);
	ipfs.has_block(&nobodys).await?;
	drop(trustless(config)?.car(&nobodys, 0..=0).await?);
	Ok(version)
}

/// Asks Kubo with how many others it is connected, and since when it runs.
///
/// # Errors
///
/// [`EnvelopesError`] says what to correct.
pub async fn kubo_peers(config: &EnvelopesConfig) -> Result<Peers, EnvelopesError> {
	Ok(rpc(config)?.peers().await?)
}

/// A secret in a file, without the line's end.
fn secret(path: &Path) -> Result<String, EnvelopesError> {
	let failed = |error| EnvelopesError::Secret(path.into(), error);
	let text = fs::read(path).map_err(failed)?;
	let secret = ipfs_secret(&text).ok_or_else(|| {
		failed(io::Error::other(format!(
			"it must be 1 to {MAX_IPFS_SECRET_LEN} printable characters without spaces"
		)))
	})?;
	Ok(secret.into())
}

impl Gateway {
	/// What carries envelopes.
	///
	/// # Errors
	///
	/// 404: this gateway carries none.
	pub(crate) fn envelopes(&self) -> Result<&Envelopes, Failure> {
		self.envelopes.as_ref().ok_or_else(|| {
			let text = "this gateway does not carry envelopes";
			Failure::new(StatusCode::NOT_FOUND, text)
		})
	}
}

/// The paths of envelopes. Answers must begin within `limit`, but for parts of uploads, which have
/// limits of their own.
pub fn routes(limit: Duration) -> Router<Arc<Gateway>> {
	let limit = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limit);
	let down = get(down::envelope).layer(limit);
	let create = post(up::create).layer(limit);
	let upload = head(up::look).delete(up::end).layer(limit);
	let uploads = Router::new()
		.route("/v1/uploads", create)
		.route("/v1/uploads/{id}", patch(up::part).merge(upload))
		.layer(map_response(name_version));
	Router::new()
		.route("/v1/records/{region}/{id}/envelope", down)
		.merge(uploads)
}

/// Names the version of tus, but to those who have no token: they see the same answer everywhere.
async fn name_version(mut response: Response) -> Response {
	if response.status() != StatusCode::UNAUTHORIZED {
		let headers = response.headers_mut();
		headers.insert(tus::TUS_RESUMABLE, tus::VERSION);
	}
	response
}
