//! `salus record list`: page by page, as the chain gives them.

use super::{corrected_by, record_json, role, with_name};
use crate::{
	at_one_block::at_one_block,
	context::Context,
	display::{author_number, clean, size, time},
	output::{Output, Table},
	parse,
};
use clap::Args;
use salus_client::{
	chain::State, keys::UnlockedKey, retrieve::Access, Error, ProviderRef, Result, Session,
};
use salus_primitives::{
	views::{RecordFilter, RecordView},
	AccountId, MemberId, PatientId, WrappedKey, MAX_PAGE,
};
use serde_json::Value;

/// The records of the first page: to read their names takes a quarter of a second.
const FIRST_PAGE: u32 = 100;

#[derive(Args)]
pub struct List {
	/// Do not unlock your key; the list then has no names
	#[arg(long)]
	locked: bool,
	/// Only records of this patient
	#[arg(long, value_name = "ID", value_parser = parse::patient)]
	patient: Option<PatientId>,
	/// Only records by this provider: A12345, or id:7
	#[arg(long, value_name = "PROVIDER")]
	author: Option<ProviderRef>,
	/// Only records that were added, or granted to you, since: 30d, 2026-10-31 or a time
	#[arg(long, value_name = "TIME")]
	since: Option<String>,
	/// At most so many
	#[arg(long, value_name = "N")]
	limit: Option<u32>,
}

/// The list as far as it was read.
struct Listing<'a> {
	context: &'a Context,
	session: Option<Session<'a>>,
	member: MemberId,
	/// Whether a page leaves out the records of other patients or authors.
	filtered: bool,
	left: u32,
	json: Vec<Value>,
	table: Table,
}

pub async fn run(context: &Context, list: List) -> Result<Output> {
	let me: Option<UnlockedKey> = match list.locked {
		true => None,
		false => Some(context.unlock()?),
	};
	at_one_block(context, || read(context, &list, me.as_ref())).await
}

async fn read(context: &Context, list: &List, me: Option<&UnlockedKey>) -> Result<Output> {
	let chain = context.chain().await?;
	let state = chain.state_for(context.wait()).await?;
	let filter = filter(&state, list).await?;
	let mut listing = Listing {
		context,
		session: me.map(|me| context.session(&chain, me)),
		member: context.own_member(&state).await?,
		filtered: filter.patient.is_some() || filter.author.is_some(),
		left: list.limit.unwrap_or(u32::MAX),
		json: Vec::new(),
		table: Table::new(&[
			"record",
			"name",
			"envelope",
			"author",
			"added",
			"you are",
			"corrected by",
		]),
	};
	listing.read_own(&state, &filter).await?;
	listing.read_granted(&state, &filter).await?;
	listing.finish()
}

async fn filter(state: &State, list: &List) -> Result<RecordFilter> {
	let author = match &list.author {
		Some(author) => Some(state.find_provider(author).await?.id),
		None => None,
	};
	let since = match &list.since {
		Some(text) => Some(parse::since(text, state.now().await?)?),
		None => None,
	};
	Ok(RecordFilter {
		patient: list.patient,
		author,
		since,
	})
}

impl Listing<'_> {
	/// How many entries the next page looks at. The first page is short, so that it comes soon. A page
	/// that leaves out entries looks at as many as it can.
	fn page_limit(&self) -> u32 {
		match self.json.is_empty() {
			_ if self.filtered => MAX_PAGE,
			true => self.left.min(FIRST_PAGE),
			false => self.left,
		}
	}

	/// The records about the patient, or by the provider.
	async fn read_own(&mut self, state: &State, filter: &RecordFilter) -> Result<()> {
		let keys = self.session.is_some();
		let mut after = None;
		while self.left > 0 {
			let (of, limit) = (self.member.clone(), self.page_limit());
			let page = state.records_page(&of, filter, keys, after, limit).await?;
			let access = match of {
				MemberId::Patient(_) => Access::Patient,
				MemberId::Provider(_) => Access::Author,
			};
			let rows = page.items.into_iter();
			self.add(rows.map(|listed| (listed.record, access, listed.wrapped_key)))?;
			after = page.next;
			if after.is_none() {
				break;
			}
		}
		Ok(())
	}

	/// The records that are granted to the member.
	async fn read_granted(&mut self, state: &State, filter: &RecordFilter) -> Result<()> {
		let keys = self.session.is_some();
		let mut after = None;
		while self.left > 0 {
			let (to, limit) = (self.member.clone(), self.page_limit());
			let page = state.granted_page(&to, filter, keys, after, limit).await?;
			let rows = page.items.into_iter().map(|granted| {
				let access = Access::Grant {
					purpose: granted.grant.purpose,
					expires_at: granted.grant.expires_at,
				};
				(granted.record, access, granted.grant.wrapped_key)
			});
			self.add(rows)?;
			after = page.next;
			if after.is_none() {
				break;
			}
		}
		Ok(())
	}

	/// Adds a page, and prints it unless the whole list is printed as JSON at the end.
	fn add(
		&mut self,
		page: impl Iterator<Item = (RecordView<AccountId>, Access, Option<WrappedKey>)>,
	) -> Result<()> {
		let mut rows = Vec::new();
		let left = usize::try_from(self.left).unwrap_or(usize::MAX);
		for (view, access, wrapped) in page.take(left) {
			self.left = self.left.saturating_sub(1);
			let name = self.name(&view, access, wrapped.as_ref());
			let shown = match &name {
				Ok(name) => clean(name),
				Err(reason) => format!("({})", clean(reason)),
			};
			let role = role(&self.member, &view);
			rows.push(vec![
				view.id.to_string(),
				shown,
				size(view.envelope_size),
				author_number(&view.author),
				time(view.added_at),
				role.into(),
				corrected_by(&view).unwrap_or_default(),
			]);
			self.json
				.push(with_name(record_json(&view), name.ok(), role));
		}
		if self.context.options.json || rows.is_empty() {
			return Ok(());
		}
		Output {
			json: Value::Null,
			lines: self.table.lines(rows),
		}
		.print(false)
	}

	/// A record's name, or why it is not shown. An unreadable record does not hide the others.
	fn name(
		&self,
		view: &RecordView<AccountId>,
		access: Access,
		wrapped: Option<&WrappedKey>,
	) -> std::result::Result<String, String> {
		let Some(session) = &self.session else {
			return Err("locked".into());
		};
		let missing = || Error::NotFound(format!("wrapped key of record {}", view.id));
		wrapped
			.ok_or_else(missing)
			.and_then(|wrapped| session.open(view.clone(), access, wrapped))
			.map(|unlocked| unlocked.name)
			.map_err(|error| error.to_string())
	}

	fn finish(self) -> Result<Output> {
		if self.context.options.json {
			return Ok(Output {
				json: self.json.into(),
				lines: Vec::new(),
			});
		}
		let mut output = Output::printed();
		if !self.table.is_begun() {
			output
				.lines
				.push("there are no records that you can read".into());
		}
		Ok(output)
	}
}
