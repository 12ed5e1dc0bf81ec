//! What an operator decides about envelopes: the key `envelopes` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

/// Kubo, and where uploads are noted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopesConfig {
	/// Kubo's RPC, such as `http://127.0.0.1:5001`.
	pub rpc: String,
	/// Kubo's gateway, such as `http://127.0.0.1:8080`.
	pub gateway: String,
	/// The file with the secret that Kubo's RPC demands of this program, such as a credential of
	/// systemd, or `/dev/fd/3`. Nothing: it demands none.
	pub secret: Option<PathBuf>,
	/// The folder where uploads are noted, of this program alone.
	pub uploads: PathBuf,
	/// Any place on the disk where Kubo keeps its blocks. Nothing: `uploads` is on it.
	pub disk: Option<PathBuf>,
	/// The limits. Each has a default.
	#[serde(default)]
	pub limits: EnvelopeLimits,
}

/// How much a gateway carries.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnvelopeLimits {
	/// The most bytes of envelopes that an account has announced, and that no record names.
	pub account_bytes: u64,
	/// The most uploads of an account whose envelope no record names.
	pub account_uploads: usize,
	/// The most uploads.
	pub uploads: usize,
	/// Bytes of the disk that uploads leave free.
	pub reserve_bytes: u64,
	/// How long an upload waits for a record, in seconds.
	pub upload_seconds: u64,
	/// The most downloads and parts of uploads at once.
	pub transfers: usize,
	/// The most of one account.
	pub account_transfers: usize,
	/// How long a transfer may bring less than 64 KiB, in seconds.
	pub stall_seconds: u64,
	/// How often uploads are looked through, in seconds.
	pub sweep_seconds: u64,
}

impl Default for EnvelopeLimits {
	fn default() -> Self {
		Self {
			account_bytes: 256 << 30,
			account_uploads: 1_000,
			uploads: 20_000,
			reserve_bytes: 10 << 30,
			upload_seconds: 7 * 24 * 60 * 60,
			transfers: 200,
			account_transfers: 16,
			stall_seconds: 60,
			sweep_seconds: 30,
		}
	}
}
