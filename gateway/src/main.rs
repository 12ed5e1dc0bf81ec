//! `salus-gateway`: see docs/gateway.md.

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use salus_gateway::{
	check::{self, Fault, Setup},
	config::Config,
	server, table, Gateway,
};
use salus_light::HIGHEST_MAX_AGE;
use salus_primitives::blocks::{blocks_in, STATE_BLOCKS};
use tokio::{
	net::TcpListener,
	signal::unix::{signal, SignalKind},
};
use tracing_subscriber::EnvFilter;

/// The blocks in which a head gets as old as it may be. A proof at it needs its state.
const KEPT_BLOCKS: u32 = blocks_in(HIGHEST_MAX_AGE);
const _: () = assert!(KEPT_BLOCKS < STATE_BLOCKS, "nodes keep too few states");

/// The only door through which members' devices reach a hospital's nodes.
#[derive(Parser)]
#[command(version)]
struct Arguments {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Run the gateway
	Run {
		/// The configuration: see docs/gateway.md
		#[arg(long, value_name = "FILE")]
		config: PathBuf,
	},
	Check(Looked),
	/// Print the table of what each class of account may ask for
	Table,
}

/// Check all services of a hospital: what is wrong, and the command that repairs it
#[derive(Args)]
struct Looked {
	/// The configuration: see docs/gateway.md
	#[arg(long, value_name = "FILE", default_value = "/etc/salus/gateway.toml")]
	config: PathBuf,
	/// Kubo's own config
	#[arg(
		long,
		value_name = "FILE",
		default_value = "/var/lib/salus-kubo/config"
	)]
	kubo_config: PathBuf,
	/// The folder with the services' options
	#[arg(long, value_name = "FOLDER", default_value = "/etc/salus")]
	etc: PathBuf,
	/// How long a chain may take to make a final block
	#[arg(long, value_name = "SECONDS", default_value_t = 60)]
	final_block: u64,
	/// How old a final block's state can be that a member asks for: as old as a head may be
	#[arg(long, value_name = "BLOCKS", default_value_t = KEPT_BLOCKS)]
	kept: u32,
	/// How long Kubo may take after its start to find the other hospitals'
	#[arg(long, value_name = "SECONDS", default_value_t = 60)]
	kubo_start: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
	let mut log = tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_target(false)
		.with_writer(std::io::stderr);
	// The journal shows no colours.
	if !std::io::stderr().is_terminal() {
		log = log.with_ansi(false);
	}
	log.init();
	let done = match Arguments::parse().command {
		Command::Run { config } => run(config).await,
		Command::Check(looked) => look(&looked).await,
		Command::Table => {
			print!("{}", table::page::markdown());
			Ok(())
		}
	};
	match done {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("salus-gateway: {error}");
			ExitCode::FAILURE
		}
	}
}

async fn run(config: PathBuf) -> Result<(), Box<dyn std::error::Error>> {
	let config = Config::read(&config)?;
	let listener = bind(config.listen).await?;
	let metrics = match config.metrics {
		Some(metrics) => Some(bind(metrics).await?),
		None => None,
	};
	let gateway = Gateway::start(config).map_err(|error| {
		format!("{error}. salus-gateway check looks at all, and prints the command that repairs it")
	})?;
	if let Some(metrics) = metrics {
		tokio::spawn(server::serve_metrics(gateway.clone(), metrics));
	}
	let mut told = signal(SignalKind::terminate())?;
	let mut serving = tokio::spawn(server::serve(gateway.clone(), listener));
	tokio::select! {
		served = &mut serving => return Ok(served??),
		_ = told.recv() => {}
		interrupted = tokio::signal::ctrl_c() => interrupted?,
	}
	gateway.stop();
	serving.await??;
	tracing::info!("stopped");
	Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
	TcpListener::bind(address).await.map_err(|error| {
		format!("cannot listen on {address}: {error}. Choose another port, or end what uses it")
	})
}

/// Prints what is wrong, and the command that repairs it.
async fn look(looked: &Looked) -> Result<(), Box<dyn std::error::Error>> {
	let config = Config::read(&looked.config)?;
	println!("the configuration can be read");
	let setup = Setup {
		config: &config,
		file: &looked.config,
		kubo_config: &looked.kubo_config,
		etc: &looked.etc,
		final_block_seconds: looked.final_block,
		kept_blocks: looked.kept.into(),
		kubo_start_seconds: looked.kubo_start,
	};
	let faults = check::faults(&setup).await;
	for Fault { what, command } in &faults {
		println!("wrong: {what}\n  {command}");
	}
	match faults.len() {
		0 => {
			println!("no fault was found");
			Ok(())
		}
		1 => Err("1 fault: run the command below it, then check again".into()),
		some => Err(format!("{some} faults: run the command below each, then check again").into()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::blocks::BLOCK_TIME;

	#[test]
	fn a_node_must_have_the_states_of_all_heads_that_are_young_enough() {
		let line = Arguments::try_parse_from(["salus-gateway", "check"]).unwrap();
		let Command::Check(looked) = line.command else {
			panic!("another command")
		};
		assert_eq!(u64::from(looked.kept) * BLOCK_TIME, HIGHEST_MAX_AGE);
	}
}
