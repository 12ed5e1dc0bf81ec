//! Hostile bytes to everything of the library that reads what others wrote: envelopes and their
//! leaves, nodes, sealed names, public and private keys, the content of key files.
//!
//! `cargo +nightly fuzz run open` in `envelope/`, by cargo-fuzz. The library's own tests call the
//! same function.

#![no_main]

use libfuzzer_sys::fuzz_target;
use salus_envelope::fuzzing::read_hostile;

fuzz_target!(|input: (u8, &[u8])| read_hostile(input.0, input.1));
