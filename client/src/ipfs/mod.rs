//! IPFS, through the member's own Kubo. Kubo need not be trusted: what it returns is checked
//! against the CID, which is computed here.

mod adding;
mod blocks;
mod car;
mod carrier;
mod cid;
mod client;
mod leaves;
mod peers;
pub mod settings;
mod trustless;

pub use adding::Adding;
pub use car::{car_block, car_header, CarPiece, CarPieces, NotCar};
pub use carrier::{Carrier, SignedIn};
pub use cid::{to_base32, CidWriter};
pub use client::{Ipfs, DEFAULT_API};
pub use leaves::ArrivingLeaves;
pub use peers::Peers;
pub use trustless::{Trustless, CAR};

use crate::{progress::Progress, Result};
use futures::future::BoxFuture;
use salus_primitives::{Cid, ParaId, RecordId};
use std::{fs::File, io::Write, ops::RangeInclusive};

/// A way to add envelopes to IPFS. The member's own Kubo, [`Ipfs`], is one, and a gateway,
/// [`Carrier`], another.
///
/// The tests of misbehaving storage, in `client.rs`, run for each.
pub trait Uploader: Send + Sync {
	/// Begins to add an envelope while it is sealed. `None`: this needs its CID first.
	fn begin(&self) -> Option<Adding> {
		None
	}

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

	/// Unpins an envelope of this size, which may then be removed. Returns whether it was pinned.
	fn unpin<'a>(&'a self, cid: &'a Cid, size: u64) -> BoxFuture<'a, Result<bool>>;
}

/// A way to add and to fetch envelopes.
pub trait Envelopes: Uploader + Downloader {}

impl<T: Uploader + Downloader> Envelopes for T {}

/// The envelope of a record, as the chain has it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
	/// The number of the record's region.
	pub region: ParaId,
	/// The record's id.
	pub record: RecordId,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's bytes.
	pub size: u64,
}

/// Takes a leaf by its number. Returns whether it takes more.
pub type Out<'a> = dyn FnMut(u64, Vec<u8>) -> Result<bool> + Send + 'a;

/// A way to fetch the envelopes of records: the same as for [`Uploader`]. What arrives is checked
/// against the CID and the size.
pub trait Downloader: Send + Sync {
	/// Fetches an envelope, and writes it as it arrives. Until this succeeds, what is written is unchecked.
	fn fetch<'a>(
		&'a self,
		wanted: &'a Wanted,
		out: &'a mut (dyn Write + Send),
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>>;

	/// Fetches leaves, and gives each to `out` once it is checked, in order, as long as `out` takes
	/// them.
	fn leaves<'a>(
		&'a self,
		wanted: &'a Wanted,
		leaves: RangeInclusive<u64>,
		out: &'a mut Out<'_>,
		progress: &'a dyn Progress,
	) -> BoxFuture<'a, Result<()>>;
}
