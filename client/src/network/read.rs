//! Reading a network file from a file or an address. Its signatures say whether it is right, not
//! the way on which it came.

use std::{fs::File, io::Read, path::Path, time::Duration};

use futures::StreamExt;
use salus_light::network::{FileError, SignedFile, MAX_FILE_BYTES};

use crate::{files::write_json, http, Error, Result};

/// Writes a network file, for people to read and sign.
pub fn write(path: &Path, file: &SignedFile) -> Result<()> {
	write_json(path, file)
}

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The network file in a file, or at an address that begins with `https://` or `http://`.
pub async fn read(from: &str) -> Result<SignedFile> {
	let bytes = if from.starts_with("https://") || from.starts_with("http://") {
		fetch(from).await?
	} else {
		let path = Path::new(from);
		let mut bytes = Vec::new();
		File::open(path)
			.and_then(|file| file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes))
			.map_err(Error::read(path))?;
		bytes
	};
	Ok(SignedFile::parse(&bytes)?)
}

async fn fetch(url: &str) -> Result<Vec<u8>> {
	let failed = |error: reqwest::Error| Error::Connection {
		url: url.into(),
		cause: error.without_url().to_string(),
	};
	let client = http::client().timeout(PATIENCE).build();
	let answer = client.map_err(failed)?.get(url).send().await;
	let answer = answer.and_then(reqwest::Response::error_for_status);
	let mut parts = answer.map_err(failed)?.bytes_stream();
	let mut bytes = Vec::new();
	while let Some(part) = parts.next().await {
		bytes.extend(part.map_err(failed)?);
		if bytes.len() > MAX_FILE_BYTES {
			return Err(FileError::TooLarge(bytes.len()).into());
		}
	}
	Ok(bytes)
}
