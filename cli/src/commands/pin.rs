//! `salus pin`.

use crate::{context::Context, display::time, output::Output};
use clap::Subcommand;
use salus_client::{address::to_address, chain::State, Result};
use salus_primitives::{
	views::{PinHealthView, PinView},
	AccountId, RecordId,
};
use serde_json::json;

#[derive(Subcommand)]
pub enum Pin {
	/// Show who keeps a record's envelope, or which records have too few pins
	Status {
		/// The record [default: all records that have too few pins]
		record: Option<RecordId>,
	},
}

pub async fn run(context: &Context, command: &Pin) -> Result<Output> {
	let Pin::Status { record } = command;
	let state = context.state().await?;
	match record {
		Some(record) => pins_of(&state, *record).await,
		None => under_replicated(&state).await,
	}
}

async fn pins_of(state: &State, record: RecordId) -> Result<Output> {
	state.record(record).await?;
	let pins = state.pins(record).await?;
	let value = |pin: &PinView<AccountId>| {
		let pinner = to_address(&pin.pinner);
		json!({ "pinner": pinner, "checked_at": pin.checked_at })
	};
	let json = json!({ "record": record, "pins": pins.iter().map(value).collect::<Vec<_>>() });
	let rows = pins
		.iter()
		.map(|pin| vec![to_address(&pin.pinner), time(pin.checked_at)])
		.collect();
	let empty = format!("the envelope of record {record} has no pin yet");
	Ok(Output::table(json, &["pinner", "checked"], rows, &empty))
}

async fn under_replicated(state: &State) -> Result<Output> {
	let records = state.under_replicated().await?;
	let value = |health: &PinHealthView| {
		let PinHealthView {
			record,
			pins,
			target,
		} = health;
		json!({ "record": record, "pins": pins, "target": target })
	};
	let json = json!({ "under_replicated": records.iter().map(value).collect::<Vec<_>>() });
	let rows = records
		.iter()
		.map(|health| {
			let pins = format!("{} of {}", health.pins, health.target);
			vec![health.record.to_string(), pins]
		})
		.collect();
	let empty = "every envelope has enough pins";
	Ok(Output::table(json, &["record", "pins"], rows, empty))
}
