//! An envelope that Kubo adds while it is sealed: nobody knows its CID yet.

use super::client::{Added, Ipfs, NO_UPLOAD, SLOWEST};
use crate::{progress::Progress, Error, Result};
use futures::stream::unfold;
use reqwest::{multipart, Body};
use salus_primitives::Cid;
use std::{
	fs::File,
	io::{self, Write},
	time::{Duration, Instant},
};
use tokio::{
	runtime::Handle,
	spawn,
	sync::mpsc::{channel, Sender},
	task::JoinHandle,
	time::timeout,
};

/// How many pieces wait for Kubo.
const AHEAD: usize = 4;

/// An envelope that Kubo adds while it is written here. Kubo pins nothing before
/// [`finish`](Self::finish): dropped before, this leaves blocks that nothing keeps, at most. Writing never
/// fails: if Kubo does, the envelope is added anew in the end.
pub struct Adding {
	ipfs: Ipfs,
	/// `None`: Kubo has failed.
	pieces: Option<Sender<Vec<u8>>>,
	/// How much was written, and how long that waited for Kubo.
	written: u64,
	waited: Duration,
	answer: JoinHandle<Result<Added>>,
}

impl Adding {
	/// Begins. Nothing waits for Kubo yet.
	pub(super) fn begin(ipfs: &Ipfs) -> Self {
		let (pieces, receiver) = channel::<Vec<u8>>(AHEAD);
		let body = unfold(receiver, |mut receiver| async {
			let piece = receiver.recv().await?;
			Some((io::Result::Ok(piece), receiver))
		});
		let part = multipart::Part::stream(Body::wrap_stream(body)).file_name("envelope");
		let form = multipart::Form::new().part("file", part);
		// Of a request that breaks off, Kubo would pin what arrived.
		let request = ipfs.upload.post(ipfs.add_call(false)).multipart(form);
		let own = ipfs.clone();
		let answer = spawn(async move {
			let answer = own.answer(request, NO_UPLOAD).await?;
			own.json(answer, NO_UPLOAD).await
		});
		Self {
			ipfs: ipfs.clone(),
			pieces: Some(pieces),
			written: 0,
			waited: Duration::ZERO,
			answer,
		}
	}

	/// All of it was written, and this file has the same: Kubo pins it. The checks are those of
	/// [`Ipfs::add`].
	pub async fn finish(
		mut self,
		file: &mut File,
		cid: &Cid,
		progress: &dyn Progress,
	) -> Result<()> {
		let size = file.metadata().map_err(Error::temporary)?.len();
		progress.step("adding to IPFS", None);
		match self.added(size, cid).await {
			Some(added) => self.ipfs.check_added(&added, file, size, cid).await,
			None => self.ipfs.add(file, cid, progress).await,
		}
	}

	/// What Kubo says of it. If that is right, Kubo has pinned it. `None`: Kubo has failed.
	async fn added(&mut self, size: u64, cid: &Cid) -> Option<Added> {
		// It ends the envelope.
		self.pieces.take()?;
		let limit = self.limit(size);
		let added = timeout(limit, &mut self.answer).await.ok()?.ok()?.ok()?;
		if added.hash == cid.to_string() {
			self.ipfs.pin_own(cid, limit).await.ok()?;
		}
		Some(added)
	}

	/// How long Kubo may take for so many bytes.
	fn limit(&self, size: u64) -> Duration {
		Duration::from_secs(size / SLOWEST) + self.ipfs.limits.stall
	}
}

/// It blocks the thread while Kubo is slower.
impl Write for Adding {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		self.written = self.written.saturating_add(bytes.len() as u64);
		if let Some(pieces) = &self.pieces {
			let left = self.limit(self.written).saturating_sub(self.waited);
			let since = Instant::now();
			let sent = async { timeout(left, pieces.send(bytes.to_vec())).await };
			if !matches!(Handle::current().block_on(sent), Ok(Ok(()))) {
				self.pieces = None;
				self.answer.abort();
			}
			self.waited = self.waited.saturating_add(since.elapsed());
		}
		Ok(bytes.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}

impl Drop for Adding {
	fn drop(&mut self) {
		self.answer.abort();
	}
}
