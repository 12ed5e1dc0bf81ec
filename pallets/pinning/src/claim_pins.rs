//! The call `claim_pins`: what is due, the checks of a report, and its writes.

use alloc::vec::Vec;

use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{Time, ValidatorSet},
};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::{blocks::REPORT_BLOCKS, traits::Records, Moment, RecordId};
use sp_runtime::RuntimeAppPublic;

use crate::{
	crypto::{PinnerId, PinnerSignature},
	pallet::*,
	payload,
	types::{Due, Pin},
	ReportOf,
};

impl<T: Config> Pallet<T> {
	/// What a pinner must do for a record at this time. The worker follows this rule, and the
	/// chain checks reports by it. `None` if there is no such record.
	pub fn due(record: RecordId, pinner: &T::AccountId, at: Moment) -> Option<Due> {
		if record >= T::Records::next_id() {
			return None;
		}
		let pins = Pins::<T>::get(record);
		Some(match pins.iter().find(|pin| pin.pinner == *pinner) {
			None => Due::Pin,
			Some(pin) if at < pin.checked_at.saturating_add(T::RecheckPeriod::get()) => {
				Due::Nothing
			}
			Some(_) => Due::Recheck,
		})
	}

	/// The bytes that a pinner signs on this chain.
	pub fn payload(report: &ReportOf<T>) -> Vec<u8> {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::from(0u32));
		payload(genesis.as_ref(), report)
	}

	/// Checks a report except for its signature, the cheap checks first. Returns the pinner.
	pub(crate) fn check_report(report: &ReportOf<T>) -> Result<(T::AccountId, PinnerId), Error<T>> {
		let index = usize::try_from(report.pinner).map_err(|_| Error::<T>::NotAuthorized)?;
		ensure!(
			report.session == T::Session::session_index(),
			Error::<T>::WrongSession
		);
		ensure!(
			!(report.claimed.is_empty() && report.lost.is_empty()),
			Error::<T>::NothingReported
		);
		ensure!(
			ascending(&report.claimed) && ascending(&report.lost),
			Error::<T>::NotSorted
		);
		let both = |record: &RecordId| report.lost.binary_search(record).is_ok();
		ensure!(!report.claimed.iter().any(both), Error::<T>::NotSorted);
		let now = T::Time::now();
		ensure!(report.at <= now, Error::<T>::TooEarly);
		let last_chance = report.at.saturating_add(T::ReportLifetime::get());
		ensure!(now <= last_chance, Error::<T>::Stale);
		let pinners = Pinners::<T>::get();
		let (pinner, key) = pinners.get(index).ok_or(Error::<T>::NotAuthorized)?;
		let next = Reports::<T>::get().get(index).copied();
		ensure!(Some(report.number) == next, Error::<T>::Stale);
		for record in &report.claimed {
			let due = Self::due(*record, pinner, report.at).ok_or(Error::<T>::NotFound)?;
			ensure!(due != Due::Nothing, Error::<T>::NotDue);
		}
		for record in &report.lost {
			let pins = Pins::<T>::get(record);
			ensure!(
				pins.iter().any(|pin| pin.pinner == *pinner),
				Error::<T>::NotFound
			);
		}
		Ok((pinner.clone(), key.clone()))
	}

	/// Whether a report may enter the pool and blocks. The signature is checked last.
	pub(crate) fn authorize_claim_pins(
		_source: TransactionSource,
		report: &ReportOf<T>,
		signature: &PinnerSignature,
	) -> TransactionValidityWithRefund {
		let (pinner, key) = Self::check_report(report).map_err(|error| refusal(&error))?;
		ensure!(
			key.verify(&Self::payload(report), signature),
			TransactionValidityError::from(InvalidTransaction::BadProof)
		);
		// The pool holds one report of each pinner, so that no pinner can fill it.
		let validity = ValidTransaction::with_tag_prefix("salus/pins")
			.priority(T::ReportPriority::get())
			.longevity(REPORT_BLOCKS.into())
			.and_provides(pinner)
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Writes a checked report.
	pub(crate) fn do_claim_pins(pinner: T::AccountId, report: ReportOf<T>) {
		let current = Self::current_pinners();
		for record in &report.claimed {
			Pins::<T>::mutate(record, |pins| {
				pins.retain(|pin| pin.pinner != pinner && current.contains(&pin.pinner));
				let pin = Pin {
					pinner: pinner.clone(),
					checked_at: report.at,
				};
				// There is room: each remaining pin is of another pinner of the session.
				let pushed = pins.try_push(pin);
				debug_assert!(pushed.is_ok());
			});
		}
		for record in &report.lost {
			Pins::<T>::mutate_exists(record, |stored| {
				let mut pins = stored.take().unwrap_or_default();
				pins.retain(|pin| pin.pinner != pinner && current.contains(&pin.pinner));
				*stored = (!pins.is_empty()).then_some(pins);
			});
		}
		Reports::<T>::mutate(|numbers| {
			let index = usize::try_from(report.pinner).ok();
			if let Some(next) = index.and_then(|index| numbers.get_mut(index)) {
				*next = report.number.saturating_add(1);
			}
		});
		Self::deposit_event(Event::PinsReported {
			pinner,
			claimed: report.claimed,
			lost: report.lost,
		});
	}
}

fn ascending(records: &[RecordId]) -> bool {
	records
		.iter()
		.zip(records.iter().skip(1))
		.all(|(left, right)| left < right)
}

/// A refusal as the pool names it.
fn refusal<T>(error: &Error<T>) -> TransactionValidityError {
	let invalid = match error {
		Error::NotAuthorized => InvalidTransaction::BadSigner,
		Error::WrongSession | Error::Stale | Error::NotDue => InvalidTransaction::Stale,
		Error::TooEarly => InvalidTransaction::Future,
		_ => InvalidTransaction::Call,
	};
	invalid.into()
}
