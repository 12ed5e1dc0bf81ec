//! Sessions: accounts that have signed in, kept in memory.

use std::{
	collections::HashMap,
	fmt,
	num::NonZeroU32,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::{Duration, Instant},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use salus_primitives::AccountId;
use sha2::{Digest, Sha256};
use tokio::sync::{oneshot, watch};

use crate::{config::Limits, node::ChainName, standing::Standing};

/// The bytes of a token. A client sends them as hexadecimal digits.
const TOKEN_BYTES: usize = 32;

/// The most open sockets of a session to one chain: several programs can share a session.
const SOCKETS_OF_CHAIN: usize = 4;

/// A token's SHA-256: the gateway keeps no token.
type TokenHash = [u8; 32];

/// All sessions.
pub struct Sessions {
	limits: Limits,
	pub(crate) rates: Rates,
	table: Mutex<HashMap<TokenHash, Arc<Session>>>,
	/// Of the state in which the accounts of all sessions were looked up last: its
	/// [`changes`](crate::node::Latest::changes). Changes only while the table is locked.
	looked_up: AtomicU64,
	/// No session begins any more.
	stopped: AtomicBool,
}

/// An account that has signed in.
pub struct Session {
	/// The account.
	pub account: AccountId,
	/// When the session began.
	since: Instant,
	state: Mutex<State>,
	/// Why its transfers ended last.
	transfers: watch::Sender<Option<End>>,
}

/// How much an account may send, in all of its sessions.
pub(crate) struct Rates {
	/// Messages of any kind. Who sends more is cut off.
	pub messages: Rate,
	/// Requests. Who sends more is refused.
	pub requests: Rate,
	/// Transactions. Who sends more is refused.
	pub transactions: Rate,
}

/// A rate of each account.
pub(crate) struct Rate {
	limiter: DefaultKeyedRateLimiter<AccountId>,
	/// How many can come at once.
	at_once: NonZeroU32,
}

impl Rate {
	fn new(quota: Quota, at_once: u32) -> Self {
		let at_once = some(at_once);
		Self {
			limiter: RateLimiter::keyed(quota.allow_burst(at_once)),
			at_once,
		}
	}

	/// Whether the account may send one more now.
	pub fn allows(&self, account: &AccountId) -> bool {
		self.limiter.check_key(account).is_ok()
	}

	/// Whether the account may send so many more now. More than can come at once count as that many.
	pub fn allows_many(&self, account: &AccountId, count: usize) -> bool {
		let count = u32::try_from(count).unwrap_or(u32::MAX);
		NonZeroU32::new(count).is_none_or(|count| {
			let count = count.min(self.at_once);
			matches!(self.limiter.check_key_n(account, count), Ok(Ok(())))
		})
	}
}

impl Rates {
	/// How many requests of a second, and transactions of a minute, can come at once.
	const AT_ONCE: u32 = 4;

	fn new(limits: &Limits) -> Self {
		let requests = limits.requests_per_second;
		let at_once = requests.saturating_mul(Self::AT_ONCE);
		// Letting blocks go counts among the messages only.
		let messages = at_once.saturating_mul(Self::AT_ONCE);
		let transactions = limits.transactions_per_minute;
		Self {
			messages: Rate::new(Quota::per_second(some(at_once)), messages),
			requests: Rate::new(Quota::per_second(some(requests)), at_once),
			transactions: Rate::new(Quota::per_minute(some(transactions)), transactions),
		}
	}

	/// Forgets the accounts that have sent nothing for a while.
	pub fn forget(&self) {
		for rate in [&self.messages, &self.requests, &self.transactions] {
			rate.limiter.retain_recent();
		}
	}
}

fn some(number: u32) -> NonZeroU32 {
	NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

struct State {
	standing: Arc<Standing>,
	expires: Instant,
	/// The open sockets, each with its chain and its number, the oldest first.
	sockets: Vec<(ChainName, u64, oneshot::Sender<End>)>,
	/// The number of the next socket.
	next: u64,
	/// Why the session has ended, if it has.
	ended: Option<End>,
}

/// Why a socket or a transfer ends. The client shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
	/// The session's time is over.
	Expired,
	/// The client signed out.
	SignedOut,
	/// The account's standing changed.
	StandingChanged,
	/// The account has opened too many sessions since.
	TooManySessions,
	/// The session has opened too many sockets to this chain since.
	TooManySockets,
	/// The gateway stops.
	Stopping,
}

impl End {
	/// The code of a WebSocket's close frame.
	pub fn code(self) -> u16 {
		match self {
			Self::Expired => 4001,
			Self::SignedOut => 4002,
			Self::StandingChanged => 4003,
			Self::TooManySessions => 4004,
			Self::TooManySockets => 4005,
			Self::Stopping => 4006,
		}
	}
}

impl fmt::Display for End {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Expired => "the session has expired: sign in again",
			Self::SignedOut => "the session was ended by its client",
			Self::StandingChanged => "the standing of this account has changed: sign in again",
			Self::TooManySessions => {
				"this account has signed in too often elsewhere: sign in again"
			}
			Self::TooManySockets => "this session has opened too many connections to this chain",
			Self::Stopping => "the gateway stops: connect again in a minute",
		})
	}
}

/// Why no session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBegun {
	/// There is no room for another one, or the gateway stops.
	Full,
	/// The accounts of all sessions were looked up in a newer state since: this one must be, too.
	Old,
}

impl Sessions {
	/// No sessions.
	pub fn new(limits: Limits) -> Self {
		Self {
			rates: Rates::new(&limits),
			limits,
			table: Mutex::default(),
			looked_up: AtomicU64::new(0),
			stopped: AtomicBool::new(false),
		}
	}

	/// Begins a session, or goes on with the one of the account's token before, which ends to be
	/// valid. Returns the token. The standing comes with the
	/// [`changes`](crate::node::Latest::changes) of its state.
	///
	/// # Errors
	///
	/// [`NotBegun`].
	pub fn begin(
		&self,
		account: AccountId,
		(standing, changes): (Standing, u64),
		before: Option<&str>,
	) -> Result<String, NotBegun> {
		let mut token = [0; TOKEN_BYTES];
		getrandom::fill(&mut token).map_err(|_| NotBegun::Full)?;
		let now = Instant::now();
		let expires = now + Duration::from_secs(self.limits.session_seconds);
		let mut table = self.table();
		if self.stopped.load(Ordering::Relaxed) {
			return Err(NotBegun::Full);
		}
		if changes < self.looked_up.load(Ordering::Relaxed) {
			return Err(NotBegun::Old);
		}
		end_expired(&mut table, now);
		let hash_before = before.and_then(hash);
		let before = hash_before
			.filter(|hash| {
				table
					.get(hash)
					.is_some_and(|session| session.account == account)
			})
			.and_then(|hash| table.remove(&hash));
		let session = match before {
			Some(session) => {
				session.change(standing);
				session.state().expires = expires;
				session
			}
			None => {
				self.make_room(&mut table, &account)?;
				Arc::new(Session::new(account, standing, now, expires))
			}
		};
		table.insert(Sha256::digest(token).into(), session);
		Ok(hex::encode(token))
	}

	/// The session of a token.
	pub fn find(&self, token: &str) -> Option<Arc<Session>> {
		let session = self.table().get(&hash(token)?).cloned()?;
		let expires = session.state().expires;
		(Instant::now() < expires).then_some(session)
	}

	/// Ends the session of a token.
	pub fn sign_out(&self, token: &str) {
		let session = hash(token).and_then(|hash| self.table().remove(&hash));
		if let Some(session) = session {
			session.end(End::SignedOut);
		}
	}

	/// Ends all sessions. None begins any more.
	pub fn stop(&self) {
		let mut table = self.table();
		self.stopped.store(true, Ordering::Relaxed);
		for (_, session) in table.drain() {
			session.end(End::Stopping);
		}
	}

	/// Ends the sessions whose time is over.
	pub fn end_expired(&self) {
		end_expired(&mut self.table(), Instant::now());
	}

	/// The accounts that have sessions, to be looked up in the state with these
	/// [`changes`](crate::node::Latest::changes). No session begins by an older state any more.
	pub fn accounts(&self, changes: u64) -> Vec<AccountId> {
		let table = self.table();
		self.looked_up.store(changes, Ordering::Relaxed);
		let mut accounts: Vec<_> = table.values().map(|one| one.account.clone()).collect();
		accounts.sort_unstable();
		accounts.dedup();
		accounts
	}

	/// Changes the standing of an account in all of its sessions.
	pub fn change(&self, account: &AccountId, standing: &Standing) {
		self.table().retain(|_, session| {
			if session.account == *account {
				session.change(standing.clone());
				return standing.is_admitted();
			}
			true
		});
	}

	/// How many sessions there are.
	pub fn count(&self) -> usize {
		self.table().len()
	}

	fn make_room(
		&self,
		table: &mut HashMap<TokenHash, Arc<Session>>,
		account: &AccountId,
	) -> Result<(), NotBegun> {
		let own = table
			.iter()
			.filter(|(_, session)| session.account == *account);
		let mut own: Vec<_> = own.map(|(hash, session)| (session.since, *hash)).collect();
		own.sort_unstable();
		let most = self.limits.sessions_of_account.saturating_sub(1);
		let too_many = own.len().saturating_sub(most);
		for (_, hash) in own.into_iter().take(too_many) {
			if let Some(session) = table.remove(&hash) {
				session.end(End::TooManySessions);
			}
		}
		if table.len() >= self.limits.sessions {
			return Err(NotBegun::Full);
		}
		Ok(())
	}

	fn table(&self) -> MutexGuard<'_, HashMap<TokenHash, Arc<Session>>> {
		self.table.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

fn end_expired(table: &mut HashMap<TokenHash, Arc<Session>>, now: Instant) {
	table.retain(|_, session| {
		let expired = session.state().expires <= now;
		if expired {
			session.end(End::Expired);
		}
		!expired
	});
}

/// The hash of a token in hexadecimal digits.
fn hash(token: &str) -> Option<TokenHash> {
	let mut bytes = [0; TOKEN_BYTES];
	hex::decode_to_slice(token, &mut bytes).ok()?;
	Some(Sha256::digest(bytes).into())
}

impl Session {
	fn new(account: AccountId, standing: Standing, now: Instant, expires: Instant) -> Self {
		Self {
			account,
			since: now,
			state: Mutex::new(State {
				standing: Arc::new(standing),
				expires,
				sockets: Vec::new(),
				next: 0,
				ended: None,
			}),
			transfers: watch::Sender::new(None),
		}
	}

	/// Changes when a transfer that begins now must end. `None`: the session has ended.
	pub fn transfer(&self) -> Option<watch::Receiver<Option<End>>> {
		let transfer = self.transfers.subscribe();
		self.state().ended.is_none().then_some(transfer)
	}

	/// The account's standing in the newest final state.
	pub fn standing(&self) -> Arc<Standing> {
		self.state().standing.clone()
	}

	/// Registers a socket to a chain. One too many ends the oldest. The receiver tells when the socket
	/// must end. [`closed`](Self::closed) takes the number.
	pub fn open(&self, chain: ChainName) -> (u64, oneshot::Receiver<End>) {
		let (sender, receiver) = oneshot::channel();
		let mut state = self.state();
		// The session can end while the socket opens.
		if let Some(end) = state.ended {
			let _ = sender.send(end);
			return (state.next, receiver);
		}
		let number = state.next;
		state.next = number.wrapping_add(1);
		let mut of_chain = state.sockets.iter().filter(|(of, ..)| *of == chain);
		let oldest = of_chain.next().map(|(_, oldest, _)| *oldest);
		if of_chain.count().saturating_add(1) >= SOCKETS_OF_CHAIN {
			let place = state
				.sockets
				.iter()
				.position(|(_, open, _)| Some(*open) == oldest);
			if let Some(place) = place {
				// It may have closed.
				let _ = state.sockets.remove(place).2.send(End::TooManySockets);
			}
		}
		state.sockets.push((chain, number, sender));
		(number, receiver)
	}

	/// Forgets a socket.
	pub fn closed(&self, number: u64) {
		self.state().sockets.retain(|(_, open, _)| *open != number);
	}

	fn change(&self, standing: Standing) {
		let before = std::mem::replace(&mut self.state().standing, Arc::new(standing));
		let now = self.standing();
		if !now.is_admitted() {
			self.end(End::StandingChanged);
		} else if before.loses(&now) {
			self.end_open(End::StandingChanged);
		}
	}

	/// Ends the session, its sockets and its transfers.
	fn end(&self, end: End) {
		self.state().ended = Some(end);
		self.end_open(end);
	}

	/// Ends all sockets and transfers.
	fn end_open(&self, end: End) {
		self.transfers.send_replace(Some(end));
		for (_, _, socket) in self.state().sockets.drain(..) {
			let _ = socket.send(end);
		}
	}

	fn state(&self) -> MutexGuard<'_, State> {
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::{admission::Class, ProviderId};

	fn sessions(limits: Limits) -> Sessions {
		Sessions::new(limits)
	}

	fn account(byte: u8) -> AccountId {
		AccountId::new([byte; 32])
	}

	fn provider(class: Class) -> Standing {
		Standing {
			classes: vec![class],
			member: Some(ProviderId(1).into()),
			region: 2000,
		}
	}

	/// A provider, as it was looked up first.
	fn verified() -> (Standing, u64) {
		(provider(Class::Provider), 1)
	}

	#[test]
	fn only_the_exact_token_finds_its_session() {
		let sessions = sessions(Limits::default());
		let token = sessions.begin(account(1), verified(), None).unwrap();
		assert_eq!(sessions.find(&token).unwrap().account, account(1));
		for wrong in [
			"",
			"00",
			&token[1..],
			&format!("{token}00"),
			&"0".repeat(64),
		] {
			assert!(sessions.find(wrong).is_none(), "{wrong}");
		}
	}

	#[test]
	fn a_session_ends_with_its_time_and_so_do_its_sockets() {
		let limits = Limits {
			session_seconds: 0,
			..Limits::default()
		};
		let sessions = sessions(limits);
		let token = sessions.begin(account(1), verified(), None).unwrap();
		let session = sessions.table().values().next().unwrap().clone();
		let (_, mut socket) = session.open(ChainName::Region);
		assert!(sessions.find(&token).is_none());
		sessions.end_expired();
		assert_eq!(socket.try_recv(), Ok(End::Expired));
		assert_eq!(sessions.count(), 0);
		let (_, mut late) = session.open(ChainName::Region);
		assert_eq!(late.try_recv(), Ok(End::Expired), "it opened meanwhile");
	}

	#[test]
	fn a_gateway_that_stops_ends_all_sessions_and_begins_none() {
		let sessions = sessions(Limits::default());
		let begin = |byte| sessions.begin(account(byte), verified(), None);
		let token = begin(1).unwrap();
		let session = sessions.find(&token).unwrap();
		let (_, mut socket) = session.open(ChainName::Region);
		let mut transfer = session.transfer().unwrap();
		sessions.stop();
		assert_eq!(socket.try_recv(), Ok(End::Stopping));
		assert_eq!(*transfer.borrow_and_update(), Some(End::Stopping));
		assert!(session.transfer().is_none());
		assert!(sessions.find(&token).is_none());
		assert_eq!(begin(2), Err(NotBegun::Full));
		let (_, mut late) = session.open(ChainName::Region);
		assert_eq!(late.try_recv(), Ok(End::Stopping));
	}

	#[test]
	fn a_renewal_keeps_the_sockets_and_voids_the_token_before() {
		let sessions = sessions(Limits::default());
		let first = sessions.begin(account(1), verified(), None).unwrap();
		let (_, mut socket) = sessions.find(&first).unwrap().open(ChainName::Region);
		let second = sessions
			.begin(account(1), verified(), Some(&first))
			.unwrap();
		assert!(sessions.find(&first).is_none());
		assert!(sessions.find(&second).is_some());
		assert!(socket.try_recv().is_err());
		// Another account's token renews nothing.
		let third = sessions
			.begin(account(2), verified(), Some(&second))
			.unwrap();
		assert_eq!(sessions.find(&second).unwrap().account, account(1));
		assert_eq!(sessions.find(&third).unwrap().account, account(2));
		sessions.sign_out(&second);
		assert_eq!(socket.try_recv(), Ok(End::SignedOut));
		assert!(sessions.find(&second).is_none());
	}

	#[test]
	fn a_lost_standing_ends_sockets_and_an_expelled_account_ends_its_session() {
		let sessions = sessions(Limits::default());
		let token = sessions.begin(account(1), verified(), None).unwrap();
		let session = sessions.find(&token).unwrap();
		let (_, mut socket) = session.open(ChainName::Region);
		let mut transfer = session.transfer().unwrap();
		sessions.change(&account(1), &provider(Class::Provider));
		assert!(socket.try_recv().is_err());
		assert!(!transfer.has_changed().unwrap());
		sessions.change(&account(1), &provider(Class::SuspendedProvider));
		assert_eq!(socket.try_recv(), Ok(End::StandingChanged));
		assert_eq!(*transfer.borrow_and_update(), Some(End::StandingChanged));
		assert!(
			!session.transfer().unwrap().has_changed().unwrap(),
			"a later one goes on"
		);
		assert_eq!(session.standing().classes, [Class::SuspendedProvider]);
		assert!(sessions.find(&token).is_some());
		let uninvited = Standing {
			classes: vec![Class::Uninvited],
			member: None,
			region: 2000,
		};
		sessions.change(&account(1), &uninvited);
		assert!(sessions.find(&token).is_none());
		let (_, mut late) = session.open(ChainName::Region);
		assert_eq!(late.try_recv(), Ok(End::StandingChanged));
	}

	#[test]
	fn a_standing_from_before_a_suspension_begins_and_renews_no_session() {
		let sessions = sessions(Limits::default());
		let first = sessions.begin(account(1), verified(), None).unwrap();
		let session = sessions.find(&first).unwrap();
		// Both accounts were looked up to sign in. Then the suspension becomes final.
		assert_eq!(sessions.accounts(2), [account(1)]);
		sessions.change(&account(1), &provider(Class::SuspendedProvider));
		for (byte, before) in [(1, Some(&*first)), (1, None), (2, None)] {
			let begun = sessions.begin(account(byte), verified(), before);
			assert_eq!(begun, Err(NotBegun::Old), "{byte} {before:?}");
		}
		assert!(sessions.find(&first).is_some(), "the token is valid still");
		assert_eq!(session.standing().classes, [Class::SuspendedProvider]);
		let suspended = (provider(Class::SuspendedProvider), 2);
		let renewed = sessions.begin(account(1), suspended, Some(&first));
		assert!(sessions.find(&renewed.unwrap()).is_some());
		assert_eq!(sessions.count(), 1);
	}

	#[test]
	fn an_account_has_one_rate_in_all_of_its_sessions() {
		let limits = Limits {
			requests_per_second: 1,
			..Limits::default()
		};
		let sessions = sessions(limits);
		let sign_in = |byte| {
			let token = sessions.begin(account(byte), verified(), None).unwrap();
			sessions.find(&token).unwrap()
		};
		let allows = |session: &Session| sessions.rates.requests.allows(&session.account);
		for _ in 0..4 {
			assert!(allows(&sign_in(1)));
		}
		assert!(!allows(&sign_in(1)));
		sessions.rates.forget();
		assert!(!allows(&sign_in(1)), "too early");
		assert!(allows(&sign_in(2)));
		let many = |byte, count| {
			let rate = &sessions.rates.requests;
			rate.allows_many(&account(byte), count)
		};
		assert!(many(3, 0) && many(3, 3) && many(3, 1) && !many(3, 1));
		assert!(many(4, 100) && !many(4, 1), "as many as can come at once");
	}

	#[test]
	fn sockets_of_a_session_to_a_chain_are_bounded() {
		let session = Session::new(
			account(1),
			provider(Class::Provider),
			Instant::now(),
			Instant::now(),
		);
		let (first, mut one) = session.open(ChainName::Region);
		let (_, mut other) = session.open(ChainName::Consortium);
		let mut more: Vec<_> = (0..3).map(|_| session.open(ChainName::Region)).collect();
		assert!(one.try_recv().is_err() && other.try_recv().is_err());
		let (_, mut last) = session.open(ChainName::Region);
		assert_eq!(one.try_recv(), Ok(End::TooManySockets));
		assert!(other.try_recv().is_err());
		// One that has closed makes room.
		session.closed(first);
		session.closed(more[0].0);
		let (_, mut next) = session.open(ChainName::Region);
		assert!(more[1].1.try_recv().is_err());
		session.end(End::Expired);
		for socket in [&mut last, &mut next, &mut other] {
			assert_eq!(socket.try_recv(), Ok(End::Expired));
		}
	}

	#[test]
	fn sessions_are_bounded_for_each_account_and_in_all() {
		let limits = Limits {
			sessions: 4,
			sessions_of_account: 2,
			..Limits::default()
		};
		let sessions = sessions(limits);
		let begin = |byte| sessions.begin(account(byte), verified(), None);
		let tokens: Vec<_> = (0..3).map(|_| begin(1).unwrap()).collect();
		assert!(sessions.find(&tokens[0]).is_none(), "the oldest one");
		assert!(sessions.find(&tokens[1]).is_some() && sessions.find(&tokens[2]).is_some());
		assert!(begin(2).is_ok() && begin(3).is_ok());
		assert_eq!(begin(4).unwrap_err(), NotBegun::Full);
		assert_eq!(sessions.accounts(1), [account(1), account(2), account(3)]);
	}
}
