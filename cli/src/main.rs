//! `salus`: keep and share medical records on a region's chain and IPFS, and across regions.

mod args;
mod commands;
mod config;
mod context;
mod output;
mod passphrase;
mod progress;
mod text;

use args::Cli;
use clap::Parser;
use context::Context;
use progress::INTERRUPTED;
use std::{process::ExitCode, sync::atomic::Ordering, time::Duration};
use tokio::signal::unix::{signal, SignalKind};

/// How long an interrupted command may take to clean up.
const CLEAN_UP: Duration = Duration::from_secs(2);
/// The exit code of what the person stopped: 128 and the number of SIGINT, as shells have it.
const STOPPED: u8 = 130;

fn main() -> ExitCode {
	let cli = match Cli::try_parse() {
		Ok(cli) => cli,
		Err(error) => return wrong_use(&error),
	};
	let json = cli.global.json;
	let runtime = match tokio::runtime::Builder::new_multi_thread()
		.enable_all()
		.build()
	{
		Ok(runtime) => runtime,
		Err(error) => {
			eprintln!("salus: {error}");
			return ExitCode::FAILURE;
		}
	};
	let code = runtime.block_on(async {
		let context = Context::new(cli.global, cli.region);
		let mut task = tokio::spawn(async move { commands::run(&context, cli.command).await });
		let result = tokio::select! {
			result = &mut task => result,
			code = stop_signal() => {
				// What runs sees this and stops; what waits is dropped. Both remove their files.
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
			Ok(Err(_)) if INTERRUPTED.load(Ordering::Relaxed) => interrupted(STOPPED, json),
			Ok(Err(error)) => output::fail(&error, json),
			Err(_) => ExitCode::FAILURE,
		}
	});
	runtime.shutdown_timeout(Duration::from_millis(100));
	code
}

/// Waits for a signal to stop, and gives its exit code. Where signals can't be had, it never ends.
async fn stop_signal() -> u8 {
	let signals = (
		signal(SignalKind::hangup()),
		signal(SignalKind::interrupt()),
		signal(SignalKind::terminate()),
	);
	let (Ok(mut hangup), Ok(mut interrupt), Ok(mut terminate)) = signals else {
		return std::future::pending().await;
	};
	tokio::select! {
		_ = hangup.recv() => 129,
		_ = interrupt.recv() => STOPPED,
		_ = terminate.recv() => 143,
	}
}

fn interrupted(code: u8, json: bool) -> ExitCode {
	output::report(("interrupted", code), "interrupted", None, None, json)
}

/// Says what is wrong with the arguments, or what was asked of them: help, or the version.
fn wrong_use(error: &clap::Error) -> ExitCode {
	let json = std::env::args_os().any(|argument| argument == "--json");
	if json && error.use_stderr() {
		let text = error.render().to_string();
		let words: Vec<_> = text.split_whitespace().collect();
		let message = words.join(" ");
		let message = message.trim_start_matches("error: ");
		return output::report(
			output::kind(salus_client::Kind::Input),
			message,
			None,
			None,
			true,
		);
	}
	let _ = error.print();
	ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// Prints a command's result; a closed pipe is no failure.
fn print(output: output::Output, json: bool) -> ExitCode {
	use std::io::Write;
	let mut text = match json {
		// What went to the standard output itself is all.
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
