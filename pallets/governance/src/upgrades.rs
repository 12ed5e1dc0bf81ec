//! Runtime upgrades: announced, called off, authorized.

use codec::{Decode, Encode};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Time};
use salus_primitives::{traits::Authorities, Moment};
use sp_core::H256;

use crate::{pallet::*, Announcement};

/// The hash of no code. `System` keeps it as authorized after an authorized upgrade is called off,
/// as it cannot keep nothing again.
const NO_CODE: H256 = H256::zero();

impl<T: Config> Pallet<T> {
	pub(crate) fn do_announce_upgrade(code_hash: H256) -> DispatchResult {
		ensure!(!AnnouncedUpgrade::<T>::exists(), Error::<T>::AlreadyExists);
		let enact_after = T::Time::now().saturating_add(NoticePeriod::<T>::get());
		AnnouncedUpgrade::<T>::put(Announcement {
			code_hash,
			enact_after,
		});
		Self::deposit_event(Event::UpgradeAnnounced {
			code_hash,
			enact_after,
		});
		Ok(())
	}

	pub(crate) fn do_cancel_upgrade() -> DispatchResult {
		let code_hash = match AnnouncedUpgrade::<T>::take() {
			Some(announced) => announced.code_hash,
			None => {
				let code_hash = Self::authorized_code().ok_or(Error::<T>::NotFound)?;
				frame_system::Pallet::<T>::do_authorize_upgrade(NO_CODE, true);
				code_hash
			}
		};
		Self::deposit_event(Event::UpgradeCancelled { code_hash });
		Ok(())
	}

	pub(crate) fn do_authorize_announced_upgrade(who: T::AccountId) -> DispatchResult {
		ensure!(T::Membership::is_authority(&who), Error::<T>::NotAuthorized);
		let Announcement {
			code_hash,
			enact_after,
		} = AnnouncedUpgrade::<T>::get().ok_or(Error::<T>::NotFound)?;
		ensure!(
			T::Time::now() >= enact_after,
			Error::<T>::NoticePeriodNotOver
		);
		AnnouncedUpgrade::<T>::kill();
		frame_system::Pallet::<T>::do_authorize_upgrade(code_hash, true);
		Self::deposit_event(Event::AnnouncedUpgradeAuthorized { code_hash });
		Ok(())
	}

	/// For the `GovernanceApi`: the hash of the code of the announced upgrade, and the time from
	/// which it may be authorized.
	pub fn announced_upgrade() -> Option<(H256, Moment)> {
		AnnouncedUpgrade::<T>::get().map(|announced| (announced.code_hash, announced.enact_after))
	}

	/// The hash of the code that is authorized and not applied yet.
	pub(crate) fn authorized_code() -> Option<H256> {
		// Its fields are private. Its encoding begins with the hash.
		let authorized = frame_system::Pallet::<T>::authorized_upgrade()?.encode();
		H256::decode(&mut &authorized[..])
			.ok()
			.filter(|hash| *hash != NO_CODE)
	}
}
