//! Challenges: numbers that a client signs, each of them once.
//!
//! A challenge is not stored when it is given, so that nobody can fill a table with them: a part of
//! it is a code that only this gateway can compute. It is stored once an account has signed in with
//! it, until it would be too old anyway.

use std::{
	collections::HashMap,
	sync::{Mutex, PoisonError},
	time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use salus_primitives::{AccountId, UnixMilliseconds};
use sha2::Sha256;

/// Challenges of one gateway. A restart makes all of them void.
pub struct Challenges {
	key: [u8; 32],
	lifetime: UnixMilliseconds,
	used: Mutex<HashMap<[u8; 32], UnixMilliseconds>>,
}

/// What an account signs, beside the host and the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge {
	/// A number that is used once.
	pub nonce: [u8; 32],
	/// When it was given, in Unix milliseconds.
	pub time: UnixMilliseconds,
}

impl Challenges {
	/// Challenges that can be answered for this time.
	///
	/// # Errors
	///
	/// The system has no random numbers.
	pub fn new(lifetime: Duration) -> Result<Self, getrandom::Error> {
		let mut key = [0; 32];
		getrandom::fill(&mut key)?;
		Ok(Self {
			key,
			lifetime: lifetime.as_millis().try_into().unwrap_or(u64::MAX),
			used: Mutex::default(),
		})
	}

	/// A challenge for an account.
	///
	/// # Errors
	///
	/// The system has no random numbers.
	pub fn give(
		&self,
		account: &AccountId,
		now: UnixMilliseconds,
	) -> Result<Challenge, getrandom::Error> {
		let mut random = [0; 16];
		getrandom::fill(&mut random)?;
		let mut nonce = [0; 32];
		nonce[..16].copy_from_slice(&random);
		nonce[16..].copy_from_slice(&self.code(&random, account, now)[..16]);
		Ok(Challenge { nonce, time: now })
	}

	/// Whether this gateway gave the challenge to this account, and it is neither old nor used.
	pub fn check(&self, challenge: &Challenge, account: &AccountId, now: UnixMilliseconds) -> bool {
		let Challenge { nonce, time } = challenge;
		let fresh = *time <= now && now.saturating_sub(*time) <= self.lifetime;
		let mac = self.mac(&nonce[..16], account, *time);
		fresh && mac.verify_truncated_left(&nonce[16..]).is_ok() && !self.used().contains_key(nonce)
	}

	/// Uses a challenge that was checked. False if it has been used since.
	pub fn consume(&self, challenge: &Challenge, now: UnixMilliseconds) -> bool {
		let mut used = self.used();
		used.retain(|_, time| now.saturating_sub(*time) <= self.lifetime);
		used.insert(challenge.nonce, challenge.time).is_none()
	}

	fn used(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], UnixMilliseconds>> {
		self.used.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn code(&self, random: &[u8], account: &AccountId, time: UnixMilliseconds) -> [u8; 32] {
		self.mac(random, account, time)
			.finalize()
			.into_bytes()
			.into()
	}

	fn mac(&self, random: &[u8], account: &AccountId, time: UnixMilliseconds) -> Hmac<Sha256> {
		let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap_or_else(|_| unreachable!());
		for part in [random, account.as_ref(), &time.to_le_bytes()] {
			mac.update(part);
		}
		mac
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_challenge_is_for_one_account_and_one_time_and_used_once() {
		let challenges = Challenges::new(Duration::from_secs(60)).unwrap();
		let [one, other] = [1, 2].map(|byte| AccountId::new([byte; 32]));
		let challenge = challenges.give(&one, 1_000).unwrap();
		assert!(challenges.check(&challenge, &one, 1_000));
		assert!(challenges.check(&challenge, &one, 61_000));
		assert!(!challenges.check(&challenge, &one, 61_001), "old");
		assert!(!challenges.check(&challenge, &one, 999), "of the future");
		assert!(!challenges.check(&challenge, &other, 1_000));
		let late = Challenge {
			time: 1_001,
			..challenge
		};
		assert!(!challenges.check(&late, &one, 1_001), "another time");
		for byte in 0..32 {
			let mut altered = challenge;
			altered.nonce[byte] ^= 1;
			assert!(!challenges.check(&altered, &one, 1_000));
		}
		let elsewhere = Challenges::new(Duration::from_secs(60)).unwrap();
		assert!(
			!elsewhere.check(&challenge, &one, 1_000),
			"of another gateway"
		);

		assert!(challenges.consume(&challenge, 1_000));
		assert!(!challenges.check(&challenge, &one, 1_000), "replayed");
		assert!(!challenges.consume(&challenge, 1_000));
	}

	#[test]
	fn a_used_challenge_is_forgotten_once_it_is_old() {
		let challenges = Challenges::new(Duration::from_secs(60)).unwrap();
		let account = AccountId::new([1; 32]);
		for time in 0..5 {
			let challenge = challenges.give(&account, time * 40_000).unwrap();
			assert!(challenges.consume(&challenge, time * 40_000));
			assert!(challenges.used().len() <= 2);
		}
	}
}
