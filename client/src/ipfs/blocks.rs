//! Kubo's RPC for a gateway: leaves and nodes of uploads, pins, and fetching.

use super::client::{Ipfs, LAYOUT, NO_ANSWER, NO_DOWNLOAD, NO_UPLOAD};
use crate::{Error, Result};
use bytes::Bytes;
use futures::Stream;
use reqwest::{multipart, Body};
use salus_envelope::{Node, LEAF_LEN};
use salus_primitives::{Cid, Hash256};
use serde::{de::IgnoredAny, Deserialize};
use sha2::{Digest, Sha256};
use std::{io, ops::Range, time::Duration};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Added {
	hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
	key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Removed {
	#[serde(default)]
	error: String,
}

impl Ipfs {
	/// Adds a file of so many bytes without a pin, for the sake of its leaves. Fails if its CID is not
	/// this one.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`]. Some of the leaves can be stored.
	pub async fn add_unpinned(
		&self,
		bytes: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
		len: u64,
		cid: &Cid,
		limit: Duration,
	) -> Result<()> {
		let part = multipart::Part::stream_with_length(Body::wrap_stream(bytes), len);
		let form = multipart::Form::new().part("file", part.file_name("part"));
		let mut query = LAYOUT.to_vec();
		query.extend([
			("pin", "false"),
			("quieter", "true"),
			("cid-base", "base16"),
		]);
		let request = self.upload.post(self.call("add", &query)).multipart(form);
		let answer = self.answer(request.timeout(limit), NO_UPLOAD).await?;
		let added = self.json::<Added>(answer, NO_UPLOAD).await?;
		self.ensure_same(&added.hash, &cid.to_string())
	}

	/// Stores a node.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`].
	pub async fn put_node(&self, node: &Node) -> Result<()> {
		self.put(node, "false").await
	}

	/// Stores a node, and pins it and all that is below it, without a look at that.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`].
	pub async fn put_pinned(&self, node: &Node) -> Result<()> {
		self.put(node, "true").await
	}

	async fn put(&self, node: &Node, pin: &str) -> Result<()> {
		let query = [
			("cid-codec", "dag-pb"),
			("mhtype", "sha2-256"),
			("pin", pin),
			("cid-base", "base16"),
		];
		let part = multipart::Part::bytes(node.block.clone()).file_name("node");
		let form = multipart::Form::new().part("file", part);
		let request = self.client.post(self.call("block/put", &query));
		let request = request.multipart(form).timeout(self.limits.short);
		let answer = self.answer(request, NO_UPLOAD).await?;
		let put = self.json::<Put>(answer, NO_UPLOAD).await?;
		self.ensure_same(&put.key, &format!("f{}", hex::encode(node.cid)))
	}

	fn ensure_same(&self, found: &str, expected: &str) -> Result<()> {
		if found == expected {
			return Ok(());
		}
		Err(self.not_kept("it stored other bytes than it was given".into()))
	}

	/// Pins a tree. Kubo reads all of its blocks, and looks for those that it does not have, until the
	/// time is over.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`].
	pub async fn pin(&self, root: &Cid, limit: Duration) -> Result<()> {
		self.pin_from(root, "false", limit).await
	}

	/// The same, but fails if Kubo lacks a block.
	pub(super) async fn pin_own(&self, root: &Cid, limit: Duration) -> Result<()> {
		self.pin_from(root, "true", limit).await
	}

	async fn pin_from(&self, root: &Cid, offline: &str, limit: Duration) -> Result<()> {
		let arg = root.to_string();
		let query = [
			("arg", &*arg),
			("recursive", "true"),
			("progress", "false"),
			("offline", offline),
		];
		// It is silent all the time, which the other client would not bear.
		let request = self.upload.post(self.call("pin/add", &query));
		let answer = self.answer(request.timeout(limit), NO_UPLOAD).await?;
		self.json::<IgnoredAny>(answer, NO_UPLOAD).await.map(drop)
	}

	/// Whether a block is on Kubo's disk.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`].
	pub async fn has_block(&self, cid: &Cid) -> Result<bool> {
		let arg = cid.to_string();
		let query = [("arg", &*arg), ("offline", "true")];
		let stat = self.short::<IgnoredAny>("block/stat", &query, self.limits.short);
		match stat.await {
			Err(Error::Ipfs { cause, .. }) if is_missing(&cause) => Ok(false),
			stat => stat.map(|_| true),
		}
	}

	/// Whether Kubo returns the leaf at a place of an envelope, which has this SHA-256, from its own
	/// disk.
	pub async fn returns_leaf(&self, cid: &Cid, place: u64, leaf: &Hash256) -> bool {
		let len = LEAF_LEN as u64;
		let offset = place.saturating_mul(len).to_string();
		let (arg, length) = (cid.to_string(), len.to_string());
		let query = [
			("arg", &*arg),
			("offset", &offset),
			("length", &length),
			("offline", "true"),
		];
		let request = self.client.post(self.call("cat", &query));
		let request = request.timeout(self.limits.short);
		let bytes = async {
			let answer = self.answer(request, NO_ANSWER).await?;
			self.limited(answer, NO_ANSWER, LEAF_LEN).await
		};
		bytes
			.await
			.is_ok_and(|bytes| Hash256::from(Sha256::digest(bytes)) == *leaf)
	}

	/// Removes blocks, but those that a pin holds. Those that are not there are no error. Returns
	/// whether a pin holds one.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`]. Some of the blocks can be removed.
	pub async fn remove_blocks(&self, cids: &[Cid], limit: Duration) -> Result<bool> {
		let names: Vec<_> = cids.iter().map(Cid::to_string).collect();
		let mut query = vec![("force", "true"), ("offline", "true")];
		query.extend(names.iter().map(|name| ("arg", &**name)));
		let request = self.upload.post(self.call("block/rm", &query));
		let answer = self.answer(request.timeout(limit), NO_ANSWER).await?;
		let body = self.body(answer, NO_ANSWER).await?;
		let mut pinned = false;
		for removed in serde_json::Deserializer::from_slice(&body).into_iter() {
			let Removed { error } = removed.map_err(|_| self.not_kubo("its answer is not one"))?;
			if error.contains("pinned") {
				pinned = true;
			} else if !error.is_empty() {
				return Err(self.failed(error));
			}
		}
		Ok(pinned)
	}

	/// Has Kubo fetch the blocks with these bytes of an envelope, which it then has on its disk.
	///
	/// # Errors
	///
	/// [`Error::Ipfs`]. Some of the blocks can be there.
	pub async fn fetch(&self, cid: &Cid, bytes: Range<u64>, limit: Duration) -> Result<()> {
		let wanted = bytes.end.saturating_sub(bytes.start);
		let (arg, offset, length) = (cid.to_string(), bytes.start.to_string(), wanted.to_string());
		let query = [("arg", &*arg), ("offset", &offset), ("length", &length)];
		let request = self.client.post(self.call("cat", &query)).timeout(limit);
		let mut answer = self.answer(request, NO_DOWNLOAD).await?;
		let mut found = 0_u64;
		loop {
			let piece = answer.chunk().await;
			match piece.map_err(|error| self.broken(&error, NO_DOWNLOAD))? {
				Some(piece) => found = found.saturating_add(piece.len() as u64),
				None if found == wanted => return Ok(()),
				None => return Err(self.failed("the transfer was cut".into())),
			}
			if found > wanted {
				return Err(self.not_kubo("its answer is too long"));
			}
		}
	}
}

/// Whether Kubo's words say that it does not have a block.
fn is_missing(cause: &str) -> bool {
	["not found", "could not find"]
		.iter()
		.any(|words| cause.contains(words))
}
