//! `salus patient`.

use super::invitation::{invite, Invitation};
use crate::{
	context::Context,
	display::{account_json, acting, hash, time},
	output::{backup_reminder, Output},
	parse,
};
use clap::Subcommand;
use salus_client::{address::to_address, Error, Result};
use salus_primitives::{views::RecordFilter, MemberId, PatientId};
use serde_json::json;

#[derive(Subcommand)]
pub enum Patient {
	/// Invite an account to register as a patient
	Invite(Invitation),
	/// Register as a patient. The chain stores a commitment to your name, not the name
	#[command(after_help = "\
Example:
  salus patient register --full-name \"Ana Li\"

A verified provider or an authority must invite your account first.")]
	Register {
		/// Your full name
		#[arg(long, value_name = "NAME")]
		full_name: String,
	},
	/// Show a patient: account, encryption key, number of records
	Show {
		/// The patient's id [default: your own]
		#[arg(value_parser = parse::patient)]
		id: Option<PatientId>,
	},
}

pub async fn run(context: &Context, command: Patient) -> Result<Output> {
	match command {
		Patient::Invite(invitation) => invite(context, invitation).await,
		Patient::Register { full_name } => register(context, full_name).await,
		Patient::Show { id } => show(context, id).await,
	}
}

async fn register(context: &Context, full_name: String) -> Result<Output> {
	salus_envelope::check_name(&full_name, salus_envelope::MAX_NAME_LEN)
		.map_err(|error| Error::Input(error.to_string()))?;
	let mut me = context.unlock()?;
	let chain = context.chain().await?;
	context.session(&chain, &me).ensure_not_registered().await?;
	if me.secrets.keys.is_empty() {
		return Err(Error::KeyFile(format!(
			"{} is an authority's key: make another key with salus key new",
			me.name
		)));
	}
	// Saved first: without its name and salt, the commitment is worth nothing.
	let name = context.keystore()?.add_name(&mut me, &full_name)?;
	let id = context.session(&chain, &me).register_patient(&name).await?;
	context.remember_member(&mut me, id)?;
	let account = to_address(&me.account());
	let json = json!({ "patient": id.to_string(), "account": account });
	Ok(Output {
		json,
		lines: vec![
			format!("registered as patient {id}"),
			backup_reminder(&me.name),
		],
	})
}

async fn show(context: &Context, id: Option<PatientId>) -> Result<Output> {
	let state = context.state().await?;
	let id = match id {
		Some(id) => id,
		None => match context.own_member(&state).await? {
			MemberId::Patient(id) => id,
			member => {
				return Err(Error::Input(format!(
					"your key belongs to {member}, which is not a patient: give a patient's id"
				)))
			}
		},
	};
	let view = state.patient(id).await?;
	let key = state.encryption_key(&MemberId::Patient(id), None).await?;
	let fingerprint = salus_envelope::fingerprint(key.key.as_bytes());
	let all = RecordFilter::default();
	let records = state
		.records(&MemberId::Patient(id), &all, false)
		.await?
		.len();
	let account = acting(&view.accounts);
	let json = json!({
		"patient": id.to_string(),
		"account": account,
		"accounts": view.accounts.iter().map(account_json).collect::<Vec<_>>(),
		"commitment": hash(&view.commitment),
		"key_version": view.key_version,
		"fingerprint": fingerprint,
		"since": view.since,
		"records": records,
	});
	let fields = vec![
		("patient", id.to_string()),
		("account", account),
		("registered", time(view.since)),
		("records", records.to_string()),
		(
			"encryption key",
			format!("version {}: {fingerprint}", view.key_version),
		),
	];
	Ok(Output::fields(json, fields))
}
