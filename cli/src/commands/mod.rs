//! The command line: its options, its commands, and the code that each command runs. A command's
//! arguments are beside its code, one file for each noun.

mod authority;
mod chain;
mod grant;
mod history;
mod invitation;
mod key;
mod network;
mod operator;
mod patient;
mod pin;
mod portal;
mod provider;
mod record;
mod vote;

use crate::{at_one_block::at_one_block, context::Context, options::Options, output::Output};
use clap::{error::Result as ParseResult, Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use salus_client::Result;
use serde_json::json;

/// The end of `salus -h`.
const EXAMPLES: &str = "\
Examples:
  salus key new ana                            Make a key
  salus patient register --full-name \"Ana Li\"  Register as a patient (once invited)
  salus record list                            List the records that you can read
  salus record get 7 -o documents/             Fetch, check and decrypt record 7
  salus grant add 7 --to A12345 --expires 30d  Let A12345 read record 7 for 30 days
  salus grant revoke 7 --from A12345           Revoke that grant";

/// The end of `salus --help`, after the examples.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  other error, such as a file that cannot be read
  2  wrong usage
  3  refused by the chain
  4  not found, or not granted to you
  5  a check failed: content, key or signature
  6  IPFS failed
  7  no connection to the node
  8  key file or passphrase
  9  a transaction was sent, and its fate is unknown
  129, 130, 143  stopped by a signal: hang-up, interrupt, terminate";

/// The end of each command's help.
const GLOBAL_OPTIONS_HINT: &str =
	"All commands also have --as, --json, --wait and the other options in salus --help.";

/// Store, read and share medical records on a region's chain and IPFS, and across regions.
#[derive(Parser)]
#[command(
	name = "salus",
	version,
	after_help = format!("{EXAMPLES}\n\nOptions and exit codes: salus --help"),
	after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
	max_term_width = 100
)]
pub struct CommandLine {
	#[command(flatten)]
	pub options: Options,
	#[command(subcommand)]
	pub command: Command,
}

impl CommandLine {
	/// Parses the process's arguments.
	pub fn from_args() -> ParseResult<Self> {
		Self::from_arg_matches(&definition().try_get_matches()?)
	}
}

/// The command line's definition. A command's help shows its own options alone.
fn definition() -> clap::Command {
	// A variable can have an address with a password, by mistake.
	let root = CommandLine::command().mut_args(|option| option.hide_env_values(true));
	// clap gives each global option to all commands that do not have it yet.
	let hidden: Vec<_> = root
		.get_arguments()
		.filter(|option| option.is_global_set())
		.map(|option| option.clone().hide(true))
		.collect();
	root.mut_subcommands(|command| with_short_help(command, &hidden))
}

fn with_short_help(command: clap::Command, hidden: &[Arg]) -> clap::Command {
	let end = match command.get_after_help() {
		Some(examples) => format!("{examples}\n\n{GLOBAL_OPTIONS_HINT}"),
		None => GLOBAL_OPTIONS_HINT.into(),
	};
	command
		.args(hidden)
		.after_help(end)
		.mut_subcommands(|child| with_short_help(child, hidden))
}

#[derive(Subcommand)]
pub enum Command {
	/// Make, list, back up and replace your keys
	#[command(subcommand)]
	Key(key::Key),
	/// Invite, register and show patients
	#[command(subcommand)]
	Patient(patient::Patient),
	/// Invite, apply, enlist, show and retire providers
	#[command(subcommand)]
	Provider(provider::Provider),
	/// Vote, as an authority, to verify, suspend or reinstate a provider
	#[command(subcommand)]
	Vote(vote::Vote),
	/// Store, read, list and correct records
	#[command(subcommand)]
	Record(record::Record),
	/// Grant and revoke access to your records
	#[command(subcommand)]
	Grant(grant::Grant),
	/// Show what happened to your grants and your keys in the last three years
	#[command(after_help = "\
A patient reads who could read which record, from when to when, and who acted. Every member
reads when the own encryption key changed. The newest entries come first.")]
	History(history::History),
	/// Show who keeps the envelopes on IPFS
	#[command(subcommand)]
	Pin(pin::Pin),
	/// Look after your own node and its Kubo
	#[command(subcommand)]
	Operator(operator::Operator),
	/// Decide together with the other authorities: motions and upgrades
	#[command(subcommand)]
	Authority(authority::Authority),
	/// Add and update the networks whose nodes you do not need to trust
	#[command(subcommand)]
	Network(network::Command),
	/// Serve the portal on this machine, and sign its releases
	#[command(subcommand)]
	Portal(portal::Portal),
	/// Show the chain, and the regions of the consortium
	#[command(subcommand)]
	Chain(chain::Chain),
	/// Print the completion script of a shell
	#[command(after_help = "\
Example:
  salus completions bash > ~/.local/share/bash-completion/completions/salus")]
	Completions {
		/// The shell
		shell: clap_complete::Shell,
	},
}

impl Command {
	pub async fn run(self, context: &Context) -> Result<Output> {
		match self {
			Self::Key(command) => key::run(context, command).await,
			Self::Patient(command) => patient::run(context, command).await,
			Self::Provider(command) => provider::run(context, command).await,
			Self::Vote(command) => vote::run(context, command).await,
			Self::Record(command) => record::run(context, command).await,
			Self::Grant(command) => grant::run(context, command).await,
			Self::History(arguments) => {
				at_one_block(context, || history::run(context, &arguments)).await
			}
			Self::Pin(command) => at_one_block(context, || pin::run(context, &command)).await,
			Self::Operator(command) => operator::run(context, command).await,
			Self::Authority(command) => authority::run(context, command).await,
			Self::Network(command) => network::run(context, command).await,
			Self::Portal(command) => portal::run(context, command).await,
			Self::Chain(command) => chain::run(context, command).await,
			Self::Completions { shell } => {
				let mut script = Vec::new();
				// Completions offer the global options after each command, too.
				let mut root = CommandLine::command();
				clap_complete::generate(shell, &mut root, "salus", &mut script);
				let script = String::from_utf8_lossy(&script).into_owned();
				Ok(Output::line(json!({ "script": script }), script.trim_end()))
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::Target;
	use grant::Grant;

	#[test]
	fn the_definition_is_sound() {
		definition().debug_assert();
	}

	/// clap does not report such a clash: the argument would take the global option's value.
	#[test]
	fn no_argument_has_the_id_of_a_global_option() {
		fn check(command: &clap::Command, global: &[clap::Id]) {
			for command in command.get_subcommands() {
				for argument in command.get_arguments() {
					let clash = global.contains(argument.get_id());
					assert!(!clash, "{}: {}", command.get_name(), argument.get_id());
				}
				check(command, global);
			}
		}
		let root = CommandLine::command();
		let global: Vec<_> = root
			.get_arguments()
			.filter(|argument| argument.is_global_set())
			.map(|argument| argument.get_id().clone())
			.collect();
		assert!(global.len() > 5);
		check(&root, &global);
	}

	/// The help of every command is about the command, and says where the other options are.
	#[test]
	fn global_options_are_in_the_help_of_salus_alone() {
		fn check(command: &mut clap::Command) {
			for command in command.get_subcommands_mut() {
				if command.get_name() != "help" {
					let help = command.render_long_help().to_string();
					assert!(help.contains(GLOBAL_OPTIONS_HINT), "{help}");
					assert!(!help.contains("--passphrase-fd"), "{help}");
					check(command);
				}
			}
		}
		let mut root = definition();
		root.build();
		assert!(root
			.render_long_help()
			.to_string()
			.contains("--passphrase-fd"));
		check(&mut root);
	}

	/// Before the command, `--region` is the chain to use. After it, it is a provider's region.
	#[test]
	fn region_before_the_command_is_the_chain_to_use() {
		let line = "salus --region 2001 grant add 7 --region 2002 --provider B54321";
		let command_line = CommandLine::try_parse_from(line.split(' ')).unwrap();
		let target = command_line.options.endpoints.target;
		assert_eq!(target, Some(Target::Region(2001)));
		let Command::Grant(Grant::Add {
			remote, to: None, ..
		}) = command_line.command
		else {
			panic!("not a grant to a provider of another region")
		};
		assert_eq!(remote.region, Some(2002));
		assert_eq!(remote.provider.unwrap().to_string(), "B54321");
	}

	#[test]
	fn a_provider_of_another_region_needs_both_region_and_number() {
		for line in [
			"grant add 7",
			"grant add 7 --region 2002",
			"grant add 7 --provider B54321",
			"grant add 7 --to B54321 --region 2002 --provider B54321",
			"grant add 7 --to B54321 --yes",
			"grant add 7 --region 0 --provider B54321",
			"grant add 7 --region consortium --provider B54321",
			"grant add 7 --region 2001 --provider B5432",
			"grant add 7 --region 2001 --provider B54321 --fingerprint 00",
			"grant revoke 7",
			"grant revoke 7 --region 2001",
			"grant forward",
			"grant forward 7 --all",
			"grant forward --all --region 2001 --provider B54321",
			"grant list 7 --incoming",
			"grant list --incoming --waiting",
			"provider show --region 2001",
			"record get 2001/ -o x",
		] {
			let parsed = CommandLine::try_parse_from(format!("salus {line}").split(' '));
			assert!(parsed.is_err(), "{line}");
		}
		for line in [
			"grant forward --all",
			"grant forward 7",
			"grant forward 7 --region 2001 --provider B54321",
			"grant revoke 7 8 --region 2001 --provider B54321",
			"grant show 7",
			"grant list --incoming",
			"provider show B54321 --region 2001",
			"record get 2001/7 -o x",
			"--region consortium chain info",
		] {
			let parsed = CommandLine::try_parse_from(format!("salus {line}").split(' '));
			assert!(parsed.is_ok(), "{line}: {:?}", parsed.err());
		}
	}
}
