//! Signing and sending transactions.

use super::{
	call::{Args, Call, Encoded},
	connection::{Chain, ChainKind, State, Wait},
	events::{self, Included, RecordAdded, EXTRINSIC_FAILED, RECORD_ADDED},
	refusal::{invalid, refusal, unknown},
};
use crate::{progress::Progress, Error, Result};
use salus_envelope::Signer;
use std::time::Duration;
use subxt::{
	config::{
		substrate::{MultiSignature, H256},
		DefaultExtrinsicParamsBuilder, ParamsFor,
	},
	error::{BackendError, DispatchError, ExtrinsicError, RpcError},
	transactions::{TransactionStatus, ValidationResult},
	utils::AccountId32,
	SubstrateConfig,
};

/// A transaction stays valid for this many blocks.
const MORTAL_FOR: u64 = 64;
/// A transaction that no block includes within this time has an unknown fate.
const PATIENCE: Duration = Duration::from_secs(300);
/// A transaction is signed at most this often.
const MAX_SIGNATURES: u32 = 3;

/// A signer, in the form that subxt takes.
struct Account<'a>(&'a (dyn Signer + Sync));

impl subxt::transactions::Signer<SubstrateConfig> for Account<'_> {
	fn account_id(&self) -> AccountId32 {
		AccountId32(self.0.account())
	}

	fn sign(&self, payload: &[u8]) -> MultiSignature {
		MultiSignature::Sr25519(self.0.sign(payload))
	}
}

/// Refuses to sign while the last final block is so old that a transaction that starts there is
/// not valid in the next block. The pool would call it signed for another chain.
fn check_finality(last_final: u64, best: u64) -> Result<()> {
	let lag = best.saturating_sub(last_final);
	if lag.saturating_add(1) < MORTAL_FOR {
		return Ok(());
	}
	Err(Error::NotAllowed {
		reason: format!(
			"cannot send the transaction: the chain's last final block is {last_final}, {lag} blocks \
			behind the best block, and a transaction is valid for {MORTAL_FOR} blocks from a final one"
		),
		next: Some(
			"wait until the chain finalizes again: salus chain info shows both blocks".into(),
		),
	})
}

/// Why no block includes a transaction.
enum NotIncluded {
	/// The pool finds it invalid.
	Invalid(Error),
	/// Another reason.
	Other(Error),
}

impl From<Error> for NotIncluded {
	fn from(error: Error) -> Self {
		Self::Other(error)
	}
}

impl Chain {
	/// Signs a call, sends it, and waits until a block includes it. Fails if the call failed there.
	/// Signs again, with the same nonce, if the runtime changes before a block includes it.
	pub async fn submit(
		&self,
		call: &Call,
		signer: &(dyn Signer + Sync),
		wait: Wait,
		progress: &dyn Progress,
	) -> Result<Included> {
		progress.step("sending the transaction", None);
		let account = AccountId32(signer.account());
		// The pool's nonce: earlier transactions may still wait there.
		let nonce = self.methods.system_account_next_index(&account).await;
		let nonce = nonce.map_err(|error| self.failed(&error))?;
		let mut signatures = 0;
		let (state, hash, included) = loop {
			// Mortal from a final block: if the block were reverted, the transaction would be
			// invalid.
			let last = self.finalized().await?;
			// Signed for the runtime of the best block, which makes the next one. Read after the
			// final block, so that it is not older.
			let state = self.best().await?;
			check_finality(last.client.block_number(), state.client.block_number())?;
			let params = DefaultExtrinsicParamsBuilder::new()
				.mortal_from_unchecked(
					MORTAL_FOR,
					last.client.block_number(),
					last.client.block_hash(),
				)
				.nonce(nonce)
				.build();
			signatures += 1;
			match self
				.send(&state, call, signer, params, wait, progress)
				.await
			{
				Ok((hash, included)) => break (state, hash, included),
				// The chain includes at most one transaction with this nonce.
				Err(NotIncluded::Invalid(_))
					if signatures < MAX_SIGNATURES && self.runtime_changed(&state).await =>
				{
					progress.step("the runtime changed: sending again", None);
				}
				Err(NotIncluded::Invalid(error) | NotIncluded::Other(error)) => return Err(error),
			}
		};
		let lost = |error: &dyn std::error::Error| Error::Unknown {
			hash: format!("{hash:?}"),
			reason: format!("its events cannot be read: {error}"),
		};
		let events = included
			.fetch_events()
			.await
			.map_err(|error| lost(&error))?;
		for event in events.iter() {
			let event = event.map_err(|error| lost(&error))?;
			if events::name(&event) == EXTRINSIC_FAILED {
				let error =
					DispatchError::decode_from(event.field_bytes(), state.client.metadata())
						.map_err(|error| lost(&error))?;
				return Err(refusal(&error));
			}
		}
		Ok(Included {
			hash: hash.0,
			block: included.block_hash().0,
			events,
			metadata: state.client.metadata(),
		})
	}

	/// Whether the runtime has changed since this state.
	async fn runtime_changed(&self, since: &State) -> bool {
		let best = self.best().await;
		best.is_ok_and(|best| best.spec_version() != since.spec_version())
	}

	/// Signs a call for this state's runtime, sends it, and waits.
	async fn send(
		&self,
		state: &State,
		call: &Call,
		signer: &(dyn Signer + Sync),
		params: ParamsFor<SubstrateConfig>,
		wait: Wait,
		progress: &dyn Progress,
	) -> std::result::Result<(H256, InBlock), NotIncluded> {
		call.check(state.metadata()).map_err(Error::Drift)?;
		// Checked now: after the transaction is sent, its events must be readable.
		if state.kind() == ChainKind::Region {
			events::check_fields::<RecordAdded>(state.metadata(), RECORD_ADDED)
				.map_err(Error::Drift)?;
		}
		let mut args = Vec::new();
		call.encode_args(state.metadata(), &mut args)
			.map_err(Error::Drift)?;
		let payload = Encoded {
			call,
			args: Args(args),
		};
		let transaction = state
			.client
			.tx()
			.create_signed(&payload, &Account(signer), params)
			.await
			.map_err(|error| self.failed(&error))?;
		// The validation gives a reason; the pool gives only a number.
		match transaction.validate().await {
			Ok(ValidationResult::Valid(_)) => {}
			Ok(ValidationResult::Invalid(reason)) => return Err(invalid(&reason, call).into()),
			Ok(ValidationResult::Unknown(reason)) => return Err(unknown(&reason, call).into()),
			Err(error) => return Err(self.failed(&error).into()),
		}
		let hash = transaction.hash();
		let lost = |reason: String| Error::Unknown {
			hash: format!("{hash:?}"),
			reason,
		};
		// From here on the pool may hold the transaction, unless it refused it.
		let sent = transaction.submit_and_watch().await;
		let watched = sent.map_err(|error| match not_taken(&error) {
			Some(reason) => NotIncluded::Invalid(Error::Rejected {
				reason,
				next: Some("wait for the account's earlier transactions, and try again".into()),
			}),
			None => lost(format!("the node did not answer: {error}")).into(),
		})?;
		progress.step(
			match wait {
				Wait::Best => "waiting for a block",
				Wait::Finalized => "waiting for finality",
			},
			None,
		);
		let included = tokio::time::timeout(PATIENCE, included(watched, wait, lost))
			.await
			.map_err(|_| {
				let missing = match wait {
					Wait::Best => "no block includes it",
					Wait::Finalized => "its block is not final",
				};
				lost(format!("{missing} after {} s", PATIENCE.as_secs()))
			})??;
		Ok((hash, included))
	}
}

/// The pool's reason, if the pool refused the transaction.
fn not_taken(error: &ExtrinsicError) -> Option<String> {
	let ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
		subxt::rpcs::Error::User(said),
	))) = error
	else {
		return None;
	};
	match &said.data {
		Some(data) => Some(format!(
			"{}: {}",
			said.message,
			data.get().trim_matches('"')
		)),
		None => Some(said.message.clone()),
	}
}

type Client = subxt::client::OnlineClientAtBlockImpl<SubstrateConfig>;
type InBlock = subxt::transactions::TransactionInBlock<SubstrateConfig, Client>;

/// Waits until a block includes a transaction.
async fn included(
	mut watched: subxt::transactions::TransactionProgress<SubstrateConfig, Client>,
	wait: Wait,
	lost: impl Fn(String) -> Error,
) -> std::result::Result<InBlock, NotIncluded> {
	while let Some(status) = watched.next().await {
		match status.map_err(|error| lost(error.to_string()))? {
			TransactionStatus::InBestBlock(block) if wait == Wait::Best => return Ok(block),
			TransactionStatus::InFinalizedBlock(block) => return Ok(block),
			TransactionStatus::Invalid { message } => {
				return Err(NotIncluded::Invalid(lost(message)))
			}
			TransactionStatus::Error { message } | TransactionStatus::Dropped { message } => {
				return Err(lost(message).into())
			}
			_ => {}
		}
	}
	Err(lost("the node stopped reporting on it".into()).into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_transaction_is_not_signed_while_finality_lags_by_its_validity() {
		for (last_final, best) in [(0, 0), (10, 10), (100, 100 + MORTAL_FOR - 2), (7, 5)] {
			assert!(
				check_finality(last_final, best).is_ok(),
				"{last_final} {best}"
			);
		}
		for best in [100 + MORTAL_FOR - 1, 1_000_000] {
			let error = check_finality(100, best).unwrap_err();
			assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
			let text = error.to_string();
			assert!(
				text.contains(&format!("{} blocks behind", best - 100)),
				"{text}"
			);
			assert!(error.next().unwrap().contains("chain info"), "{error}");
		}
	}
}
