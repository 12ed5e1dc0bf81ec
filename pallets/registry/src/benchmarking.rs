//! Benchmarks of the calls, and set-up for the benchmarks of other pallets.

use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{Get, Time},
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::RawOrigin;
use salus_primitives::{
	benchmarking::{largest_key, longest_name},
	newest_first,
	traits::{Authorities, ToConsortium},
	Cause, EncryptionKey, EnlistmentState, KeySignature, KeyVersion, MemberId, Moment, PatientId,
	ProfessionalNumber, ProviderId, Reason, Standing,
};
use sp_core::{crypto::KeyTypeId, sr25519};

use crate::{
	pallet::*,
	types::{
		AccountIdOf, Application, Enlistment, Invitations, KeyEntry, MotionOf, OutboxKey, Patient,
		Provider, Step, Vote, VotesOf,
	},
	WeightInfo, MAX_SUPERSEDED,
};

const BENCHMARK_KEYS: KeyTypeId = KeyTypeId(*b"bnch");

/// A professional number of its own for each index: an upper-case letter and five digits.
fn number(index: u32) -> ProfessionalNumber {
	let text = alloc::format!("B{:05}", index.wrapping_rem(100_000));
	ProfessionalNumber(text.into_bytes().try_into().unwrap_or_default())
}

fn account_of<T: Config>(public: sr25519::Public) -> AccountIdOf<T> {
	AccountIdOf::<T>::new(public.0)
}

/// An invited account that can sign.
fn signer<T: Config>() -> (sr25519::Public, AccountIdOf<T>) {
	let public = sp_io::crypto::sr25519_generate(BENCHMARK_KEYS, None);
	let account = account_of::<T>(public);
	Pallet::<T>::let_in(&account);
	(public, account)
}

fn sign<T: Config>(
	public: &sr25519::Public,
	version: KeyVersion,
	key: &EncryptionKey,
) -> KeySignature {
	let message = Pallet::<T>::key_message(&account_of::<T>(*public), version, key);
	sp_io::crypto::sr25519_sign(BENCHMARK_KEYS, public, message.as_bytes())
		.unwrap_or_else(no_signature)
}

fn no_signature() -> KeySignature {
	KeySignature::from_raw([0; 64])
}

fn authorities<T: Config>() -> Vec<AccountIdOf<T>> {
	let mut all: Vec<_> = (0..T::MaxAuthorities::get())
		.map(|index| account("authority", index, 0))
		.collect();
	// As the runtime keeps them, so that each one's term is its place.
	all.sort();
	T::Authorities::benchmark_set(&all);
	all
}

/// Votes of all but the last authority, one short of a majority for it, the rest against.
fn votes<T: Config>(authorities: &[AccountIdOf<T>]) -> VotesOf<T> {
	let others = authorities
		.split_last()
		.map(|(_, others)| others)
		.unwrap_or_default();
	let votes = others.iter().zip(0..).map(|(authority, term)| Vote {
		authority: authority.clone(),
		term,
		aye: usize::try_from(term).is_ok_and(|term| term < authorities.len() / 2),
	});
	VotesOf::<T> {
		ends: later::<T>(),
		votes: BoundedVec::truncate_from(votes.collect()),
	}
}

fn apply<T: Config>(account: &AccountIdOf<T>, number: &ProfessionalNumber) -> MotionOf<T> {
	let serial = NextApplication::<T>::get();
	NextApplication::<T>::put(serial.saturating_add(1));
	NewestApplications::<T>::insert(newest_first(serial), account);
	let value = Application {
		number: number.clone(),
		name: longest_name(),
		key: largest_key(account.as_ref()),
		bits: 4096,
		signature: no_signature(),
		since: T::Time::now(),
		serial,
	};
	let motion = value.motion(account);
	Pallet::<T>::let_in(account);
	Claims::<T>::insert(number, account, ());
	Applications::<T>::insert(account, value);
	motion
}

impl<T: Config> Pallet<T> {
	fn put_benchmark_key(member: &MemberId, account: &AccountIdOf<T>) {
		let entry = KeyEntry {
			key: largest_key(account.as_ref()),
			bits: 4096,
			account: account.clone(),
			signature: no_signature(),
			since: T::Time::now(),
		};
		Self::let_in(account);
		Self::found(member.clone(), account.clone(), entry.since);
		Self::put_key(member, 0, entry);
	}

	/// Makes an account act for a registered patient.
	pub(crate) fn put_benchmark_patient(account: &AccountIdOf<T>) -> PatientId {
		let patient = Self::new_patient_id(account, &[0; 32]);
		let value = Patient {
			account: account.clone(),
			commitment: [0; 32],
			key_version: 0,
			since: T::Time::now(),
		};
		Patients::<T>::insert(patient, value);
		Self::put_benchmark_key(&MemberId::Patient(patient), account);
		patient
	}

	/// Makes an account act for a verified provider.
	pub(crate) fn put_benchmark_provider(account: &AccountIdOf<T>) -> ProviderId {
		let id = Self::new_provider_id();
		let number = number(id.0);
		Holders::<T>::insert(&number, id);
		let value = Provider {
			number,
			account: account.clone(),
			name: longest_name(),
			standing: Standing::Verified,
			key_version: 0,
			since: T::Time::now(),
		};
		Providers::<T>::insert(id, value);
		Self::put_benchmark_key(&MemberId::Provider(id), account);
		id
	}

	/// Makes a provider's entry wait for its answer.
	pub(crate) fn put_benchmark_sent() -> (ProviderId, u64) {
		let account: AccountIdOf<T> = account("enlisted", 0, 0);
		let id = Self::put_benchmark_provider(&account);
		(id, put_sent::<T>(id))
	}
}

fn later<T: Config>() -> Moment {
	T::Time::now().saturating_add(T::AnswerTime::get())
}

/// Makes a provider's entry wait for its answer.
fn put_sent<T: Config>(provider: ProviderId) -> u64 {
	let enlistment = Enlistment {
		sequence: 7,
		state: EnlistmentState::Sent,
		step: Step::Await,
		attempts: 1,
		enlisted: Some(6),
		message: Some([7; 32]),
	};
	let sequence = enlistment.sequence;
	Enlistments::<T>::insert(provider, enlistment);
	sequence
}

/// Puts a provider's entry, refused before, into the outbox.
fn put_in_outbox<T: Config>(provider: ProviderId, at: Moment) {
	let refused = Enlistment {
		sequence: 7,
		state: EnlistmentState::Refused(Cause::Reason(Reason::NotARegion)),
		step: Step::Send(at),
		attempts: 1,
		enlisted: Some(6),
		message: Some([7; 32]),
	};
	Enlistments::<T>::insert(provider, refused);
	Outbox::<T>::insert(OutboxKey::new(at, provider), ());
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// By a provider, which costs more look-ups than by an authority.
	#[benchmark]
	fn invite() {
		authorities::<T>();
		let by = account("provider", 0, 0);
		Pallet::<T>::put_benchmark_provider(&by);
		InvitationsMade::<T>::insert(&by, Invitations { period: 0, made: 0 });
		let invited: AccountIdOf<T> = account("invited", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(by), invited.clone());

		assert!(Invited::<T>::contains_key(&invited));
	}

	#[benchmark]
	fn register_patient() {
		let (public, account) = signer::<T>();
		let key = largest_key(account.as_ref());
		let signature = sign::<T>(&public, 0, &key);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(account.clone()),
			[0xa5; 32],
			key,
			signature,
		);

		assert!(MemberOf::<T>::contains_key(&account));
	}

	/// Replaces an application that all but too few authorities voted for.
	#[benchmark]
	fn apply_as_provider() {
		let all = authorities::<T>();
		let (public, account) = signer::<T>();
		let motion = apply::<T>(&account, &number(0));
		let mut votes = votes::<T>(&all);
		votes.votes.retain(|one| one.aye);
		Motions::<T>::insert(&motion, votes);
		let key = largest_key(account.as_ref());
		let signature = sign::<T>(&public, 0, &key);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(account.clone()),
			number(1).into(),
			longest_name().into(),
			key,
			signature,
		);

		assert!(Claims::<T>::contains_key(number(1), &account));
		assert!(!Motions::<T>::contains_key(motion));
	}

	#[benchmark]
	fn withdraw_application() {
		let all = authorities::<T>();
		let account: AccountIdOf<T> = account("applicant", 0, 0);
		let motion = apply::<T>(&account, &number(0));
		Motions::<T>::insert(&motion, votes::<T>(&all));

		#[extrinsic_call]
		_(RawOrigin::Signed(account.clone()));

		assert!(!Applications::<T>::contains_key(&account));
	}

	/// The vote that verifies a provider and drops the other claimants.
	#[benchmark]
	fn vote() -> Result<(), BenchmarkError> {
		let all = authorities::<T>();
		let applicant: AccountIdOf<T> = account("applicant", 0, 0);
		let motion = apply::<T>(&applicant, &number(0));
		Motions::<T>::insert(&motion, votes::<T>(&all));
		for index in 0..MAX_SUPERSEDED {
			let other = apply::<T>(&account("other", index, 0), &number(0));
			Motions::<T>::insert(&other, votes::<T>(&all));
		}
		let last = all
			.last()
			.cloned()
			.ok_or(BenchmarkError::Stop("no authorities"))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(last), motion, true);

		assert!(Holders::<T>::contains_key(number(0)));
		assert!(Claims::<T>::iter_key_prefix(number(0)).next().is_none());
		Ok(())
	}

	#[benchmark]
	fn retire() {
		let account: AccountIdOf<T> = account("provider", 0, 0);
		let id = Pallet::<T>::put_benchmark_provider(&account);
		put_in_outbox::<T>(id, later::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(account));

		assert_eq!(
			Providers::<T>::get(id).map(|provider| provider.standing),
			Some(Standing::Retired)
		);
	}

	/// By a provider that is enlisted.
	#[benchmark]
	fn rotate_key() {
		let (public, account) = signer::<T>();
		let id = Pallet::<T>::put_benchmark_provider(&account);
		put_in_outbox::<T>(id, later::<T>());
		let key = largest_key(&[0xb0; 32]);
		let signature = sign::<T>(&public, 1, &key);

		#[extrinsic_call]
		_(RawOrigin::Signed(account), 1, key, signature);

		assert!(Keys::<T>::contains_key(MemberId::Provider(id), 1));
	}

	/// After a refusal.
	#[benchmark]
	fn enlist() {
		let account: AccountIdOf<T> = account("provider", 0, 0);
		let id = Pallet::<T>::put_benchmark_provider(&account);
		put_in_outbox::<T>(id, later::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(account));

		assert_eq!(
			Enlistments::<T>::get(id).map(|value| value.state),
			Some(EnlistmentState::Waiting)
		);
	}

	/// One entry is not due.
	#[benchmark]
	fn outbox_nothing() {
		put_in_outbox::<T>(ProviderId(1), later::<T>());
		let before = Enlistments::<T>::get(ProviderId(1));
		let mut meter = WeightMeter::with_limit(Weight::MAX);

		#[block]
		{
			Pallet::<T>::do_outbox(&mut meter);
		}

		assert_eq!(Enlistments::<T>::get(ProviderId(1)), before);
		assert_eq!(meter.consumed(), T::WeightInfo::outbox_nothing());
	}

	/// Sends one.
	#[benchmark]
	fn outbox_one() {
		T::Consortium::benchmark_connect();
		let account: AccountIdOf<T> = account("provider", 0, 0);
		let id = Pallet::<T>::put_benchmark_provider(&account);
		put_in_outbox::<T>(id, T::Time::now());
		let mut meter = WeightMeter::with_limit(Weight::MAX);

		#[block]
		{
			Pallet::<T>::do_outbox(&mut meter);
		}

		assert_eq!(
			Enlistments::<T>::get(id).map(|value| value.state),
			Some(EnlistmentState::Sent)
		);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
