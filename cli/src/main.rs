//! `salus`: store, read and share medical records on a region's chain and IPFS, and across regions.

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

use commands::CommandLine;
use context::Context;
use interrupt::{stop_signal, EXIT_INTERRUPTED, INTERRUPTED};
use std::{process::ExitCode, sync::atomic::Ordering, time::Duration};

/// How long an interrupted command may take to remove its temporary files.
const CLEAN_UP: Duration = Duration::from_secs(2);

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
			eprintln!("salus: cannot start: {error}");
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
				if tokio::time::timeout(Duration::from_millis(500), &mut task).await.is_err() {
					task.abort();
					let _ = tokio::time::timeout(CLEAN_UP, &mut task).await;
				}
				return interrupted(code, json);
			}
		};
		match result {
			Ok(Ok(output)) => print(output, json),
			Ok(Err(_)) if INTERRUPTED.load(Ordering::Relaxed) => {
				interrupted(EXIT_INTERRUPTED, json)
			}
			Ok(Err(error)) => output::report_error(&error, json),
			Err(_) => ExitCode::FAILURE,
		}
	});
	runtime.shutdown_timeout(Duration::from_millis(100));
	code
}

fn interrupted(code: u8, json: bool) -> ExitCode {
	output::report(("interrupted", code), "interrupted", None, None, json)
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

/// Prints a command's result. A closed pipe is not an error.
fn print(output: output::Output, json: bool) -> ExitCode {
	use std::io::Write;
	let mut text = match json {
		true if output.json.is_null() => String::new(),
		true => output.json.to_string(),
		false => output.lines.join("\n"),
	};
	if !text.is_empty() {
		text.push('\n');
	}
	let mut out = std::io::stdout().lock();
	match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
		Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
		_ => ExitCode::SUCCESS,
	}
}
