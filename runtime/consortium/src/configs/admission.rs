//! The classes of accounts.

use salus_runtime_common::authorities::AuthoritiesOnly;

use super::governance::AuthoritiesOfChain;

/// Only the authorities may send transactions: the consortium has no members.
pub type Classes = AuthoritiesOnly<AuthoritiesOfChain>;
