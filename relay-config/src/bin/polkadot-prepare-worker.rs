//! `polkadot-prepare-worker`: compiles parachains' runtimes, for a validator's
//! `polkadot`, which starts it.

polkadot_node_core_pvf_common::decl_worker_main!(
	"prepare-worker",
	polkadot_node_core_pvf_prepare_worker::worker_entrypoint,
	polkadot_node_primitives::NODE_VERSION,
	concat!("salus-", env!("CARGO_PKG_VERSION")),
);
