//! The RPC method that `salus-node` adds: [`prove`].
//!
//! `polkadot-omni-node-lib` takes no methods from the node that is built with it. It adds those of
//! the crate `sc-hop`, a store for short-lived data that Salus has no use for. So this crate has that
//! name, and `[patch.crates-io]` in the workspace's Cargo.toml puts it in its place: the node has
//! this method instead of the store and its options. [`hop`] is what the library expects of `sc-hop`.

pub mod hop;
pub mod prove;

pub use hop::{build_maintenance_task, HopDataPool, HopParams};
pub use prove::{ProveApiServer as HopApiServer, Prover as HopRpcServer};
