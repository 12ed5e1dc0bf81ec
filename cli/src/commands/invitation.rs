//! Invites an account: `salus patient invite` and `salus provider invite`.

use crate::{
	context::Context,
	output::{merged, transaction_json, Output},
	parse,
};
use clap::Args;
use salus_client::{address::to_address, Result};
use salus_primitives::AccountId;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
Only a verified provider or an authority can invite. The person to invite makes a
key (salus key new NAME) and tells you its account (salus key show).")]
pub struct Invitation {
	/// The account to invite: its address
	#[arg(value_parser = parse::account)]
	account: AccountId,
}

pub async fn invite(context: &Context, Invitation { account }: Invitation) -> Result<Output> {
	let me = context.unlock()?;
	let chain = context.chain().await?;
	let session = context.session(&chain, &me);
	let included = session.invite(account.clone()).await?;
	let left = session
		.state()
		.await?
		.invitations_left(&me.account())
		.await?;
	let address = to_address(&account);
	let json = merged(
		json!({ "invited": address, "invitations_left": left }),
		transaction_json(&included),
	);
	Ok(Output::line(
		json,
		format!("invited {address}. You can invite {left} more in this period"),
	))
}
