//! Why a question has no answer, as the portal tells it to a person.

use codec::Encode;
use salus_light::{
	network::{FileError, UpdateError},
	AgeError, CheckpointError, Conflict, HeadError, HeaderError, StateError, StepError,
};

/// What a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
pub enum Why {
	/// What was said is false, or cannot be read: ask another gateway.
	False,
	/// It is old: the gateway hides newer blocks, or the chain has stopped.
	Old,
	/// It is of the future: a clock is wrong.
	Clock,
	/// The proof does not show what was asked for.
	NotShown,
	/// The block replaced the runtime: wait for the next one.
	Replaced,
	/// A person must confirm the network file anew.
	Confirm,
	/// The newest checkpoint is too old: the newest network file is needed.
	Outdated,
}

/// Why a question has no answer, with the details for whoever helps.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Refusal(pub Why, pub String);

impl Refusal {
	/// A false answer.
	pub fn new(text: impl Into<String>) -> Self {
		Self(Why::False, text.into())
	}
}

/// Refusals whose reason is the same whatever the error is.
macro_rules! are_false {
	($($error:ty),*) => {$(
		impl From<$error> for Refusal {
			fn from(error: $error) -> Self {
				Self::new(error.to_string())
			}
		}
	)*};
}
are_false!(
	CheckpointError,
	Conflict,
	FileError,
	HeaderError,
	codec::Error,
	serde_json::Error
);

impl From<AgeError> for Refusal {
	fn from(error: AgeError) -> Self {
		let why = match error {
			AgeError::Old { .. } => Why::Old,
			AgeError::Ahead { .. } => Why::Clock,
		};
		Self(why, error.to_string())
	}
}

impl From<StepError> for Refusal {
	fn from(error: StepError) -> Self {
		match error {
			StepError::Age(error) => error.into(),
			StepError::CheckpointTooOld { .. } => Self(Why::Outdated, error.to_string()),
			error => Self::new(error.to_string()),
		}
	}
}

impl From<StateError> for Refusal {
	fn from(error: StateError) -> Self {
		let why = match error {
			StateError::NotShown => Why::NotShown,
			StateError::RuntimeReplaced(_) => Why::Replaced,
			_ => Why::False,
		};
		Self(why, error.to_string())
	}
}

impl From<HeadError> for Refusal {
	fn from(error: HeadError) -> Self {
		match error {
			HeadError::State(error) => error.into(),
			error => Self::new(error.to_string()),
		}
	}
}

impl From<UpdateError> for Refusal {
	fn from(error: UpdateError) -> Self {
		let why = match error {
			UpdateError::NeedsConfirmation { .. } => Why::Confirm,
			_ => Why::False,
		};
		Self(why, error.to_string())
	}
}
