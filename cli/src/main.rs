//! `salus`: keep and share medical records on a region's chain and IPFS.

mod args;
mod commands;
mod context;
mod output;
mod passphrase;
mod progress;
mod text;

use args::Cli;
use clap::Parser;
use context::Context;
use std::{process::ExitCode, sync::atomic::Ordering, time::Duration};

/// How long an interrupted command may take to clean up.
const CLEAN_UP: Duration = Duration::from_secs(5);
/// 128 and the number of SIGINT, as shells have it.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
	let cli = Cli::parse();
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
		let context = Context::new(cli.global);
		let mut task = tokio::spawn(async move { commands::run(&context, cli.command).await });
		let result = tokio::select! {
			result = &mut task => result,
			_ = tokio::signal::ctrl_c() => {
				// What runs sees this and stops; what waits is dropped. Both remove their files.
				progress::INTERRUPTED.store(true, Ordering::Relaxed);
				if tokio::time::timeout(Duration::from_millis(500), &mut task).await.is_err() {
					task.abort();
					let _ = tokio::time::timeout(CLEAN_UP, &mut task).await;
				}
				eprintln!("salus: interrupted");
				return ExitCode::from(INTERRUPTED);
			}
		};
		match result {
			Ok(Ok(output)) => print(output, json),
			Ok(Err(error)) => output::fail(&error, json),
			Err(_) => ExitCode::FAILURE,
		}
	});
	runtime.shutdown_timeout(Duration::from_millis(100));
	code
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
