//! `salus authority`.

use super::{hash, merged, transaction};
use crate::{
	args::{Authority, Proposal},
	context::Context,
	output::Output,
	text,
};
use salus_client::{
	address::to_address,
	chain::{
		calls::{self, Parameter},
		Call, CouncilMotion, State,
	},
	Error, Result,
};
use serde_json::{json, Value};
use std::path::Path;

/// The ayes that two thirds of so many take.
fn two_thirds(count: usize) -> u32 {
	u32::try_from((2 * count).div_ceil(3)).unwrap_or(u32::MAX)
}

pub async fn run(context: &Context, command: Authority) -> Result<Output> {
	if let Authority::Show = command {
		let (chain, _) = context.any_chain().await?;
		return show(&chain.state_for(context.wait()).await?).await;
	}
	let me = context.unlock()?;
	let (chain, _) = context.any_chain().await?;
	let session = context.session(&chain, &me);
	let state = session.state().await?;
	match command {
		Authority::Show => Err(Error::Input("nothing to do".into())),
		Authority::Propose(proposal) => {
			let call = call(&state, proposal)?;
			let threshold = two_thirds(state.authorities().await?.len());
			let bytes = call.encode(state.metadata()).map_err(Error::Drift)?;
			let length = u32::try_from(bytes.len())
				.map_err(|_| Error::Input("the call is too long".into()))?;
			let included = session
				.submit(Call::propose(threshold, call, length))
				.await?;
			// One authority alone is two thirds.
			if included.motion_executed()? {
				return Ok(Output::line(
					transaction(&included),
					"done: no more votes were needed",
				));
			}
			// A motion goes by the hash of its call.
			let hash = state.hash(&bytes);
			let mut open = session.state().await?.motions().await?;
			open.retain(|motion| motion.hash == hash);
			let made = open
				.pop()
				.ok_or_else(|| Error::NotFound("open motion to do this: it is decided".into()))?;
			// The council counts no aye for proposing.
			let args = (made.hash, made.index.into(), true);
			session.submit(calls::COUNCIL_VOTE.with(args)).await?;
			let made = find(&session.state().await?, made.index).await?;
			Ok(Output::line(
				motion_json(&made),
				format!("motion {}: {}", made.index, count(&made)),
			))
		}
		Authority::Vote { motion, ballot } => {
			let found = find(&state, motion).await?;
			let args = (found.hash, found.index.into(), ballot.aye);
			let included = session.submit(calls::COUNCIL_VOTE.with(args)).await?;
			let line = match find(&session.state().await?, motion).await {
				Ok(now) if now.ayes.len() as u32 >= now.threshold => {
					format!(
						"{}: it carries, salus authority close {motion}",
						count(&now)
					)
				}
				Ok(now) => count(&now),
				Err(_) => "decided".into(),
			};
			Ok(Output::line(transaction(&included), line))
		}
		Authority::Close { motion } => {
			let found = find(&state, motion).await?;
			let args = (
				found.hash,
				found.index.into(),
				calls::MOTION_WEIGHT,
				found.length.into(),
			);
			let included = session.submit(calls::COUNCIL_CLOSE.with(args)).await?;
			let carried = included.motion_executed()?;
			let line = match carried {
				true => format!("motion {motion} carried, and took effect"),
				false => format!("motion {motion} fell"),
			};
			let json = merged(transaction(&included), json!({ "carried": carried }));
			Ok(Output::line(json, line))
		}
		Authority::Enact { code } => {
			let mut lines = Vec::new();
			let mut json = Value::Null;
			if state.announced_upgrade().await?.is_some() {
				let included = session.submit(calls::AUTHORIZE_UPGRADE.with(())).await?;
				json = transaction(&included);
				lines.push("the announced upgrade is authorized".into());
			}
			if let Some(path) = code {
				let included = session
					.submit(calls::APPLY_UPGRADE.with((read(&path)?,)))
					.await?;
				json = transaction(&included);
				lines.push("the new runtime's code is on the chain".into());
			}
			if lines.is_empty() {
				return Err(Error::NotFound("announced upgrade".into()));
			}
			Ok(Output { json, lines })
		}
	}
}

fn call(state: &State, proposal: Proposal) -> Result<Call> {
	Ok(match proposal {
		Proposal::Add { account } => calls::ADD_AUTHORITY.with((account,)),
		Proposal::Remove { account } => calls::REMOVE_AUTHORITY.with((account,)),
		Proposal::Upgrade { wasm } => {
			let code = read(&wasm)?;
			calls::ANNOUNCE_UPGRADE.with((state.hash(&code),))
		}
		Proposal::OpenChannel {
			to,
			max_capacity,
			max_message_size,
		} => calls::OPEN_CHANNEL.with((to, max_capacity, max_message_size)),
		Proposal::AcceptChannel { from } => calls::ACCEPT_CHANNEL.with((from,)),
		Proposal::CloseChannel { from, to } => calls::CLOSE_CHANNEL.with((from, to)),
		Proposal::AdmitRegion { region, genesis } => calls::ADMIT_REGION.with((region, genesis)),
		Proposal::ExpelRegion { region } => calls::EXPEL_REGION.with((region,)),
		Proposal::CancelUpgrade => calls::CANCEL_UPGRADE.with(()),
		Proposal::Replication { pins } => {
			calls::SET_PARAMETER.with((Parameter::ReplicationTarget(pins),))
		}
		Proposal::Notice { period } => {
			let milliseconds = text::parse_duration(&period)
				.ok_or_else(|| Error::Input("write 30d, 12h, 90m or 45s".into()))?;
			calls::SET_PARAMETER.with((Parameter::NoticePeriod(milliseconds),))
		}
	})
}

fn read(path: &Path) -> Result<Vec<u8>> {
	std::fs::read(path).map_err(|cause| Error::File {
		path: path.into(),
		cause,
	})
}

async fn find(state: &State, index: u32) -> Result<CouncilMotion> {
	let mut motions = state.motions().await?;
	motions.retain(|motion| motion.index == index);
	motions
		.pop()
		.ok_or_else(|| Error::NotFound(format!("open motion {index}")))
}

async fn show(state: &State) -> Result<Output> {
	let authorities: Vec<_> = state.authorities().await?.iter().map(to_address).collect();
	let motions = state.motions().await?;
	let upgrade = state.announced_upgrade().await?;
	let mut lines: Vec<_> = authorities
		.iter()
		.map(|address| format!("authority  {address}"))
		.collect();
	for motion in &motions {
		let call = text::clean(&motion.call);
		lines.push(format!(
			"motion {}   {call}: {}",
			motion.index,
			count(motion)
		));
	}
	if let Some((code, after)) = &upgrade {
		let after = text::time(*after);
		lines.push(format!(
			"announced  runtime {}, from {after} on",
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

fn count(motion: &CouncilMotion) -> String {
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
		"threshold": motion.threshold,
		"ayes": motion.ayes.iter().map(to_address).collect::<Vec<_>>(),
		"nays": motion.nays.iter().map(to_address).collect::<Vec<_>>(),
	})
}

#[cfg(test)]
mod tests {
	use super::two_thirds;

	#[test]
	fn two_thirds_are_rounded_up() {
		let expected = [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5)];
		for (count, ayes) in expected {
			assert_eq!(two_thirds(count), ayes);
		}
	}
}
