//! `salus record`.

use super::{
	hash,
	interregional::{incoming_json, until},
	patient::own_member,
};
use crate::{
	args::{Naming, Record},
	context::Context,
	output::Output,
	text,
};
use salus_client::{
	address::to_address,
	chain::{Chain, State},
	interregional,
	ipfs::to_base32,
	retrieve::{Access, Destination, Retrieved, UnlockedRecord},
	standing_text,
	store::{AddedRecord, Attribution, Document},
	Error, RecordRef, Result,
};
use salus_primitives::{
	views::RecordView, AccountId, MemberId, ParaId, PatientId, ProfessionalNumber, RecordId,
	Standing,
};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

pub async fn run(context: &Context, command: Record) -> Result<Output> {
	match command {
		Record::Add {
			files,
			patient,
			naming,
			author,
		} => {
			if files.len() > 1 && naming.name.is_some() {
				return Err(Error::Input("--name is for one document".into()));
			}
			add(context, &files, patient, &naming, author, None).await
		}
		Record::Amend {
			record,
			file,
			naming,
		} => {
			let state = context.chain().await?.finalized().await?;
			let patient = state.record(record).await?.patient;
			add(context, &[file], patient, &naming, None, Some(record)).await
		}
		Record::Get {
			record,
			output,
			force,
		} => get(context, record, &output, force).await,
		Record::List { locked } => list(context, locked).await,
		Record::Show { record, locked } => show(context, record, locked).await,
	}
}

async fn add(
	context: &Context,
	files: &[PathBuf],
	patient: PatientId,
	naming: &Naming,
	author: Option<ProfessionalNumber>,
	amends: Option<RecordId>,
) -> Result<Output> {
	let documents: Vec<_> = files
		.iter()
		.map(|file| document(file, naming))
		.collect::<Result<_>>()?;
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let ipfs = context.ipfs()?;
	let mut known = context.known()?;
	let attribution = Attribution {
		patient,
		amends,
		author,
	};
	let session = context.session(&chain, &me);
	let added = session
		.add_records(&attribution, &documents, &ipfs, &mut known)
		.await?;
	let line = |(added, document): (&AddedRecord, &Document)| {
		format!(
			"record {}: {} ({}), CID {}",
			added.record,
			text::clean(&document.name),
			text::size(added.document_length),
			to_base32(&added.cid)
		)
	};
	let value = |added: &AddedRecord| {
		json!({
			"record": added.record,
			"cid": to_base32(&added.cid),
			"hash": hash(&added.hash),
			"size": added.size,
			"document_length": added.document_length,
		})
	};
	Ok(Output {
		json: json!({ "records": added.iter().map(value).collect::<Vec<_>>() }),
		lines: added.iter().zip(&documents).map(line).collect(),
	})
}

fn document(file: &Path, naming: &Naming) -> Result<Document> {
	let name = match &naming.name {
		Some(name) => name.clone(),
		None => file
			.file_name()
			.map(|name| name.to_string_lossy().into_owned())
			.ok_or_else(|| Error::Input(format!("{} is no file", file.display())))?,
	};
	salus_envelope::check_name(&name, salus_envelope::MAX_NAME_LEN)
		.map_err(|error| Error::Input(error.to_string()))?;
	Ok(Document {
		path: file.to_owned(),
		name,
		media_type: naming
			.media_type
			.clone()
			.unwrap_or_else(|| media_type(file).into()),
	})
}

/// The media type that a file's ending tells.
fn media_type(file: &Path) -> &'static str {
	let ending = file
		.extension()
		.and_then(|ending| ending.to_str())
		.unwrap_or_default();
	match ending.to_ascii_lowercase().as_str() {
		"json" => "application/json",
		"xml" => "application/xml",
		"pdf" => "application/pdf",
		"txt" => "text/plain",
		"csv" => "text/csv",
		"dcm" => "application/dicom",
		"jpg" | "jpeg" => "image/jpeg",
		"png" => "image/png",
		"zip" => "application/zip",
		_ => "application/octet-stream",
	}
}

async fn get(context: &Context, record: RecordRef, output: &Path, force: bool) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let ipfs = context.ipfs()?;
	let session = context.session(&chain, &me);
	let to_stdout = output == Path::new("-");
	let mut stdout = std::io::stdout();
	let destination = if to_stdout {
		Destination::Writer(&mut stdout)
	} else {
		Destination::File {
			path: output,
			replace: force,
		}
	};
	let state = chain.state_for(context.wait()).await?;
	let retrieved = match other_region(&state, record).await? {
		None => {
			let unlocked = session.unlock(&state, record.record).await?;
			session.retrieve(&unlocked, destination, &ipfs).await?
		}
		Some(region) => {
			let directory = context
				.consortium()
				.await?
				.state_for(context.wait())
				.await?;
			let unlocked = session
				.unlock_incoming(&directory, region, record.record)
				.await?;
			session.retrieve(&unlocked, destination, &ipfs).await?
		}
	};
	if to_stdout {
		return Ok(Output {
			json: Value::Null,
			lines: Vec::new(),
		});
	}
	let Retrieved {
		path,
		manifest,
		author_standing,
	} = retrieved;
	let path = path.unwrap_or_default();
	let mut lines = vec![format!(
		"record {record}: {} ({}), checked, in {}",
		text::clean(&manifest.name),
		text::size(manifest.length),
		text::clean(&path.display().to_string())
	)];
	lines.extend(warning(author_standing, &manifest.author_number));
	let json = json!({
		"record": record_json_id(record),
		"file": path,
		"name": manifest.name,
		"media_type": manifest.media_type,
		"document_length": manifest.length,
		"author": manifest.author_number,
		"author_standing": author_standing.map(standing_text),
		"sealed_at": manifest.time,
	});
	Ok(Output { json, lines })
}

/// The region of a record, if it is not the connected one.
async fn other_region(state: &State, record: RecordRef) -> Result<Option<ParaId>> {
	match record.region {
		Some(region) if region != state.region().await? => Ok(Some(region)),
		_ => Ok(None),
	}
}

/// A number, or a text if it has a region.
fn record_json_id(record: RecordRef) -> Value {
	match record.region {
		Some(_) => json!(record.to_string()),
		None => json!(record.record),
	}
}

/// A line if the author does not stand as it did when it wrote.
fn warning(standing: Option<Standing>, author: &str) -> Option<String> {
	match standing {
		Some(Standing::Verified) => None,
		Some(standing) => Some(format!(
			"note: its author, provider {author}, was verified when it wrote, and is {} now",
			standing_text(standing)
		)),
		None => Some(format!(
			"note: its author, provider {author}, is not known there now: it was verified when it wrote, or so its region says"
		)),
	}
}

/// What may be read, without its names if the key stays locked.
async fn list(context: &Context, locked: bool) -> Result<Output> {
	let me = if locked {
		None
	} else {
		Some(context.unlock()?)
	};
	let chain = context.chain().await?;
	let state = chain.state_for(context.wait()).await?;
	let member = own_member(context, &state).await?;
	let mut ids = state.records_of(&member).await?;
	let granted = state.granted_to(&member).await?;
	ids.extend(granted.iter().map(|grant| grant.record));
	ids.sort_unstable();
	ids.dedup();
	let mut json = Vec::new();
	let mut rows = Vec::new();
	for id in ids {
		let (view, name) = match &me {
			Some(me) => {
				match context.session(&chain, me).unlock(&state, id).await {
					Ok(unlocked) => (unlocked.view, Ok(unlocked.name)),
					// One record that can't be read hides no others.
					Err(error) => (state.record(id).await?, Err(error.to_string())),
				}
			}
			None => (state.record(id).await?, Err("locked".into())),
		};
		let shown = match &name {
			Ok(name) => text::clean(name),
			Err(reason) => format!("({})", text::clean(reason)),
		};
		let how = how_text(&member, &view);
		json.push(merge_name(record_json(&view), name.ok(), how));
		rows.push(vec![
			id.to_string(),
			shown,
			text::size(view.size),
			view.author.to_string(),
			text::time(view.added_at),
			how.into(),
		]);
	}
	let head = ["record", "name", "envelope", "author", "added", "you are"];
	Ok(Output::table(
		Value::Array(json),
		&head,
		rows,
		"no records that you can read",
	))
}

fn how_text(member: &MemberId, view: &RecordView<AccountId>) -> &'static str {
	match member {
		MemberId::Patient(id) if *id == view.patient => "patient",
		MemberId::Provider(number) if *number == view.author => "author",
		_ => "grantee",
	}
}

/// What the consortium hands out of a record of another region.
async fn show_incoming(
	context: &Context,
	chain: &Chain,
	(region, record): (ParaId, RecordId),
	locked: bool,
) -> Result<Output> {
	let directory = context
		.consortium()
		.await?
		.state_for(context.wait())
		.await?;
	let mut fields = Vec::new();
	let (grant, name) = if locked {
		let state = chain.state_for(context.wait()).await?;
		let member = own_member(context, &state).await?;
		let grantee = interregional::remote_provider(&state, member).await?;
		(directory.granted(region, record, &grantee).await?, None)
	} else {
		let me = context.unlock()?;
		let session = context.session(chain, &me);
		let unlocked = session.unlock_incoming(&directory, region, record).await?;
		fields.push(("name", text::clean(&unlocked.name)));
		(unlocked.view, Some(unlocked.name))
	};
	let standing = grant
		.author_standing
		.map_or("not in the directory", standing_text);
	let author = text::clean(grant.author_name.as_str());
	fields.extend([
		("record", interregional::record_ref(&grant).to_string()),
		("patient", grant.patient.to_string()),
		("author", format!("{} {author} ({standing})", grant.author)),
		("signed by", to_address(&grant.account)),
		("added", text::time(grant.added_at)),
		("CID", to_base32(&grant.cid)),
		("envelope", text::size(grant.size)),
		("blinded hash", hash(&grant.hash)),
		("granted", text::time(grant.granted_at)),
		("purpose", text::purpose(grant.purpose).into()),
		("until", until(grant.expires_at)),
	]);
	let json = merge_name(incoming_json(&grant), name, "grantee");
	Ok(Output::fields(json, fields))
}

async fn show(context: &Context, record: RecordRef, locked: bool) -> Result<Output> {
	let chain = context.chain().await?;
	let state: State = chain.state_for(context.wait()).await?;
	if let Some(region) = other_region(&state, record).await? {
		return show_incoming(context, &chain, (region, record.record), locked).await;
	}
	let record = record.record;
	let view = state.record(record).await?;
	let mut fields = Vec::new();
	let mut json = record_json(&view);
	if !locked {
		let me = context.unlock()?;
		let session = context.session(&chain, &me);
		let UnlockedRecord {
			access,
			name,
			patient_name,
			..
		} = session.unlock(&state, record).await?;
		fields.push(("name", text::clean(&name)));
		fields.push(("you read it as", access_text(access)));
		if let Some(name) = &patient_name {
			fields.push(("patient's name", text::clean(name)));
		}
		json = merge_name(
			json,
			Some(name),
			how_text(&session.member(&state).await?, &view),
		);
	}
	let standing = view.author_standing.map_or("unknown", standing_text);
	let author = author_name(&view).map_or_else(String::new, text::clean);
	fields.extend([
		("record", record.to_string()),
		("patient", view.patient.to_string()),
		("author", format!("{} {author} ({standing})", view.author)),
		("signed by", to_address(&view.account)),
		("added", text::time(view.added_at)),
		("CID", to_base32(&view.cid)),
		("envelope", text::size(view.size)),
		("blinded hash", hash(&view.hash)),
	]);
	if let Some(amended) = view.amends {
		fields.push(("corrects", format!("record {amended}")));
	}
	Ok(Output::fields(json, fields))
}

fn access_text(access: Access) -> String {
	match access {
		Access::Patient => "its patient".into(),
		Access::Author => "its author".into(),
		Access::Grant {
			purpose,
			expires_at: None,
		} => {
			format!("grantee, for {}", text::purpose(purpose))
		}
		Access::Grant {
			purpose,
			expires_at: Some(end),
		} => {
			format!(
				"grantee, for {}, until {}",
				text::purpose(purpose),
				text::time(end)
			)
		}
	}
}

fn author_name(view: &RecordView<AccountId>) -> Option<&str> {
	view.author_name.as_ref().map(|name| name.as_str())
}

fn record_json(view: &RecordView<AccountId>) -> Value {
	json!({
		"record": view.id,
		"patient": view.patient.to_string(),
		"patient_commitment": hash(&view.patient_commitment),
		"author": view.author.to_string(),
		"author_name": author_name(view),
		"author_standing": view.author_standing.map(standing_text),
		"account": to_address(&view.account),
		"hash": hash(&view.hash),
		"cid": to_base32(&view.cid),
		"size": view.size,
		"added_at": view.added_at,
		"amends": view.amends,
	})
}

fn merge_name(json: Value, name: Option<String>, how: &str) -> Value {
	super::merged(json, json!({ "name": name, "you_are": how }))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn media_types_follow_the_ending() {
		assert_eq!(media_type(Path::new("a/B.JSON")), "application/json");
		assert_eq!(media_type(Path::new("scan.dcm")), "application/dicom");
		assert_eq!(media_type(Path::new("json")), "application/octet-stream");
	}
}
