//! Adding and granting records in a region: what each costs its node.
//!
//! The steps are those of `benches/evm`, whose other platforms do the same work: the files in the
//! folder have it.

mod cost;
mod region;
mod state;
mod work;

use crate::Result;
use clap::{Args, Subcommand};
use cost::measure;
use region::Region;
use salus_client::chain::calls;
use salus_primitives::{views::RecordFilter, Cid, Purpose, RecordId, WrappedKey};
use std::{collections::HashMap, path::PathBuf};
use work::{Members, Record, Work};

/// Measure what records and grants cost the node of a development region. Print JSON.
#[derive(Debug, Args)]
pub struct Records {
	/// The node's address.
	#[arg(long)]
	node: String,

	/// The node's process.
	#[arg(long)]
	pid: u32,

	/// The folder with the work.
	#[arg(long)]
	dir: PathBuf,

	#[command(subcommand)]
	step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
	/// Register members, and make their records: the work.
	Make {
		/// How many records.
		records: usize,
	},
	/// Add the records.
	Add,
	/// Grant each record to another author.
	Grant,
	/// Read all records and grants, and compare them with the work.
	Read,
	/// Count the entries and the bytes of the state.
	State,
}

impl Records {
	pub async fn run(&self) -> Result<()> {
		let region = Region::connect(&self.node).await?;
		let done = match self.step {
			Step::Make { records } => {
				let work = region.make(records).await?;
				work.write(&self.dir)?;
				serde_json::json!({ "records": records, "members": 2 * work.members.pairs() })
			}
			Step::Add => {
				let work = Work::read(&self.dir)?;
				let calls = work.records.iter().enumerate().map(|(place, record)| {
					let (author, patient) = work.members.pair(place);
					let call = calls::ADD_RECORD.with((
						patient.id(),
						record.sealed_name(),
						record.document_hash(),
						record.cid.0.clone(),
						record.envelope_size,
						wrapped(&record.for_patient.0)?,
						wrapped(&record.for_author.0)?,
						None,
					));
					Ok((author.account()?, call))
				});
				let cost = measure(&region, self.pid, calls.collect::<Result<_>>()?).await?;
				let found = ids(&region, &work.members).await?.len();
				ensure(found == work.records.len(), "the region lacks records")?;
				serde_json::to_value(cost)?
			}
			Step::Grant => {
				let work = Work::read(&self.dir)?;
				let ids = ids(&region, &work.members).await?;
				let calls = work.records.iter().enumerate().map(|(place, record)| {
					let (_, patient) = work.members.pair(place);
					let call = calls::GRANT.with((
						*ids.get(&record.cid()?).ok_or("the region lacks a record")?,
						work.members.grantee(place).member(),
						wrapped(&record.for_grantee.0)?,
						None,
						Purpose::Treatment,
					));
					Ok((patient.account()?, call))
				});
				let cost = measure(&region, self.pid, calls.collect::<Result<_>>()?).await?;
				serde_json::to_value(cost)?
			}
			Step::Read => {
				serde_json::json!({ "read": read(&region, &Work::read(&self.dir)?).await? })
			}
			Step::State => serde_json::to_value(state::size(&region.rpc).await?)?,
		};
		println!("{done}");
		Ok(())
	}
}

/// The wrapped key with this ciphertext, for a member's first encryption key.
fn wrapped(ciphertext: &[u8]) -> Result<WrappedKey> {
	Ok(WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: ciphertext
			.to_vec()
			.try_into()
			.map_err(|_| "a wrapped key is too long")?,
	})
}

fn ensure(holds: bool, otherwise: &str) -> Result<()> {
	holds.then_some(()).ok_or_else(|| otherwise.into())
}

/// The number of each record of these members, by its envelope.
async fn ids(region: &Region, members: &Members) -> Result<HashMap<Cid, RecordId>> {
	let state = region.chain.best().await?;
	let mut ids = HashMap::new();
	for patient in &members.patients {
		let of = patient.member();
		for listed in state.records(&of, &RecordFilter::default(), false).await? {
			ids.insert(listed.record.cid, listed.record.id);
		}
	}
	Ok(ids)
}

/// Reads all records as their patients, authors and grantees do, with the wrapped keys. Fails if one
/// is missing or differs from the work. Returns their number.
async fn read(region: &Region, work: &Work) -> Result<usize> {
	let state = region.chain.best().await?;
	let mut expected: HashMap<Cid, (usize, &Record)> = HashMap::new();
	for (place, record) in work.records.iter().enumerate() {
		expected.insert(record.cid()?, (place, record));
	}
	let filter = RecordFilter::default();
	let (mut as_patient, mut as_author, mut as_grantee) = (0, 0, 0);
	for (pair, patient) in work.members.patients.iter().enumerate() {
		for listed in state.records(&patient.member(), &filter, true).await? {
			let view = &listed.record;
			let (place, record) = expected
				.get(&view.cid)
				.ok_or("a record is not of the work")?;
			let same = work.members.place(*place) == pair
				&& view.patient == patient.id()
				&& view.sealed_name == record.sealed_name()
				&& view.document_hash == record.document_hash()
				&& view.envelope_size == record.envelope_size
				&& listed.wrapped_key == Some(wrapped(&record.for_patient.0)?);
			ensure(same, "a record differs from the work")?;
			as_patient += 1;
		}
		let author = work.members.authors[pair].member();
		for listed in state.records(&author, &filter, true).await? {
			let cid = &listed.record.cid;
			let (_, record) = expected.get(cid).ok_or("a record is not of the work")?;
			let same = listed.wrapped_key == Some(wrapped(&record.for_author.0)?);
			ensure(same, "the author's wrapped key differs from the work")?;
			as_author += 1;
		}
		for granted in state.granted_to(&author, &filter, true).await? {
			let cid = &granted.record.cid;
			let (place, record) = expected.get(cid).ok_or("a record is not of the work")?;
			let same = work.members.grantee(*place).member() == author
				&& granted.grant.wrapped_key == Some(wrapped(&record.for_grantee.0)?);
			ensure(same, "a grant differs from the work")?;
			as_grantee += 1;
		}
	}
	let all = work.records.len();
	ensure(
		[as_patient, as_author, as_grantee] == [all; 3],
		"records or grants are missing",
	)?;
	Ok(all)
}
