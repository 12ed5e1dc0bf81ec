//! Receiving an answer.

use codec::Encode;
use frame_support::traits::Time;
use salus_primitives::{traits::OnAnswer, About, Answer, QueryId};
use xcm::latest::prelude::*;

use crate::{pallet::*, types::Query, Deadline};

impl<T: Config> Pallet<T> {
	/// Passes the answer to a query on, then deletes the query.
	pub(crate) fn do_answered(query: QueryId, of: Query, response: &Response) {
		let Query {
			about,
			sequence,
			deadline,
		} = of;
		let answer = answer_in(response);
		if let Some(answer) = &answer {
			T::Receivers::on_answer(&about, sequence, answer);
		}
		Self::end_wait(Deadline::new(deadline, query));
		Self::no_longer_awaited(query, &about);
		let event = match answer {
			Some(answer) => Event::Answered {
				about,
				sequence,
				query,
				answer,
			},
			None => {
				T::Receivers::on_overdue(&about, sequence, T::Time::now());
				Event::Unreadable {
					about,
					sequence,
					query,
				}
			}
		};
		Self::deposit_event(event);
	}

	fn no_longer_awaited(query: QueryId, about: &About) {
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
