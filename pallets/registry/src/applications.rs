//! Applications of providers: applying and withdrawing.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Time};
use salus_primitives::{
	newest_first, text::Text, traits::Authorities, EncryptionKey, KeySignature, ProfessionalName,
	ProfessionalNumber,
};

use crate::{
	pallet::*,
	types::{AccountIdOf, Application, Subject},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_apply(
		account: AccountIdOf<T>,
		number: Text,
		name: Text,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		Self::ensure_may_register(&account)?;
		let number = ProfessionalNumber::from_text(number).map_err(Error::<T>::from)?;
		let name = ProfessionalName::from_bytes(&name.0).map_err(Error::<T>::from)?;
		ensure!(
			!Holders::<T>::contains_key(&number),
			Error::<T>::AlreadyVerified
		);
		let subject = Subject::Application {
			account: account.clone(),
			number: number.clone(),
		};
		Self::ensure_no_cool_down(&subject)?;
		let previous = Applications::<T>::get(&account);
		if let Some(previous) = &previous {
			ensure!(
				!Self::has_votes_against(&account, previous),
				Error::<T>::VotesAgainst
			);
		}
		let bits = Self::check_key(&account, 0, &key, &signature)?;

		if let Some(previous) = previous {
			Self::remove_application(&account, &previous);
		}
		CoolDowns::<T>::remove(&subject);
		let since = T::Time::now();
		let serial = NextApplication::<T>::mutate(|next| {
			let serial = *next;
			*next = next.saturating_add(1);
			serial
		});
		let value = Application {
			number: number.clone(),
			name,
			key,
			bits,
			signature,
			since,
			serial,
		};
		let application = value.hash(&account);
		Claims::<T>::insert(&number, &account, ());
		Applications::<T>::insert(&account, value);
		NewestApplications::<T>::insert(newest_first(serial), &account);
		Self::deposit_event(Event::AppliedAsProvider {
			account,
			number,
			application,
		});
		Ok(())
	}

	pub(crate) fn do_withdraw(account: AccountIdOf<T>) -> DispatchResult {
		let application = Applications::<T>::get(&account).ok_or(Error::<T>::NotFound)?;
		let opposed = Self::has_votes_against(&account, &application);

		Self::remove_application(&account, &application);
		let number = application.number;
		if opposed {
			Self::start_cool_down(Subject::Application {
				account: account.clone(),
				number: number.clone(),
			});
		}
		Self::deposit_event(Event::ApplicationWithdrawn { account, number });
		Ok(())
	}

	fn has_votes_against(account: &AccountIdOf<T>, application: &Application) -> bool {
		let votes = Self::votes_on(&application.motion(account), &T::Authorities::terms());
		votes.count(false) > 0
	}

	pub(crate) fn remove_application(account: &AccountIdOf<T>, application: &Application) {
		Motions::<T>::remove(application.motion(account));
		Claims::<T>::remove(&application.number, account);
		NewestApplications::<T>::remove(newest_first(application.serial));
		Applications::<T>::remove(account);
	}
}
