//! Clients can run the views of this node's runtimes.

use salus_client::proven::Runtime;
use salus_light::{OTHER_FUNCTIONS, VIEW_FUNCTIONS};

fn assert_known(code: Option<&[u8]>) {
	let code = code.expect("the runtime's Wasm is built");
	let imports = Runtime::new(code).expect("it is a runtime").imports();
	assert!(!imports.is_empty());
	for name in &imports {
		let known = [&VIEW_FUNCTIONS[..], &OTHER_FUNCTIONS[..]].concat();
		assert!(
			known.contains(&name.as_str()),
			"the runtime imports {name}, which clients do not know: do without it, or let views call \
			 it (client/src/proven/host.rs) and name it in light/src/host.rs"
		);
	}
}

#[test]
fn the_regional_runtime_imports_only_known_functions() {
	assert_known(salus_regional_runtime::WASM_BINARY);
}

#[test]
fn the_consortium_runtime_imports_only_known_functions() {
	assert_known(salus_consortium_runtime::WASM_BINARY);
}
