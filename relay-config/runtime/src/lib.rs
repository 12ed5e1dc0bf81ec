//! The relay chain's runtime of the test network: that of `rococo-runtime`, as it is, made into Wasm.

#![cfg_attr(target_family = "wasm", no_std)]

#[cfg(target_family = "wasm")]
pub use rococo_runtime::*;

#[cfg(not(target_family = "wasm"))]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
