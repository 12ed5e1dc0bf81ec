//! `salus network`.

use crate::{
	context::Context,
	display::{hash, time},
	output::{merged, note, to_stderr, Output},
	parse,
};
use clap::{Args, Subcommand};
use salus_client::{
	address::to_address,
	keys::Fingerprint,
	network::{
		authorities_of, chain_of, check_relay, checkpoint_of, read, sign, write, ChainEntry,
		Endpoint, EndpointKind, EntryKind, Network, NetworkFile, Relay, SignedFile, Signers,
	},
	Error, Result,
};
use salus_primitives::AccountId;
use serde_json::{json, Value};
use std::{
	io::{stdin, IsTerminal},
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};

#[derive(Subcommand)]
pub enum Command {
	/// Add a network by its first file, after you compared the file's fingerprint
	#[command(after_help = "\
The file says which chains are the network's, and from where salus follows the relay chain.
From then on, nothing that a node says is believed without proof. Get the fingerprint from
an authority by another way: by phone, or on paper.")]
	Add {
		/// The network file, or its address: https://…
		file: String,
		/// The fingerprint that an authority told you, if you are not asked
		#[arg(long)]
		fingerprint: Option<Fingerprint>,
	},
	/// Show the networks that you added, or one of them, or a file before you sign it
	#[command(after_help = "\
Compare a file with your own nodes before you sign it: the first block of each chain, and
whose nodes they are. salus network sign --relay URL compares the checkpoint and its
authorities with your own node of the relay chain. You can sign it with polkadot-js Apps
(Developer, Sign and verify): sign the message, and add your account and the signature to
the file's signatures.")]
	Show {
		/// The network's name, or a network file
		#[arg(value_name = "NAME|FILE")]
		name: Option<String>,
	},
	/// Take the next files of a network, in their order
	#[command(after_help = "\
Without files, salus asks the network's gateways for each next one.")]
	Update {
		/// The files, or their addresses: https://…
		files: Vec<String>,
		/// Agree to a file that replaces the checkpoint of the relay chain, if it has this
		/// fingerprint
		#[arg(long, value_name = "FINGERPRINT")]
		reset: Option<Fingerprint>,
	},
	/// Forget a network, and all that salus has seen of it
	#[command(after_help = "\
Then a first file can be added again, after you compared its fingerprint. That is needed if the
network's signers lost their keys. Until then nothing protects you from an old file: do not
remove a network for another reason.")]
	Remove {
		/// The network's name
		name: String,
	},
	/// Sign a network file with your account, as one of its signers or of those before
	Sign {
		/// The network file
		file: PathBuf,
		/// Your own node of the relay chain: the file's checkpoint is compared with it
		#[arg(long, value_name = "URL")]
		relay: Option<String>,
	},
	/// Make a network file from nodes that you trust; it is not signed yet
	Make(Make),
	/// Print the links by which a clinic invites people to the portal, one for each gateway
	#[command(after_help = "\
A link has nothing secret: the network's name, the fingerprint of its file, and the address of
a gateway. Whoever opens it makes keys on their own device; the clinic then invites their
account (salus patient invite, salus provider invite).")]
	Link {
		/// Only the gateways of this region
		#[arg(long, value_name = "N")]
		region: Option<u32>,
		/// The portal's origin: https://…, or http://localhost:… [default: the network file's]
		#[arg(long, value_name = "URL")]
		portal: Option<String>,
	},
}

#[derive(Args)]
#[command(after_help = "\
Example:
  salus network make --name clinics --chain \"wss://a.example 5Grw…\" \\
    --chain \"wss://consortium.example 5FHn…\" --relay \"wss://relay.example 5Grw…\" \\
    --gateway \"2001 https://clinic.example 5Grw…\" \\
    --signer 5Grw… --signer 5FHn… --signer 5DAA… --threshold 2 -o clinics.json

Each --chain is a node of a chain, and the account of the authority who runs it. Several of
one chain can be given. Each --relay is a node of the relay chain; the first one gives the
checkpoint. Each --gateway is a gateway of a region: if there are any, members use nothing
else.")]
pub struct Make {
	/// The network's name
	#[arg(long)]
	name: String,
	/// The file's number: one more than the file before
	#[arg(long, default_value = "1")]
	serial: u32,
	/// One more than before, if the relay chain was restarted or its authorities were forced
	#[arg(long, default_value = "0")]
	reset: u32,
	/// How long the file is valid: 30d, 12h, 90m or 45s
	#[arg(long, default_value = "90d")]
	valid: String,
	/// A node of the relay chain and its authority
	#[arg(long = "relay", value_name = "\"URL ACCOUNT\"")]
	relays: Vec<String>,
	/// A node of a chain and its authority
	#[arg(long = "chain", value_name = "\"URL ACCOUNT\"", required = true)]
	chains: Vec<String>,
	/// A gateway of a region's members: the region, its address and its authority
	#[arg(long = "gateway", value_name = "\"REGION URL ACCOUNT\"")]
	gateways: Vec<String>,
	/// The chains are for development: no relay chain proves their heads
	#[arg(long)]
	dev: bool,
	/// The portal's origin: https://…
	#[arg(long)]
	portal: Option<String>,
	/// An account that signs this file and the next one
	#[arg(long = "signer", value_name = "ACCOUNT", value_parser = parse::account, required = true)]
	signers: Vec<AccountId>,
	/// How many of them must sign
	#[arg(long, default_value = "2")]
	threshold: u32,
	/// Where to write it
	#[arg(short, long, value_name = "FILE")]
	output: PathBuf,
}

pub async fn run(context: &Context, command: Command) -> Result<Output> {
	match command {
		Command::Add { file, fingerprint } => add(context, &file, fingerprint).await,
		Command::Show { name } => show(context, name).await,
		Command::Update { files, reset } => update(context, files, reset).await,
		Command::Remove { name } => {
			context.networks()?.remove(&name)?;
			let next =
				format!("{name} is forgotten: add its first file again with salus network add");
			Ok(Output::fields(
				json!({ "removed": name }),
				vec![("next", next)],
			))
		}
		Command::Sign { file, relay } => sign_file(context, file, relay).await,
		Command::Make(make) => make_file(make).await,
		Command::Link { region, portal } => links(context, region, portal),
	}
}

async fn add(context: &Context, file: &str, given: Option<Fingerprint>) -> Result<Output> {
	let file = read(file).await?;
	confirm(&file.network, given)?;
	let network = context.networks()?.add(file)?;
	Ok(known(&network))
}

/// Compares a file's fingerprint with the one that the person got from elsewhere.
fn confirm(file: &NetworkFile, given: Option<Fingerprint>) -> Result<()> {
	let found = file.fingerprint();
	if let Some(given) = given {
		if given.to_string() == found {
			return Ok(());
		}
		return Err(Error::Verification(format!(
			"the network file has the fingerprint {found}, not {given}: ask an authority"
		)));
	}
	if stdin().is_terminal() {
		to_stderr(&format!(
			"network {}, file {}, fingerprint\n  {found}\nDid an authority tell you this \
			 fingerprint, by phone or in person? Type yes to continue:",
			file.name, file.serial
		));
		let mut answer = String::new();
		let read = tokio::task::block_in_place(|| stdin().read_line(&mut answer));
		if read.is_ok() && answer.trim() == "yes" {
			return Ok(());
		}
	}
	Err(Error::NotAllowed {
		reason: format!("nobody confirmed the network file with the fingerprint {found}"),
		next: Some("ask an authority for the fingerprint, and give it with --fingerprint".into()),
	})
}

async fn show(context: &Context, name: Option<String>) -> Result<Output> {
	let networks = context.networks()?;
	if let Some(name) = name {
		return match networks.find(&name)? {
			Some(network) => Ok(known(&network)),
			None if Path::new(&name).is_file() => Ok(unknown(&read(&name).await?)),
			None => Err(Error::NotFound(format!("network {name}"))),
		};
	}
	let (mut json, mut rows) = (Vec::new(), Vec::new());
	for name in networks.names()? {
		let Some(network) = networks.find(&name)? else {
			continue;
		};
		let file = network.file();
		json.push(known(&network).json);
		rows.push(vec![
			file.name.clone(),
			file.serial.to_string(),
			time(file.valid_until),
			file.chains.len().to_string(),
		]);
	}
	let headings = ["network", "file", "valid until", "chains"];
	Ok(Output::table(
		json.into(),
		&headings,
		rows,
		"you have added no network",
	))
}

async fn update(
	context: &Context,
	files: Vec<String>,
	reset: Option<Fingerprint>,
) -> Result<Output> {
	let networks = context.networks()?;
	let agreed = reset.map(|print| print.to_string());
	let agreed = |file: &NetworkFile| agreed.as_ref() == Some(&file.fingerprint());
	if files.is_empty() {
		let network = context.network()?.ok_or_else(none_added)?;
		let gateways = context.all_gateways(&network)?;
		if gateways.is_empty() {
			return Err(Error::Input(
				"the network has no gateways to ask: give the next file".into(),
			));
		}
		return Ok(known(&networks.catch_up(network, &gateways, agreed).await?));
	}
	let mut last = None;
	for file in files {
		let file = read(&file).await?;
		let agreed = agreed(&file.network);
		let name = file.network.name.clone();
		last = Some(networks.update(&name, file, agreed)?);
	}
	let last = last.ok_or_else(|| Error::Input("there is no file".into()))?;
	Ok(known(&last))
}

async fn sign_file(context: &Context, path: PathBuf, own: Option<String>) -> Result<Output> {
	let mut file = read(&path.to_string_lossy()).await?;
	match (own, &file.network.relay) {
		(Some(url), Some(relay)) => check_relay(&url, relay).await?,
		(Some(_), None) => {
			return Err(Error::Input(
				"the file has no relay chain, as its chains are for development".into(),
			))
		}
		(None, Some(_)) => note(
			"whether the checkpoint and its authorities are true was not checked: give your own node of \
			 the relay chain with --relay",
			context.options.json,
		),
		(None, None) => (),
	}
	let me = context.unlock()?;
	let signature = sign(&file.network, &me.secrets.seed);
	file.signatures
		.retain(|one| one.account != signature.account);
	file.signatures.push(signature);
	write(&path, &file)?;
	let (by, print) = (to_address(&me.account()), file.network.fingerprint());
	let json = json!({
		"signed_by": by, "signatures": file.signatures.len(), "fingerprint": print,
	});
	let fields = vec![
		("network", file.network.name.clone()),
		("file", file.network.serial.to_string()),
		("fingerprint", print),
		("signed by", by),
		("signatures", file.signatures.len().to_string()),
	];
	Ok(Output::fields(json, fields))
}

/// A node's address and the account of its authority.
fn endpoint(text: &str, kind: EndpointKind) -> Result<Endpoint> {
	let wrong = || {
		Error::Input(format!(
			"{text} is not a node's address, a space, and an authority's account"
		))
	};
	let (url, account) = text.trim().split_once(' ').ok_or_else(wrong)?;
	Ok(Endpoint {
		kind,
		url: url.into(),
		authority: parse::account(account.trim()).map_err(Error::Input)?,
	})
}

/// Adds a node and the chain that it serves. Several nodes with one number serve one chain.
fn add_node(
	chains: &mut Vec<ChainEntry>,
	chain: ChainEntry,
	node: Endpoint,
	relays: &[Endpoint],
) -> Result<()> {
	let Some(known) = chains.iter_mut().find(|known| known.para == chain.para) else {
		chains.push(ChainEntry {
			endpoints: [&[node][..], relays].concat(),
			..chain
		});
		return Ok(());
	};
	let what = |one: &ChainEntry| (one.kind, one.genesis, one.slot_duration);
	if what(known) != what(&chain) {
		return Err(Error::Verification(format!(
			"the nodes of chain {} serve two chains: {} has the first block {}, and the one before \
			 {}",
			chain.para,
			node.url,
			hash(&chain.genesis.0),
			hash(&known.genesis.0)
		)));
	}
	known.endpoints.push(node);
	Ok(())
}

/// Adds a gateway to its region.
fn add_gateway(chains: &mut [ChainEntry], text: &str) -> Result<()> {
	let (region, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
	let is_its = |chain: &&mut ChainEntry| {
		chain.kind == EntryKind::Region && chain.para.to_string() == region
	};
	let chain = chains.iter_mut().find(is_its).ok_or_else(|| {
		Error::Input(format!(
			"{text} names no region of a --chain: give the region's number, the gateway's address, \
			 and its authority's account"
		))
	})?;
	chain.endpoints.push(endpoint(rest, EndpointKind::Gateway)?);
	Ok(())
}

async fn make_file(make: Make) -> Result<Output> {
	let endpoints = |all: &[String], kind| -> Result<Vec<_>> {
		all.iter().map(|text| endpoint(text, kind)).collect()
	};
	let relays = endpoints(&make.relays, EndpointKind::Relay)?;
	let relay = match relays.first() {
		Some(first) => Some(checkpoint_of(&first.url, make.reset).await?),
		None => None,
	};
	let (mut chains, mut authorities) = (Vec::new(), Vec::new());
	for node in endpoints(&make.chains, EndpointKind::Node)? {
		let chain = chain_of(&node.url, make.dev).await?;
		authorities.extend(authorities_of(&node.url).await?);
		add_node(&mut chains, chain, node, &relays)?;
	}
	for gateway in &make.gateways {
		add_gateway(&mut chains, gateway)?;
	}
	let unknown: Vec<_> = make
		.signers
		.iter()
		.filter(|signer| !authorities.contains(signer))
		.map(to_address)
		.collect();
	let valid = parse::duration(&make.valid).ok_or_else(|| {
		Error::Input("a period is a number with d, h, m or s, such as 30d".into())
	})?;
	let until = SystemTime::now() + Duration::from_millis(valid);
	let until = until.duration_since(SystemTime::UNIX_EPOCH);
	let network = NetworkFile {
		format: 1,
		name: make.name,
		serial: make.serial,
		valid_until: until.map_or(0, |until| until.as_millis() as u64),
		reset: make.reset,
		relay,
		chains,
		portal: make.portal,
		signers: Signers {
			threshold: make.threshold,
			accounts: make.signers,
		},
	};
	network.check()?;
	let file = SignedFile {
		network,
		signatures: Vec::new(),
	};
	write(&make.output, &file)?;
	let print = file.network.fingerprint();
	let json = json!({
		"file": make.output.display().to_string(),
		"hash": hash(&file.network.hash().0),
		"fingerprint": print,
		"unknown_signers": unknown,
	});
	let mut fields = vec![
		("file", make.output.display().to_string()),
		("fingerprint", print),
	];
	fields.extend(unknown.into_iter().map(|signer| {
		let text = format!("{signer} is not an authority of these chains: ask whose account it is");
		("unknown signer", text)
	}));
	fields.push((
		"next",
		format!("{} signers sign it: salus network sign", make.threshold),
	));
	Ok(Output::fields(json, fields))
}

fn none_added() -> Error {
	Error::NotAllowed {
		reason: "you have added no network".into(),
		next: Some("salus network add FILE".into()),
	}
}

fn links(context: &Context, region: Option<u32>, portal: Option<String>) -> Result<Output> {
	let network = context.network()?.ok_or_else(none_added)?;
	let file = network.file();
	let portal = portal.as_ref().or(file.portal.as_ref());
	let portal = portal.ok_or_else(|| {
		let name = &file.name;
		Error::Input(format!(
			"the file of network {name} names no portal: give its origin with --portal"
		))
	})?;
	let links = links_of(file, portal.trim_end_matches('/'), region);
	let json = links.iter().map(
		|(region, gateway, link)| json!({ "region": region, "gateway": gateway, "link": link }),
	);
	let json = json.collect::<Vec<_>>();
	let rows = links.into_iter();
	let rows = rows.map(|(region, gateway, link)| vec![region.to_string(), gateway, link]);
	Ok(Output::table(
		json.into(),
		&["region", "gateway", "link"],
		rows.collect(),
		"the network file names no such gateway",
	))
}

/// The links to the portal for each gateway: region, the gateway's address, link.
fn links_of(file: &NetworkFile, portal: &str, of: Option<u32>) -> Vec<(u32, String, String)> {
	let fingerprint = file.fingerprint().replace(' ', "");
	let regions = file
		.chains
		.iter()
		.filter(|chain| chain.kind == EntryKind::Region && of.is_none_or(|of| chain.para == of));
	let link = |gateway: &str| {
		let query = form_urlencoded::Serializer::new(String::new())
			.append_pair("network", &file.name)
			.append_pair("fingerprint", &fingerprint)
			.append_pair("gateway", gateway)
			.finish();
		format!("{portal}/#/join?{query}")
	};
	let of_region = |chain: &ChainEntry| {
		let gateways = chain.endpoints.iter();
		let gateways = gateways.filter(|endpoint| endpoint.kind == EndpointKind::Gateway);
		let all = gateways.map(|gateway| (chain.para, gateway.url.clone(), link(&gateway.url)));
		all.collect::<Vec<_>>()
	};
	regions.flat_map(of_region).collect()
}

/// A network that the user added.
fn known(network: &Network) -> Output {
	let (mut fields, ended) = (fields(network.file()), network.ended());
	if ended {
		fields.push(("ended", "get a newer file from an authority".into()));
	}
	let json = merged(as_json(network.file()), json!({ "ended": ended }));
	Output::fields(json, fields)
}

/// A file that nobody confirmed.
fn unknown(file: &SignedFile) -> Output {
	let mut fields = fields(&file.network);
	let (message, signed) = (
		file.network.message(),
		file.signed_by(&file.network.signers),
	);
	fields.push(("signed by", format!("{signed} of its own signers")));
	fields.push(("message", message.clone()));
	let json = merged(
		as_json(&file.network),
		json!({ "message": message, "signed": signed }),
	);
	Output::fields(json, fields)
}

fn as_json(file: &NetworkFile) -> Value {
	let endpoint = |endpoint: &Endpoint| {
		let authority = to_address(&endpoint.authority);
		json!({ "kind": kind(endpoint), "url": endpoint.url, "authority": authority })
	};
	let chain = |chain: &ChainEntry| {
		json!({
			"chain": chain.para,
			"consortium": chain.kind == EntryKind::Consortium,
			"genesis": hash(&chain.genesis.0),
			"slot_duration": chain.slot_duration,
			"development": chain.development,
			"endpoints": chain.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
		})
	};
	let relay = |relay: &Relay| {
		json!({
			"genesis": hash(&relay.genesis.0),
			"checkpoint": relay.checkpoint.number,
			"hash": hash(&relay.checkpoint.hash.0),
			"state_root": hash(&relay.checkpoint.state_root.0),
			"slot": relay.checkpoint.slot,
			"slot_duration": relay.slot_duration,
			"set_id": relay.checkpoint.set_id,
			"authorities": keys(relay),
		})
	};
	json!({
		"network": file.name,
		"file": file.serial,
		"hash": hash(&file.hash().0),
		"fingerprint": file.fingerprint(),
		"valid_until": file.valid_until,
		"reset": file.reset,
		"relay": file.relay.as_ref().map(relay),
		"chains": file.chains.iter().map(chain).collect::<Vec<_>>(),
		"portal": file.portal,
		"threshold": file.signers.threshold,
		"signers": file.signers.accounts.iter().map(to_address).collect::<Vec<_>>(),
	})
}

/// What answers at an endpoint.
fn kind(endpoint: &Endpoint) -> &'static str {
	match endpoint.kind {
		EndpointKind::Node => "node",
		EndpointKind::Relay => "relay node",
		EndpointKind::Gateway => "gateway",
	}
}

/// The GRANDPA keys that finalize the relay chain's blocks after the checkpoint.
fn keys(relay: &Relay) -> Vec<String> {
	let all = relay.checkpoint.authorities.weights().iter();
	all.map(|(key, weight)| match weight {
		1 => format!("0x{}", hex::encode(key)),
		_ => format!("0x{}, weight {weight}", hex::encode(key)),
	})
	.collect()
}

fn fields(file: &NetworkFile) -> Vec<(&'static str, String)> {
	let mut fields = vec![
		("network", file.name.clone()),
		("file", file.serial.to_string()),
		("hash", hash(&file.hash().0)),
		("fingerprint", file.fingerprint()),
		("valid until", time(file.valid_until)),
		("reset", file.reset.to_string()),
	];
	fields.extend(file.portal.clone().map(|portal| ("portal", portal)));
	if let Some(relay) = &file.relay {
		let (number, block) = (relay.checkpoint.number, &relay.checkpoint.hash);
		let slot = relay.slot_duration;
		fields.push((
			"relay chain",
			format!("{}, {slot} ms a slot", hash(&relay.genesis.0)),
		));
		fields.push(("checkpoint", format!("block {number}, {}", hash(&block.0))));
		fields.push(("set", relay.checkpoint.set_id.to_string()));
		fields.extend(keys(relay).into_iter().map(|key| ("  authority", key)));
	}
	for chain in &file.chains {
		let what = match chain.kind {
			EntryKind::Region => "region",
			EntryKind::Consortium => "consortium",
		};
		let (para, slot) = (chain.para, chain.slot_duration);
		let mut text = format!("{para}, {}, {slot} ms a slot", hash(&chain.genesis.0));
		if chain.development {
			text.push_str(", for development: its head is not proven");
		}
		fields.push((what, text));
		for endpoint in &chain.endpoints {
			let authority = to_address(&endpoint.authority);
			fields.push((kind(endpoint), format!("{}, of {authority}", endpoint.url)));
		}
	}
	let accounts = file.signers.accounts.iter().map(to_address);
	let threshold = file.signers.threshold;
	fields.extend(accounts.map(|account| ("signer", account)));
	fields.push(("signatures", format!("{threshold} are needed")));
	fields
}

#[cfg(test)]
mod tests {
	use super::*;

	fn example() -> NetworkFile {
		let endpoint = |kind, url: &str| Endpoint {
			kind,
			url: url.into(),
			authority: [1; 32].into(),
		};
		NetworkFile {
			format: 1,
			name: "clinics".into(),
			serial: 77,
			valid_until: 1,
			reset: 88,
			relay: None,
			chains: vec![ChainEntry {
				kind: EntryKind::Region,
				para: 2001,
				genesis: [0xab; 32].into(),
				slot_duration: 6007,
				development: true,
				endpoints: vec![
					endpoint(EndpointKind::Node, "wss://one.example"),
					endpoint(EndpointKind::Gateway, "https://two.example"),
				],
			}],
			portal: Some("https://portal.example".into()),
			signers: Signers {
				threshold: 2,
				accounts: vec![[5; 32].into(), [6; 32].into()],
			},
		}
	}

	/// A signer reads it before signing.
	#[test]
	fn all_that_is_signed_is_shown() {
		let file = example();
		let text: Vec<_> = fields(&file)
			.into_iter()
			.map(|(name, value)| format!("{name}: {value}"))
			.collect();
		let text = text.join("\n");
		let genesis = "ab".repeat(32);
		let [one, five] = [[1_u8; 32], [5; 32]].map(|account| to_address(&account.into()));
		for shown in [
			"clinics",
			"77",
			"reset: 88",
			"2001",
			&genesis,
			"6007 ms",
			"for development",
			"node: wss://one.example",
			"gateway: https://two.example",
			&one,
			"https://portal.example",
			&five,
			"2 are needed",
		] {
			assert!(text.contains(shown), "{shown}: {text}");
		}
	}

	#[test]
	fn a_link_leads_to_a_gateway_and_names_the_file_to_compare() {
		let file = example();
		let print = file.fingerprint().replace(' ', "");
		assert_eq!(print.len(), 64);
		let link = format!(
			"http://localhost:7/#/join?network=clinics&fingerprint={print}\
			 &gateway=https%3A%2F%2Ftwo.example"
		);
		let links = links_of(&file, "http://localhost:7", None);
		let expected = (2001, "https://two.example".into(), link);
		assert_eq!(links, std::slice::from_ref(&expected));
		assert_eq!(
			links_of(&file, "http://localhost:7", Some(2001)),
			[expected]
		);
		assert!(links_of(&file, "http://localhost:7", Some(2002)).is_empty());
	}

	#[test]
	fn nodes_of_two_chains_with_one_number_make_no_file() {
		let chain = |genesis: u8| ChainEntry {
			kind: EntryKind::Region,
			para: 2001,
			genesis: [genesis; 32].into(),
			slot_duration: 6000,
			development: false,
			endpoints: Vec::new(),
		};
		let node = |kind, url: &str| Endpoint {
			kind,
			url: url.into(),
			authority: [1; 32].into(),
		};
		let [one, two] = ["wss://one.example", "wss://two.example"];
		let relays = [node(EndpointKind::Relay, "wss://relay.example")];
		let mut chains = Vec::new();
		let mut add = |genesis, url| {
			let node = node(EndpointKind::Node, url);
			add_node(&mut chains, chain(genesis), node, &relays)
		};
		add(7, one).unwrap();
		add(7, two).unwrap();
		let refused = add(8, two);
		assert!(
			matches!(refused, Err(Error::Verification(_))),
			"{refused:?}"
		);
		let [known] = chains.as_slice() else {
			panic!("{chains:?}")
		};
		let urls: Vec<_> = known.endpoints.iter().map(|node| &*node.url).collect();
		assert_eq!(urls, [one, "wss://relay.example", two]);
	}
}
