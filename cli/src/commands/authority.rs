//! `salus authority`.

use super::{operator, vote::Ballot};
use crate::{
	context::Context,
	display::{clean, hash, time},
	output::{merged, transaction_json, Output},
	parse,
};
use clap::Subcommand;
use salus_client::{
	address::to_address,
	authority::Offer,
	chain::{
		calls::{self, Parameter},
		Call, Chain, ChainKind, CouncilMotion, State,
	},
	Error, Result,
};
use salus_primitives::{signing::fingerprint, AccountId, Hash256, NewestFile, ParaId};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Authority {
	/// Show the authorities, the open motions and an announced upgrade
	Show,
	/// Offer to be an authority, with new session keys of your own node
	#[command(after_help = "\
Run this on the new node's own machine, with --node or SALUS_NODE at that node. Send the
offer to the authorities: one of them proposes it (salus authority propose add OFFER). Tell
them your account and the fingerprint by another way, so that they can compare.
Each offer makes new keys in the node: the authorities must propose the last one.
To see what is missing at any time: salus authority status")]
	Offer,
	/// As an authority: set new session keys of your own node, as after its disk was lost
	#[command(after_help = "\
Run this on the node's own machine, with --node or SALUS_NODE at that node. It makes new keys
in the node, and the chain takes them in place of the earlier ones. The node makes blocks with
them from the session after the next. The authorities need not vote.
To see what is missing at any time: salus authority status")]
	Keys,
	/// Show how far you are on the way to make blocks, and what is missing
	Status,
	/// Propose a motion; this counts as your vote for it
	#[command(subcommand)]
	Propose(Motion),
	/// Vote on a motion
	Vote {
		/// The motion's number, as salus authority show lists it
		motion: u32,
		#[command(flatten)]
		ballot: Ballot,
	},
	/// Close a decided motion; a carried motion then takes effect
	Close {
		/// The motion's number, as salus authority show lists it
		motion: u32,
	},
	/// Authorize the announced upgrade after its notice period, and apply it with --code
	Enact {
		/// The new runtime's code: apply the upgrade
		#[arg(long, value_name = "WASM")]
		code: Option<PathBuf>,
	},
}

#[derive(Subcommand)]
pub enum Motion {
	/// Add an authority
	Add {
		/// Its offer, as salus authority offer printed it
		#[arg(value_parser = parse::offer)]
		offer: Offer,
	},
	/// Remove an authority
	Remove {
		/// The account
		#[arg(value_parser = parse::account)]
		account: AccountId,
	},
	/// Ask the relay chain to open a channel to another chain
	OpenChannel {
		/// The other chain's parachain id
		#[arg(value_parser = parse::region)]
		to: ParaId,
		/// The most messages that the channel holds
		#[arg(long, value_name = "N")]
		max_capacity: u32,
		/// The size of the largest message, in bytes
		#[arg(long, value_name = "BYTES")]
		max_message_size: u32,
	},
	/// Accept a channel that another chain asked for
	AcceptChannel {
		/// The other chain's parachain id
		#[arg(value_parser = parse::region)]
		from: ParaId,
	},
	/// Ask the relay chain to close a channel; messages in it are lost
	CloseChannel {
		/// The sender's parachain id
		#[arg(value_parser = parse::region)]
		from: ParaId,
		/// The recipient's parachain id
		#[arg(value_parser = parse::region)]
		to: ParaId,
	},
	/// On the consortium's chain: admit a region
	AdmitRegion {
		/// The region's number: its parachain id
		#[arg(value_parser = parse::region)]
		region: ParaId,
		/// The hash of the region's first block: genesis in salus chain info
		#[arg(value_parser = parse::hash)]
		genesis: Hash256,
	},
	/// On the consortium's chain: expel a region; its grants can no longer be read
	ExpelRegion {
		/// The region's number: its parachain id
		#[arg(value_parser = parse::region)]
		region: ParaId,
	},
	/// On the consortium's chain: name the newest network file
	NetworkFile {
		/// Its serial number, as salus network show tells it
		serial: u32,
		/// Its hash, as salus network show tells it
		#[arg(value_parser = parse::hash)]
		hash: Hash256,
	},
	/// Announce a runtime upgrade
	Upgrade {
		/// The new runtime's code
		wasm: PathBuf,
	},
	/// Cancel the announced upgrade
	CancelUpgrade,
	/// Set how many pins each envelope should have
	Replication {
		/// The number of pins
		pins: u32,
	},
	/// Set how long an upgrade is announced before it can be enacted
	Notice {
		/// The period: 30d, 12h, 90m or 45s
		period: String,
	},
}

/// The number of ayes that carries a motion: two thirds of the authorities, rounded up.
fn two_thirds(count: usize) -> u32 {
	u32::try_from((2 * count).div_ceil(3)).unwrap_or(u32::MAX)
}

pub async fn run(context: &Context, command: Authority) -> Result<Output> {
	match command {
		Authority::Show => show(context).await,
		Authority::Offer => offer(context).await,
		Authority::Keys => keys(context).await,
		Authority::Status => status(context).await,
		Authority::Propose(motion) => propose(context, motion).await,
		Authority::Vote { motion, ballot } => vote(context, motion, ballot).await,
		Authority::Close { motion } => close(context, motion).await,
		Authority::Enact { code } => enact(context, code).await,
	}
}

async fn offer(context: &Context) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let account = me.account();
	if session
		.state()
		.await?
		.authorities()
		.await?
		.contains(&account)
	{
		return Err(Error::NotAllowed {
			reason: format!("{} is an authority of this chain already", me.name),
			next: Some("to set new session keys of its node: salus authority keys".into()),
		});
	}
	let offer = session.offer().await?;
	let (address, text) = (to_address(&account), offer.to_text());
	let json = json!({
		"account": address,
		"session_keys": offer.fingerprint(),
		"offer": text,
	});
	let fields = vec![
		("account", address),
		("session keys", offer.fingerprint()),
		("offer", text),
	];
	Ok(Output::fields(json, fields))
}

async fn keys(context: &Context) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let (fingerprint, included) = session.set_session_keys().await?;
	let json = merged(
		transaction_json(&included),
		json!({ "session_keys": fingerprint }),
	);
	let fields = vec![
		("session keys", fingerprint),
		(
			"next",
			"wait: your node makes blocks with them from the session after the next".into(),
		),
	];
	Ok(Output::fields(json, fields))
}

/// What the own node says of itself. It needs no proof: only the user's next step follows from it.
struct OwnNode {
	peers: usize,
	isolated: bool,
	syncing: bool,
	collator: bool,
}

/// What the chain says of the account, and the node of its keys and its Kubo.
struct Standing {
	is_authority: bool,
	/// The open motion that adds the account.
	motion: Option<CouncilMotion>,
	/// Whether the node has the session keys that the chain has, if it has some.
	keys_in_node: Option<bool>,
	collates: bool,
	last_block: Option<u64>,
	/// The version of the node's Kubo, in a region: only a region's nodes pin.
	kubo: Option<Result<String>>,
}

/// The steps from a new key to the first block, in order, and the first one that is missing.
async fn status(context: &Context) -> Result<Output> {
	let account = context.own_account()?;
	// Without peers, the node can prove nothing: so it is asked for its own state first.
	let node = own_node(&context.own_node().await?).await?;
	let standing = match next(&node, None) {
		None => Some(standing(context, &account).await?),
		Some(_) => None,
	};
	let next = next(&node, standing.as_ref());
	let mut json = json!({
		"account": to_address(&account),
		"peers": node.peers,
		"syncing": node.syncing,
		"collator": node.collator,
		"next": next,
	});
	let mut fields = vec![
		("account", to_address(&account)),
		("node's peers", node.peers.to_string()),
		("node in sync", yes_no(!node.syncing)),
		("node is a collator", yes_no(node.collator)),
	];
	if let Some(standing) = &standing {
		json = merged(json, standing_json(standing));
		fields.extend(standing_fields(standing));
	}
	fields.extend(next.map(|next| ("next", next)));
	Ok(Output::fields(json, fields))
}

async fn own_node(chain: &Chain) -> Result<OwnNode> {
	let info = chain.node_info().await?;
	Ok(OwnNode {
		peers: info.peers,
		isolated: chain.is_isolated().await?,
		syncing: info.syncing,
		collator: chain.is_collator().await?,
	})
}

async fn standing(context: &Context, account: &AccountId) -> Result<Standing> {
	let (chain, _) = context.any_chain().await?;
	let state = chain.state_for(context.wait()).await?;
	let keys = state.session_keys(account).await?;
	let mut motions = state.motions().await?.into_iter();
	Ok(Standing {
		is_authority: state.authorities().await?.contains(account),
		motion: motions.find(|motion| motion.adds.iter().any(|(added, _)| added == account)),
		keys_in_node: match &keys {
			Some(keys) => Some(chain.has_session_keys(keys).await?),
			None => None,
		},
		collates: state.collators().await?.contains(account),
		last_block: match &keys {
			Some(keys) => chain.last_block_by(keys).await?,
			None => None,
		},
		kubo: match state.kind() {
			ChainKind::Region => Some(operator::kubo(&chain).await.1),
			ChainKind::Consortium => None,
		},
	})
}

/// The first step that is missing. `None`: none, as far as is known.
fn next(node: &OwnNode, standing: Option<&Standing>) -> Option<String> {
	let text = match (node, standing) {
		(OwnNode { isolated: true, .. }, _) => operator::NO_PEERS,
		(OwnNode { syncing: true, .. }, _) => "wait until the node has caught up with the chain",
		(
			OwnNode {
				collator: false, ..
			},
			_,
		) => "start the node as a collator: salus-node --collator",
		(_, None) => return None,
		(_, Some(standing)) if !standing.is_authority => match &standing.motion {
			Some(motion) if motion.ayes.len() as u32 >= motion.threshold => {
				let motion = motion.index;
				return Some(format!(
					"ask an authority to close the motion: salus authority close {motion}"
				));
			}
			Some(motion) => {
				let motion = motion.index;
				return Some(format!(
					"ask more authorities to vote: salus authority vote {motion} --aye"
				));
			}
			None => "make an offer (salus authority offer), and ask an authority to propose it",
		},
		(_, Some(standing)) => match standing.keys_in_node {
			None => "set session keys of this node: salus authority keys",
			Some(false) => {
				"connect to the node that has your session keys. If they are lost, set new ones of \
				this node: salus authority keys"
			}
			Some(true) if !standing.collates => {
				"wait: your node makes blocks from the session after the next"
			}
			Some(true) if standing.last_block.is_none() => "wait for your node's first block",
			Some(true) if matches!(standing.kubo, Some(Err(_))) => {
				"start a Kubo and tell your node, so that it pins: salus operator ipfs set ADDRESS"
			}
			Some(true) => return None,
		},
	};
	Some(text.into())
}

fn yes_no(yes: bool) -> String {
	if yes { "yes" } else { "no" }.into()
}

fn standing_json(standing: &Standing) -> Value {
	let kubo = standing.kubo.as_ref();
	json!({
		"authority": standing.is_authority,
		"motion": standing.motion.as_ref().map(motion_json),
		"session_keys_in_node": standing.keys_in_node,
		"makes_blocks": standing.collates,
		"last_block": standing.last_block,
		"kubo": kubo.and_then(|version| version.as_ref().ok()),
	})
}

fn standing_fields(standing: &Standing) -> Vec<(&'static str, String)> {
	let authority = match &standing.motion {
		_ if standing.is_authority => "yes".into(),
		Some(motion) => format!("no; motion {}: {}", motion.index, votes_text(motion)),
		None => "no".into(),
	};
	let keys = match standing.keys_in_node {
		None => "none on the chain",
		Some(true) => "in this node",
		Some(false) => "not in this node",
	};
	let last_block = standing.last_block.map(|number| number.to_string());
	let mut fields = vec![
		("authority", authority),
		("session keys", keys.into()),
		("makes blocks in this session", yes_no(standing.collates)),
		("last block", last_block.unwrap_or_else(|| "none".into())),
	];
	match &standing.kubo {
		Some(Ok(version)) => fields.push(("Kubo", clean(version))),
		Some(Err(error)) => fields.push(("Kubo", clean(&error.to_string()))),
		None => {}
	}
	fields
}

async fn propose(context: &Context, motion: Motion) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let state = session.state().await?;
	if let Motion::Add { offer } = &motion {
		offer.check(&chain.genesis())?;
	}
	let call = call(&state, motion)?;
	let threshold = two_thirds(state.authorities().await?.len());
	let bytes = call
		.encode(state.metadata())
		.map_err(|what| state.drift(what))?;
	let length = u32::try_from(bytes.len())
		.map_err(|_| Error::Input("the proposed call is too long".into()))?;
	let included = session
		.submit(Call::propose(threshold, call, length))
		.await?;
	// With a threshold of one, the motion carries at once.
	if included.motion_executed()? {
		return Ok(Output::line(
			transaction_json(&included),
			"carried: no other votes were needed",
		));
	}
	// The council identifies a motion by the hash of its call.
	let hash = state.hash(&bytes);
	let mut motions = session.state().await?.motions().await?;
	motions.retain(|motion| motion.hash == hash);
	let proposed = motions.pop().ok_or_else(|| {
		Error::NotFound("open motion for this call: it is already decided".into())
	})?;
	// The council does not count the proposer's vote.
	let args = (proposed.hash, proposed.index.into(), true);
	session.submit(calls::COUNCIL_VOTE.with(args)).await?;
	let motion = find(&session.state().await?, proposed.index).await?;
	Ok(Output::line(
		motion_json(&motion),
		format!("motion {}: {}", motion.index, votes_text(&motion)),
	))
}

async fn vote(context: &Context, motion: u32, ballot: Ballot) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let found = find(&session.state().await?, motion).await?;
	let args = (found.hash, found.index.into(), ballot.aye);
	let included = session.submit(calls::COUNCIL_VOTE.with(args)).await?;
	let line = match find(&session.state().await?, motion).await {
		Ok(after) if after.ayes.len() as u32 >= after.threshold => {
			format!(
				"{}: the motion carries once it is closed (salus authority close {motion})",
				votes_text(&after)
			)
		}
		Ok(after) => votes_text(&after),
		Err(_) => format!("motion {motion} is decided"),
	};
	Ok(Output::line(transaction_json(&included), line))
}

async fn close(context: &Context, motion: u32) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let state = session.state().await?;
	let found = find(&state, motion).await?;
	let args = (
		found.hash,
		found.index.into(),
		state.max_motion_weight()?,
		found.length.into(),
	);
	let included = session.submit(calls::COUNCIL_CLOSE.with(args)).await?;
	let carried = included.motion_executed()?;
	let line = match carried {
		true => format!("motion {motion} carried and took effect"),
		false => format!("motion {motion} was rejected"),
	};
	let json = merged(transaction_json(&included), json!({ "carried": carried }));
	Ok(Output::line(json, line))
}

async fn enact(context: &Context, code: Option<PathBuf>) -> Result<Output> {
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let mut lines = Vec::new();
	let mut json = Value::Null;
	if session.state().await?.announced_upgrade().await?.is_some() {
		let included = session.submit(calls::AUTHORIZE_UPGRADE.with(())).await?;
		json = transaction_json(&included);
		lines.push("the announced upgrade is authorized".into());
	}
	if let Some(path) = code {
		let included = session
			.submit(calls::APPLY_UPGRADE.with((read(&path)?,)))
			.await?;
		json = transaction_json(&included);
		lines.push("the chain has the new runtime's code".into());
	}
	if lines.is_empty() {
		return Err(Error::NotFound("announced upgrade".into()));
	}
	Ok(Output { json, lines })
}

/// The call of a motion.
fn call(state: &State, motion: Motion) -> Result<Call> {
	Ok(match motion {
		Motion::Add { offer } => {
			calls::ADD_AUTHORITY.with((offer.account, offer.keys, offer.proof, offer.signature))
		}
		Motion::Remove { account } => calls::REMOVE_AUTHORITY.with((account,)),
		Motion::Upgrade { wasm } => {
			let code = read(&wasm)?;
			calls::ANNOUNCE_UPGRADE.with((state.hash(&code),))
		}
		Motion::OpenChannel {
			to,
			max_capacity,
			max_message_size,
		} => calls::OPEN_CHANNEL.with((to, max_capacity, max_message_size)),
		Motion::AcceptChannel { from } => calls::ACCEPT_CHANNEL.with((from,)),
		Motion::CloseChannel { from, to } => calls::CLOSE_CHANNEL.with((from, to)),
		Motion::AdmitRegion { region, genesis } => calls::ADMIT_REGION.with((region, genesis)),
		Motion::ExpelRegion { region } => calls::EXPEL_REGION.with((region,)),
		Motion::NetworkFile { serial, hash } => {
			let file_hash = hash.into();
			calls::SET_NETWORK_FILE.with((NewestFile { serial, file_hash },))
		}
		Motion::CancelUpgrade => calls::CANCEL_UPGRADE.with(()),
		Motion::Replication { pins } => {
			calls::SET_PARAMETER.with((Parameter::ReplicationTarget(pins),))
		}
		Motion::Notice { period } => {
			let milliseconds = parse::duration(&period).ok_or_else(|| {
				Error::Input("a period is a number with d, h, m or s, such as 30d".into())
			})?;
			calls::SET_PARAMETER.with((Parameter::NoticePeriod(milliseconds),))
		}
	})
}

fn read(path: &Path) -> Result<Vec<u8>> {
	std::fs::read(path).map_err(Error::read(path))
}

async fn find(state: &State, index: u32) -> Result<CouncilMotion> {
	let mut motions = state.motions().await?;
	motions.retain(|motion| motion.index == index);
	motions
		.pop()
		.ok_or_else(|| Error::NotFound(format!("open motion {index}")))
}

async fn show(context: &Context) -> Result<Output> {
	let (chain, _) = context.any_chain().await?;
	let state = chain.state_for(context.wait()).await?;
	let authorities: Vec<_> = state.authorities().await?.iter().map(to_address).collect();
	let motions = state.motions().await?;
	let upgrade = state.announced_upgrade().await?;
	let mut lines: Vec<_> = authorities
		.iter()
		.map(|address| format!("authority  {address}"))
		.collect();
	for motion in &motions {
		let call = clean(&motion.call);
		lines.push(format!(
			"motion {}   {call}: {}",
			motion.index,
			votes_text(motion)
		));
		for (account, keys) in &motion.adds {
			lines.push(format!("  adds     {}", to_address(account)));
			lines.push(format!("  keys     {}", fingerprint(keys)));
		}
	}
	if let Some((code, after)) = &upgrade {
		let after = time(*after);
		lines.push(format!(
			"announced  runtime {}, can be enacted from {after}",
			hash(&code.0)
		));
	}
	let json = json!({
		"authorities": authorities,
		"motions": motions.iter().map(motion_json).collect::<Vec<_>>(),
		"announced_upgrade": upgrade.map(|(code, after)| {
			json!({ "code_hash": hash(&code.0), "enact_after": after })
		}),
	});
	Ok(Output { json, lines })
}

fn votes_text(motion: &CouncilMotion) -> String {
	let against = match motion.nays.len() {
		0 => String::new(),
		nays => format!(", {nays} against"),
	};
	format!(
		"{} of {} votes{against}",
		motion.ayes.len(),
		motion.threshold
	)
}

fn motion_json(motion: &CouncilMotion) -> Value {
	json!({
		"motion": motion.index,
		"hash": hash(&motion.hash),
		"call": motion.call,
		"adds": (motion.adds.iter())
			.map(|(account, keys)| {
				json!({ "account": to_address(account), "session_keys": fingerprint(keys) })
			})
			.collect::<Vec<_>>(),
		"threshold": motion.threshold,
		"ayes": motion.ayes.iter().map(to_address).collect::<Vec<_>>(),
		"nays": motion.nays.iter().map(to_address).collect::<Vec<_>>(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	/// An authority's node to which nothing is missing.
	fn ready() -> (OwnNode, Standing) {
		let node = OwnNode {
			peers: 2,
			isolated: false,
			syncing: false,
			collator: true,
		};
		let standing = Standing {
			is_authority: true,
			motion: None,
			keys_in_node: Some(true),
			collates: true,
			last_block: Some(7),
			kubo: Some(Ok("0.40.0".into())),
		};
		(node, standing)
	}

	fn motion(ayes: usize) -> CouncilMotion {
		CouncilMotion {
			index: 5,
			hash: [1; 32],
			call: String::new(),
			adds: Vec::new(),
			length: 1,
			threshold: 2,
			ayes: vec![[1; 32].into(); ayes],
			nays: Vec::new(),
		}
	}

	/// From the last step to the first: each one counts more than those that were missing before.
	#[test]
	fn the_first_missing_step_is_told() {
		let (mut node, mut standing) = ready();
		assert_eq!(next(&node, Some(&standing)), None);
		assert_eq!(next(&node, None), None);
		standing.kubo = None;
		assert_eq!(
			next(&node, Some(&standing)),
			None,
			"the consortium pins nothing"
		);

		type Break = fn(&mut OwnNode, &mut Standing);
		let steps: [(Break, &str); 11] = [
			(
				|_, chain| chain.kubo = Some(Err(Error::Node(String::new()))),
				"salus operator ipfs set",
			),
			(|_, chain| chain.last_block = None, "first block"),
			(
				|_, chain| chain.collates = false,
				"the session after the next",
			),
			(
				|_, chain| chain.keys_in_node = Some(false),
				"If they are lost, set new ones of this node: salus authority keys",
			),
			(
				|_, chain| chain.keys_in_node = None,
				"set session keys of this node: salus authority keys",
			),
			(
				|_, chain| chain.is_authority = false,
				"salus authority offer",
			),
			(
				|_, chain| chain.motion = Some(motion(1)),
				"salus authority vote 5 --aye",
			),
			(
				|_, chain| chain.motion = Some(motion(2)),
				"salus authority close 5",
			),
			(|node, _| node.collator = false, "--collator"),
			(|node, _| node.syncing = true, "caught up"),
			(|node, _| node.isolated = true, "no peers"),
		];
		for (place, (break_it, expected)) in steps.into_iter().enumerate() {
			break_it(&mut node, &mut standing);
			let told = next(&node, Some(&standing)).unwrap_or_default();
			assert!(told.contains(expected), "{told:?}, not {expected:?}");
			// The chain is asked only if the node is ready.
			let first = next(&node, None);
			assert_eq!(first, (place > 7).then_some(told));
		}
	}

	#[test]
	fn a_threshold_of_two_thirds_is_rounded_up() {
		let expected = [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5)];
		for (count, ayes) in expected {
			assert_eq!(two_thirds(count), ayes);
		}
	}
}
