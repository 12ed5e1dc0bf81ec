//! `salus record`.

mod list;

use crate::{
	context::Context,
	display::{author, author_json, clean, given_by, grant_end, hash, purpose_name, size, time},
	interregional::{as_told, incoming_json},
	output::{merged, note, Output},
	parse,
};
use clap::{Args, Subcommand};
use salus_client::{
	address::to_address,
	chain::{Chain, State, Wait},
	interregional,
	ipfs::to_base32,
	keys::Fingerprint,
	retrieve::{Access, Destination, Retrieved, UnlockedRecord},
	standing_text,
	store::{check_documents, Added, AddedRecord, Attribution, Document},
	Error, Pending, RecordRef, Result, Session,
};
use salus_primitives::{
	views::{AuthorView, RecordView},
	AccountId, Author, MemberId, ParaId, PatientId, RecordId, Standing,
};
use serde_json::{json, Value};
use std::{
	ops::RangeInclusive,
	path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub enum Record {
	/// Encrypt documents, add them to IPFS and put their records on the chain
	#[command(after_help = "\
Examples:
  salus record add scan.pdf --patient 00112233445566778899aabbccddeeff
  salus record add slices/*.dcm --patient 00112233445566778899aabbccddeeff
  salus record add letter.pdf --about-me      As a patient, about yourself

A verified provider adds records of any patient. The patient tells you the id (salus
patient show). A patient adds records about themselves, and every reader sees that the
patient added them. Up to 32 documents are stored in one transaction: all, or none.")]
	Add {
		/// The documents; each becomes a record
		#[arg(required = true, value_name = "FILE")]
		files: Vec<PathBuf>,
		/// The patient's id: 32 hexadecimal digits
		#[arg(
			long,
			value_name = "ID",
			value_parser = parse::patient,
			required_unless_present = "about_me",
			conflicts_with = "about_me"
		)]
		patient: Option<PatientId>,
		/// As a patient: documents about yourself, such as letters from elsewhere
		#[arg(long)]
		about_me: bool,
		#[command(flatten)]
		description: Description,
	},
	/// Fetch a record's document, check it and decrypt it
	#[command(after_help = "\
Examples:
  salus record get 7 -o documents/       Into a folder, under the record's name
  salus record get 2001/7 -o scan.pdf    Record 7 of region 2001
  salus record get 7 -o - | less         To standard output
  salus record get 7 --range 0-99 -o -   The first 100 bytes, without the author's signature

With --range, only the parts of the envelope with these bytes are fetched. They are checked
against the chain: you trust the region's authorities. The author's signature covers the
whole document, so it is not checked.")]
	Get {
		/// The record: 7, or 2001/7 for record 7 of another region
		record: RecordRef,
		/// Where to write the document: a file, a folder, or - for standard output
		#[arg(short, long, value_name = "FILE")]
		output: PathBuf,
		/// Overwrite the file if it exists
		#[arg(long)]
		force: bool,
		/// Only these bytes of the document, counted from 0, both included. Only to standard
		/// output, as the author's signature is not checked
		#[arg(long, value_name = "A-B", value_parser = parse::range, conflicts_with = "force")]
		range: Option<RangeInclusive<u64>>,
	},
	/// List the records of your region that you can read: yours, then those granted to you
	#[command(after_help = "\
Examples:
  salus record list --since 30d            What was added, or granted to you, in 30 days
  salus record list --author A12345        By this provider
  salus record list --limit 20             The 20 newest

The newest come first.")]
	List(list::List),
	/// Show a record's metadata
	Show {
		/// The record: 7, or 2001/7 for record 7 of another region
		record: RecordRef,
		/// Do not unlock your key; the record's name is then not shown
		#[arg(long)]
		locked: bool,
	},
	/// Correct a record: add a new record that refers to it
	#[command(after_help = "\
Example:
  salus record amend 7 corrected.pdf

The old record stays. Nobody can change or delete it.")]
	Amend {
		/// The record to correct
		record: RecordId,
		/// The corrected document
		file: PathBuf,
		#[command(flatten)]
		description: Description,
	},
	/// Add the record of an envelope that an earlier command left without one
	#[command(after_help = "\
A command that is killed, or loses its node, can leave an envelope on IPFS
without a record. The next command names its CID.")]
	Finish {
		/// The envelope's CID
		cid: String,
		/// The fingerprint of the patient's encryption key, as the patient gave it to you
		#[arg(long)]
		fingerprint: Option<Fingerprint>,
	},
	/// Drop an envelope that an earlier command left without a record
	Drop {
		/// The envelope's CID
		cid: String,
	},
}

#[derive(Args)]
pub struct Description {
	/// The record's name, encrypted for those who can read the record [default: the file's name]
	#[arg(long)]
	name: Option<String>,
	/// The media type [default: from the file's extension]
	#[arg(long, value_name = "TYPE")]
	media_type: Option<String>,
	/// The fingerprint of the patient's encryption key, as the patient gave it to you
	#[arg(long)]
	fingerprint: Option<Fingerprint>,
}

pub async fn run(context: &Context, command: Record) -> Result<Output> {
	match command {
		Record::Add {
			files,
			patient,
			about_me: _,
			description,
		} => {
			if files.len() > 1 && description.name.is_some() {
				return Err(Error::Input(
					"--name works with one document only: add several one by one".into(),
				));
			}
			add(context, &files, patient, &description, None).await
		}
		Record::Amend {
			record,
			file,
			description,
		} => {
			let state = context.chain().await?.finalized().await?;
			let patient = state.record(record).await?.patient;
			let own = context.own_member(&state).await? == MemberId::Patient(patient);
			let patient = (!own).then_some(patient);
			add(context, &[file], patient, &description, Some(record)).await
		}
		Record::Get {
			record,
			output,
			force,
			range,
		} => match range {
			None => get(context, record, &output, force).await,
			Some(range) => get_part(context, record, &output, range).await,
		},
		Record::Finish { cid, fingerprint } => finish(context, &cid, fingerprint).await,
		Record::Drop { cid } => drop_envelope(context, &cid).await,
		Record::List(arguments) => list::run(context, arguments).await,
		Record::Show { record, locked } => show(context, record, locked).await,
	}
}

async fn add(
	context: &Context,
	files: &[PathBuf],
	patient: Option<PatientId>,
	description: &Description,
	amends: Option<RecordId>,
) -> Result<Output> {
	let documents: Vec<_> = files
		.iter()
		.map(|file| document(file, description))
		.collect::<Result<_>>()?;
	// Before a passphrase is asked for and a node is called.
	check_documents(&documents)?;
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let ipfs = context.envelopes(&chain)?;
	let mut known = context.known(description.fingerprint.clone())?;
	let attribution = Attribution { patient, amends };
	let session = context.session(&chain, &me);
	let mut added = Added::default();
	let result = session
		.add_records(&attribution, &documents, &*ipfs, &mut known, &mut added)
		.await;
	let line = |(added, document): (&AddedRecord, &Document)| {
		let earlier = if added.earlier {
			"; an earlier command stored it"
		} else {
			""
		};
		format!(
			"record {}: {} ({}), CID {}{earlier}",
			added.record,
			clean(&document.name),
			size(added.document_length),
			to_base32(&added.cid)
		)
	};
	let value = |added: &AddedRecord| {
		let length = json!({ "document_length": added.document_length });
		merged(added_json(added), length)
	};
	let records = &added.records;
	let output = Output {
		json: json!({ "records": records.iter().map(value).collect::<Vec<_>>() }),
		lines: records.iter().zip(&documents).map(line).collect(),
	};
	// After an error, those of the first transactions are stored.
	let printed = match result.is_ok() || !records.is_empty() {
		true => print(context, &session, &output, &added),
		false => Ok(()),
	};
	result.and(printed).map(|()| Output::printed())
}

/// Prints the records that were added. Only then are they not found again by a repeated command.
fn print(context: &Context, session: &Session<'_>, output: &Output, added: &Added) -> Result<()> {
	output.print_result(context.options.json)?;
	session.told(added);
	Ok(())
}

fn added_json(added: &AddedRecord) -> Value {
	json!({
		"record": added.record,
		"cid": to_base32(&added.cid),
		"hash": hash(&added.hash),
		"size": added.size,
		"earlier": added.earlier,
	})
}

/// The transactions and uploads in the folder with the keys.
fn pending(context: &Context) -> Result<&Pending> {
	let unknown = || Error::Input("the folder with your keys is not known: use --keys".into());
	context.pending().ok_or_else(unknown)
}

async fn finish(context: &Context, cid: &str, given: Option<Fingerprint>) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let upload = chain
		.find_unfinished(pending(context)?, &me.account(), cid)
		.await?;
	let (ipfs, mut known) = (context.envelopes(&chain)?, context.known(given)?);
	let session = context.session(&chain, &me);
	let added = session.finish_upload(&upload, &*ipfs, &mut known).await?;
	for record in &added.records {
		let line = format!("record {}: CID {}", record.record, to_base32(&record.cid));
		let output = Output::line(added_json(record), line);
		print(context, &session, &output, &added)?;
	}
	Ok(Output::printed())
}

async fn drop_envelope(context: &Context, cid: &str) -> Result<Output> {
	let account = context.own_account()?;
	let chain = context.chain().await?;
	let pending = pending(context)?;
	let ipfs = context.envelopes(&chain)?;
	let dropped = chain.drop_unfinished(pending, &account, cid, &*ipfs);
	let was_pinned = dropped.await?;
	let shown = clean(cid);
	let line = match was_pinned {
		true => format!("dropped the envelope {shown}"),
		false => format!(
			"forgot the envelope {shown}: this Kubo has no pin of it. If another one has, unpin it \
			 there: ipfs pin rm {shown}"
		),
	};
	let json = json!({ "cid": cid, "dropped": true, "was_pinned": was_pinned });
	Ok(Output::line(json, line))
}

fn document(file: &Path, description: &Description) -> Result<Document> {
	let name = match &description.name {
		Some(name) => name.clone(),
		None => file
			.file_name()
			.map(|name| name.to_string_lossy().into_owned())
			.ok_or_else(|| Error::Input(format!("{} does not name a file", file.display())))?,
	};
	salus_envelope::check_name(&name, salus_envelope::MAX_NAME_LEN)
		.map_err(|error| Error::Input(error.to_string()))?;
	Ok(Document {
		path: file.to_owned(),
		name,
		media_type: description
			.media_type
			.clone()
			.unwrap_or_else(|| media_type(file).into()),
	})
}

/// The media type that belongs to a file's extension.
fn media_type(file: &Path) -> &'static str {
	let extension = file
		.extension()
		.and_then(|extension| extension.to_str())
		.unwrap_or_default();
	match extension.to_ascii_lowercase().as_str() {
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
	let ipfs = context.envelopes(&chain)?;
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
	let (retrieved, view) = match other_region(&state, record).await? {
		None => {
			let unlocked = session.unlock(&state, record.record).await?;
			let retrieved = session.retrieve(&unlocked, destination, &*ipfs).await?;
			(retrieved, Some(unlocked.view))
		}
		Some(region) => {
			let directory = context.directory().await?;
			let unlocked = session
				.unlock_incoming(&directory, region, record.record)
				.await?;
			(
				session.retrieve(&unlocked, destination, &*ipfs).await?,
				None,
			)
		}
	};
	let corrected = view.as_ref().and_then(corrected_text);
	if to_stdout {
		if let Some(text) = corrected {
			note(&text, context.options.json);
		}
		return Ok(Output::printed());
	}
	let Retrieved {
		path,
		manifest,
		author,
	} = retrieved;
	let path = path.unwrap_or_default();
	let mut lines = vec![format!(
		"record {record}: {} ({}), checked and written to {}",
		clean(&manifest.name),
		size(manifest.length),
		clean(&path.display().to_string())
	)];
	lines.extend(author_warning(&author));
	lines.extend(corrected.map(warning));
	let json = json!({
		"record": record_ref_json(record),
		// Only the record's own region knows.
		"corrected_by": view.map(|view| view.corrected_by),
		"file": path.to_string_lossy(),
		"name": manifest.name,
		"media_type": manifest.media_type,
		"document_length": manifest.length,
		"sealed_at": manifest.time,
	});
	let json = merged(json, author_json(&author));
	Ok(Output { json, lines })
}

/// Writes some bytes of a document to standard output. Never to a file: it would look verified.
async fn get_part(
	context: &Context,
	record: RecordRef,
	output: &Path,
	range: RangeInclusive<u64>,
) -> Result<Output> {
	if output != Path::new("-") {
		return Err(Error::Input(
			"--range writes to standard output only, as the author's signature is not checked: \
			 write -o -, or leave --range away"
				.into(),
		));
	}
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let ipfs = context.envelopes(&chain)?;
	let session = context.session(&chain, &me);
	let mut stdout = std::io::stdout();
	// The chain vouches for the bytes: only final state does.
	let state = chain.finalized().await?;
	let (first, last) = (*range.start(), *range.end());
	let text = format!(
		"bytes {first} to {last} of record {record}: the chain names them, and the author's signature \
		 is not checked. For that, get the whole document"
	);
	note(&text, context.options.json);
	let written = match other_region(&state, record).await? {
		None => {
			let unlocked = session.unlock(&state, record.record).await?;
			session
				.retrieve_part(&unlocked, range, &mut stdout, &*ipfs)
				.await?
		}
		Some(region) => {
			let consortium = context.consortium().await?;
			let directory = consortium.state_for(Wait::Finalized).await?;
			let unlocked = session
				.unlock_incoming(&directory, region, record.record)
				.await?;
			session
				.retrieve_part(&unlocked, range, &mut stdout, &*ipfs)
				.await?
		}
	};
	if written == 0 {
		return Err(Error::NotFound(format!(
			"byte {first} of record {record}: its document ends before"
		)));
	}
	Ok(Output::printed())
}

/// The region of a record, if it is not the connected chain's own.
async fn other_region(state: &State, record: RecordRef) -> Result<Option<ParaId>> {
	match record.region {
		Some(region) if region != state.region().await? => Ok(Some(region)),
		_ => Ok(None),
	}
}

/// A number, or a string if it has a region.
fn record_ref_json(record: RecordRef) -> Value {
	match record.region {
		Some(_) => json!(record.to_string()),
		None => json!(record.record),
	}
}

/// A warning if a patient is the author, or a provider that is no longer verified.
fn author_warning(author: &AuthorView) -> Option<String> {
	let AuthorView::Provider {
		id,
		number,
		standing,
		..
	} = author
	else {
		return Some("note: the patient added this record about themselves".into());
	};
	let number = number.to_string();
	match standing {
		Some(Standing::Verified) => None,
		Some(standing) if standing.is_unverified() => Some(format!(
			"warning: the authorities withdrew the verification of the author, provider {number} \
			 (id:{id}): the number had been verified for the wrong person"
		)),
		Some(standing) => Some(format!(
			"warning: the author, provider {number}, was verified when it added this record, \
			 but is now {}",
			standing_text(*standing)
		)),
		None => Some(format!(
			"warning: the author, provider {number}, is not in the directory now. Its region \
			 states that it was verified when it added this record"
		)),
	}
}

/// The role in which a member reads a record.
fn role(member: &MemberId, view: &RecordView<AccountId>) -> &'static str {
	match member {
		MemberId::Patient(id) if *id == view.patient => "patient",
		MemberId::Provider(id) if view.author.author() == Author::Provider(*id) => "author",
		_ => "grantee",
	}
}

/// Shows a record of another region, as the consortium gives it to the grantee.
async fn show_incoming(
	context: &Context,
	chain: &Chain,
	(region, record): (ParaId, RecordId),
	locked: bool,
) -> Result<Output> {
	let directory = context.directory().await?;
	let mut fields = Vec::new();
	let (grant, name) = if locked {
		let state = chain.state_for(context.wait()).await?;
		let member = context.own_member(&state).await?;
		let grantee = interregional::remote_provider(&state, member).await?;
		(directory.granted(region, record, &grantee).await?, None)
	} else {
		let me = context.unlock()?;
		let session = context.session(chain, &me);
		let unlocked = session.unlock_incoming(&directory, region, record).await?;
		fields.push(("name", clean(&unlocked.name)));
		(unlocked.view, Some(unlocked.name))
	};
	fields.extend([
		("record", interregional::record_ref(&grant).to_string()),
		("patient", grant.patient.to_string()),
		("author", author(&grant.author)),
		("signed by", signer(grant.account.as_ref())),
		("added", time(grant.added_at)),
		("CID", to_base32(&grant.cid)),
		("envelope", size(grant.envelope_size)),
		("blinded hash", hash(&grant.document_hash)),
		("granted", time(grant.granted_at)),
		("purpose", purpose_name(grant.purpose).into()),
		("given by", given_by(grant.via).into()),
		("access ends", grant_end(grant.expires_at)),
		("delivered", time(grant.delivered_at)),
		("this is", as_told(grant.region)),
	]);
	let json = with_name(incoming_json(&grant), name, "grantee");
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
	let pins = state.pins(record).await?.len();
	let target = state.replication_target().await?;
	let mut fields = Vec::new();
	let pinned = json!({ "pins": pins, "replication_target": target });
	let mut json = merged(record_json(&view), pinned);
	if !locked {
		let me = context.unlock()?;
		let session = context.session(&chain, &me);
		let UnlockedRecord {
			access,
			name,
			patient_name,
			..
		} = session.unlock(&state, record).await?;
		fields.push(("name", clean(&name)));
		fields.push(("your role", access_text(access)));
		if let Some(name) = &patient_name {
			fields.push(("patient's name", clean(name)));
		}
		json = with_name(
			json,
			Some(name),
			role(&session.member(&state).await?, &view),
		);
	}
	fields.extend([
		("record", record.to_string()),
		("patient", view.patient.to_string()),
		("author", author(&view.author)),
		("signed by", to_address(&view.account)),
		("added", time(view.added_at)),
		("CID", to_base32(&view.cid)),
		("envelope", size(view.envelope_size)),
		("pins", pins_text(pins, target)),
		("blinded hash", hash(&view.document_hash)),
	]);
	if let Some(amended) = view.amends {
		fields.push(("corrects", format!("record {amended}")));
	}
	fields.extend(corrected_by(&view).map(|records| ("corrected by", records)));
	Ok(Output::fields(json, fields))
}

/// How many nodes keep an envelope, and who does until there are enough.
fn pins_text(pins: usize, target: u32) -> String {
	let until = match pins as u64 >= u64::from(target) {
		true => "",
		false => "; the Kubo that it was uploaded to keeps it until then",
	};
	format!("{pins} of {target}{until}")
}

/// The records that correct a record, newest first, if there are any.
fn corrected_by(view: &RecordView<AccountId>) -> Option<String> {
	let records = view.corrected_by.iter();
	let records: Vec<_> = records.map(|record| format!("record {record}")).collect();
	(!records.is_empty()).then(|| records.join(", "))
}

/// That a record was corrected, if it was.
pub fn corrected_text(view: &RecordView<AccountId>) -> Option<String> {
	let records = corrected_by(view)?;
	Some(format!("record {} was corrected by {records}", view.id))
}

/// The line of a result that warns of this.
pub fn warning(text: String) -> String {
	format!("warning: {text}")
}

fn access_text(access: Access) -> String {
	match access {
		Access::Patient => "patient".into(),
		Access::Author => "author".into(),
		Access::Grant {
			purpose,
			expires_at: None,
		} => {
			format!("grantee, for {}", purpose_name(purpose))
		}
		Access::Grant {
			purpose,
			expires_at: Some(end),
		} => {
			format!(
				"grantee, for {}, until {}",
				purpose_name(purpose),
				time(end)
			)
		}
	}
}

/// The account that signed, if the source tells it.
fn signer(account: Option<&AccountId>) -> String {
	account.map_or_else(|| "the patient's account".into(), to_address)
}

fn record_json(view: &RecordView<AccountId>) -> Value {
	let json = json!({
		"record": view.id,
		"patient": view.patient.to_string(),
		"patient_commitment": hash(&view.patient_commitment),
		"account": to_address(&view.account),
		"hash": hash(&view.document_hash),
		"cid": to_base32(&view.cid),
		"size": view.envelope_size,
		"added_at": view.added_at,
		"amends": view.amends,
		"corrected_by": view.corrected_by,
	});
	merged(json, author_json(&view.author))
}

fn with_name(json: Value, name: Option<String>, role: &str) -> Value {
	merged(json, json!({ "name": name, "you_are": role }))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_media_type_follows_the_extension() {
		assert_eq!(media_type(Path::new("a/B.JSON")), "application/json");
		assert_eq!(media_type(Path::new("scan.dcm")), "application/dicom");
		assert_eq!(media_type(Path::new("json")), "application/octet-stream");
	}
}
