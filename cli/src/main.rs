//! `salus`: store, read and share medical records on a region's chain and IPFS, and across regions.

mod at_one_block;
mod commands;
mod config;
mod context;
mod display;
mod earlier;
mod interregional;
mod interrupt;
mod options;
mod output;
mod parse;
mod passphrase;
mod progress;
mod unlock;

use commands::CommandLine;
use context::Context;
use interrupt::{stop_signal, CLEANING_UP, EXIT_INTERRUPTED, INTERRUPTED, SIGNED};
use output::Output;
use salus_client::Error;
use serde_json::json;
use std::{process::ExitCode, sync::atomic::Ordering, time::Duration};

/// How long an interrupted command may take to stop.
const TO_STOP: Duration = Duration::from_millis(500);
/// How long it may take to remove what it left elsewhere.
const CLEAN_UP: Duration = Duration::from_secs(10);
/// The exit code after a panic, as of other Rust programs.
const EXIT_PANIC: u8 = 101;

fn main() -> ExitCode {
	let command_line = match CommandLine::from_args() {
		Ok(command_line) => command_line,
		Err(error) => return print_usage(&error),
	};
	let json = command_line.options.json;
	let runtime = match tokio::runtime::Builder::new_multi_thread()
		.enable_all()
		.build()
	{
		Ok(runtime) => runtime,
		Err(error) => {
			output::to_stderr(&format!("salus: cannot start: {error}"));
			return ExitCode::FAILURE;
		}
	};
	let code = runtime.block_on(async {
		let context = Context::new(command_line.options);
		let mut task = tokio::spawn(async move { command_line.command.run(&context).await });
		let result = tokio::select! {
			result = &mut task => result,
			code = stop_signal() => {
				// Running work sees this and stops. Waiting work is aborted. Both clean up.
				INTERRUPTED.store(true, Ordering::Relaxed);
				let mut result = tokio::time::timeout(TO_STOP, &mut task).await;
				if result.is_err() && CLEANING_UP.load(Ordering::Relaxed) {
					result = tokio::time::timeout(CLEAN_UP, &mut task).await;
				}
				if result.is_err() {
					task.abort();
					result = tokio::time::timeout(TO_STOP, &mut task).await;
				}
				let error = result.ok().and_then(|result| result.ok()?.err());
				return interrupted(code, error.as_ref(), json);
			}
		};
		match result {
			Ok(Err(Error::OnlyCall(call))) => {
				let call = format!("0x{}", hex::encode(call));
				let output = Output::line(json!({ "call": call }), call);
				match output.print(json) {
					Ok(()) => ExitCode::SUCCESS,
					Err(error) => output::report_error(&error, json),
				}
			}
			Ok(Ok(output)) => match output.print_result(json) {
				Ok(()) => ExitCode::SUCCESS,
				Err(error) => output::report_error(&error, json),
			},
			Ok(Err(error)) if INTERRUPTED.load(Ordering::Relaxed) => {
				interrupted(EXIT_INTERRUPTED, Some(&error), json)
			}
			Ok(Err(error)) => output::report_error(&error, json),
			Err(_) => ExitCode::from(EXIT_PANIC),
		}
	});
	runtime.shutdown_timeout(Duration::from_millis(100));
	code
}

/// Says that the command was interrupted, and what it left behind.
fn interrupted(code: u8, error: Option<&Error>, json: bool) -> ExitCode {
	let left = error.filter(|error| error.note().is_some());
	let message = match left.and_then(Error::note) {
		Some(note) => format!("interrupted; {note}"),
		None => "interrupted".into(),
	};
	let signed = SIGNED.lock().ok().and_then(|mut signed| signed.take());
	let signed =
		signed.map(|hash| {
			format!("the transaction {hash} may still take effect: see its fate with salus chain tx {hash}")
		});
	let next: Vec<_> = signed
		.into_iter()
		.chain(left.and_then(Error::next))
		.collect();
	let next = (!next.is_empty()).then(|| next.join("; "));
	output::report(("interrupted", code), &message, next.as_deref(), None, json)
}

/// Prints what is wrong with the arguments, or the help or version that they ask for.
fn print_usage(error: &clap::Error) -> ExitCode {
	let json = std::env::args_os().any(|argument| argument == "--json");
	if json && error.use_stderr() {
		let text = error.render().to_string();
		let words: Vec<_> = text.split_whitespace().collect();
		let message = words.join(" ");
		let message = message.trim_start_matches("error: ");
		return output::report(
			output::exit_status(salus_client::Kind::Input),
			message,
			None,
			None,
			true,
		);
	}
	let _ = error.print();
	ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
