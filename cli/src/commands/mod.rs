//! The commands, one file a noun.

mod authority;
mod chain;
mod grant;
mod interregional;
mod key;
mod operator;
mod patient;
mod pin;
mod provider;
mod record;
mod vote;

use crate::{
	args::{Cli, Command},
	context::Context,
	output::Output,
};
use clap::CommandFactory;
use salus_client::{chain::Included, Result};
use serde_json::{json, Value};

/// Does what was asked.
pub async fn run(context: &Context, command: Command) -> Result<Output> {
	match command {
		Command::Key(command) => key::run(context, command).await,
		Command::Patient(command) => patient::run(context, command).await,
		Command::Provider(command) => provider::run(context, command).await,
		Command::Vote(command) => vote::run(context, command).await,
		Command::Record(command) => record::run(context, command).await,
		Command::Grant(command) => grant::run(context, command).await,
		Command::Pin(command) => pin::run(context, command).await,
		Command::Operator(command) => operator::run(context, command).await,
		Command::Authority(command) => authority::run(context, command).await,
		Command::Chain(command) => chain::run(context, command).await,
		Command::Completions { shell } => {
			let mut script = Vec::new();
			clap_complete::generate(shell, &mut Cli::command(), "salus", &mut script);
			let script = String::from_utf8_lossy(&script).into_owned();
			Ok(Output::line(json!({ "script": script }), script.trim_end()))
		}
	}
}

/// Where a transaction is.
fn transaction(included: &Included) -> Value {
	json!({ "transaction": hash(&included.hash), "block": hash(&included.block) })
}

/// A hash as people write it.
fn hash(bytes: &[u8; 32]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Two objects in one.
fn merged(mut first: Value, second: Value) -> Value {
	if let (Some(first), Value::Object(second)) = (first.as_object_mut(), second) {
		first.extend(second);
	}
	first
}
