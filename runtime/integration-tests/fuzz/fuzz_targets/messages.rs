//! Mutated messages to both runtimes. The rules are in `salus_integration_tests::invariants`.
//!
//! `SKIP_WASM_BUILD=1 cargo +nightly fuzz run messages` in `runtime/integration-tests/`, by
//! cargo-fuzz.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use salus_integration_tests::invariants::Chains;

thread_local! {
	static CHAINS: RefCell<Chains> = RefCell::default();
}

fuzz_target!(|choices: &[u8]| {
	CHAINS.with(|chains| chains.borrow_mut().check(choices));
});
