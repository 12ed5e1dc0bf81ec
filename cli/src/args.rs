//! What the command understands.

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use salus_client::{
	chain::{parse_account, Wait},
	members::Candidate,
};
use salus_primitives::{AccountId, MemberId, PatientId, ProfessionalNumber, Purpose, RecordId};
use std::path::PathBuf;

use crate::text::{parse_candidate, parse_member, parse_purpose};

/// Printed at the end of `--help`.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 another error; 2 wrong usage; 3 refused by the \
	chain; 4 not found, or not granted to you; 5 a check failed (content, key or signature); 6 \
	IPFS; 7 no connection to the node; 8 key file or passphrase; 129, 130, 143 hung up, interrupted, \
	terminated.";

/// Keep and share medical records on a region's chain and IPFS.
#[derive(Parser)]
#[command(name = "salus", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
	#[command(flatten)]
	pub global: Global,
	#[command(subcommand)]
	pub command: Command,
}

#[derive(Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
	/// The node: wss://…, or ws://… on this machine
	#[arg(
		long,
		global = true,
		env = "SALUS_NODE",
		default_value = "ws://127.0.0.1:9944"
	)]
	pub node: String,
	/// The RPC of your own Kubo, on this machine
	#[arg(
		long,
		global = true,
		env = "SALUS_IPFS_API",
		value_name = "URL",
		default_value = salus_client::ipfs::DEFAULT_API
	)]
	pub ipfs: String,
	/// The directory of your keys [default: salus/keys among your user data]
	#[arg(long, global = true, env = "SALUS_KEYS", value_name = "DIR")]
	pub keys: Option<PathBuf>,
	/// The key to act with; not needed if there is only one
	// With an id of its own, as commands have a `name` of another meaning.
	#[arg(id = "as", long, global = true, env = "SALUS_AS", value_name = "NAME")]
	pub name: Option<String>,
	/// Read the passphrase's line from this file descriptor instead of the terminal
	#[arg(long, global = true, value_name = "N")]
	pub passphrase_fd: Option<u32>,
	/// Confirm that someone's encryption key changed to the one with this fingerprint
	#[arg(long, global = true, value_name = "FINGERPRINT")]
	pub accept_key: Option<String>,
	/// Print JSON, errors too
	#[arg(long, global = true)]
	pub json: bool,
	/// What to wait for after sending a transaction
	#[arg(long, global = true, value_enum, default_value_t)]
	pub wait: WaitFor,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub enum WaitFor {
	/// A block that has it, which may yet be taken back
	Best,
	/// Its block is final
	#[default]
	Finalized,
}

impl From<WaitFor> for Wait {
	fn from(wait: WaitFor) -> Self {
		match wait {
			WaitFor::Best => Self::Best,
			WaitFor::Finalized => Self::Finalized,
		}
	}
}

#[derive(Subcommand)]
pub enum Command {
	/// Your keys
	#[command(subcommand)]
	Key(Key),
	/// Patients
	#[command(subcommand)]
	Patient(Patient),
	/// Providers
	#[command(subcommand)]
	Provider(Provider),
	/// Vote as an authority on who is a genuine provider
	#[command(subcommand)]
	Vote(Vote),
	/// Records
	#[command(subcommand)]
	Record(Record),
	/// Who may read your records
	#[command(subcommand)]
	Grant(Grant),
	/// How well envelopes are kept on IPFS
	#[command(subcommand)]
	Pin(Pin),
	/// An operator's own node
	#[command(subcommand)]
	Operator(Operator),
	/// What authorities decide together
	#[command(subcommand)]
	Authority(Authority),
	/// The chain
	#[command(subcommand)]
	Chain(Chain),
	/// Print completions for a shell
	Completions {
		/// The shell
		shell: clap_complete::Shell,
	},
}

#[derive(Subcommand)]
pub enum Key {
	/// Make a new key: an account and, unless it is an authority's, an encryption key
	New {
		/// What you call it
		name: String,
		/// An authority's: no encryption key
		#[arg(long)]
		authority: bool,
	},
	/// List your keys
	List,
	/// Show what is public of a key
	Show {
		/// Its name [default: the one to act with]
		name: Option<String>,
		/// Write its public file again, from the encrypted one
		#[arg(long)]
		repair: bool,
	},
	/// Copy a key's encrypted file elsewhere, as a backup
	Export {
		/// Its name
		name: String,
		/// Where to
		file: PathBuf,
	},
	/// Take in a key: an encrypted file, or an account that exists
	#[command(group = ArgGroup::new("from").required(true))]
	Import {
		/// What you call it
		name: String,
		/// An encrypted file, of the same passphrase
		#[arg(group = "from")]
		file: Option<PathBuf>,
		/// A well-known development account, such as Alice: anyone can act as it
		#[arg(long, group = "from", value_name = "NAME")]
		dev: Option<String>,
		/// Read the account's secret (a mnemonic, or 0x and 64 digits) from this file descriptor
		#[arg(long, group = "from", value_name = "N")]
		secret_fd: Option<u32>,
		/// An authority's: no encryption key
		#[arg(long, conflicts_with = "file")]
		authority: bool,
	},
	/// Replace your encryption key by a new version; old records stay readable
	Rotate,
}

#[derive(Subcommand)]
pub enum Patient {
	/// Let an account in
	Invite {
		/// The account
		#[arg(value_parser = account)]
		account: AccountId,
	},
	/// Register as a patient: the chain gets a commitment to your name, not the name
	Register {
		/// Your name
		#[arg(long)]
		full_name: String,
	},
	/// Show a patient
	Show {
		/// The patient's id [default: your own]
		id: Option<PatientId>,
	},
}

#[derive(Subcommand)]
pub enum Provider {
	/// Let an account in
	Invite {
		/// The account
		#[arg(value_parser = account)]
		account: AccountId,
	},
	/// Apply as a provider; the authorities vote on it
	Apply {
		/// Your professional number: a UPIN or an NPI
		number: ProfessionalNumber,
		/// Your professional name, which everyone can read
		#[arg(long)]
		full_name: String,
	},
	/// Take your application back
	Withdraw,
	/// Show a provider
	Show {
		/// The professional number [default: your own]
		number: Option<ProfessionalNumber>,
	},
	/// List the providers
	List {
		/// The applications that are not decided
		#[arg(long)]
		pending: bool,
	},
	/// Vote, as an authority, to suspend a provider
	Suspend {
		/// The professional number
		number: ProfessionalNumber,
		/// Vote against it
		#[arg(long)]
		nay: bool,
	},
	/// Vote, as an authority, to reinstate a suspended provider
	Reinstate {
		/// The professional number
		number: ProfessionalNumber,
		/// Vote against it
		#[arg(long)]
		nay: bool,
	},
	/// Retire, for good
	Retire {
		/// Yes, for good
		#[arg(long, required = true)]
		yes: bool,
	},
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Ballot {
	/// For it
	#[arg(long)]
	pub aye: bool,
	/// Against it
	#[arg(long)]
	pub nay: bool,
}

#[derive(Subcommand)]
pub enum Vote {
	/// On verifying who applied
	Verify {
		/// The account that applied, or the number if only one applied for it
		#[arg(value_parser = parse_candidate, value_name = "ACCOUNT|NUMBER")]
		who: Candidate,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// On suspending a provider
	Suspend {
		/// The professional number
		number: ProfessionalNumber,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// On reinstating a suspended provider
	Reinstate {
		/// The professional number
		number: ProfessionalNumber,
		#[command(flatten)]
		ballot: Ballot,
	},
}

#[derive(Args)]
pub struct Naming {
	/// The name, sealed for who can read the record [default: the file's]
	#[arg(long)]
	pub name: Option<String>,
	/// The media type [default: by the file's ending]
	#[arg(long, value_name = "TYPE")]
	pub media_type: Option<String>,
}

#[derive(Subcommand)]
pub enum Record {
	/// Encrypt documents, add them to IPFS and put their records on the chain
	Add {
		/// The documents
		#[arg(required = true, value_name = "FILE")]
		files: Vec<PathBuf>,
		/// The patient's id
		#[arg(long, value_name = "ID")]
		patient: PatientId,
		#[command(flatten)]
		naming: Naming,
		/// Say that you are this provider, and leave it to the chain to refuse
		#[arg(long, hide = true, value_name = "NUMBER")]
		author: Option<ProfessionalNumber>,
	},
	/// Fetch a record's document, check it and decrypt it
	Get {
		/// The record
		record: RecordId,
		/// The file, or the directory, to put it in; - for the standard output
		#[arg(short, long, value_name = "FILE")]
		output: PathBuf,
		/// Write over a file that is there
		#[arg(long)]
		force: bool,
	},
	/// List the records that you can read
	List {
		/// Do not unlock the key: no names
		#[arg(long)]
		locked: bool,
	},
	/// Show what the chain holds of a record
	Show {
		/// The record
		record: RecordId,
		/// Do not unlock the key: no name
		#[arg(long)]
		locked: bool,
	},
	/// Correct a record by a new one that names it
	Amend {
		/// The record to correct
		record: RecordId,
		/// The corrected document
		file: PathBuf,
		#[command(flatten)]
		naming: Naming,
	},
}

#[derive(Subcommand)]
pub enum Grant {
	/// Let a member read records of yours; each is fetched and checked first
	Add {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// Whom: a professional number, or a patient's id
		#[arg(long, value_name = "MEMBER", value_parser = parse_member)]
		to: MemberId,
		/// What for: treatment, emergency-treatment, payment, operations, research,
		/// public-health, patient-request, family-request
		#[arg(long, value_parser = parse_purpose, default_value = "treatment")]
		purpose: Purpose,
		/// When it ends by itself: 30d, 12h, 90m, 45s, or a day like 2027-01-31
		#[arg(long, value_name = "WHEN")]
		expires: Option<String>,
	},
	/// Take grants back: no key is handed out any more
	Revoke {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// From whom: a professional number, or a patient's id
		#[arg(long, value_name = "MEMBER", value_parser = parse_member)]
		from: MemberId,
	},
	/// List grants: of a record, or all that you gave and were given
	List {
		/// The record
		record: Option<RecordId>,
	},
}

#[derive(Subcommand)]
pub enum Pin {
	/// Who keeps a record's envelope; without one, which records are kept too few times
	Status {
		/// The record
		record: Option<RecordId>,
	},
}

#[derive(Subcommand)]
pub enum Operator {
	/// The Kubo that your node pins with
	#[command(subcommand)]
	Ipfs(OperatorIpfs),
	/// Whether node, Kubo and chain are well
	Status,
}

#[derive(Subcommand)]
pub enum OperatorIpfs {
	/// Tell your node the address of its Kubo's RPC
	Set {
		/// The address, such as http://127.0.0.1:5001
		url: String,
	},
	/// Show the address that your node has
	Show,
}

#[derive(Subcommand)]
pub enum Authority {
	/// Show the authorities, their open motions and an announced upgrade
	Show,
	/// Move that the authorities do something together; this counts as your aye
	#[command(subcommand)]
	Propose(Proposal),
	/// Vote on a motion
	Vote {
		/// The motion's number
		motion: u32,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// Close a motion that is decided: what carried takes effect
	Close {
		/// The motion's number
		motion: u32,
	},
	/// After the notice period: authorize the announced upgrade, and apply it if its code is given
	Enact {
		/// The new runtime's code
		#[arg(long, value_name = "WASM")]
		code: Option<PathBuf>,
	},
}

#[derive(Subcommand)]
pub enum Proposal {
	/// A new authority, whose session keys are set
	Add {
		/// The account
		#[arg(value_parser = account)]
		account: AccountId,
	},
	/// An authority leaves
	Remove {
		/// The account
		#[arg(value_parser = account)]
		account: AccountId,
	},
	/// Announce a runtime upgrade
	Upgrade {
		/// The new runtime's code
		wasm: PathBuf,
	},
	/// Call the announced upgrade off
	CancelUpgrade,
	/// How many pins each envelope should have
	Replication {
		/// Pins
		pins: u32,
	},
	/// How long an upgrade is announced before it may be enacted
	Notice {
		/// 30d, 12h, 90m or 45s
		period: String,
	},
}

#[derive(Subcommand)]
pub enum Chain {
	/// Show node, chain, region and blocks
	Info,
}

fn account(text: &str) -> Result<AccountId, String> {
	parse_account(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_definition_is_sound() {
		Cli::command().debug_assert();
	}

	/// An argument with the id of a global one would take its value, without a word of clap's.
	#[test]
	fn no_argument_has_the_id_of_a_global_one() {
		fn look(command: &clap::Command, global: &[clap::Id]) {
			for command in command.get_subcommands() {
				for argument in command.get_arguments() {
					let clash = global.contains(argument.get_id());
					assert!(!clash, "{}: {}", command.get_name(), argument.get_id());
				}
				look(command, global);
			}
		}
		let command = Cli::command();
		let global: Vec<_> = command
			.get_arguments()
			.filter(|argument| argument.is_global_set())
			.map(|argument| argument.get_id().clone())
			.collect();
		assert!(global.len() > 5);
		look(&command, &global);
	}
}
