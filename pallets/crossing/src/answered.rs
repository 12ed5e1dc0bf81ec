//! Receiving an answer.

use codec::Encode;
use salus_primitives::{traits::OnAnswer, About, Answer, QueryId};
use xcm::latest::prelude::*;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// Deletes the query and passes its answer on.
	pub(crate) fn do_answered(query: QueryId, about: About, sequence: u64, response: &Response) {
		Self::remove_query(query, &about);
		let Some(answer) = answer_in(response) else {
			Self::deposit_event(Event::Unreadable {
				about,
				sequence,
				query,
			});
			return;
		};
		T::Receivers::on_answer(&about, sequence, &answer);
		Self::deposit_event(Event::Answered {
			about,
			sequence,
			query,
			answer,
		});
	}

	fn remove_query(query: QueryId, about: &About) {
		Queries::<T>::remove(query);
		Awaited::<T>::mutate_exists(about, |entry| {
			if let Some(awaited) = entry {
				awaited.retain(|call| call.query != query);
				if awaited.is_empty() {
					*entry = None;
				}
			}
		});
	}
}

/// The answer to a call in an XCM response, if it contains one.
fn answer_in(response: &Response) -> Option<Answer> {
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
