//! The defaults of the node's options.

use salus_primitives::blocks::STATE_BLOCKS;
use std::process::Command;

#[test]
fn the_defaults_fit_the_chains_of_salus() {
	let output = Command::new(env!("CARGO_BIN_EXE_salus-node"))
		.arg("--help")
		.output()
		.unwrap();
	let help = String::from_utf8(output.stdout).unwrap();
	// The default stands at the end of an option's text.
	let default_of = |option: &str| {
		let text = help.split(&format!("  --{option} ")).nth(1).unwrap();
		let (_, rest) = text.split_once("[default: ").unwrap();
		rest.split(']').next().unwrap().to_string()
	};
	assert_eq!(default_of("authoring"), "slot-based");
	assert_eq!(default_of("tx-ban-seconds"), "1");
	assert_eq!(default_of("state-pruning"), STATE_BLOCKS.to_string());
}
