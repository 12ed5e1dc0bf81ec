//! Every order of what regions say, the authorities decide and the clock brings, late and repeated
//! words included, against a small consortium of our own.
//!
//! The words are fixed, and each may come at any time and any number of times. From each state that
//! can be reached, every event is tried; states that were met before are not tried again, as the same
//! follows from them. When no new state is left, all orders of any length are covered.

use std::collections::{HashSet, VecDeque};

use codec::Encode;
use frame_support::storage::{with_transaction, TransactionOutcome};

use super::*;

/// When a grant that ends by itself does.
const END: Moment = START + 10;

/// One event. A word is told by its sequence number, as there is one word by each on each matter,
/// but for one pair that contradicts: by number 2 a delivery and a revocation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Happens {
	/// The record's region delivers or revokes.
	Deliver(u64),
	Revoke(u64),
	/// The grantee's region, or the record's, says how the grantee or the author is.
	Grantee(u64),
	Author(u64),
	/// The authorities expel or admit a region.
	Expel(ParaId),
	Admit(ParaId),
	/// The end comes; a block has room to sweep.
	End,
	Idle,
}

use Happens::*;

const EVENTS: [Happens; 21] = [
	Deliver(1),
	Deliver(2),
	Revoke(2),
	Deliver(3),
	Revoke(4),
	Deliver(5),
	Grantee(1),
	Grantee(2),
	Grantee(3),
	Grantee(4),
	Grantee(5),
	Author(1),
	Author(2),
	Author(3),
	Author(4),
	Expel(HOME),
	Expel(AWAY),
	Admit(HOME),
	Admit(AWAY),
	End,
	Idle,
];

/// What the grantee's words say: how it stands, and the version of its key.
fn grantee_says(sequence: u64) -> (Standing, u32) {
	match sequence {
		1 | 3 => (Standing::Verified, 0),
		2 => (Standing::Suspended, 0),
		4 | 9 => (Standing::Verified, 1),
		_ => (Standing::Retired, 1),
	}
}

/// What the author's words say.
fn author_says(sequence: u64) -> Standing {
	match sequence {
		2 => Standing::Suspended,
		4 => Standing::Retired,
		_ => Standing::Verified,
	}
}

/// The entry that a word on a provider brings, and the region that says it.
fn word(event: Happens) -> Option<(ParaId, DirectoryEntry)> {
	match event {
		Grantee(sequence) => {
			let (standing, version) = grantee_says(sequence);
			let entry = DirectoryEntry {
				standing,
				key: signed_key(AWAY, 1, version, key(1)),
				sequence,
				..entry(AWAY, GRANTEE, 1)
			};
			Some((AWAY, entry))
		}
		Author(sequence) => {
			let entry = DirectoryEntry {
				standing: author_says(sequence),
				sequence,
				..entry(HOME, AUTHOR, 2)
			};
			Some((HOME, entry))
		}
		_ => None,
	}
}

/// What the deliveries say: the end, and the version of the grantee's key.
fn delivery_says(sequence: u64) -> (Option<Moment>, u32) {
	match sequence {
		3 => (Some(END), 0),
		5 | 9 => (None, 1),
		_ => (None, 0),
	}
}

/// A call for each event but the clock's.
fn call(event: Happens) -> DispatchResult {
	match event {
		Deliver(sequence) => {
			let (expires_at, version) = delivery_says(sequence);
			deliver(DeliveredGrant {
				expires_at,
				wrapped_key: wrapped(version, 256),
				..grant_at(sequence)
			})
		}
		Revoke(sequence) => revoke(sequence),
		Grantee(_) | Author(_) => {
			let (region, entry) = word(event).unwrap();
			Consortium::enlist_provider(of_region(region), entry)
		}
		Expel(region) => Consortium::expel_region(authorities(), region),
		Admit(region) => Consortium::admit_region(authorities(), region, genesis(region)),
		End => {
			Now::set(END);
			Ok(())
		}
		Idle => {
			idle(Weight::MAX);
			Ok(())
		}
	}
}

/// The consortium, as a person would keep it on paper: the last word on each matter, and who is in.
#[derive(Clone, Default, Encode)]
struct Paper {
	ended: bool,
	/// The number of the last word on the grant, and whether it delivers.
	grant: Option<(u64, bool)>,
	/// The numbers of the last words on the grantee and the author.
	grantee: Option<u64>,
	author: Option<u64>,
	home_is_out: bool,
	away_is_out: bool,
	/// The highest number by which anything was revoked.
	revoked: u64,
}

impl Paper {
	fn take(&mut self, event: Happens) -> DispatchResult {
		match event {
			Deliver(sequence) | Revoke(sequence) => {
				let delivers = matches!(event, Deliver(_));
				if let Some((last, delivered)) = self.grant {
					if sequence < last {
						return Err(refused(Reason::Superseded));
					}
					if sequence == last && delivers != delivered {
						return Err(refused(Reason::Conflict));
					}
					if sequence == last {
						return Ok(());
					}
				}
				if delivers {
					self.may_be_delivered(sequence).map_err(refused)?;
				} else {
					self.revoked = sequence;
				}
				self.grant = Some((sequence, delivers));
			}
			Grantee(sequence) => {
				let standing = |sequence| grantee_says(sequence).0;
				is_heard(self.grantee, sequence, standing, self.away_is_out).map_err(refused)?;
				self.grantee = Some(sequence);
			}
			Author(sequence) => {
				is_heard(self.author, sequence, author_says, self.home_is_out).map_err(refused)?;
				self.author = Some(sequence);
			}
			Expel(region) => {
				let out = self.out(region);
				if *out {
					return Err(Error::<Test>::AlreadyExpelled.into());
				}
				*out = true;
			}
			Admit(region) => {
				let out = self.out(region);
				if !*out {
					return Err(Error::<Test>::AlreadyAdmitted.into());
				}
				*out = false;
			}
			End => self.ended = true,
			Idle => {}
		}
		Ok(())
	}

	fn out(&mut self, region: ParaId) -> &mut bool {
		match region {
			HOME => &mut self.home_is_out,
			_ => &mut self.away_is_out,
		}
	}

	fn may_be_delivered(&self, sequence: u64) -> Result<(), Reason> {
		if self.home_is_out {
			return Err(Reason::NotARegion);
		}
		let (end, version) = delivery_says(sequence);
		let (standing, current) = self
			.grantee
			.map(grantee_says)
			.ok_or(Reason::GranteeUnknown)?;
		match standing {
			_ if self.away_is_out => Err(Reason::GranteeRegionExpelled),
			Standing::Suspended => Err(Reason::GranteeSuspended),
			Standing::Retired => Err(Reason::GranteeRetired),
			_ if version != current => Err(Reason::StaleKeyVersion),
			_ if end.is_some() && self.ended => Err(Reason::Expired),
			_ => Ok(()),
		}
	}

	/// The number of what is handed out.
	fn handed_out(&self) -> Option<u64> {
		let (sequence, delivers) = self.grant?;
		let (end, _) = delivery_says(sequence);
		let stands = delivers && !(end.is_some() && self.ended);
		let all_in = !self.home_is_out && !self.away_is_out;
		let grantee = self.grantee.map(grantee_says).map(|(standing, _)| standing);
		let author = self.author.map(author_says);
		let good = grantee == Some(Standing::Verified) && author != Some(Standing::Suspended);
		(stands && all_in && good).then_some(sequence)
	}

	/// What must hold at all times.
	fn check(&self) {
		Consortium::do_try_state().unwrap();
		let out = handed_out().map(|view| view.sequence);
		if let Some(sequence) = out {
			assert!(
				sequence > self.revoked,
				"what was revoked is handed out again"
			);
		}
		assert_eq!(out, self.handed_out());
		let listed = Consortium::api_granted_to(grantee(), None, 9);
		assert_eq!(listed.first().map(|view| view.sequence), out);
		let withheld = Consortium::api_withheld(HOME, RECORD, grantee());
		assert!(out.is_none() || withheld.is_none(), "both out and withheld");
		let held = Grants::<Test>::contains_key(key_of_grant());
		let delivered = self.grant.is_some_and(|(_, delivers)| delivers);
		assert!(!held || delivered, "its wrapped key was not removed");
	}

	/// The number of what would be handed out if both regions were in.
	fn once_all_are_in(&self) -> Option<u64> {
		let (home_is_out, away_is_out) = (false, false);
		let all_in = Self {
			home_is_out,
			away_is_out,
			..self.clone()
		};
		all_in.handed_out()
	}

	/// Whether it is a word of a region that is out.
	fn is_of_expelled(&self, event: Happens) -> bool {
		match event {
			Deliver(_) | Revoke(_) | Author(_) => self.home_is_out,
			Grantee(_) => self.away_is_out,
			_ => false,
		}
	}

	/// A call's result is what it would be on paper; what is refused changes nothing; and what a
	/// region says that is out gives nothing, now or later.
	fn happen(&mut self, event: Happens) {
		let before = storage();
		let out_before = self.once_all_are_in();
		let of_expelled = self.is_of_expelled(event);
		let known = match event {
			Grantee(_) => self.grantee.is_some(),
			_ => self.author.is_some(),
		};
		let expected = self.take(event);
		if let Some((region, entry)) = word(event) {
			let by_update = || Consortium::update_provider(of_region(region), entry);
			let unknown = Err(refused(Reason::NotEnlisted));
			let updated = if known { expected } else { unknown };
			assert_eq!(undone(by_update), updated, "{event:?} by an update");
		}
		assert_eq!(call(event), expected, "{event:?}");
		if of_expelled {
			let out = self.once_all_are_in();
			assert!(
				out.is_none() || out == out_before,
				"an expelled region gave"
			);
		}
		if expected.is_err() {
			assert_eq!(storage(), before, "a refused call wrote something");
		}
		System::reset_events();
	}

	/// Whatever happened: with all in and good, what is granted anew is handed out, and not once it
	/// is revoked, and never again.
	fn ends_well(mut self) {
		for region in [HOME, AWAY] {
			if *self.out(region) {
				self.happen(Admit(region));
			}
		}
		for event in [Grantee(9), Author(9), Deliver(9)] {
			self.happen(event);
		}
		assert_eq!(handed_out().map(|view| view.sequence), Some(9));
		self.happen(Revoke(10));
		for late in EVENTS
			.into_iter()
			.filter(|event| matches!(event, Deliver(_)))
		{
			self.happen(late);
			assert_eq!(handed_out(), None);
		}
		self.happen(Deliver(9));
		self.check();
	}
}

/// Whether a region's word on a provider is taken, by the number of the last one, what the words say,
/// and whether the region is out.
fn is_heard(
	last: Option<u64>,
	sequence: u64,
	says: impl Fn(u64) -> Standing,
	is_out: bool,
) -> Result<(), Reason> {
	if last.is_some_and(|last| sequence < last) {
		return Err(Reason::Superseded);
	}
	if !is_out || last == Some(sequence) {
		return Ok(());
	}
	let takes = last.is_some_and(|last| match says(sequence) {
		Standing::Verified => false,
		Standing::Suspended => true,
		Standing::Retired => says(last) != Standing::Suspended,
	});
	if takes {
		Ok(())
	} else {
		Err(Reason::NotARegion)
	}
}

/// What a call answers; what it does is taken back.
fn undone(call: impl FnOnce() -> DispatchResult) -> DispatchResult {
	let mut result = Ok(());
	let _: DispatchResult = with_transaction(|| {
		result = call();
		TransactionOutcome::Rollback(Ok(()))
	});
	result
}

type Storage = std::collections::BTreeMap<Vec<u8>, Vec<u8>>;

/// The storage, with the times at which something was written all the same: no call reads them, and
/// there would be many times the states.
fn levelled() -> Storage {
	for (at, region) in Regions::<Test>::iter().collect::<Vec<_>>() {
		let since = START;
		Regions::<Test>::insert(at, Region { since, ..region });
	}
	Providers::<Test>::translate_values(|provider: Provider| {
		let updated_at = START;
		Some(Provider {
			updated_at,
			..provider
		})
	});
	Grants::<Test>::translate_values(|grant: Grant| {
		let delivered_at = START;
		Some(Grant {
			delivered_at,
			..grant
		})
	});
	storage()
}

fn restore(pairs: &Storage, paper: &Paper) {
	for key in storage().keys().filter(|key| !pairs.contains_key(*key)) {
		sp_io::storage::clear(key);
	}
	for (key, value) in pairs {
		sp_io::storage::set(key, value);
	}
	Now::set(if paper.ended { END } else { START });
}

/// Says which events led to a failure.
struct Told<'a>(&'a [Happens], Happens);

impl Drop for Told<'_> {
	fn drop(&mut self) {
		if std::thread::panicking() {
			eprintln!("after {:?}: {:?}", self.0, self.1);
		}
	}
}

/// A state with two regions and nothing else.
fn bare() -> sp_io::TestExternalities {
	let mut ext = new_test_ext();
	ext.execute_with(|| {
		for region in [HOME, AWAY] {
			assert_ok!(call(Admit(region)));
		}
		System::reset_events();
	});
	ext
}

#[test]
fn in_every_order_of_events_revoked_and_withheld_grants_stay_so() {
	bare().execute_with(|| {
		let start = (levelled(), Paper::default());
		let mut seen = HashSet::from([sp_io::hashing::blake2_256(&start.encode())]);
		let mut next = VecDeque::from([(start, Vec::new())]);
		let mut handed_out = 0;
		while let Some(((pairs, paper), path)) = next.pop_front() {
			for event in EVENTS {
				let told = Told(&path, event);
				restore(&pairs, &paper);
				let mut paper = paper.clone();
				paper.happen(event);
				let state = (levelled(), paper);
				if !seen.insert(sp_io::hashing::blake2_256(&state.encode())) {
					continue;
				}
				state.1.check();
				handed_out += usize::from(state.1.handed_out().is_some());
				state.1.clone().ends_well();
				drop(told);
				let path = [path.as_slice(), &[event]].concat();
				next.push_back((state, path));
			}
		}
		println!("{} states, handed out in {handed_out}", seen.len());
		assert!(seen.len() > 1_000, "{}", seen.len());
		assert!(handed_out > 20, "{handed_out}");
	});
}

/// The paper is not blind: a consortium that forgot the last word would be caught.
#[test]
#[should_panic(expected = "what was revoked is handed out again")]
fn a_consortium_without_last_updates_is_caught() {
	bare().execute_with(|| {
		let mut paper = Paper::default();
		for event in [Grantee(1), Deliver(1), Revoke(2)] {
			paper.happen(event);
			paper.check();
		}
		LastUpdates::<Test>::remove(key_of_grant());
		assert_ok!(call(Deliver(1)));
		paper.check();
	});
}

/// Nor to one that does not hear an expelled region revoke.
#[test]
#[should_panic(expected = "what was revoked is handed out again")]
fn a_consortium_that_ignores_expelled_regions_is_caught() {
	bare().execute_with(|| {
		let mut paper = Paper::default();
		for event in [Grantee(1), Deliver(1), Expel(HOME)] {
			paper.happen(event);
			paper.check();
		}
		assert_ok!(paper.take(Revoke(2)));
		paper.happen(Admit(HOME));
		paper.check();
	});
}

/// Nor to one that forgot that a grantee is suspended.
#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn a_consortium_that_shows_grants_to_suspended_grantees_is_caught() {
	bare().execute_with(|| {
		let mut paper = Paper::default();
		for event in [Grantee(1), Deliver(1), Grantee(2)] {
			paper.happen(event);
			paper.check();
		}
		Providers::<Test>::remove(AWAY.to_be_bytes(), number(GRANTEE));
		let region = Regions::<Test>::get(AWAY.to_be_bytes()).unwrap();
		let providers = 0;
		Regions::<Test>::insert(
			AWAY.to_be_bytes(),
			Region {
				providers,
				..region
			},
		);
		assert_ok!(call(Grantee(1)));
		paper.check();
	});
}
