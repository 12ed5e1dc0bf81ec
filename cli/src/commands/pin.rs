//! `salus pin`.

use crate::{args::Pin, context::Context, output::Output, text};
use salus_client::{address::to_address, Result};
use serde_json::json;

pub async fn run(context: &Context, command: Pin) -> Result<Output> {
	let Pin::Status { record } = command;
	let state = context.chain().await?.state_for(context.wait()).await?;
	match record {
		Some(record) => {
			state.record(record).await?;
			let pins = state.pins(record).await?;
			let value = |pin: &salus_primitives::views::PinView<_>| json!({ "pinner": to_address(&pin.pinner), "checked_at": pin.checked_at });
			let json =
				json!({ "record": record, "pins": pins.iter().map(value).collect::<Vec<_>>() });
			let rows = pins
				.iter()
				.map(|pin| vec![to_address(&pin.pinner), text::time(pin.checked_at)])
				.collect();
			let empty = format!("nobody claims to keep the envelope of record {record} yet");
			Ok(Output::table(json, &["pinner", "checked"], rows, &empty))
		}
		None => {
			let short = state.under_replicated().await?;
			let value = |health: &salus_primitives::views::PinHealthView| json!({ "record": health.record, "pins": health.pins, "target": health.target });
			let json = json!({ "under_replicated": short.iter().map(value).collect::<Vec<_>>() });
			let rows = short
				.iter()
				.map(|health| {
					let pins = format!("{} of {}", health.pins, health.target);
					vec![health.record.to_string(), pins]
				})
				.collect();
			let empty = "every envelope is kept as many times as it should be";
			Ok(Output::table(json, &["record", "pins"], rows, empty))
		}
	}
}
