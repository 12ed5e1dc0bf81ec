//! `salus grant`.

mod forward;
mod list;

use super::record::{corrected_text, warning};
use crate::{
	at_one_block::at_one_block,
	context::Context,
	display::{purpose_name, time},
	interregional::{grant_json, grantee_standing, grantee_text, remote_text, state_text, Numbers},
	output::{merged, transaction_json, Output},
	parse,
};
use clap::{Args, Subcommand};
use salus_client::{
	chain::State,
	grant::Terms,
	interregional::RemoteGrantee,
	keys::{Fingerprint, KnownKeys},
	provider_text, standing_text, Error, MemberRef, ProviderRef, Result, Session,
};
use salus_primitives::{
	views::GrantView, InterregionalGrantId, MemberId, ParaId, ProfessionalNumber, ProviderId,
	Purpose, RecordId, RemoteProvider, Standing,
};
use serde_json::{json, Value};

#[derive(Subcommand)]
pub enum Grant {
	/// Grant access to your records, as their patient. Each record is fetched and checked first
	#[command(after_help = "\
Examples:
  salus grant add 7 --to A12345                     To a provider of your region
  salus grant add 7 8 --to A12345 --expires 30d     Two records, for 30 days
  salus grant add 7 --region 2002 --provider B54321 --fingerprint \"$(cat fingerprint)\"

The last one is to a provider of another region. That provider gives you the
fingerprint (salus key show). Then a provider of your region must forward the grant
(salus grant forward).")]
	Add {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// The grantee in your region: a professional number, id:7, or a patient's id
		#[arg(
			long,
			value_name = "MEMBER",
			required_unless_present = "provider",
			conflicts_with = "provider"
		)]
		to: Option<MemberRef>,
		#[command(flatten)]
		remote: RemoteOptions,
		/// The fingerprint of the encryption key, as the grantee itself gave it to you
		#[arg(long)]
		fingerprint: Option<Fingerprint>,
		/// Without a fingerprint: trust the consortium's directory for a key that is new to you
		#[arg(long, requires = "provider", conflicts_with = "fingerprint")]
		yes: bool,
		/// The purpose: treatment, emergency-treatment, payment, operations, research,
		/// public-health, patient-request or family-request
		#[arg(long, value_parser = parse::purpose, default_value = "treatment")]
		purpose: Purpose,
		/// When access ends: after 30d, 12h, 90m or 45s, or with the day 2027-01-31 where you are
		/// [default: when you revoke the grant]
		#[arg(long, value_name = "WHEN")]
		expires: Option<String>,
	},
	/// Send grants to the consortium, as a verified provider of the records' region
	#[command(after_help = "\
Examples:
  salus grant forward --all    All waiting grants of the region
  salus grant forward 7        All waiting grants of record 7")]
	Forward {
		/// The record
		#[arg(required_unless_present = "all", conflicts_with = "all")]
		record: Option<RecordId>,
		#[command(flatten)]
		remote: RemoteOptions,
		/// Send all waiting grants of the region
		#[arg(long, conflicts_with = "provider")]
		all: bool,
	},
	/// Revoke access to your records, as their patient
	#[command(after_help = "\
Examples:
  salus grant revoke 7 8 --from A12345
  salus grant revoke 7 --region 2002 --provider B54321

The grantee no longer gets a key. It can keep what it has already read.")]
	Revoke {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// The grantee in your region: a professional number, id:7, or a patient's id
		#[arg(
			long,
			value_name = "MEMBER",
			required_unless_present = "provider",
			conflicts_with = "provider"
		)]
		from: Option<MemberRef>,
		#[command(flatten)]
		remote: RemoteOptions,
	},
	/// List the grants of a record, or all grants that you gave or received
	List {
		/// The record
		record: Option<RecordId>,
		/// List the records of other regions that you can read
		#[arg(long, conflicts_with_all = ["record", "waiting"])]
		incoming: bool,
		/// List the grants of your region that wait to be forwarded
		#[arg(long, conflicts_with = "record")]
		waiting: bool,
	},
	/// Show the state of a record's grants to providers of other regions
	Show {
		/// The record
		record: RecordId,
		#[command(flatten)]
		remote: RemoteOptions,
	},
}

/// The options that name a grantee of another region.
#[derive(Args)]
pub struct RemoteOptions {
	/// The region of a grantee in another region (before the command, --region is your own)
	#[arg(long, value_name = "N", value_parser = parse::region, requires = "provider")]
	pub region: Option<ParaId>,
	/// A grantee in another region: a professional number, or id:7. A number needs a consortium's
	/// node
	#[arg(long, value_name = "NUMBER", requires = "region")]
	pub provider: Option<ProviderRef>,
}

impl RemoteOptions {
	/// The provider, if the command line names one, and what the directory says of it. A number is
	/// looked up there; an id is not.
	pub async fn provider(self, context: &Context) -> Result<Option<(RemoteProvider, Numbers)>> {
		let (Some(region), Some(provider)) = (self.region, self.provider) else {
			return Ok(None);
		};
		if let ProviderRef::Id(id) = provider {
			return Ok(Some((RemoteProvider { region, id }, Numbers::new())));
		}
		let directory = context.directory().await?;
		let entry = directory.find_provider(region, &provider).await?;
		let id = entry.id;
		let provider = RemoteProvider { region, id };
		let numbers = Numbers::from([(provider.clone(), (entry.number, entry.standing))]);
		Ok(Some((provider, numbers)))
	}
}

/// The grantee of a record.
enum Grantee {
	/// A member of the same region.
	Member(MemberRef),
	/// A provider of another region, and what the directory says of it.
	Provider(RemoteProvider, Numbers),
}

impl Grantee {
	/// The one of both that the command line names.
	async fn new(
		context: &Context,
		member: Option<MemberRef>,
		remote: RemoteOptions,
	) -> Result<Self> {
		match (member, remote.provider(context).await?) {
			(Some(member), None) => Ok(Self::Member(member)),
			(None, Some((provider, numbers))) => Ok(Self::Provider(provider, numbers)),
			_ => Err(Error::Input(
				"give a member of your region, or --region and --provider".into(),
			)),
		}
	}
}

pub async fn run(context: &Context, command: Grant) -> Result<Output> {
	match command {
		Grant::Add {
			records,
			to,
			remote,
			fingerprint,
			yes,
			purpose,
			expires,
		} => {
			let named = remote.provider.clone();
			let grantee = Grantee::new(context, to, remote).await?;
			let me = context.unlock()?;
			let chain = context.chain().await?;
			let expires_at = match &expires {
				Some(end) => Some(parse::expiry(end, chain.finalized().await?.now().await?)?),
				None => None,
			};
			let terms = Terms {
				purpose,
				expires_at,
			};
			let session = context.session(&chain, &me);
			match grantee {
				Grantee::Member(named) => {
					let state = chain.finalized().await?;
					let member = state.find_member(&named).await?;
					let shown = Named::read(&state, &member).await?;
					let grantee = (&named, &member);
					let known = context.known(fingerprint)?;
					add_to_member(context, &session, &records, grantee, known, shown, terms).await
				}
				Grantee::Provider(provider, _) => {
					let named = named.unwrap_or(ProviderRef::Id(provider.id));
					let grantee = RemoteGrantee {
						provider: &provider,
						named: &named,
					};
					let mut known = context.known(fingerprint)?;
					if yes {
						known = known.trust_directory();
					}
					add_to_provider(context, &session, &records, grantee, known, terms).await
				}
			}
		}
		Grant::Forward {
			record: Some(record),
			remote,
			all: false,
		} => match remote.provider(context).await? {
			Some((grantee, numbers)) => {
				let id = InterregionalGrantId { record, grantee };
				forward::forward_one(context, id, &numbers).await
			}
			None => forward::forward_waiting(context, Some(record)).await,
		},
		Grant::Forward { .. } => forward::forward_waiting(context, None).await,
		Grant::Revoke {
			records,
			from,
			remote,
		} => {
			let grantee = Grantee::new(context, from, remote).await?;
			revoke(context, &records, grantee).await
		}
		Grant::List { incoming: true, .. } => {
			at_one_block(context, || list::list_incoming(context)).await
		}
		Grant::List { waiting: true, .. } => {
			at_one_block(context, || list::list_waiting(context)).await
		}
		Grant::List { record, .. } => at_one_block(context, || list::list(context, record)).await,
		Grant::Show { record, remote } => {
			let grantee = remote.provider(context).await?;
			list::show(context, record, grantee).await
		}
	}
}

async fn add_to_member(
	context: &Context,
	session: &Session<'_>,
	records: &[RecordId],
	grantee: (&MemberRef, &MemberId),
	mut known: KnownKeys,
	shown: Named,
	terms: Terms,
) -> Result<Output> {
	let ipfs = context.envelopes(session.chain)?;
	// Before the grant: if this fails, nothing was sent.
	let (warnings, corrected) = corrections(&session.state().await?, records).await?;
	let included = session
		.grant(records, grantee, terms, &*ipfs, &mut known)
		.await?;
	let mut lines = vec![format!(
		"{} can read {}",
		shown.text,
		granted_text(records, terms)
	)];
	lines.extend(warnings);
	let json = merged(grants_json(records, shown.json, terms), corrected);
	Ok(Output {
		json: merged(json, transaction_json(&included)),
		lines,
	})
}

async fn add_to_provider(
	context: &Context,
	session: &Session<'_>,
	records: &[RecordId],
	grantee: RemoteGrantee<'_>,
	mut known: KnownKeys,
	terms: Terms,
) -> Result<Output> {
	let consortium = context.consortium().await?;
	let ipfs = context.envelopes(session.chain)?;
	let provider = grantee.provider;
	let (warnings, corrected) = corrections(&session.state().await?, records).await?;
	let included = session
		.grant_interregional(&consortium, records, grantee, terms, &*ipfs, &mut known)
		.await?;
	let directory = consortium.finalized().await?;
	let entry = directory.provider(provider).await?;
	let numbers = Numbers::from([(provider.clone(), (entry.number, entry.standing))]);
	let mut lines = vec![
		format!(
			"granted {} {}",
			remote_text(provider, &numbers),
			granted_text(records, terms)
		),
		"a provider of your region must forward the grant now (salus grant forward)".into(),
	];
	let json = merged(
		grants_json(records, remote_json(provider, &numbers), terms),
		json!({ "region": provider.region, "state": "granted" }),
	);
	lines.extend(warnings);
	let json = merged(json, corrected);
	Ok(Output {
		json: merged(json, transaction_json(&included)),
		lines,
	})
}

/// A warning for each of these records that was corrected, and the same as JSON.
async fn corrections(state: &State, records: &[RecordId]) -> Result<(Vec<String>, Value)> {
	let (mut warnings, mut corrected) = (Vec::new(), Vec::new());
	for record in records {
		let view = state.record(*record).await?;
		if let Some(text) = corrected_text(&view) {
			warnings.push(warning(text));
			corrected.push(json!({ "record": record, "corrected_by": view.corrected_by }));
		}
	}
	Ok((warnings, json!({ "corrected": corrected })))
}

fn grants_json(records: &[RecordId], grantee: Value, terms: Terms) -> Value {
	let json = json!({
		"records": records,
		"purpose": purpose_name(terms.purpose),
		"expires_at": terms.expires_at,
	});
	merged(json, grantee)
}

/// A grantee in the same region, as people and programs read it.
struct Named {
	text: String,
	json: Value,
}

impl Named {
	/// The grantee of a grant.
	fn of(grant: &GrantView) -> Self {
		let (number, standing) = (grant.number.as_ref(), grant.standing);
		match (&grant.grantee, number) {
			(MemberId::Provider(id), Some(number)) => Self::provider(*id, number, standing),
			(member, _) => Self {
				text: member.to_string(),
				json: json!({ "grantee": member_id(member) }),
			},
		}
	}

	async fn read(state: &State, member: &MemberId) -> Result<Self> {
		Ok(match member {
			MemberId::Patient(_) => Self {
				text: member.to_string(),
				json: json!({ "grantee": member_id(member) }),
			},
			MemberId::Provider(id) => {
				let view = state.provider(*id).await?;
				Self::provider(*id, &view.number, Some(view.standing))
			}
		})
	}

	fn provider(id: ProviderId, number: &ProfessionalNumber, standing: Option<Standing>) -> Self {
		Self {
			text: format!("provider {}", provider_text(number, id, standing)),
			json: json!({
				"grantee": number.to_string(),
				"grantee_id": id,
				"grantee_standing": standing.map(standing_text),
			}),
		}
	}
}

/// A member's id alone.
fn member_id(member: &MemberId) -> String {
	match member {
		MemberId::Patient(id) => id.to_string(),
		MemberId::Provider(id) => ProviderRef::Id(*id).to_string(),
	}
}

fn remote_json(provider: &RemoteProvider, numbers: &Numbers) -> Value {
	json!({
		"grantee": grantee_text(provider, numbers),
		"grantee_id": provider.id,
		"grantee_standing": grantee_standing(provider, numbers),
	})
}

fn granted_text(records: &[RecordId], terms: Terms) -> String {
	let end = terms.expires_at.map(time);
	let until = end.map_or_else(String::new, |end| format!(" until {end}"));
	format!(
		"{} for {}{until}",
		list_of(records),
		purpose_name(terms.purpose)
	)
}

async fn revoke(context: &Context, records: &[RecordId], from: Grantee) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let session = context.session(&chain, &me);
	let (provider, numbers) = match from {
		Grantee::Member(member) => {
			let state = session.state().await?;
			let member = state.find_member(&member).await?;
			let named = Named::read(&state, &member).await?;
			let included = session.revoke(records, &member).await?;
			let line = format!(
				"{} no longer gets a key of {}, but can keep what it has already read",
				named.text,
				list_of(records)
			);
			let json = merged(json!({ "records": records }), named.json);
			return Ok(Output::line(
				merged(json, transaction_json(&included)),
				line,
			));
		}
		Grantee::Provider(provider, numbers) => (provider, numbers),
	};
	let (included, views) = session.revoke_interregional(records, &provider).await?;
	let from = remote_text(&provider, &numbers);
	let mut lines = vec![format!("revoked {} from {from}", list_of(records))];
	for view in &views {
		let state = state_text(&view.state);
		lines.push(format!("record {}: {state}", view.record));
	}
	lines.push("the provider can keep what it has already read".into());
	let json = json!({
		"records": records,
		"region": provider.region,
		"grants": views.iter().map(|view| grant_json(view, &numbers)).collect::<Vec<_>>(),
	});
	let json = merged(json, remote_json(&provider, &numbers));
	Ok(Output {
		json: merged(json, transaction_json(&included)),
		lines,
	})
}

fn list_of(records: &[u64]) -> String {
	let ids: Vec<_> = records.iter().map(u64::to_string).collect();
	match ids.as_slice() {
		[one] => format!("record {one}"),
		_ => format!("records {}", ids.join(", ")),
	}
}
