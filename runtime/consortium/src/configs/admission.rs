//! Who may send transactions, and which calls.

use frame_support::traits::Contains;
use salus_runtime_common::authorities::AuthoritiesOnly;

use super::{blocks::Inherents, governance::AuthoritiesOfChain};
use crate::RuntimeCall;

/// Only the authorities may send transactions: the consortium has no members.
pub type Admission = AuthoritiesOnly<AuthoritiesOfChain>;

/// The calls that can be sent. All others are filtered, among them those that need Root.
pub struct Sendable;

impl Contains<RuntimeCall> for Sendable {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			call if Inherents::contains(call) => true,
			RuntimeCall::System(call) => {
				matches!(call, frame_system::Call::apply_authorized_upgrade { .. })
			}
			RuntimeCall::Session(_) | RuntimeCall::Council(_) | RuntimeCall::Governance(_) => true,
			// Only a motion of the authorities, or a region, has the origin for one of its calls.
			RuntimeCall::Consortium(_) => true,
			_ => false,
		}
	}
}
