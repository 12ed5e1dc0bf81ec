//! Ports for the programs that tests start.

use std::{
	collections::{hash_map::RandomState, BTreeSet},
	hash::{BuildHasher, Hasher},
	net::TcpListener,
	sync::Mutex,
};

/// A port that is free, and stays so until a program listens there: no other test of this process gets
/// it, and no connection, as the system gives those ports from 32768 on.
pub fn free_port() -> u16 {
	static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
	loop {
		let random = RandomState::new().build_hasher().finish() % 20_000;
		let port = 10_000 + u16::try_from(random).unwrap();
		let is_free = TcpListener::bind(("127.0.0.1", port)).is_ok();
		if is_free && GIVEN.lock().unwrap().insert(port) {
			return port;
		}
	}
}
