//! A clock that a test sets.

use frame_support::{parameter_types, traits::Time};

use crate::Moment;

/// The time at which each test begins, unless its mock says otherwise.
pub const START: Moment = 1_700_000_000_000;

parameter_types! {
	pub static Now: Moment = START;
}

impl Time for Now {
	type Moment = Moment;

	fn now() -> Moment {
		Self::get()
	}
}
