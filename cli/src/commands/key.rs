//! `salus key`.

use super::merged;
use crate::{args::Key, context::Context, output::Output, passphrase, text};
use salus_client::{
	keys::{self, KeyInfo, UnlockedKey},
	Error, Result,
};
use salus_primitives::MemberId;
use serde_json::json;

pub async fn run(context: &Context, command: Key) -> Result<Output> {
	let store = context.keystore()?;
	let fd = context.global.passphrase_fd;
	match command {
		Key::New { name, authority } => {
			let passphrase = passphrase::choose(fd, &name)?;
			let made = store.create(&name, keys::generate(authority)?, passphrase)?;
			Ok(show(&name, &made.public()))
		}
		Key::List => {
			let mut all = Vec::new();
			for name in store.names()? {
				let public = store.public(&name)?;
				all.push((name, public));
			}
			let json = all
				.iter()
				.map(|(name, public)| value(name, public))
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
			let head = ["name", "account", "encryption keys", "member"];
			let empty = format!("no keys in {}", store.dir().display());
			Ok(Output::table(json, &head, rows, &empty))
		}
		Key::Show { name, repair } => {
			let name = name.map_or_else(|| context.name(), Ok)?;
			let public = if repair {
				store.repair(&name, passphrase::ask(fd, &name)?)?
			} else {
				store.public(&name)?
			};
			Ok(show(&name, &public))
		}
		Key::Export { name, file } => {
			store.export(&name, &file)?;
			let line = format!(
				"{name} is in {}, encrypted by its passphrase",
				file.display()
			);
			Ok(Output::line(json!({ "name": name, "file": file }), line))
		}
		Key::Import {
			name,
			file,
			dev,
			secret_fd,
			authority,
		} => {
			let seed = match (&dev, secret_fd) {
				(Some(dev), _) => Some(keys::dev_seed(dev)?),
				(None, Some(secret_fd)) => {
					Some(keys::seed_from_secret(&passphrase::read_line(secret_fd)?)?)
				}
				(None, None) => None,
			};
			let (secrets, passphrase) = match (seed, file) {
				(Some(seed), _) => (
					keys::secrets_for(seed, authority)?,
					passphrase::choose(fd, &name)?,
				),
				(None, Some(file)) => {
					let passphrase = passphrase::ask(fd, &file.display().to_string())?;
					(keys::read_secrets(&file, &passphrase)?, passphrase)
				}
				(None, None) => return Err(Error::Input("say what to import".into())),
			};
			let made = store.create(&name, secrets, passphrase)?;
			Ok(show(&name, &made.public()))
		}
		Key::Rotate => {
			let mut me = context.unlock()?;
			let chain = context.chain().await?;
			let state = chain.state_for(context.wait()).await?;
			let member = context.session(&chain, &me).member(&state).await?;
			let version = state.encryption_key(&member, None).await?.version + 1;
			// The new key is safe in the file before the chain hears of it.
			if !me.secrets.keys.iter().any(|(own, _)| *own == version) {
				me.secrets.keys.push((version, keys::new_encryption_key()?));
				store.save(&me)?;
			}
			let included = context.session(&chain, &me).rotate(version).await?;
			let shown = show(&me.name, &me.public());
			Ok(Output {
				json: merged(shown.json, super::transaction(&included)),
				lines: shown.lines,
			})
		}
	}
}

/// Remembers what a key's account acts for, where the person sees it.
pub fn remember(context: &Context, me: &mut UnlockedKey, member: &MemberId) -> Result<()> {
	context.keystore()?.remember(me, text::member(member))
}

fn value(name: &str, public: &KeyInfo) -> serde_json::Value {
	merged(json!({ "name": name }), json!(public))
}

fn show(name: &str, public: &KeyInfo) -> Output {
	let mut fields = vec![
		("name", name.to_owned()),
		("account", public.account.clone()),
	];
	if let Some(member) = &public.member {
		fields.push(("member", text::clean(member)));
	}
	for key in &public.encryption_keys {
		fields.push((
			"encryption key",
			format!("version {}: {}", key.version, key.fingerprint),
		));
	}
	Output::fields(value(name, public), fields)
}
