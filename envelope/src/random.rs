//! Randomness from the operating system.

/// Random bytes.
///
/// # Panics
///
/// When the operating system has no randomness to give.
pub(crate) fn random<const N: usize>() -> [u8; N] {
	let mut bytes = [0; N];
	getrandom::fill(&mut bytes).expect("the operating system gives randomness");
	bytes
}
