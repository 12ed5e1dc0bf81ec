//! `salus key`.

use crate::{
	context::Context,
	display::clean,
	output::{backup_reminder, merged, transaction_json, Output},
	passphrase,
};
use clap::{Args, Subcommand};
use salus_client::{
	keys::{self, KeyInfo},
	Error, Result,
};
use salus_envelope::Secrets;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Subcommand)]
pub enum Key {
	/// Make a key: an account and an encryption key
	#[command(after_help = "\
Example:
  salus key new ana

Keep a backup (salus key export). Nobody can replace a lost key or passphrase.")]
	New {
		/// A name of your choice, used on this machine only
		name: String,
		/// Make an authority's key: an account without an encryption key
		#[arg(long)]
		authority: bool,
	},
	/// List your keys
	List,
	/// Show a key's account, member and fingerprints; needs no passphrase
	Show {
		/// The key's name [default: the key to act with]
		name: Option<String>,
		/// Write the public file again from the encrypted file; needs the passphrase
		#[arg(long)]
		repair: bool,
	},
	/// Copy a key's encrypted file, as a backup
	#[command(after_help = "\
Example:
  salus key export ana /media/usb/ana.age")]
	Export {
		/// The key's name
		name: String,
		/// The file to write
		file: PathBuf,
	},
	/// Import a key from a backup, or make one for an account that exists
	#[command(
		override_usage = "salus key import [OPTIONS] <NAME> <FILE|--dev <NAME>|--secret-fd <N>>",
		after_help = "\
Examples:
  salus key import ana /media/usb/ana.age           A backup
  salus key import ana --secret-fd 3 3<mnemonic     An account that exists
  salus key import alice --dev Alice --authority    An authority, for development"
	)]
	Import {
		/// A name of your choice, used on this machine only
		name: String,
		#[command(flatten)]
		source: Source,
		/// Make an authority's key: an account without an encryption key
		#[arg(long, conflicts_with = "file")]
		authority: bool,
	},
	/// Replace your encryption key by a new version; old records stay readable
	#[command(after_help = "\
Make a new backup afterwards (salus key export).")]
	Rotate {
		/// Replace it even if this key file does not hold the present version. Records for that
		/// version stay unreadable, unless a backup holds it
		#[arg(long)]
		lost: bool,
	},
	/// Add the encryption keys and names of another copy of a key, such as a backup
	#[command(after_help = "\
Example:
  salus key merge ana /media/usb/ana.age

If the two files have different passphrases, you are asked for both: NAME's
first. NAME keeps its passphrase.")]
	Merge {
		/// The key's name
		name: String,
		/// The other copy
		file: PathBuf,
	},
	/// Change a key's passphrase; backups keep theirs
	Passphrase {
		/// The key's name
		name: String,
	},
	/// Check that a backup can be opened, and holds all that a key has
	#[command(after_help = "\
Example:
  salus key verify-backup ana /media/usb/ana.age

It asks for the backup's passphrase.")]
	VerifyBackup {
		/// The key's name
		name: String,
		/// The backup
		file: PathBuf,
	},
	/// Delete a key from this machine, after a check of its backup
	#[command(after_help = "\
Example:
  salus key remove ana --backup /media/usb/ana.age

It asks for the backup's passphrase.")]
	Remove {
		/// The key's name
		name: String,
		/// A backup that holds all that the key has
		#[arg(long, value_name = "FILE", required_unless_present = "without_backup")]
		backup: Option<PathBuf>,
		/// Delete the only copy, for good
		#[arg(long, conflicts_with = "backup")]
		without_backup: bool,
	},
}

/// The source of an imported key.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Source {
	/// A backup file. Its passphrase stays the same
	file: Option<PathBuf>,
	/// A public development account, such as Alice. Anyone can act as it
	#[arg(long, value_name = "NAME")]
	dev: Option<String>,
	/// Read the account's secret from this file descriptor: a mnemonic, or 0x and 64 digits
	#[arg(long, value_name = "N")]
	secret_fd: Option<u32>,
}

pub async fn run(context: &Context, command: Key) -> Result<Output> {
	match command {
		Key::New { name, authority } => {
			let passphrase = passphrase::choose(context.options.passphrase_fd, &name)?;
			let secrets = keys::generate(authority)?;
			let made = context.keystore()?.create(&name, secrets, passphrase)?;
			Ok(changed(&name, &made.public()))
		}
		Key::List => list(context),
		Key::Show { name, repair } => {
			let name = name.map_or_else(|| context.key_name(), Ok)?;
			let store = context.keystore()?;
			let public = if repair {
				let passphrase = passphrase::ask(context.options.passphrase_fd, &name)?;
				store.repair(&name, passphrase)?
			} else {
				store.public(&name)?
			};
			Ok(shown(&name, &public))
		}
		Key::Export { name, file } => {
			context.keystore()?.export(&name, &file)?;
			let line = format!(
				"copied the key {name} to {}, encrypted with its passphrase",
				file.display()
			);
			let file = file.to_string_lossy();
			Ok(Output::line(json!({ "name": name, "file": file }), line))
		}
		Key::Import {
			name,
			source,
			authority,
		} => import(context, &name, source, authority),
		Key::Rotate { lost } => rotate(context, lost).await,
		Key::Merge { name, file } => merge(context, &name, &file),
		Key::Passphrase { name } => {
			let store = context.keystore()?;
			let mut key = context.unlock_named(&name)?;
			let passphrase = passphrase::choose(context.options.passphrase_fd, &name)?;
			store.set_passphrase(&mut key, passphrase)?;
			Ok(changed(&name, &key.public()))
		}
		Key::VerifyBackup { name, file } => {
			let backup = read_backup(context, &name, &file)?;
			context.keystore()?.verify_backup(&name, &backup)?;
			let line = format!(
				"{} is a complete backup of the key {name}",
				clean(&file.display().to_string())
			);
			let file = file.to_string_lossy();
			let json = json!({ "name": name, "file": file, "complete": true });
			Ok(Output::line(json, line))
		}
		Key::Remove { name, backup, .. } => {
			let backup = backup.map(|file| read_backup(context, &name, &file));
			let backup = backup.transpose()?;
			context.keystore()?.remove(&name, backup.as_ref())?;
			let line = format!("deleted the key {name} from this machine");
			Ok(Output::line(json!({ "name": name, "removed": true }), line))
		}
	}
}

/// Opens a backup of a key.
fn read_backup(context: &Context, name: &str, file: &Path) -> Result<Secrets> {
	// Fails on a wrong name before the passphrase is asked for.
	context.keystore()?.public(name)?;
	let passphrase = ask_for_file(context, file)?;
	keys::read_secrets(file, &passphrase)
}

/// Asks for the passphrase of a key file elsewhere.
fn ask_for_file(context: &Context, file: &Path) -> Result<Zeroizing<String>> {
	let shown = clean(&file.display().to_string());
	passphrase::ask(context.options.passphrase_fd, &shown)
}

fn merge(context: &Context, name: &str, file: &Path) -> Result<Output> {
	let mut key = context.unlock_named(name)?;
	let other = match keys::read_secrets(file, key.passphrase()) {
		// Its passphrase may be another one.
		Err(Error::KeyFile(_)) => keys::read_secrets(file, &ask_for_file(context, file)?)?,
		other => other?,
	};
	let done = context.keystore()?.merge(&mut key, &other)?;
	let mut output = changed(name, &key.public());
	let lines = &mut output.lines;
	lines.push(format!(
		"added {} encryption keys and {} names",
		done.keys, done.names
	));
	let done = json!({ "added_keys": done.keys, "added_names": done.names });
	output.json = merged(output.json, done);
	Ok(output)
}

/// A key whose file was written.
fn changed(name: &str, public: &KeyInfo) -> Output {
	let mut output = shown(name, public);
	output.lines.push(backup_reminder(name));
	output
}

fn list(context: &Context) -> Result<Output> {
	let store = context.keystore()?;
	let mut all = Vec::new();
	for name in store.names()? {
		let public = store.public(&name)?;
		all.push((name, public));
	}
	let json = all
		.iter()
		.map(|(name, public)| key_json(name, public))
		.collect();
	let rows = all
		.into_iter()
		.map(|(name, public)| {
			vec![
				name,
				public.account,
				public.encryption_keys.len().to_string(),
				public.member.unwrap_or_default(),
			]
		})
		.collect();
	let headings = ["name", "account", "encryption keys", "member"];
	let empty = format!("there are no keys in {}", store.dir().display());
	Ok(Output::table(json, &headings, rows, &empty))
}

fn import(context: &Context, name: &str, source: Source, authority: bool) -> Result<Output> {
	let fd = context.options.passphrase_fd;
	let (secrets, passphrase) = match source {
		Source {
			file: Some(file), ..
		} => {
			let passphrase = ask_for_file(context, &file)?;
			(keys::read_secrets(&file, &passphrase)?, passphrase)
		}
		Source { dev: Some(dev), .. } => (
			keys::secrets_for(keys::dev_seed(&dev)?, authority)?,
			passphrase::choose(fd, name)?,
		),
		Source {
			secret_fd: Some(secret_fd),
			..
		} => {
			let seed = keys::seed_from_secret(&passphrase::read_line(secret_fd)?)?;
			(
				keys::secrets_for(seed, authority)?,
				passphrase::choose(fd, name)?,
			)
		}
		Source { .. } => {
			return Err(Error::Input(
				"nothing to import: give a backup file, --secret-fd or --dev".into(),
			))
		}
	};
	let made = context.keystore()?.create(name, secrets, passphrase)?;
	Ok(changed(name, &made.public()))
}

async fn rotate(context: &Context, lost: bool) -> Result<Output> {
	let mut me = context.unlock()?;
	let chain = context.chain().await?;
	let state = chain.state_for(context.wait()).await?;
	let member = context.session(&chain, &me).member(&state).await?;
	let present = state.encryption_key(&member, None).await?;
	// Another copy of the key file may have it: this one is then out of date.
	if !lost {
		me.ensure_holds(present.version, &present.key)?;
	}
	let version = present.version.saturating_add(1);
	// The new key is saved in the file before the chain gets it.
	context.keystore()?.add_encryption_key(&mut me, version)?;
	let included = context.session(&chain, &me).rotate(version).await?;
	let output = changed(&me.name, &me.public());
	Ok(Output {
		json: merged(output.json, transaction_json(&included)),
		lines: output.lines,
	})
}

fn key_json(name: &str, public: &KeyInfo) -> Value {
	merged(json!({ "name": name }), json!(public))
}

fn shown(name: &str, public: &KeyInfo) -> Output {
	let mut fields = vec![
		("name", name.to_owned()),
		("account", public.account.clone()),
	];
	if let Some(member) = &public.member {
		fields.push(("member", clean(member)));
	}
	for key in &public.encryption_keys {
		fields.push((
			"encryption key",
			format!("version {}: {}", key.version, key.fingerprint),
		));
	}
	Output::fields(key_json(name, public), fields)
}
