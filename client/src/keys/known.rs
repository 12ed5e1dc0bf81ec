//! Other members' encryption keys: each is remembered at its first use.

use super::keystore::KNOWN_KEYS;
use crate::{
	files::{lock, read_json, write_json},
	Error, MemberRef, Result,
};
use salus_envelope::fingerprint;
use salus_primitives::{
	encryption_key_message,
	views::{KeyView, PatientView},
	AccountId, EncryptionKey, Hash256, KeyVersion, PatientId,
};
use std::{
	collections::BTreeMap,
	fmt,
	path::{Path, PathBuf},
	str::FromStr,
};

/// Asks a person whether a key belongs to its owner.
type Confirm = Box<dyn Fn(&Error) -> bool + Send + Sync>;

/// Tells a person a member, and the fingerprint of its key or another member with the same one.
type Tell = Box<dyn Fn(&str, &str) + Send + Sync>;

/// The fingerprints of encryption keys, in a file. Each check reads the file, and each change
/// locks it: other commands use it at the same time.
///
/// A member is remembered as the person names it. So if a professional number gets another holder,
/// or a node says so, the key of that number has changed.
pub struct KnownKeys {
	path: PathBuf,
	/// The fingerprint that the member itself gave to the person.
	given: Option<Fingerprint>,
	/// Whether to trust the directory for a key that is not remembered.
	trust_directory: bool,
	/// Why no record key is wrapped for a key that is seen for the first time.
	only_known: Option<String>,
	first: Tell,
	same: Tell,
	confirm: Confirm,
}

/// A fingerprint, as given by a person: the SHA-256 of an encryption key, in 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
	/// Whether this is the key's fingerprint.
	pub fn is_of(&self, key: &EncryptionKey) -> bool {
		self.0 == plain(&fingerprint(key.as_bytes()))
	}
}

/// Formats groups of four digits, for comparison by people.
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

/// Parses 64 digits in upper or lower case. White space, colons and hyphens are ignored.
impl FromStr for Fingerprint {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self> {
		let wrong = || {
			Error::Input(
				"a fingerprint is 64 hexadecimal digits, as salus key show prints it".into(),
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

impl KnownKeys {
	/// Opens the file in a directory. Without a file, no key is remembered. Fails if it is damaged.
	pub fn open(dir: &Path) -> Result<Self> {
		let known = Self {
			path: dir.join(format!("{KNOWN_KEYS}.json")),
			given: None,
			trust_directory: false,
			only_known: None,
			first: Box::new(|_, _| ()),
			same: Box::new(|_, _| ()),
			confirm: Box::new(|_| false),
		};
		known.read()?;
		Ok(known)
	}

	/// The remembered fingerprints, by member.
	fn read(&self) -> Result<BTreeMap<String, String>> {
		Ok(read_json(&self.path)?.unwrap_or_default())
	}

	/// Accepts the key with this fingerprint, also if it is new or changed, and no other one.
	pub fn given(mut self, fingerprint: Fingerprint) -> Self {
		self.given = Some(fingerprint);
		self
	}

	/// Trusts the directory for the key of another region's provider that is not remembered. A
	/// changed key must still be confirmed.
	pub fn trust_directory(mut self) -> Self {
		self.trust_directory = true;
		self
	}

	/// Refuses each key that is not remembered, a changed one too, for this reason.
	pub fn only_known(mut self, reason: String) -> Self {
		self.only_known = Some(reason);
		self
	}

	/// Tells a person each key that is used for the first time: `tell` gets what the person calls the
	/// member, and the key's fingerprint.
	pub fn tell_first(mut self, tell: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
		self.first = Box::new(tell);
		self
	}

	/// Tells a person each key that is remembered for another member of the chain too: `tell` gets
	/// what the person calls the two. Anybody may register anybody's key, so a fingerprint does not
	/// tell whose entry it is.
	pub fn tell_same(mut self, tell: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
		self.same = Box::new(tell);
		self
	}

	/// Asks a person about each changed key, and about each new key of another region's provider.
	/// `confirm` gets the [`Error::KeyChanged`] or the [`Error::KeyUnconfirmed`], and returns
	/// whether to accept the key.
	pub fn ask(mut self, confirm: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
		self.confirm = Box::new(confirm);
		self
	}

	/// Checks the encryption key of the member that a person names, before a record key is wrapped
	/// for it: the key is well formed, signed by the member's account, and the one with the given
	/// fingerprint, or else the remembered one. A new key is told and remembered.
	pub fn check(
		&mut self,
		genesis: &Hash256,
		member: &MemberRef,
		view: &KeyView<AccountId>,
	) -> Result<()> {
		verify_key(genesis, member, view)?;
		let whose = member.to_string();
		// The file has patients' ids without 0x: with it, a remembered key would look new.
		let name = format!("{}/{}", hex::encode(genesis), whose.replacen("0x", "", 1));
		self.confirm(&name, &whose, view, true)
	}

	/// Checks the directory's encryption key of a provider of another region, before a record key
	/// is wrapped for it: as [`check`](Self::check), and `genesis` is that of its region's chain. A
	/// new key without a given fingerprint must be confirmed.
	///
	/// `provider` is the provider and its region, as the person names them. The key is remembered by
	/// that and the connected chain (`home`). So a node
	/// that lies about a region's genesis hash cannot make a remembered key look new.
	pub fn check_remote(
		&mut self,
		home: &Hash256,
		genesis: &Hash256,
		provider: &str,
		view: &KeyView<AccountId>,
	) -> Result<()> {
		verify_key(genesis, &provider, view)?;
		let name = format!("{}/{provider}", hex::encode(home));
		self.confirm(&name, provider, view, self.trust_directory)
	}

	/// Checks whether a member's key is the one that the person expects, and remembers it.
	/// `trust_new` says that a new key needs no confirmation.
	fn confirm(
		&self,
		name: &str,
		whose: &str,
		view: &KeyView<AccountId>,
		trust_new: bool,
	) -> Result<()> {
		let found = fingerprint(view.key.as_bytes());
		let known = self.read()?.remove(name);
		let doubt = match (&self.given, &known) {
			(Some(given), _) if given.is_of(&view.key) => None,
			(Some(given), _) => {
				return Err(Error::WrongFingerprint {
					member: whose.into(),
					given: given.to_string(),
					found,
				})
			}
			(None, Some(known)) if *known != found => {
				Some(changed(whose, known, &found, view.version))
			}
			(None, None) if !trust_new => Some(Error::KeyUnconfirmed {
				provider: whose.into(),
				found: found.clone(),
			}),
			(None, _) => None,
		};
		if let Some(doubt) = doubt.filter(|doubt| !(self.confirm)(doubt)) {
			return Err(doubt);
		}
		self.remember(name, known, &found, whose, view.version)
	}

	/// Remembers a fingerprint in place of the `known` one. Fails if another command remembers a
	/// third one by now.
	fn remember(
		&self,
		name: &str,
		known: Option<String>,
		found: &str,
		whose: &str,
		version: KeyVersion,
	) -> Result<()> {
		if known.as_deref() == Some(found) {
			return Ok(());
		}
		if let Some(reason) = &self.only_known {
			return Err(Error::NotAllowed {
				reason: format!(
					"the encryption key of {whose} is seen for the first time, and {reason}"
				),
				next: Some("take the newest network file: salus network update".into()),
			});
		}
		let _lock = lock(&self.path.with_file_name(format!(".{KNOWN_KEYS}.lock")))?;
		let mut all = self.read()?;
		match all.insert(name.into(), found.into()) {
			Some(now) if now != found && known.as_ref() != Some(&now) => {
				Err(changed(whose, &now, found, version))
			}
			_ => write_json(&self.path, &all),
		}?;
		if known.is_none() {
			(self.first)(whose, found);
		}
		let chain = |name: &str| Some(name.split_once('/')?.0.to_owned());
		let others = all.iter().filter(|(other, fingerprint)| {
			*other != name && *fingerprint == found && chain(other) == chain(name)
		});
		for (other, _) in others {
			let (_, other) = other.split_once('/').unwrap_or_default();
			(self.same)(whose, other);
		}
		Ok(())
	}
}

fn changed(member: &str, known: &str, found: &str, version: KeyVersion) -> Error {
	Error::KeyChanged {
		member: member.into(),
		known: known.into(),
		found: found.into(),
		version,
	}
}

/// Checks that a patient's id belongs to the account that signed the key: the id follows from the
/// patient's founding account and commitment, so no node can name another account.
pub fn verify_patient(
	genesis: &Hash256,
	patient: &PatientView<AccountId>,
	key: &KeyView<AccountId>,
) -> Result<()> {
	let wrong = |what: &str| {
		Err(Error::Verification(format!(
			"patient {}: {what}",
			patient.id
		)))
	};
	let Some(founding) = patient.accounts.first() else {
		return wrong("the node names no account");
	};
	if PatientId::new(genesis, &founding.account, &patient.commitment) != patient.id {
		return wrong(
			"the id is not that of the account and commitment that the node names: do not trust \
			 this node",
		);
	}
	// What proves a later account is not defined yet.
	if key.account != founding.account {
		return wrong("another account signed the encryption key: update salus");
	}
	Ok(())
}

/// Checks that a key is well formed and that its account signed it.
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
	if salus_envelope::verify(view.account.as_ref(), message.as_bytes(), &view.signature.0) {
		return Ok(());
	}
	Err(Error::Verification(format!(
		"the encryption key of {member} ({}) is not signed by its account: do not trust this node",
		fingerprint(spki)
	)))
}

/// A fingerprint without spaces, in lower case.
fn plain(fingerprint: &str) -> String {
	let digits = fingerprint.chars().filter(char::is_ascii_alphanumeric);
	digits.collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::key_view;
	use salus_primitives::{AccountHistory, MemberId};
	use std::sync::{Arc, Mutex};

	#[test]
	fn a_changed_key_must_be_confirmed() {
		let dir = tempfile::tempdir().unwrap();
		let genesis = [1; 32];
		let member = MemberRef::Patient(PatientId([7; 16]));
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&genesis, 1, 1));
		let mut known = KnownKeys::open(dir.path()).unwrap();
		known.check(&genesis, &member, &first).unwrap();
		// It is remembered on disk, for this chain and member only.
		let mut known = KnownKeys::open(dir.path()).unwrap();
		known.check(&genesis, &member, &first).unwrap();
		let error = known.check(&genesis, &member, &second).unwrap_err();
		let Error::KeyChanged {
			found, version: 1, ..
		} = &error
		else {
			panic!("{error}")
		};
		let other = MemberRef::Patient(PatientId([8; 16]));
		known.check(&genesis, &other, &second).unwrap();
		// Another fingerprint does not confirm it, nor the key that is remembered.
		let wrong = || {
			KnownKeys::open(dir.path())
				.unwrap()
				.given("0".repeat(64).parse().unwrap())
		};
		for view in [&first, &second] {
			let error = wrong().check(&genesis, &member, view).unwrap_err();
			assert!(matches!(error, Error::WrongFingerprint { .. }), "{error}");
		}
		// The person sees both fingerprints, and can refuse.
		let both = [found.clone(), fingerprint(first.key.as_bytes())];
		let ask = move |error: &Error| both.iter().any(|one| !error.to_string().contains(one));
		let mut known = KnownKeys::open(dir.path()).unwrap().ask(ask);
		assert!(known.check(&genesis, &member, &second).is_err());
		let mut known = KnownKeys::open(dir.path()).unwrap().ask(|_| true);
		known.check(&genesis, &member, &second).unwrap();
		let mut known = KnownKeys::open(dir.path()).unwrap().ask(|_| true);
		known.check(&genesis, &member, &first).unwrap();
		let found = found.parse().unwrap();
		let mut known = KnownKeys::open(dir.path()).unwrap().given(found);
		known.check(&genesis, &member, &second).unwrap();
		let mut known = KnownKeys::open(dir.path()).unwrap();
		known.check(&genesis, &member, &second).unwrap();
		assert!(known.check(&genesis, &member, &first).is_err());
	}

	#[test]
	fn a_key_is_told_when_it_is_used_for_the_first_time() {
		let dir = tempfile::tempdir().unwrap();
		let genesis = [1; 32];
		let view = key_view(&genesis, 0, 0);
		let told = Arc::new(Mutex::new(Vec::new()));
		let open = || {
			let told = told.clone();
			let tell = move |whose: &str, found: &str| {
				told.lock().unwrap().push([whose.to_owned(), found.into()]);
			};
			KnownKeys::open(dir.path()).unwrap().tell_first(tell)
		};
		let wrong = "0".repeat(64).parse().unwrap();
		let member = "A12345".parse().unwrap();
		assert!(open().given(wrong).check(&genesis, &member, &view).is_err());
		assert!(told.lock().unwrap().is_empty());
		for _ in 0..2 {
			open().check(&genesis, &member, &view).unwrap();
			let found = fingerprint(view.key.as_bytes());
			assert_eq!(*told.lock().unwrap(), [[member.to_string(), found]]);
		}
	}

	/// A matching fingerprint does not tell whose entry it is.
	#[test]
	fn a_key_of_two_members_is_told() {
		let dir = tempfile::tempdir().unwrap();
		let (genesis, elsewhere) = ([1; 32], [2; 32]);
		let told = Arc::new(Mutex::new(Vec::new()));
		let open = || {
			let told = told.clone();
			let tell = move |whose: &str, other: &str| {
				told.lock().unwrap().push([whose.to_owned(), other.into()]);
			};
			KnownKeys::open(dir.path()).unwrap().tell_same(tell)
		};
		let member = |text: &str| text.parse::<MemberRef>().unwrap();
		let [owner, copies] = ["A12345", "B12345"].map(member);
		let key = |genesis, which| key_view(genesis, 0, which);
		open().check(&genesis, &owner, &key(&genesis, 0)).unwrap();
		open().check(&genesis, &copies, &key(&genesis, 1)).unwrap();
		// On another chain, the same person can have the same key.
		let there = key(&elsewhere, 0);
		open().check(&elsewhere, &copies, &there).unwrap();
		assert!(told.lock().unwrap().is_empty());

		let copied = key(&genesis, 0);
		let print: Fingerprint = fingerprint(copied.key.as_bytes()).parse().unwrap();
		for _ in 0..2 {
			let mut known = open().given(print.clone());
			known.check(&genesis, &copies, &copied).unwrap();
		}
		let mut both = vec![[copies.to_string(), owner.to_string()]];
		assert_eq!(*told.lock().unwrap(), both);
		// Also in the directory.
		let mut known = open().given(print);
		known
			.check_remote(&genesis, &elsewhere, PROVIDER, &there)
			.unwrap();
		both.extend([&owner, &copies].map(|other| [PROVIDER.into(), other.to_string()]));
		assert_eq!(*told.lock().unwrap(), both);
	}

	#[test]
	fn after_the_network_files_end_no_new_key_is_used() {
		let dir = tempfile::tempdir().unwrap();
		let genesis = [1; 32];
		let (known, new) = ("A12345".parse().unwrap(), "B12345".parse().unwrap());
		let view = key_view(&genesis, 0, 0);
		let open = || KnownKeys::open(dir.path()).unwrap();
		open().check(&genesis, &known, &view).unwrap();
		let ended = || open().only_known("the network file has ended".into());
		ended().check(&genesis, &known, &view).unwrap();
		// Nor with its fingerprint, or from the directory.
		let given = fingerprint(view.key.as_bytes()).parse().unwrap();
		let remote = ended().given(given);
		for refused in [
			ended().check(&genesis, &new, &view),
			remote
				.trust_directory()
				.check_remote(&genesis, &genesis, PROVIDER, &view),
		] {
			assert!(matches!(refused, Err(Error::NotAllowed { .. })));
		}
		open().check(&genesis, &new, &view).unwrap();
		// Nor another key of a known member, also if the person confirms it.
		let changed = key_view(&genesis, 1, 1);
		let given = fingerprint(changed.key.as_bytes()).parse().unwrap();
		for mut confirmed in [ended().given(given), ended().ask(|_| true)] {
			let refused = confirmed.check(&genesis, &known, &changed);
			assert!(matches!(refused, Err(Error::NotAllowed { .. })));
		}
		ended().check(&genesis, &known, &view).unwrap();
	}

	#[test]
	fn commands_at_the_same_time_forget_no_fingerprint() {
		let dir = tempfile::tempdir().unwrap();
		let genesis = [1; 32];
		let patient = |number| MemberRef::Patient(PatientId([number; 16]));
		std::thread::scope(|scope| {
			for number in 0..20 {
				let mut known = KnownKeys::open(dir.path()).unwrap();
				let view = key_view(&genesis, 0, 0);
				scope.spawn(move || known.check(&genesis, &patient(number), &view).unwrap());
			}
		});
		let known = KnownKeys::open(dir.path()).unwrap();
		assert_eq!(known.read().unwrap().len(), 20);
	}

	#[test]
	fn a_key_that_another_command_changed_meanwhile_must_be_confirmed() {
		let dir = tempfile::tempdir().unwrap();
		let known = KnownKeys::open(dir.path()).unwrap();
		let remember = |before: Option<&str>, found| {
			known.remember("name", before.map(Into::into), found, "whose", 0)
		};
		remember(None, "first").unwrap();
		remember(None, "first").unwrap();
		// Both commands found no key, or both asked about the first one.
		for (before, found) in [(None, "second"), (Some("zeroth"), "second")] {
			let error = remember(before, found).unwrap_err();
			assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		}
		assert_eq!(known.read().unwrap()["name"], "first");
		remember(Some("first"), "second").unwrap();
		assert_eq!(known.read().unwrap()["name"], "second");
	}

	/// The number alone says nothing of who holds it: its next holder has another id, and both are
	/// new to the person under their ids.
	#[test]
	fn another_holder_of_a_number_must_be_confirmed() {
		let dir = tempfile::tempdir().unwrap();
		let open = || KnownKeys::open(dir.path()).unwrap();
		let genesis = [1; 32];
		let (holder, next) = (key_view(&genesis, 0, 0), key_view(&genesis, 0, 1));
		let member = |text: &str| text.parse::<MemberRef>().unwrap();
		let number = member("A12345");
		open().check(&genesis, &number, &holder).unwrap();
		let error = open().check(&genesis, &number, &next).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		assert!(error.to_string().contains("provider A12345"), "{error}");
		open().check(&genesis, &member("id:9"), &next).unwrap();
		assert!(open().check(&genesis, &number, &next).is_err());
		// Also in another region, where a directory is trusted for keys that are new.
		let remote = |view| {
			let whose = "provider A12345 of region 2001";
			let mut known = open().trust_directory();
			known.check_remote(&genesis, &genesis, whose, view)
		};
		remote(&holder).unwrap();
		let error = remote(&next).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
	}

	const PROVIDER: &str = "provider B54321 of region 2001";

	#[test]
	fn a_new_key_of_another_region_needs_a_fingerprint_or_a_confirmation() {
		let dir = tempfile::tempdir().unwrap();
		let open = || KnownKeys::open(dir.path()).unwrap();
		let (home, genesis) = ([1; 32], [2; 32]);
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&genesis, 1, 1));
		let given = |view: &KeyView<AccountId>| {
			let text = fingerprint(view.key.as_bytes()).to_uppercase();
			text.parse::<Fingerprint>().unwrap()
		};
		let check = |known: KnownKeys, view, given: Option<Fingerprint>| {
			let mut known = match given {
				Some(given) => known.given(given),
				None => known,
			};
			known.check_remote(&home, &genesis, PROVIDER, view)
		};
		// Without a fingerprint and without a person to ask, the key is refused and not remembered.
		for _ in 0..2 {
			let error = check(open(), &first, None).unwrap_err();
			let Error::KeyUnconfirmed { found, .. } = &error else {
				panic!("{error}")
			};
			assert_eq!(*found, fingerprint(first.key.as_bytes()));
			assert!(error.next().unwrap().contains("--fingerprint"));
		}
		// Another key's fingerprint is refused, even with a confirmation.
		let yes = || open().trust_directory().ask(|_| true);
		let error = check(yes(), &first, Some(given(&second))).unwrap_err();
		assert!(matches!(error, Error::WrongFingerprint { .. }), "{error}");
		assert!(matches!(
			check(open().ask(|_| false), &first, None),
			Err(Error::KeyUnconfirmed { .. })
		));
		// Its own fingerprint is accepted, and remembered.
		check(open(), &first, Some(given(&first))).unwrap();
		check(open(), &first, None).unwrap();
		// For a changed key, trust in the directory is not enough.
		let error = check(open().trust_directory(), &second, None).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		check(open(), &second, Some(given(&second))).unwrap();
		let error = check(open(), &first, None).unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
	}

	#[test]
	fn a_confirmed_key_of_another_region_is_remembered() {
		let (home, genesis) = ([1; 32], [2; 32]);
		let view = key_view(&genesis, 0, 0);
		let confirmed: [fn(KnownKeys) -> KnownKeys; 3] = [
			|known: KnownKeys| known.trust_directory(),
			|known: KnownKeys| known.ask(|error| matches!(error, Error::KeyUnconfirmed { .. })),
			|known: KnownKeys| {
				let genesis = [2; 32];
				let found = fingerprint(key_view(&genesis, 0, 0).key.as_bytes());
				known.given(found.parse().unwrap())
			},
		];
		for confirm in confirmed {
			let dir = tempfile::tempdir().unwrap();
			let open = || KnownKeys::open(dir.path()).unwrap();
			let mut known = confirm(open());
			known
				.check_remote(&home, &genesis, PROVIDER, &view)
				.unwrap();
			open()
				.check_remote(&home, &genesis, PROVIDER, &view)
				.unwrap();
		}
	}

	/// Otherwise a lying node could make any key look new.
	#[test]
	fn another_genesis_hash_does_not_make_a_key_new() {
		let dir = tempfile::tempdir().unwrap();
		let (home, genesis, other) = ([1; 32], [2; 32], [3; 32]);
		let open = || KnownKeys::open(dir.path()).unwrap().trust_directory();
		let (first, second) = (key_view(&genesis, 0, 0), key_view(&other, 0, 1));
		open()
			.check_remote(&home, &genesis, PROVIDER, &first)
			.unwrap();
		let error = open()
			.check_remote(&home, &other, PROVIDER, &second)
			.unwrap_err();
		assert!(matches!(error, Error::KeyChanged { .. }), "{error}");
		// A key that is signed for another chain is refused, even with its fingerprint.
		let given = fingerprint(second.key.as_bytes()).parse().unwrap();
		let error = open()
			.given(given)
			.check_remote(&home, &genesis, PROVIDER, &second)
			.unwrap_err();
		assert!(matches!(error, Error::Verification(_)), "{error}");
	}

	#[test]
	fn a_fingerprint_has_all_its_digits() {
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
			// Digits of another script.
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
	fn a_patients_key_of_another_account_is_refused() {
		let genesis = [1; 32];
		let key = key_view(&genesis, 0, 0);
		let patient = |account: &AccountId, id: PatientId| PatientView {
			id,
			accounts: AccountHistory::founded(account.clone(), 0)
				.entries()
				.to_vec(),
			commitment: [3; 32],
			key_version: 0,
			since: 0,
		};
		let other = AccountId::from([9; 32]);
		let id_of = |account: &AccountId| PatientId::new(&genesis, account, &[3; 32]);
		let good = patient(&key.account, id_of(&key.account));
		verify_patient(&genesis, &good, &key).unwrap();
		// The node names the account of its own key, or another account, commitment or chain.
		let lie = patient(&key.account, id_of(&other));
		let theirs = patient(&other, id_of(&other));
		let mut commitment = good.clone();
		commitment.commitment = [4; 32];
		let mut nobody = good.clone();
		nobody.accounts.clear();
		for wrong in [lie, theirs, commitment, nobody] {
			let error = verify_patient(&genesis, &wrong, &key).unwrap_err();
			assert!(matches!(error, Error::Verification(_)), "{error}");
		}
		assert!(verify_patient(&[2; 32], &good, &key).is_err());
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
