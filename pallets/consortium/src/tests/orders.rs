//! All orders of events, compared with a small model of the consortium: updates of regions, late
//! and repeated ones included, decisions of the authorities, and the clock.
//!
//! The updates are fixed. Each can arrive at any time and any number of times. The test tries
//! every event in each reachable state, and each state once. When there are no new states, it has
//! covered all orders of any length.

use std::collections::{HashSet, VecDeque};

use codec::Encode;
use frame_support::storage::{with_transaction, TransactionOutcome};
use salus_primitives::newest_first;

use super::*;

/// The expiry of the grants that have one.
const END: Moment = START + 10;

/// One event. The sequence number identifies an update of a grant or provider, except for one
/// conflict: a delivery and a revocation with the number 2.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Happens {
	/// The record's region delivers or revokes.
	Deliver(u64),
	Revoke(u64),
	/// The region of the grantee or of the record sends an update of the grantee or the author.
	Grantee(u64),
	Author(u64),
	/// The authorities expel or admit a region.
	Expel(ParaId),
	Admit(ParaId),
	/// The grants expire. A block has weight left for the sweep.
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

/// The updates of the grantee: its standing and the version of its key.
fn grantee_says(sequence: u64) -> (Standing, u32) {
	match sequence {
		1 | 3 => (Standing::Verified, 0),
		2 => (Standing::Suspended, 0),
		4 | 9 => (Standing::Verified, 1),
		_ => (Standing::Retired, 1),
	}
}

/// The updates of the author.
fn author_says(sequence: u64) -> Standing {
	match sequence {
		2 => Standing::Suspended,
		4 => Standing::Retired,
		_ => Standing::Verified,
	}
}

/// The entry of an update of a provider, and the region that sends it.
fn update_of(event: Happens) -> Option<(ParaId, DirectoryEntry)> {
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

/// The deliveries: expiry and version of the grantee's key.
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
			let (region, entry) = update_of(event).unwrap();
			Consortium::enlist_provider(of_region(region), entry)
		}
		Expel(region) => Consortium::expel_region(authorities(), region),
		Admit(region) => Consortium::admit_region(authorities(), region, genesis(region)),
		End => {
			Now::set(END);
			Ok(())
		}
		Idle => {
			polled(Weight::MAX);
			Ok(())
		}
	}
}

/// A model of the consortium: the last updates, and the admitted regions.
#[derive(Clone, Default, Encode)]
struct Model {
	ended: bool,
	/// The number of the last update of the grant, and whether it delivers.
	grant: Option<(u64, bool)>,
	/// The numbers of the last updates of the grantee and the author.
	grantee: Option<u64>,
	author: Option<u64>,
	home_is_out: bool,
	away_is_out: bool,
	/// The highest number of a revocation.
	revoked: u64,
}

impl Model {
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
			Standing::Retired | Standing::RetiredSuspended => Err(Reason::GranteeRetired),
			_ if version != current => Err(Reason::StaleKeyVersion),
			_ if end.is_some() && self.ended => Err(Reason::Expired),
			_ => Ok(()),
		}
	}

	/// The number of the grant that is handed out.
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

	/// The invariants.
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
		let listed = all_handed_out();
		assert_eq!(listed.first().map(|view| view.sequence), out);
		let withheld = Consortium::api_withheld(HOME, RECORD, grantee());
		assert!(out.is_none() || withheld.is_none(), "both out and withheld");
		let held = Grants::<Test>::contains_key(key_of_grant());
		let delivered = self.grant.is_some_and(|(_, delivers)| delivers);
		assert!(!held || delivered, "its wrapped key was not removed");
	}

	/// The number of the grant that would be handed out if both regions were admitted.
	fn once_all_are_in(&self) -> Option<u64> {
		let (home_is_out, away_is_out) = (false, false);
		let all_in = Self {
			home_is_out,
			away_is_out,
			..self.clone()
		};
		all_in.handed_out()
	}

	/// Whether it is an update of an expelled region.
	fn is_of_expelled(&self, event: Happens) -> bool {
		match event {
			Deliver(_) | Revoke(_) | Author(_) => self.home_is_out,
			Grantee(_) => self.away_is_out,
			_ => false,
		}
	}

	/// A call has the same result as in the model. A refused call changes nothing. A call of an
	/// expelled region gives no access, now or later.
	fn happen(&mut self, event: Happens) {
		let before = storage();
		let out_before = self.once_all_are_in();
		let of_expelled = self.is_of_expelled(event);
		let known = match event {
			Grantee(_) => self.grantee.is_some(),
			_ => self.author.is_some(),
		};
		let expected = self.take(event);
		if let Some((region, entry)) = update_of(event) {
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

	/// After any events, if both regions are admitted and both providers verified: a new grant is
	/// handed out until it is revoked, and never again after that.
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

/// Whether an update of a provider is accepted: by the number of the last one, the standings, and
/// whether the region is expelled.
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
		Standing::Suspended | Standing::RetiredSuspended | Standing::UnverifiedSuspended => true,
		Standing::Retired | Standing::Unverified => says(last) != Standing::Suspended,
	});
	if takes {
		Ok(())
	} else {
		Err(Reason::NotARegion)
	}
}

/// The answer to a call, which is then rolled back.
fn undone(call: impl FnOnce() -> DispatchResult) -> DispatchResult {
	let mut result = Ok(());
	let _: DispatchResult = with_transaction(|| {
		result = call();
		TransactionOutcome::Rollback(Ok(()))
	});
	result
}

type Storage = std::collections::BTreeMap<Vec<u8>, Vec<u8>>;

/// The storage with all times of writing set to one value: no call reads them, and they would
/// multiply the number of states.
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
	// How often something was delivered depends on the order.
	let _ = GrantedTo::<Test>::clear(u32::MAX, None);
	NextDelivery::<Test>::put(u64::MAX);
	for (key, grant) in Grants::<Test>::iter().collect::<Vec<_>>() {
		let (region, record, grantee) = key.clone();
		let grant = Grant {
			delivered_at: START,
			delivery: grant.delivered.record,
			..grant
		};
		let place = newest_first(grant.delivery);
		GrantedTo::<Test>::insert(grantee, place, (region, record));
		Grants::<Test>::insert(key, grant);
	}
	storage()
}

fn restore(pairs: &Storage, model: &Model) {
	for key in storage().keys().filter(|key| !pairs.contains_key(*key)) {
		sp_io::storage::clear(key);
	}
	for (key, value) in pairs {
		sp_io::storage::set(key, value);
	}
	Now::set(if model.ended { END } else { START });
}

/// Prints the events that led to a failure.
struct Told<'a>(&'a [Happens], Happens);

impl Drop for Told<'_> {
	fn drop(&mut self) {
		if std::thread::panicking() {
			eprintln!("after {:?}: {:?}", self.0, self.1);
		}
	}
}

/// A state with two regions and nothing else.
fn empty_chain() -> sp_io::TestExternalities {
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
	empty_chain().execute_with(|| {
		let start = (levelled(), Model::default());
		let mut seen = HashSet::from([sp_io::hashing::blake2_256(&start.encode())]);
		let mut next = VecDeque::from([(start, Vec::new())]);
		let mut handed_out = 0;
		while let Some(((pairs, model), path)) = next.pop_front() {
			for event in EVENTS {
				let told = Told(&path, event);
				restore(&pairs, &model);
				let mut model = model.clone();
				model.happen(event);
				let state = (levelled(), model);
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

/// The model catches a consortium that forgets the last update.
#[test]
#[should_panic(expected = "what was revoked is handed out again")]
fn a_consortium_without_last_updates_is_caught() {
	empty_chain().execute_with(|| {
		let mut model = Model::default();
		for event in [Grantee(1), Deliver(1), Revoke(2)] {
			model.happen(event);
			model.check();
		}
		LastUpdates::<Test>::remove(key_of_grant());
		assert_ok!(call(Deliver(1)));
		model.check();
	});
}

/// The model catches a consortium that ignores the revocations of an expelled region.
#[test]
#[should_panic(expected = "what was revoked is handed out again")]
fn a_consortium_that_ignores_expelled_regions_is_caught() {
	empty_chain().execute_with(|| {
		let mut model = Model::default();
		for event in [Grantee(1), Deliver(1), Expel(HOME)] {
			model.happen(event);
			model.check();
		}
		assert_ok!(model.take(Revoke(2)));
		model.happen(Admit(HOME));
		model.check();
	});
}

/// The model catches a consortium that forgets the suspension of a grantee.
#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn a_consortium_that_shows_grants_to_suspended_grantees_is_caught() {
	empty_chain().execute_with(|| {
		let mut model = Model::default();
		for event in [Grantee(1), Deliver(1), Grantee(2)] {
			model.happen(event);
			model.check();
		}
		Providers::<Test>::remove(AWAY.to_be_bytes(), id(GRANTEE).0.to_be_bytes());
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
		model.check();
	});
}
