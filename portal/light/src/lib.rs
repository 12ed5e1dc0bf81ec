//! [`salus_light`] as WebAssembly, for the portal's worker that verifies.
//!
//! Wasm functions pass numbers only. So the worker asks in three steps: [`salus_room`] gives room for
//! the bytes of a question, [`salus_ask`] answers it, and [`salus_answer`] tells where the answer is.
//! Questions and answers are in SCALE: see [`ask`](mod@ask).

// `no_mangle` counts as unsafe: two functions of one program could have one name.
#![allow(unsafe_code)]
#![warn(missing_docs)]

pub mod ask;
mod refusal;

use std::cell::RefCell;

use ask::Desk;

/// A worker has one thread.
struct Bytes {
	desk: Desk,
	question: Vec<u8>,
	answer: Vec<u8>,
}

thread_local! {
	static BYTES: RefCell<Bytes> = const {
		RefCell::new(Bytes { desk: Desk::new(), question: Vec::new(), answer: Vec::new() })
	};
}

/// Room for a question of so many bytes.
#[no_mangle]
pub extern "C" fn salus_room(length: usize) -> *mut u8 {
	BYTES.with_borrow_mut(|bytes| {
		bytes.question.clear();
		bytes.question.resize(length, 0);
		bytes.question.as_mut_ptr()
	})
}

/// Answers the question. Returns the answer's length.
#[no_mangle]
pub extern "C" fn salus_ask() -> usize {
	BYTES.with_borrow_mut(|bytes| {
		bytes.answer = bytes.desk.answer(&bytes.question);
		bytes.answer.len()
	})
}

/// Where the answer is, until the next question.
#[no_mangle]
pub extern "C" fn salus_answer() -> *const u8 {
	BYTES.with_borrow(|bytes| bytes.answer.as_ptr())
}
