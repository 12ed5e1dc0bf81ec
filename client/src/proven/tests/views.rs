//! Views written by hand: what they can do, and what ends them.

use std::sync::Arc;

use codec::Encode;
use salus_light::{State, H256};
use sp_crypto_hashing::blake2_256;

use crate::proven::{Read, RunError, Runtime, MAX_MEMORY};

/// A runtime with these imports and functions. Its heap begins at 1024.
fn runtime(body: &str) -> Runtime {
	let text = format!(
		r#"(module
			(import "env" "memory" (memory 1))
			(import "env" "ext_allocator_malloc_version_1" (func $malloc (param i32) (result i32)))
			(import "env" "ext_allocator_free_version_1" (func $free (param i32)))
			(import "env" "ext_storage_get_version_1" (func $get (param i64) (result i64)))
			(import "env" "ext_storage_read_version_1"
				(func $read (param i64 i64 i32) (result i64)))
			(import "env" "ext_storage_exists_version_1" (func $exists (param i64) (result i32)))
			(import "env" "ext_storage_next_key_version_1" (func $next (param i64) (result i64)))
			(import "env" "ext_hashing_blake2_256_version_1"
				(func $blake2_256 (param i64) (result i32)))
			(import "env" "ext_storage_set_version_1" (func $set (param i64 i64)))
			(global (export "__heap_base") i32 (i32.const 1024))
			;; The parameters as a pointer and length in one.
			(func $pack (param $at i32) (param $length i32) (result i64)
				(i64.or
					(i64.extend_i32_u (local.get $at))
					(i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 32))))
			{body})"#
	);
	Runtime::new(&wat::parse_str(text).unwrap()).unwrap()
}

/// A runtime with one function, `view`, that returns a pointer and length in one.
fn view(code: &str) -> Runtime {
	runtime(&format!(
		r#"(func (export "view") (param $at i32) (param $length i32) (result i64) {code})"#
	))
}

/// A state with one leaf: a key and its value.
fn state(key: &[u8], value: &[u8]) -> State {
	// A leaf's first byte is 01 in the high bits and the number of the key's nibbles.
	let leaf = [&[0x40 | (key.len() * 2) as u8], key, &value.encode()].concat();
	State::new(H256(blake2_256(&leaf)), &[leaf]).unwrap()
}

fn run(runtime: &Runtime, parameters: &[u8]) -> Result<Vec<u8>, RunError> {
	runtime.call(Arc::new(state(b"key", b"value")), "view", parameters)
}

const PACKED: &str = "(call $pack (local.get $at) (local.get $length))";

/// Answers whether there is a value at a key, in one byte.
fn exists() -> Runtime {
	view(&format!(
		"(i32.store8 (i32.const 0) (call $exists {PACKED}))
		(call $pack (i32.const 0) (i32.const 1))"
	))
}

#[test]
fn a_view_answers_from_its_parameters() {
	let echo = view(PACKED);
	for size in [0, 1, 100, 70_000, 5_000_000] {
		let parameters = vec![7; size];
		assert_eq!(run(&echo, &parameters), Ok(parameters));
	}
}

#[test]
fn a_view_reads_what_the_proof_shows() {
	let get = view(&format!("(call $get {PACKED})"));
	assert_eq!(run(&get, b"key"), Ok(Some(b"value".to_vec()).encode()));
	assert_eq!(run(&get, b"kez"), Ok(None::<Vec<u8>>.encode()));
	let next = view(&format!("(call $next {PACKED})"));
	assert_eq!(run(&next, b"k"), Ok(Some(b"key".to_vec()).encode()));
	assert_eq!(run(&next, b"key"), Ok(None::<Vec<u8>>.encode()));
	assert_eq!(run(&exists(), b"key"), Ok(vec![1]));
	assert_eq!(run(&exists(), b"kez"), Ok(vec![0]));
}

#[test]
fn whether_there_is_a_value_is_read_without_the_value() {
	// The leaf of a long value has its hash.
	let leaf = [&[0x20 | 6][..], b"key", &blake2_256(&[7; 100])].concat();
	let call = |view: Runtime| {
		let state = State::new(H256(blake2_256(&leaf)), std::slice::from_ref(&leaf));
		view.call(Arc::new(state.unwrap()), "view", b"key")
	};
	assert_eq!(call(exists()), Ok(vec![1]));
	let get = view(&format!("(call $get {PACKED})"));
	let value = Read::Value(b"key".to_vec());
	assert_eq!(call(get), Err(RunError::NotShown(value)));
}

#[test]
fn a_part_of_a_value_is_read() {
	let read = |offset: u32, room: u32| {
		let read = view(&format!(
			"(call $read
				{PACKED} (call $pack (i32.const 0) (i32.const {room})) (i32.const {offset}))
			drop
			(call $pack (i32.const 0) (i32.const 8))"
		));
		run(&read, b"key").unwrap()
	};
	assert_eq!(read(0, 8), b"value\0\0\0");
	assert_eq!(read(0, 3), b"val\0\0\0\0\0");
	assert_eq!(read(3, 8), b"ue\0\0\0\0\0\0");
	assert_eq!(read(9, 8), [0; 8]);
	let length = view(&format!(
		"(call $read {PACKED} (i64.const 0) (i32.const 2))"
	));
	assert_eq!(run(&length, b"key"), Ok(Some(3u32).encode()));
	assert_eq!(run(&length, b"kez"), Ok(None::<u32>.encode()));
}

#[test]
fn each_byte_of_a_value_that_is_read_is_work() {
	let read = |times: u32| {
		let view = view(&format!(
			"(local $left i32)
			(local.set $left (i32.const {times}))
			(loop $again
				(drop (call $read {PACKED} (i64.const 0) (i32.const 0)))
				(local.set $left (i32.sub (local.get $left) (i32.const 1)))
				(br_if $again (local.get $left)))
			(i64.const 0)"
		));
		let state = state(b"key", &vec![7; 5_000_000]);
		view.call(Arc::new(state), "view", b"key")
	};
	assert_eq!(read(10), Ok(Vec::new()));
	assert_eq!(read(110), Err(RunError::Work));
}

#[test]
fn a_view_hashes() {
	let hash = view(&format!(
		"(call $pack (call $blake2_256 {PACKED}) (i32.const 32))"
	));
	assert_eq!(run(&hash, b"data"), Ok(blake2_256(b"data").to_vec()));
}

#[test]
fn what_the_proof_does_not_show_ends_the_view() {
	let empty = || Arc::new(State::new(H256::repeat_byte(1), &[]).unwrap());
	let key = b"key".to_vec();
	for (call, read) in [
		("$get", Read::Value(key.clone())),
		("$exists", Read::Value(key.clone())),
		("$next", Read::KeyAfter(key)),
	] {
		let view = view(&format!("(drop (call {call} {PACKED})) (i64.const 0)"));
		assert_eq!(
			view.call(empty(), "view", b"key"),
			Err(RunError::NotShown(read))
		);
	}
}

#[test]
fn a_host_function_that_views_do_not_need_ends_the_view() {
	let set = view(&format!("(call $set {PACKED} {PACKED}) (i64.const 0)"));
	assert_eq!(
		run(&set, b"key"),
		Err(RunError::Import("ext_storage_set_version_1".into()))
	);
	// A view that does not call it runs.
	assert_eq!(run(&view(PACKED), b"key"), Ok(b"key".to_vec()));
}

#[test]
fn a_view_that_does_not_end_is_stopped() {
	let endless = view("(loop $again (br $again)) (i64.const 0)");
	let hashes = view(&format!(
		"(loop $again
			(call $free (call $blake2_256 {PACKED}))
			(br $again))
		(i64.const 0)"
	));
	std::thread::scope(|scope| {
		let endless = scope.spawn(|| run(&endless, b""));
		assert_eq!(run(&hashes, &[0; 1 << 20]), Err(RunError::Work));
		assert_eq!(endless.join().unwrap(), Err(RunError::Work));
	});
}

#[test]
fn a_view_gets_no_more_memory_than_the_limit() {
	let pages = MAX_MEMORY / 65536;
	for (more, allowed) in [(pages - 1, true), (pages, false)] {
		let grow = view(&format!(
			"(drop (memory.grow (i32.const {more}))) (i64.const 0)"
		));
		let expected = if allowed {
			Ok(vec![])
		} else {
			Err(RunError::Memory)
		};
		assert_eq!(run(&grow, b""), expected, "{more} pages");
	}
	// Through the heap: pieces of 16 MiB, and pieces of all sizes.
	let hog =
		view("(loop $again (drop (call $malloc (i32.const 16777216))) (br $again)) (i64.const 0)");
	assert_eq!(run(&hog, b""), Err(RunError::Memory));
	for size in ["33554433", "-1"] {
		let hog = view(&format!(
			"(drop (call $malloc (i32.const {size}))) (i64.const 0)"
		));
		assert_eq!(run(&hog, b""), Err(RunError::Memory));
	}
	// What is given back can be used again.
	let careful = view(
		"(local $count i32)
		(loop $again
			(call $free (call $malloc (i32.const 16777216)))
			(local.set $count (i32.add (local.get $count) (i32.const 1)))
			(br_if $again (i32.lt_u (local.get $count) (i32.const 100))))
		(i64.const 0)",
	);
	assert_eq!(run(&careful, b""), Ok(vec![]));
}

#[test]
fn a_view_that_leaves_its_memory_is_stopped() {
	let failed = |code: &str| {
		let result = run(&view(code), b"key");
		assert!(
			matches!(result, Err(RunError::Failed(_))),
			"{code}: {result:?}"
		);
	};
	// Its answer, the arguments of a host function, a pointer that it never got, its own accesses.
	failed("(call $pack (i32.const -1) (i32.const 1))");
	failed("(call $pack (i32.const 0) (i32.const -1))");
	failed("(call $get (call $pack (i32.const 65000) (i32.const 1000000)))");
	failed(&format!(
		"(call $read {PACKED} (call $pack (i32.const -2) (i32.const 5)) (i32.const 0))"
	));
	failed("(call $free (i32.const 2048)) (i64.const 0)");
	failed("(call $free (local.get $at)) (call $free (local.get $at)) (i64.const 0)");
	failed("(i64.load (i32.const -8))");
	failed("unreachable");
	// No end of calls.
	let deep = runtime(
		r#"(func $deep (export "view") (param i32 i32) (result i64)
			(i64.add (i64.const 1) (call $deep (i32.const 0) (i32.const 0))))"#,
	);
	let result = deep.call(Arc::new(state(b"key", b"value")), "view", b"");
	assert!(matches!(result, Err(RunError::Failed(_))), "{result:?}");
}

#[test]
fn code_that_is_not_a_runtime_is_refused() {
	let code = |bytes: &[u8]| {
		let result = Runtime::new(bytes)
			.and_then(|runtime| runtime.call(Arc::new(state(b"key", b"value")), "view", b""));
		assert!(matches!(result, Err(RunError::Code(_))), "{result:?}");
	};
	code(b"");
	code(b"not Wasm");
	code(&vec![0; salus_light::limits::MAX_CODE_BYTES + 1]);
	// Compressed, as the magic bytes say, but not so.
	code(&[0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05, 1, 2, 3]);
	let wat = |text: &str| wat::parse_str(text).unwrap();
	code(&wat("(module)"));
	code(&wat(r#"(module (memory (export "memory") 1))"#));
	code(&wat(
		r#"(module (global (export "__heap_base") i64 (i64.const 0)))"#,
	));
	code(&wat(
		r#"(module (import "env" "ext_storage_get_version_1" (func (param i32))))"#,
	));
	code(&wat(r#"(module (import "env" "table" (table 1 funcref)))"#));
}

#[test]
fn a_bomb_is_not_unpacked() {
	let unpacked = vec![0; salus_light::limits::MAX_UNPACKED_CODE_BYTES + 1];
	let bomb = sp_maybe_compressed_blob::compress_weakly(&unpacked, usize::MAX).unwrap();
	assert!(bomb.len() < salus_light::limits::MAX_CODE_BYTES);
	assert!(matches!(Runtime::new(&bomb), Err(RunError::Code(_))));
}

#[test]
fn a_function_that_is_not_there_is_named() {
	let runtime = view(PACKED);
	let result = runtime.call(Arc::new(state(b"key", b"value")), "other", b"");
	assert_eq!(result, Err(RunError::NoFunction("other".into())));
}

#[test]
fn views_can_call_exactly_the_functions_that_the_verifier_names() {
	let body = |name: &str| {
		format!(
			r#"(module
				(import "env" "memory" (memory 1))
				(import "env" "{name}" (func $f (param i32) (result i32)))
				(global (export "__heap_base") i32 (i32.const 1024))
				(func (export "view") (param i32 i32) (result i64) (drop (call $f (i32.const 0))) (i64.const 0)))"#
		)
	};
	for name in salus_light::OTHER_FUNCTIONS {
		let runtime = Runtime::new(&wat::parse_str(body(name)).unwrap()).unwrap();
		assert_eq!(run(&runtime, b""), Err(RunError::Import(name.into())));
	}
	for name in salus_light::VIEW_FUNCTIONS {
		let runtime = Runtime::new(&wat::parse_str(body(name)).unwrap()).unwrap();
		let result = run(&runtime, b"");
		assert!(!matches!(result, Err(RunError::Import(_))), "{name}");
	}
}
