//! What the command understands.

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use salus_client::{
	address::parse_account, chain::Wait, keys::Fingerprint, vote::Candidate, RecordRef,
};
use salus_primitives::{
	AccountId, Hash256, MemberId, ParaId, PatientId, ProfessionalName, ProfessionalNumber, Purpose,
	RecordId, RemoteProvider,
};
use std::path::PathBuf;

use crate::{
	config::Target,
	text::{parse_candidate, parse_member, parse_purpose, parse_region},
};

/// Printed at the end of `--help`.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 another error; 2 wrong usage; 3 refused by the \
	chain; 4 not found, or not granted to you; 5 a check failed (content, key or signature); 6 \
	IPFS; 7 no connection to the node; 8 key file or passphrase; 129, 130, 143 hung up, interrupted, \
	terminated.";

/// Keep and share medical records on a region's chain and IPFS, and across regions.
#[derive(Parser)]
#[command(name = "salus", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
	#[command(flatten)]
	pub global: Global,
	/// The region to talk to, of the network's: its number; or the word consortium, for what that
	/// chain has too (authority, chain). It stands before the command [default: the network's own]
	#[arg(
		long,
		env = "SALUS_REGION",
		value_name = "N|consortium",
		help_heading = "Before the command"
	)]
	pub region: Option<Target>,
	#[command(subcommand)]
	pub command: Command,
}

#[derive(Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
	/// The network, of those in the configuration [default: the file's default, or its only one]
	#[arg(long, global = true, env = "SALUS_NETWORK", value_name = "NAME")]
	pub network: Option<String>,
	/// The configuration [default: salus/config.toml among your user configuration]
	#[arg(long, global = true, env = "SALUS_CONFIG", value_name = "FILE")]
	pub config: Option<PathBuf>,
	/// The node: wss://…, or ws://… on this machine [default: the network's, or
	/// ws://127.0.0.1:9944]
	#[arg(long, global = true, env = "SALUS_NODE", value_name = "URL")]
	pub node: Option<String>,
	/// A node of the consortium's chain, for what crosses regions [default: the network's]
	#[arg(long, global = true, env = "SALUS_CONSORTIUM", value_name = "URL")]
	pub consortium: Option<String>,
	/// The RPC of your own Kubo, on this machine [default: the network's, or
	/// http://127.0.0.1:5001]
	#[arg(long, global = true, env = "SALUS_IPFS_API", value_name = "URL")]
	pub ipfs: Option<String>,
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
		full_name: ProfessionalName,
	},
	/// Take your application back
	Withdraw,
	/// Have your region enter you into the consortium's directory, for records of other regions
	Enlist,
	/// Show a provider, and how far its entry in the consortium's directory came
	Show {
		/// The professional number [default: your own]
		number: Option<ProfessionalNumber>,
		/// A provider of this region, as the consortium's directory has it
		#[arg(long, value_name = "N", value_parser = parse_region, requires = "number")]
		region: Option<ParaId>,
	},
	/// List the providers
	List {
		/// The applications that are not decided
		#[arg(long)]
		pending: bool,
		/// Those of this region in the consortium's directory
		#[arg(long, value_name = "N", value_parser = parse_region, conflicts_with = "pending")]
		region: Option<ParaId>,
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
		/// The record: 7, or 2001/7 for one of another region that was granted to you
		record: RecordRef,
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
		/// The record: 7, or 2001/7 for one of another region that was granted to you
		record: RecordRef,
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

/// A provider of another region.
#[derive(Args)]
pub struct Remote {
	/// The provider's region, if it is another: its number
	#[arg(long, value_name = "N", value_parser = parse_region, requires = "provider")]
	region: Option<ParaId>,
	/// The provider's professional number there
	#[arg(long, value_name = "NUMBER", requires = "region")]
	provider: Option<ProfessionalNumber>,
}

impl Remote {
	/// The provider, if one is named.
	pub fn named(self) -> Option<RemoteProvider> {
		Some(RemoteProvider {
			region: self.region?,
			number: self.provider?,
		})
	}
}

#[derive(Subcommand)]
pub enum Grant {
	/// Let a member, or a provider of another region, read records of yours; each is fetched and
	/// checked first
	Add {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// Whom in this region: a professional number, or a patient's id
		#[arg(
			long,
			value_name = "MEMBER",
			value_parser = parse_member,
			required_unless_present = "provider",
			conflicts_with = "provider"
		)]
		to: Option<MemberId>,
		#[command(flatten)]
		remote: Remote,
		/// The fingerprint of its encryption key, which the provider gave you itself
		#[arg(long, requires = "provider")]
		fingerprint: Option<Fingerprint>,
		/// Without a fingerprint: take the directory's word for a key that you never saw
		#[arg(long, requires = "provider", conflicts_with = "fingerprint")]
		yes: bool,
		/// What for: treatment, emergency-treatment, payment, operations, research,
		/// public-health, patient-request, family-request
		#[arg(long, value_parser = parse_purpose, default_value = "treatment")]
		purpose: Purpose,
		/// When it ends by itself: 30d, 12h, 90m, 45s, or a day like 2027-01-31
		#[arg(long, value_name = "WHEN")]
		expires: Option<String>,
	},
	/// Send grants to providers of other regions to the consortium, as a provider of this region
	Forward {
		/// The record: all its grants that wait, or the one to the provider named
		#[arg(required_unless_present = "all", conflicts_with = "all")]
		record: Option<RecordId>,
		#[command(flatten)]
		remote: Remote,
		/// All grants of this region that wait
		#[arg(long, conflicts_with = "provider")]
		all: bool,
	},
	/// Take grants back: no key is handed out any more
	Revoke {
		/// The records
		#[arg(required = true, value_name = "RECORD")]
		records: Vec<RecordId>,
		/// From whom in this region: a professional number, or a patient's id
		#[arg(
			long,
			value_name = "MEMBER",
			value_parser = parse_member,
			required_unless_present = "provider",
			conflicts_with = "provider"
		)]
		from: Option<MemberId>,
		#[command(flatten)]
		remote: Remote,
	},
	/// List grants: of a record, or all that you gave and were given
	List {
		/// The record
		record: Option<RecordId>,
		/// Records of other regions that were granted to you
		#[arg(long, conflicts_with_all = ["record", "waiting"])]
		incoming: bool,
		/// Grants of this region that wait to be forwarded
		#[arg(long, conflicts_with = "record")]
		waiting: bool,
	},
	/// Show how far a record's grants to providers of other regions came
	Show {
		/// The record
		record: RecordId,
		#[command(flatten)]
		remote: Remote,
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
	/// Have your node look now whether its Kubo still keeps all envelopes, as after it lost a disk
	Recheck,
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
	/// Ask the relay chain to open a channel to another chain
	OpenChannel {
		/// That chain's parachain id
		#[arg(value_parser = parse_region)]
		to: ParaId,
		/// The most messages in it
		#[arg(long, value_name = "N")]
		max_capacity: u32,
		/// The longest message, in bytes
		#[arg(long, value_name = "BYTES")]
		max_message_size: u32,
	},
	/// Accept a channel that another chain asked for
	AcceptChannel {
		/// That chain's parachain id
		#[arg(value_parser = parse_region)]
		from: ParaId,
	},
	/// Ask the relay chain to close a channel: what is under way in it is lost
	CloseChannel {
		/// The sender's parachain id
		#[arg(value_parser = parse_region)]
		from: ParaId,
		/// The recipient's parachain id
		#[arg(value_parser = parse_region)]
		to: ParaId,
	},
	/// On the consortium's chain: a region is in
	AdmitRegion {
		/// Its number: its parachain id
		#[arg(value_parser = parse_region)]
		region: ParaId,
		/// The hash of its chain's first block, as salus chain info shows it
		#[arg(value_parser = hash)]
		genesis: Hash256,
	},
	/// On the consortium's chain: a region is out, and nothing of it is handed out any more
	ExpelRegion {
		/// Its number: its parachain id
		#[arg(value_parser = parse_region)]
		region: ParaId,
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
	/// List the regions of the consortium
	Regions,
}

fn account(text: &str) -> Result<AccountId, String> {
	parse_account(text).map_err(|error| error.to_string())
}

fn hash(text: &str) -> Result<Hash256, String> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|_| "a hash is 0x and 64 hexadecimal digits".to_owned())?;
	Ok(bytes)
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

	/// Before the command, `--region` says whom to talk to; after it, of which region a provider is.
	#[test]
	fn a_region_has_its_place() {
		let line = "salus --region 2001 grant add 7 --region 2002 --provider B54321";
		let cli = Cli::try_parse_from(line.split(' ')).unwrap();
		assert_eq!(cli.region, Some(Target::Region(2001)));
		let Command::Grant(Grant::Add {
			remote, to: None, ..
		}) = cli.command
		else {
			panic!("not a grant to another region")
		};
		let named = remote.named().unwrap();
		assert_eq!(named.to_string(), "provider B54321 of region 2002");
	}

	#[test]
	fn half_a_provider_is_none() {
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
			let parsed = Cli::try_parse_from(format!("salus {line}").split(' '));
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
			let parsed = Cli::try_parse_from(format!("salus {line}").split(' '));
			assert!(parsed.is_ok(), "{line}: {:?}", parsed.err());
		}
	}
}
