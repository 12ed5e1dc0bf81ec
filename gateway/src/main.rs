//! `salus-gateway`: see docs/gateway.md.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use salus_gateway::{config::Config, server, table, Gateway};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

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
	/// Print the table of what each class of account may ask for
	Table,
}

#[tokio::main]
async fn main() -> ExitCode {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_target(false)
		.with_writer(std::io::stderr)
		.init();
	let done = match Arguments::parse().command {
		Command::Run { config } => run(config).await,
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
	let listen = config.listen;
	let listener = TcpListener::bind(listen).await.map_err(|error| {
		format!("cannot listen on {listen}: {error}. Choose another port, or end what uses it")
	})?;
	let gateway = Gateway::start(config)?;
	tokio::select! {
		served = server::serve(gateway, listener) => Ok(served?),
		stopped = tokio::signal::ctrl_c() => Ok(stopped?),
	}
}
