//! `salus-gateway`: see docs/gateway.md.

use std::{
	net::SocketAddr,
	path::{Path, PathBuf},
	process::ExitCode,
};

use clap::{Parser, Subcommand};
use salus_client::ipfs::settings::faults;
use salus_gateway::{config::Config, envelopes::check_kubo, server, table, Gateway};
use tokio::{
	net::TcpListener,
	signal::unix::{signal, SignalKind},
};
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
	/// Check the configuration, and Kubo and its config: what is wrong, and what corrects it
	Check {
		/// The configuration: see docs/gateway.md
		#[arg(long, value_name = "FILE")]
		config: PathBuf,
		/// Kubo's own config, such as ~/.ipfs/config
		#[arg(long, value_name = "FILE")]
		kubo_config: Option<PathBuf>,
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
		Command::Check {
			config,
			kubo_config,
		} => check(&config, kubo_config.as_deref()).await,
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
	let gateway = Gateway::start(config)?;
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

/// Prints what is wrong.
async fn check(
	config: &Path,
	kubo_config: Option<&Path>,
) -> Result<(), Box<dyn std::error::Error>> {
	let config = Config::read(config)?;
	println!("the configuration can be read");
	let mut wrong = 0_usize;
	if let Some(envelopes) = &config.envelopes {
		match check_kubo(envelopes).await {
			Ok(version) => println!("Kubo {version} answers"),
			Err(error) => {
				println!("wrong: {error}");
				wrong = wrong.saturating_add(1);
			}
		}
	}
	if let Some(path) = kubo_config {
		let failed = |error: &dyn std::fmt::Display| {
			format!("cannot read Kubo's config {}: {error}", path.display())
		};
		let text = std::fs::read(path).map_err(|error| failed(&error))?;
		let kubo = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
		for fault in faults(&kubo) {
			let correct = fault
				.command
				.unwrap_or("write it: docs/gateway.md, Kubo".into());
			println!("wrong: {}: {}\n  {correct}", fault.setting, fault.why);
			wrong = wrong.saturating_add(1);
		}
	}
	match wrong {
		0 => Ok(()),
		some => Err(format!(
			"{some} faults: stop Kubo, correct them with its folder in IPFS_PATH, and start it again"
		)
		.into()),
	}
}
