//! Sending a call.

use alloc::vec;

use cumulus_primitives_core::MessageSendError;
use frame_support::{
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::{Get, Time},
	weights::Weight,
};
use salus_primitives::{ConsortiumCall, ParaId, ProviderId, QueryId, SendError, Sent};
use xcm::latest::prelude::*;

use crate::{
	pallet::*, types::Query, AwaitedCall, Deadline, Kind, NotifyQueries, Place, WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Sends a call to the consortium and notes that its answer is awaited.
	pub(crate) fn do_send(by: Option<ProviderId>, call: ConsortiumCall) -> Result<Sent, SendError> {
		// The message contains the number of its query, so the query must exist before the message
		// can be tried. On failure the rollback removes it, and all that the router may have
		// written.
		with_transaction_unchecked(|| match Self::try_send(by, &call) {
			Ok(sent) => TransactionOutcome::Commit(Ok(sent)),
			Err(error) => TransactionOutcome::Rollback(Err(error)),
		})
	}

	fn try_send(by: Option<ProviderId>, call: &ConsortiumCall) -> Result<Sent, SendError> {
		let kind = Kind::from(call);
		let place = Place { kind, by };
		Self::ensure_room(&place)?;
		let consortium = sibling(T::Consortium::get());
		let notify = Call::<T>::answered {
			query_id: 0,
			response: Response::Null,
		};
		let query = T::NotifyQueries::create(consortium.clone(), notify.into());
		let program = Self::program(call, query);
		let (ticket, _price) = validate_send::<T::Router>(consortium, program).map_err(reason)?;
		let message = T::Router::deliver(ticket).map_err(reason)?;
		let (about, sequence) = (call.about(), call.sequence());
		let deadline = T::Time::now().saturating_add(T::AnswerTime::get());
		let awaited = Query {
			about: about.clone(),
			sequence,
			deadline,
		};
		Self::start_wait(Deadline::new(deadline, query), place);
		Self::await_answer(query, awaited);
		Self::deposit_event(Event::Sent {
			about,
			sequence,
			query,
			message,
		});
		Ok(Sent { query, message })
	}

	/// The program for the consortium. Its locations are relative to the consortium.
	fn program(call: &ConsortiumCall, query: QueryId) -> Xcm<()> {
		let answer = QueryResponseInfo {
			destination: sibling(T::Region::get()),
			query_id: query,
			max_weight: max_answer_weight::<T>(),
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

	/// Notes that an answer is awaited. If there are too many about the same subject, deletes the
	/// oldest.
	fn await_answer(query: QueryId, of: Query) {
		let sequence = of.sequence;
		let oldest = Awaited::<T>::mutate(&of.about, |awaited| {
			let oldest = awaited.is_full().then(|| awaited.remove(0));
			// Cannot fail: `MaxAwaited` is at least 1.
			let _ = awaited.try_push(AwaitedCall { query, sequence });
			oldest
		});
		Queries::<T>::insert(query, of);
		if let Some(oldest) = oldest {
			if let Some(forgotten) = Queries::<T>::take(oldest.query) {
				Self::end_wait(Deadline::new(forgotten.deadline, oldest.query));
			}
			T::NotifyQueries::remove(oldest.query);
		}
	}
}

/// A parachain beside this one.
fn sibling(para: ParaId) -> Location {
	Location::new(1, [Parachain(para)])
}

/// The most that `answered` may weigh when the answer comes. `pallet-xcm` drops an answer that
/// weighs more. It is twice the present weight, because an upgrade of this runtime in the meantime
/// may change it.
pub(crate) fn max_answer_weight<T: Config>() -> Weight {
	T::WeightInfo::answered().saturating_mul(2)
}

/// The reason that the caller gets when a message cannot be sent.
fn reason(error: xcm::latest::SendError) -> SendError {
	use xcm::latest::SendError as E;
	let too_big: &str = MessageSendError::TooBig.into();
	match error {
		E::ExceedsMaxMessageSize | E::DestinationUnsupported => SendError::Undeliverable,
		E::Transport(why) if why == too_big => SendError::Undeliverable,
		_ => SendError::NotConnected,
	}
}
