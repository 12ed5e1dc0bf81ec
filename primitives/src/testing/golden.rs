//! The bytes of the calls that cross from a region to the consortium.

/// A line for each call and each reason of a refusal: its name and its bytes in hex. Lines that
/// begin with `#` are comments. These bytes never change: chains with older and newer runtimes
/// read them.
pub const GOLDEN: &str = include_str!("../fixtures/crossing.txt");

/// The bytes of the call with this name.
pub fn golden_call(name: &str) -> Vec<u8> {
	let mut words = GOLDEN.lines().filter_map(|line| line.split_once(' '));
	let (_, bytes) = words.find(|(first, _)| *first == name).unwrap();
	hex::decode(bytes).unwrap()
}
