//! Which network file a client believes.

use alloc::string::String;
use thiserror::Error;

use super::{NetworkFile, SignedFile};
use crate::{Checkpoint, Conflict};

/// A network's newest file that a client believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted(NetworkFile);

/// Why a file is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UpdateError {
	/// It is of another network.
	#[error("the file is of network {found}, not of {expected}")]
	Network {
		/// The known network.
		expected: String,
		/// The file's.
		found: String,
	},
	/// It is not the next file.
	#[error(
		"the file has number {found}; after file {known} comes file {next}",
		next = known.saturating_add(1)
	)]
	Serial {
		/// The number of the known file.
		known: u32,
		/// The number of this one.
		found: u32,
	},
	/// Too few of the accounts that the file itself names have signed it.
	#[error("the file needs {needed} signatures of its own signers, and has {found}")]
	OwnSigners {
		/// How many it needs.
		needed: u32,
		/// How many it has.
		found: u32,
	},
	/// Too few of the accounts that the file before names have signed it.
	#[error(
		"the file needs {needed} signatures of the signers of the file before, and has {found}"
	)]
	SignersBefore {
		/// How many it needs.
		needed: u32,
		/// How many it has.
		found: u32,
	},
	/// It has a lower reset number than the known file.
	#[error("the file has reset number {found}, below {known}")]
	Reset {
		/// The number of the known file.
		known: u32,
		/// The number of this one.
		found: u32,
	},
	/// It replaces the checkpoint against its order. A person must agree to that.
	#[error(
		"the file replaces the checkpoint of the relay chain (reset {reset}): ask an authority \
		 whether this is true, compare the fingerprint, and confirm it"
	)]
	NeedsConfirmation {
		/// Its reset number.
		reset: u32,
	},
	/// It calls a chain one for development that was not, or that is new, so that nothing would prove its
	/// head.
	#[error(
		"the file calls chain {0} one for development, and the file before does not: that needs a \
		 higher reset number"
	)]
	Development(u32),
	/// Its checkpoint contradicts that of the known file.
	#[error("the file's checkpoint contradicts the one before: {0}")]
	Checkpoint(#[from] Conflict),
}

impl Trusted {
	/// Believes a first file, after a person has compared its
	/// [fingerprint](NetworkFile::fingerprint).
	///
	/// # Errors
	///
	/// [`UpdateError::OwnSigners`].
	pub fn first(file: SignedFile) -> Result<Self, UpdateError> {
		check_own(&file)?;
		Ok(Self(file.network))
	}

	/// The file.
	pub fn network(&self) -> &NetworkFile {
		&self.0
	}

	/// Believes the next file. `confirmed` says that a person agreed to a higher reset number.
	///
	/// # Errors
	///
	/// [`UpdateError`] says why not. The known file stays as it is.
	pub fn update(&self, file: SignedFile, confirmed: bool) -> Result<Self, UpdateError> {
		let (known, next) = (&self.0, &file.network);
		if next.name != known.name {
			let (expected, found) = (known.name.clone(), next.name.clone());
			return Err(UpdateError::Network { expected, found });
		}
		if known.serial.checked_add(1) != Some(next.serial) {
			return Err(UpdateError::Serial {
				known: known.serial,
				found: next.serial,
			});
		}
		check_own(&file)?;
		let (needed, found) = (known.signers.threshold, file.signed_by(&known.signers));
		if found < needed {
			return Err(UpdateError::SignersBefore { needed, found });
		}
		if next.reset < known.reset {
			return Err(UpdateError::Reset {
				known: known.reset,
				found: next.reset,
			});
		}
		if next.reset > known.reset && !confirmed {
			return Err(UpdateError::NeedsConfirmation { reset: next.reset });
		}
		if next.reset == known.reset && known.relay.is_some() {
			let was = |para| {
				let mut chains = known.chains.iter();
				chains.any(|chain| chain.para == para && chain.development)
			};
			let mut chains = next.chains.iter();
			if let Some(chain) = chains.find(|chain| chain.development && !was(chain.para)) {
				return Err(UpdateError::Development(chain.para));
			}
		}
		if let (Some(before), Some(after)) = (&known.relay, &next.relay) {
			Checkpoint::newer(before.checkpoint.clone(), after.checkpoint.clone())?;
		}
		Ok(Self(file.network))
	}
}

fn check_own(file: &SignedFile) -> Result<(), UpdateError> {
	let (needed, found) = (
		file.network.signers.threshold,
		file.signed_by(&file.network.signers),
	);
	if found < needed {
		return Err(UpdateError::OwnSigners { needed, found });
	}
	Ok(())
}
