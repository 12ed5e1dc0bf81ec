//! Sending a call, and reading its answer.

use alloc::vec;

use codec::Encode;
use cumulus_primitives_core::MessageSendError;
use frame_support::{
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::Get,
	weights::Weight,
};
use salus_primitives::{About, Answer, ConsortiumCall, QueryId, SendError, Sent};
use xcm::latest::prelude::*;

use super::{pallet::*, Notes, Sending, WeightInfo};
use crate::xcm::sibling;

impl<T: Config> Pallet<T> {
	/// Sends a call to the consortium and notes that its answer is awaited.
	pub(crate) fn do_send(call: ConsortiumCall) -> Result<Sent, SendError> {
		// The message bears the number of its query, so the query is noted before it is known
		// whether the message can be sent. If it can't, the note goes with all else that the router
		// may have written.
		with_transaction_unchecked(|| match Self::try_send(&call) {
			Ok(sent) => TransactionOutcome::Commit(Ok(sent)),
			Err(error) => TransactionOutcome::Rollback(Err(error)),
		})
	}

	fn try_send(call: &ConsortiumCall) -> Result<Sent, SendError> {
		let consortium = sibling(T::Consortium::get());
		let notify = Call::<T>::answered {
			query_id: 0,
			response: Response::Null,
		};
		let query = T::Notes::note(consortium.clone(), notify.into());
		let program = Self::program(call, query);
		let (ticket, _price) = validate_send::<T::Router>(consortium, program).map_err(cause)?;
		let message = T::Router::deliver(ticket).map_err(cause)?;
		let (about, sequence) = (call.about(), call.sequence());
		Self::wait(&about, Sending { query, sequence });
		Self::deposit_event(Event::Sent {
			about,
			sequence,
			query,
			message,
		});
		Ok(Sent { query, message })
	}

	/// What the consortium is to execute: all locations as it sees them.
	pub(crate) fn program(call: &ConsortiumCall, query: QueryId) -> Xcm<()> {
		let answer = QueryResponseInfo {
			destination: sibling(T::Region::get()),
			query_id: query,
			max_weight: answer_weight::<T>(),
		};
		Xcm(vec![
			UnpaidExecution {
				weight_limit: Unlimited,
				check_origin: None,
			},
			SetErrorHandler(Xcm(vec![ReportError(answer.clone())])),
			Transact {
				origin_kind: OriginKind::Xcm,
				fallback_max_weight: None,
				call: call.encode_call().into(),
			},
			ReportTransactStatus(answer),
		])
	}

	/// Notes that an answer is awaited, and forgets the oldest about the same thing if there are
	/// too many.
	fn wait(about: &About, sending: Sending) {
		Queries::<T>::insert(sending.query, (about, sending.sequence));
		let oldest = Awaited::<T>::mutate(about, |awaited| {
			let oldest = awaited.is_full().then(|| awaited.remove(0));
			// There is room: at least one may be awaited.
			let _ = awaited.try_push(sending);
			oldest
		});
		if let Some(oldest) = oldest {
			Queries::<T>::remove(oldest.query);
			T::Notes::forget(oldest.query);
		}
	}

	/// Notes that a query is answered.
	pub(crate) fn settle(query: QueryId, about: &About) {
		Queries::<T>::remove(query);
		Awaited::<T>::mutate_exists(about, |entry| {
			if let Some(awaited) = entry {
				awaited.retain(|sending| sending.query != query);
				if awaited.is_empty() {
					*entry = None;
				}
			}
		});
	}
}

/// What the taking of an answer may weigh when it comes: twice what it weighs now, since an upgrade
/// of this runtime may come in between, and `pallet-xcm` drops an answer that it finds too heavy.
pub(crate) fn answer_weight<T: Config>() -> Weight {
	T::WeightInfo::answered().saturating_mul(2)
}

/// The answer in an XCM response, if it is one to a call.
pub(crate) fn read(response: &Response) -> Option<Answer> {
	match response {
		Response::DispatchResult(MaybeErrorCode::Success) => Some(Answer::Done),
		Response::DispatchResult(
			MaybeErrorCode::Error(bytes) | MaybeErrorCode::TruncatedError(bytes),
		) => Some(Answer::from_dispatch_error_bytes(bytes)),
		Response::ExecutionResult(Some((_, error))) => {
			Some(Answer::from_xcm_error_bytes(&error.encode()))
		}
		_ => None,
	}
}

/// Why a message could not be sent, in a caller's words.
fn cause(error: xcm::latest::SendError) -> SendError {
	use xcm::latest::SendError as E;
	let too_big: &str = MessageSendError::TooBig.into();
	match error {
		E::ExceedsMaxMessageSize | E::DestinationUnsupported => SendError::Undeliverable,
		E::Transport(why) if why == too_big => SendError::Undeliverable,
		_ => SendError::NotConnected,
	}
}

#[cfg(any(test, feature = "try-runtime"))]
impl<T: Config> Pallet<T> {
	/// What holds at all times: each query stands among the sendings about its thing, with the same
	/// sequence number, and each sending has its query.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::ensure;

		let mut sendings = 0usize;
		for (about, awaited) in Awaited::<T>::iter() {
			ensure!(!awaited.is_empty(), "nothing is awaited about something");
			ensure!(
				awaited
					.iter()
					.zip(awaited.iter().skip(1))
					.all(|(one, next)| one.query < next.query),
				"sendings are not in their order"
			);
			for sending in &awaited {
				ensure!(
					Queries::<T>::get(sending.query) == Some((about.clone(), sending.sequence)),
					"a sending has no query, or another"
				);
			}
			sendings = sendings.saturating_add(awaited.len());
		}
		ensure!(
			Queries::<T>::iter_keys().count() == sendings,
			"a query is of no sending"
		);
		Ok(())
	}
}
