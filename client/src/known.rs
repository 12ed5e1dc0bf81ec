//! Encryption keys that were seen before: trust on first use.

use crate::{
	files::{read_json, write_json},
	Error, Result,
};
use salus_envelope::fingerprint;
use salus_primitives::{
	encryption_key_message, views::KeyView, AccountId, EncryptionKey, Hash256, MemberId,
};
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};

/// What asks a person whether a changed key is right.
type Confirm = Box<dyn Fn(&Error) -> bool + Send + Sync>;

/// What is remembered of whom: a file of the person's.
pub struct Known {
	path: PathBuf,
	fingerprints: BTreeMap<String, String>,
	/// A fingerprint that the person confirmed for this once.
	accepted: Option<String>,
	confirm: Confirm,
}

impl Known {
	/// Reads what is remembered in a directory; nothing, if there is no such file.
	pub fn open(dir: &Path) -> Result<Self> {
		let path = dir.join("known-keys.json");
		let fingerprints = read_json(&path)?.unwrap_or_default();
		Ok(Self {
			path,
			fingerprints,
			accepted: None,
			confirm: Box::new(|_| false),
		})
	}

	/// Lets a changed key with this fingerprint pass, and remembers it.
	pub fn accept(mut self, fingerprint: &str) -> Self {
		self.accepted = Some(plain(fingerprint));
		self
	}

	/// Has a person asked about each changed key: `confirm` gets the [`Error::KeyChanged`] with both
	/// fingerprints, and tells whether the new one may pass.
	pub fn ask(mut self, confirm: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
		self.confirm = Box::new(confirm);
		self
	}

	/// Checks a member's encryption key before a record key is wrapped for it: well formed, signed
	/// by the member's account, and the one that was remembered. A key that is seen for the first
	/// time is remembered.
	pub fn check(
		&mut self,
		genesis: &Hash256,
		member: &MemberId,
		view: &KeyView<AccountId>,
	) -> Result<()> {
		verify_key(genesis, member, view)?;
		let name = format!("{}/{member}", hex::encode(genesis));
		let found = fingerprint(view.key.as_bytes());
		if let Some(known) = self.fingerprints.get(&name) {
			if *known == found {
				return Ok(());
			}
			let changed = Error::KeyChanged {
				member: member.clone(),
				known: known.clone(),
				found: found.clone(),
				version: view.version,
			};
			if self.accepted.as_ref() != Some(&plain(&found)) && !(self.confirm)(&changed) {
				return Err(changed);
			}
		}
		self.fingerprints.insert(name, found);
		write_json(&self.path, &self.fingerprints)
	}
}

/// Checks that the key is well formed and that the account it is said to be of signed it.
pub fn verify_key(genesis: &Hash256, member: &MemberId, view: &KeyView<AccountId>) -> Result<()> {
	let EncryptionKey::RsaOaep(spki) = &view.key;
	view.key
		.check(2048)
		.map_err(|error| Error::Verification(format!("the key of {member}: {error}")))?;
	let message = encryption_key_message(genesis, view.account.as_ref(), view.version, &view.key);
	if salus_envelope::verify(view.account.as_ref(), &message, &view.signature.0) {
		return Ok(());
	}
	Err(Error::Verification(format!(
		"the encryption key of {member} ({}) is not signed by its account: the node may be lying",
		fingerprint(spki)
	)))
}

/// A fingerprint without the spaces that help people.
fn plain(fingerprint: &str) -> String {
	let digits = fingerprint.chars().filter(char::is_ascii_alphanumeric);
	digits.collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::test::key_view;
	use salus_primitives::PatientId;

	#[test]
	fn a_changed_key_asks_for_confirmation() {
		let dir = tempfile::tempdir().unwrap();
		let genesis = [1; 32];
		let member = MemberId::Patient(PatientId([7; 16]));
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&genesis, 1, 1));
		let mut known = Known::open(dir.path()).unwrap();
		known.check(&genesis, &member, &first).unwrap();
		// Remembered on disk, for that chain and member only.
		let mut known = Known::open(dir.path()).unwrap();
		known.check(&genesis, &member, &first).unwrap();
		let error = known.check(&genesis, &member, &second).unwrap_err();
		let Error::KeyChanged {
			found, version: 1, ..
		} = &error
		else {
			panic!("{error}")
		};
		let other = MemberId::Patient(PatientId([8; 16]));
		known.check(&genesis, &other, &second).unwrap();
		// Another's fingerprint confirms nothing.
		let mut known = Known::open(dir.path()).unwrap().accept("0000 1111");
		assert!(known.check(&genesis, &member, &second).is_err());
		// The person sees both fingerprints, and may say no.
		let both = [found.clone(), fingerprint(first.key.as_bytes())];
		let ask = move |error: &Error| both.iter().any(|one| !error.to_string().contains(one));
		let mut known = Known::open(dir.path()).unwrap().ask(ask);
		assert!(known.check(&genesis, &member, &second).is_err());
		let mut known = Known::open(dir.path()).unwrap().ask(|_| true);
		known.check(&genesis, &member, &second).unwrap();
		let mut known = Known::open(dir.path()).unwrap().ask(|_| true);
		known.check(&genesis, &member, &first).unwrap();
		let mut known = Known::open(dir.path()).unwrap().accept(found);
		known.check(&genesis, &member, &second).unwrap();
		let mut known = Known::open(dir.path()).unwrap();
		known.check(&genesis, &member, &second).unwrap();
		assert!(known.check(&genesis, &member, &first).is_err());
	}

	#[test]
	fn a_key_that_the_account_did_not_sign_is_refused() {
		let genesis = [1; 32];
		let member = MemberId::Patient(PatientId([7; 16]));
		let view = key_view(&genesis, 3, 0);
		verify_key(&genesis, &member, &view).unwrap();
		let mut wrong = view.clone();
		wrong.version = 4;
		assert!(verify_key(&genesis, &member, &wrong).is_err());
		let mut wrong = view.clone();
		wrong.key = key_view(&genesis, 3, 1).key;
		assert!(verify_key(&genesis, &member, &wrong).is_err());
		let mut wrong = view.clone();
		wrong.account = [9; 32].into();
		assert!(verify_key(&genesis, &member, &wrong).is_err());
		assert!(verify_key(&[2; 32], &member, &view).is_err());
	}
}
