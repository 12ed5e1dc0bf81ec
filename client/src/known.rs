//! Encryption keys that were seen before: trust on first use.

use crate::{
	files::{read_json, write_json},
	Error, Result,
};
use salus_envelope::fingerprint;
use salus_primitives::{
	encryption_key_message, views::KeyView, AccountId, EncryptionKey, Hash256, KeyVersion,
	MemberId, RemoteProvider,
};
use std::{
	collections::BTreeMap,
	fmt,
	path::{Path, PathBuf},
	str::FromStr,
};

/// What asks a person whether a key is its owner's.
type Confirm = Box<dyn Fn(&Error) -> bool + Send + Sync>;

/// What is remembered of whom: a file of the person's.
pub struct Known {
	path: PathBuf,
	fingerprints: BTreeMap<String, String>,
	/// A fingerprint that the person confirmed for this once.
	accepted: Option<String>,
	/// Whether the directory's word is enough for a key that was never seen.
	trusting: bool,
	confirm: Confirm,
}

/// A fingerprint that someone was given: 64 hexadecimal digits, the SHA-256 of an encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
	/// Whether it is this key's.
	pub fn is_of(&self, key: &EncryptionKey) -> bool {
		self.0 == plain(&fingerprint(key.as_bytes()))
	}
}

/// As people compare it: groups of four digits.
impl fmt::Display for Fingerprint {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for (place, digit) in self.0.chars().enumerate() {
			if place > 0 && place % 4 == 0 {
				f.write_str(" ")?;
			}
			write!(f, "{digit}")?;
		}
		Ok(())
	}
}

/// The whole of it, in upper or lower case, with white space, colons and hyphens as one likes.
impl FromStr for Fingerprint {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self> {
		let wrong = || {
			Error::Input(
				"a fingerprint is 64 hexadecimal digits, as salus key show prints them".into(),
			)
		};
		let mut digits = String::new();
		for c in text.chars() {
			match c {
				c if c.is_ascii_hexdigit() => digits.push(c.to_ascii_lowercase()),
				':' | '-' => {}
				c if c.is_whitespace() => {}
				_ => return Err(wrong()),
			}
		}
		match digits.len() {
			64 => Ok(Self(digits)),
			_ => Err(wrong()),
		}
	}
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
			trusting: false,
			confirm: Box::new(|_| false),
		})
	}

	/// Lets a changed key with this fingerprint pass, and remembers it.
	pub fn accept(mut self, fingerprint: &str) -> Self {
		self.accepted = Some(plain(fingerprint));
		self
	}

	/// Takes the directory's word for a key of another region's provider that was never seen. A
	/// changed one must be confirmed all the same.
	pub fn trust_directory(mut self) -> Self {
		self.trusting = true;
		self
	}

	/// Has a person asked about each changed key, and about each new one of another region's
	/// provider: `confirm` gets the [`Error::KeyChanged`] with both fingerprints, or the
	/// [`Error::KeyUnconfirmed`], and tells whether the key may pass.
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
		if !self.is_remembered(&name, &member.to_string(), &found, view.version)? {
			self.remember(name, found)?;
		}
		Ok(())
	}

	/// Checks the encryption key that the consortium's directory has for a provider of another
	/// region, before a record key is wrapped for it: well formed, signed by the provider's account
	/// for its region's chain (`genesis`), and the one whose fingerprint the provider gave. Without
	/// that: the one that was remembered; one that is seen for the first time must be confirmed.
	///
	/// It is remembered by the chain that one acts on (`home`) and by the region's number: a node of
	/// the consortium that lies about a region's genesis hash makes no key a new one.
	pub fn check_remote(
		&mut self,
		home: &Hash256,
		genesis: &Hash256,
		provider: &RemoteProvider,
		view: &KeyView<AccountId>,
		given: Option<&Fingerprint>,
	) -> Result<()> {
		verify_key(genesis, provider, view)?;
		let name = format!("{}/{provider}", hex::encode(home));
		let found = fingerprint(view.key.as_bytes());
		match given {
			Some(given) if given.is_of(&view.key) => return self.remember(name, found),
			Some(given) => {
				return Err(Error::WrongFingerprint {
					provider: provider.clone(),
					given: given.to_string(),
					found,
				})
			}
			None => {}
		}
		if self.is_remembered(&name, &provider.to_string(), &found, view.version)? {
			return Ok(());
		}
		let new = !self.fingerprints.contains_key(&name);
		if new && !self.trusting {
			let unconfirmed = Error::KeyUnconfirmed {
				provider: provider.clone(),
				found: found.clone(),
			};
			if !self.is_accepted(&found) && !(self.confirm)(&unconfirmed) {
				return Err(unconfirmed);
			}
		}
		self.remember(name, found)
	}

	/// Whether this fingerprint is the one that was remembered: `false` if none was, or if the
	/// person confirmed that it changed.
	fn is_remembered(
		&self,
		name: &str,
		whose: &str,
		found: &str,
		version: KeyVersion,
	) -> Result<bool> {
		let Some(known) = self.fingerprints.get(name) else {
			return Ok(false);
		};
		if known == found {
			return Ok(true);
		}
		let changed = Error::KeyChanged {
			member: whose.into(),
			known: known.clone(),
			found: found.into(),
			version,
		};
		if self.is_accepted(found) || (self.confirm)(&changed) {
			return Ok(false);
		}
		Err(changed)
	}

	fn is_accepted(&self, found: &str) -> bool {
		self.accepted.as_ref() == Some(&plain(found))
	}

	fn remember(&mut self, name: String, found: String) -> Result<()> {
		if self.fingerprints.get(&name) == Some(&found) {
			return Ok(());
		}
		self.fingerprints.insert(name, found);
		write_json(&self.path, &self.fingerprints)
	}
}

/// Checks that the key is well formed and that the account it is said to be of signed it.
pub fn verify_key(
	genesis: &Hash256,
	member: &dyn fmt::Display,
	view: &KeyView<AccountId>,
) -> Result<()> {
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

	fn provider() -> RemoteProvider {
		RemoteProvider {
			region: 2001,
			number: "B54321".parse().unwrap(),
		}
	}

	#[test]
	fn a_key_of_another_region_needs_a_fingerprint_or_a_yes() {
		let dir = tempfile::tempdir().unwrap();
		let open = || Known::open(dir.path()).unwrap();
		let (home, genesis) = ([1; 32], [2; 32]);
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&genesis, 1, 1));
		let given = |view: &KeyView<AccountId>| {
			let text = fingerprint(view.key.as_bytes()).to_uppercase();
			text.parse::<Fingerprint>().unwrap()
		};
		let check = |mut known: Known, view, given: Option<&Fingerprint>| {
			known.check_remote(&home, &genesis, &provider(), view, given)
		};
		// Nobody vouches for it, and nobody is there to ask: it is told, and not remembered.
		for _ in 0..2 {
			let error = check(open(), &first, None).unwrap_err();
			let Error::KeyUnconfirmed { found, .. } = &error else {
				panic!("{error}")
			};
			assert_eq!(*found, fingerprint(first.key.as_bytes()));
			assert!(error.next().unwrap().contains("--fingerprint"));
		}
		// Another's fingerprint is refused, whoever says yes.
		let yes = || open().trust_directory().ask(|_| true);
		let error = check(yes(), &first, Some(&given(&second))).unwrap_err();
		assert!(matches!(error, Error::WrongFingerprint { .. }), "{error}");
		assert!(matches!(
			check(open().ask(|_| false), &first, None),
			Err(Error::KeyUnconfirmed { .. })
		));
		// Its own passes, and is remembered.
		check(open(), &first, Some(&given(&first))).unwrap();
		check(open(), &first, None).unwrap();
		// A changed one is no new one: trusting the directory is not enough.
		let error = check(open().trust_directory(), &second, None).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		check(open(), &second, Some(&given(&second))).unwrap();
		let error = check(open(), &first, None).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
	}

	#[test]
	fn a_new_key_of_another_region_passes_once_confirmed() {
		let (home, genesis) = ([1; 32], [2; 32]);
		let view = key_view(&genesis, 0, 0);
		let confirmed: [fn(Known) -> Known; 3] = [
			|known: Known| known.trust_directory(),
			|known: Known| known.ask(|error| matches!(error, Error::KeyUnconfirmed { .. })),
			|known: Known| {
				let genesis = [2; 32];
				known.accept(&fingerprint(key_view(&genesis, 0, 0).key.as_bytes()))
			},
		];
		for confirm in confirmed {
			let dir = tempfile::tempdir().unwrap();
			let open = || Known::open(dir.path()).unwrap();
			let mut known = confirm(open());
			known
				.check_remote(&home, &genesis, &provider(), &view, None)
				.unwrap();
			open()
				.check_remote(&home, &genesis, &provider(), &view, None)
				.unwrap();
		}
	}

	/// Else a lying node could have any key taken for one that was never seen.
	#[test]
	fn another_genesis_hash_makes_no_key_a_new_one() {
		let dir = tempfile::tempdir().unwrap();
		let (home, genesis, other) = ([1; 32], [2; 32], [3; 32]);
		let open = || Known::open(dir.path()).unwrap().trust_directory();
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&other, 0, 1));
		open()
			.check_remote(&home, &genesis, &provider(), &first, None)
			.unwrap();
		let error = open()
			.check_remote(&home, &other, &provider(), &second, None)
			.unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		// Signed for another chain than the region's: no fingerprint helps.
		let given = fingerprint(second.key.as_bytes()).parse().unwrap();
		let error = open()
			.check_remote(&home, &genesis, &provider(), &second, Some(&given))
			.unwrap_err();
		assert!(matches!(error, Error::Verification(_)), "{error}");
	}

	#[test]
	fn fingerprints_are_whole_or_refused() {
		let view = key_view(&[1; 32], 0, 0);
		let shown = fingerprint(view.key.as_bytes());
		let colons = shown.replace(' ', ":").to_uppercase();
		for text in [
			&shown,
			&colons,
			&shown.replace(' ', ""),
			&format!(" {shown}\n"),
		] {
			let parsed: Fingerprint = text.parse().unwrap();
			assert!(parsed.is_of(&view.key), "{text}");
			assert_eq!(parsed.to_string(), shown);
		}
		let zeros: Fingerprint = "0".repeat(64).parse().unwrap();
		assert!(!zeros.is_of(&view.key));
		for wrong in [
			"",
			" ",
			&shown[..shown.len() - 1],
			&format!("{shown}0"),
			&shown.replacen(|c: char| c.is_ascii_hexdigit(), "g", 1),
			// Digits, but not ours.
			&"\u{0661}".repeat(64),
			&shown.replace(' ', "\u{200b}"),
			&format!("0x{}", "0".repeat(62)),
		] {
			assert!(
				matches!(wrong.parse::<Fingerprint>(), Err(Error::Input(_))),
				"{wrong:?}"
			);
		}
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
