//! `polkadot-execute-worker`: runs parachains' runtimes on the blocks to validate, for a validator's
//! `polkadot`, which starts it.

polkadot_node_core_pvf_common::decl_worker_main!(
	"execute-worker",
	polkadot_node_core_pvf_execute_worker::worker_entrypoint,
	polkadot_node_primitives::NODE_VERSION,
	concat!("salus-", env!("CARGO_PKG_VERSION")),
);
