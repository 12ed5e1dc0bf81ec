//! IPFS, through the member's own Kubo. Kubo need not be trusted: what it returns is checked
//! against the CID, which is computed here.

mod blocks;
mod car;
mod carrier;
mod cid;
mod client;
mod leaves;
pub mod settings;
mod trustless;

pub use car::{car_block, car_header, CarPiece, CarPieces, NotCar};
pub use carrier::{Begun, Carrier};
pub use cid::{to_base32, CidWriter};
pub use client::{Ipfs, DEFAULT_API};
pub use leaves::ArrivingLeaves;
pub use trustless::{Trustless, CAR};

use crate::{progress::Progress, Result};
use futures::future::BoxFuture;
use salus_primitives::Cid;
use std::fs::File;

/// A way to add envelopes to IPFS. The member's own Kubo, [`Ipfs`], is one.
///
/// The tests of misbehaving storage, in `client.rs`, run for each.
pub trait Uploader: Send + Sync {
	/// Adds and pins the envelope in a file. Fails if it gets another CID than this one, or is not
	/// kept.
	fn add<'a>(
		&'a self,
		file: &'a mut File,
		cid: &'a Cid,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>>;

	/// Whether an envelope of this size is pinned. Fails if it is, but cannot be read.
	fn keeps<'a>(
		&'a self,
		cid: &'a Cid,
		size: u64,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<bool>>;

	/// Unpins an envelope, which may then be removed. Returns whether it was pinned.
	fn unpin<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<bool>>;
}
