//! `salus patient`.

use super::{key::remember, merged, transaction};
use crate::{args::Patient, context::Context, output::Output, text};
use salus_client::{address::to_address, chain::Included, Error, Result};
use salus_primitives::{AccountId, MemberId};
use serde_json::json;

pub async fn run(context: &Context, command: Patient) -> Result<Output> {
	match command {
		Patient::Invite { account } => invite(context, account).await,
		Patient::Register { full_name } => {
			salus_envelope::check_name(&full_name, salus_envelope::MAX_NAME_LEN)
				.map_err(|error| Error::Input(error.to_string()))?;
			let mut me = context.unlock()?;
			let chain = context.chain().await?;
			context.session(&chain, &me).ensure_not_registered().await?;
			if me.secrets.name != full_name {
				// The commitment is worth nothing without its name and salt: they are kept first.
				me.secrets.name = full_name;
				context.keystore()?.save(&me)?;
			}
			let id = context.session(&chain, &me).register_patient().await?;
			remember(context, &mut me, &MemberId::Patient(id))?;
			let account = to_address(&me.account());
			let json = json!({ "patient": id.to_string(), "account": account });
			Ok(Output::line(json, format!("registered as patient {id}")))
		}
		Patient::Show { id } => {
			let chain = context.chain().await?;
			let state = chain.state_for(context.wait()).await?;
			let id = match id {
				Some(id) => id,
				None => match own_member(context, &state).await? {
					MemberId::Patient(id) => id,
					member => {
						return Err(Error::Input(format!(
							"this key acts for {member}: name a patient"
						)))
					}
				},
			};
			let view = state.patient(id).await?;
			let key = state.encryption_key(&MemberId::Patient(id), None).await?;
			let fingerprint = salus_envelope::fingerprint(key.key.as_bytes());
			let records = state.records_of(&MemberId::Patient(id)).await?.len();
			let json = json!({
				"patient": id.to_string(),
				"account": to_address(&view.account),
				"commitment": super::hash(&view.commitment),
				"key_version": view.key_version,
				"fingerprint": fingerprint,
				"since": view.since,
				"records": records,
			});
			let fields = vec![
				("patient", id.to_string()),
				("account", to_address(&view.account)),
				("registered", text::time(view.since)),
				("records", records.to_string()),
				(
					"encryption key",
					format!("version {}: {fingerprint}", view.key_version),
				),
			];
			Ok(Output::fields(json, fields))
		}
	}
}

/// The chosen key's account: no passphrase needed.
pub fn own_account(context: &Context) -> Result<AccountId> {
	let public = context.keystore()?.public(&context.name()?)?;
	salus_client::address::parse_account(&public.account)
}

/// The member that it acts for.
pub async fn own_member(context: &Context, state: &salus_client::chain::State) -> Result<MemberId> {
	use salus_primitives::views::AccountStatus;
	match state.account(&own_account(context)?).await? {
		AccountStatus::Member(member) => Ok(member),
		_ => {
			let name = context.name()?;
			Err(Error::NotFound(format!("member that {name} acts for")))
		}
	}
}

/// Lets an account in.
pub async fn invite(context: &Context, account: AccountId) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let session = context.session(&chain, &me);
	let included: Included = session.invite(account.clone()).await?;
	let left = session
		.state()
		.await?
		.invitations_left(&me.account())
		.await?;
	let address = to_address(&account);
	let json = merged(
		json!({ "invited": address, "invitations_left": left }),
		transaction(&included),
	);
	Ok(Output::line(
		json,
		format!("invited {address}; {left} more in this period"),
	))
}
