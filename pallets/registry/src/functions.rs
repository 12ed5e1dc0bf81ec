//! The calls' bodies: each looks up, checks everything, then writes, then tells in an event.

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, Time},
};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_primitives::{
	encryption_key_message, traits::Authorities, EncryptionKey, EncryptionKeyError, Hash256,
	KeySignature, KeyVersion, MemberId, Moment, NameFlaw, NumberError, PatientId, ProfessionalName,
	ProfessionalNumber, Standing,
};
use sp_core::sr25519;
use sp_runtime::traits::Zero;

use crate::{
	pallet::*,
	types::{
		AccountIdOf, Application, Invitations, KeyEntry, KeyEntryOf, Motion, MotionOf, Patient,
		Subject,
	},
};

impl<T> From<EncryptionKeyError> for Error<T> {
	fn from(error: EncryptionKeyError) -> Self {
		match error {
			EncryptionKeyError::NotDer => Self::KeyNotDer,
			EncryptionKeyError::TooSmall => Self::KeyTooSmall,
			EncryptionKeyError::TooLarge => Self::KeyTooLarge,
			EncryptionKeyError::EvenModulus => Self::KeyEvenModulus,
			EncryptionKeyError::WrongExponent => Self::KeyWrongExponent,
		}
	}
}

impl<T> From<NumberError> for Error<T> {
	fn from(error: NumberError) -> Self {
		match error {
			NumberError::Malformed => Self::NumberMalformed,
			NumberError::WrongCheckDigit => Self::NumberWrongCheckDigit,
		}
	}
}

impl<T> From<NameFlaw> for Error<T> {
	fn from(flaw: NameFlaw) -> Self {
		match flaw {
			NameFlaw::Blank => Self::NameEmpty,
			NameFlaw::ControlCharacter => Self::NameHasControlCharacter,
		}
	}
}

/// Invitations.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_invite(by: AccountIdOf<T>, account: AccountIdOf<T>) -> DispatchResult {
		let limit = Self::invitation_limit(&by).ok_or(Error::<T>::NotAuthorized)?;
		let invitations = Self::invitations_of(&by);
		ensure!(
			!Invited::<T>::contains_key(&account),
			Error::<T>::AlreadyInvited
		);
		ensure!(invitations.made < limit, Error::<T>::MaxInvitationsExceeded);

		let made = invitations.made.saturating_add(1);
		InvitationsMade::<T>::insert(
			&by,
			Invitations {
				made,
				..invitations
			},
		);
		Self::let_in(&account);
		Self::deposit_event(Event::AccountInvited { account, by });
		Ok(())
	}

	/// Marks an account as invited and gives it the reference that lets it send transactions. The
	/// reference stays for good: taking it away would reset the account's nonce.
	pub(crate) fn let_in(account: &AccountIdOf<T>) {
		if !Invited::<T>::contains_key(account) {
			frame_system::Pallet::<T>::inc_providers(account);
			Invited::<T>::insert(account, ());
		}
	}

	/// How many invitations an account may make in a period; `None` if it may make none at all.
	pub(crate) fn invitation_limit(account: &AccountIdOf<T>) -> Option<u32> {
		if T::Authorities::is_authority(account) {
			return Some(T::AuthorityInvitationsPerPeriod::get());
		}
		let (_, provider) = Self::provider_of(account)?;
		(provider.standing == Standing::Verified).then(T::InvitationsPerPeriod::get)
	}

	/// What an account has invited in the period that runs.
	pub(crate) fn invitations_of(account: &AccountIdOf<T>) -> Invitations {
		let period = T::Time::now()
			.checked_div(T::InvitationPeriod::get())
			.unwrap_or_default();
		match InvitationsMade::<T>::get(account) {
			Some(invitations) if invitations.period == period => invitations,
			_ => Invitations { period, made: 0 },
		}
	}
}

/// Registration and encryption keys.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_register_patient(
		account: AccountIdOf<T>,
		commitment: Hash256,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		Self::ensure_may_register(&account)?;
		ensure!(
			!Applications::<T>::contains_key(&account),
			Error::<T>::ApplicationPending
		);
		let bits = Self::check_key(&account, 0, &key, &signature)?;
		let patient = Self::new_patient_id(&account);
		ensure!(
			!Patients::<T>::contains_key(patient),
			Error::<T>::AlreadyExists
		);

		let since = T::Time::now();
		let member = MemberId::Patient(patient);
		let entry = KeyEntry {
			key,
			bits,
			account: account.clone(),
			signature,
			since,
		};
		Self::put_key(&member, 0, entry);
		MemberOf::<T>::insert(&account, member);
		let value = Patient {
			account: account.clone(),
			commitment,
			key_version: 0,
			since,
		};
		Patients::<T>::insert(patient, value);
		Self::deposit_event(Event::PatientRegistered { patient, account });
		Ok(())
	}

	pub(crate) fn do_rotate_key(
		account: AccountIdOf<T>,
		version: KeyVersion,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		let member = MemberOf::<T>::get(&account).ok_or(Error::<T>::NotRegistered)?;
		let current = Self::key_version(&member).ok_or(Error::<T>::NotFound)?;
		if let MemberId::Provider(number) = &member {
			let provider = Providers::<T>::get(number).ok_or(Error::<T>::NotFound)?;
			ensure!(
				provider.standing != Standing::Retired,
				Error::<T>::AlreadyRetired
			);
		}
		ensure!(
			current.checked_add(1) == Some(version),
			Error::<T>::StaleKeyVersion
		);
		let bits = Self::check_key(&account, version, &key, &signature)?;

		let since = T::Time::now();
		Self::put_key(
			&member,
			version,
			KeyEntry {
				key,
				bits,
				account,
				signature,
				since,
			},
		);
		match &member {
			MemberId::Patient(patient) => Patients::<T>::mutate_extant(patient, |patient| {
				patient.key_version = version;
			}),
			MemberId::Provider(number) => {
				Providers::<T>::mutate_extant(number, |provider| provider.key_version = version);
				Self::tell_consortium(number);
			}
		}
		Self::deposit_event(Event::KeyRotated { member, version });
		Ok(())
	}

	/// The version of a member's current encryption key.
	pub(crate) fn key_version(member: &MemberId) -> Option<KeyVersion> {
		match member {
			MemberId::Patient(patient) => Some(Patients::<T>::get(patient)?.key_version),
			MemberId::Provider(number) => Some(Providers::<T>::get(number)?.key_version),
		}
	}

	pub(crate) fn put_key(member: &MemberId, version: KeyVersion, entry: KeyEntryOf<T>) {
		KeyHolders::<T>::insert(entry.key.digest(), member);
		Keys::<T>::insert(member, version, entry);
	}

	fn ensure_may_register(account: &AccountIdOf<T>) -> DispatchResult {
		ensure!(Invited::<T>::contains_key(account), Error::<T>::NotInvited);
		ensure!(
			!MemberOf::<T>::contains_key(account),
			Error::<T>::AlreadyRegistered
		);
		Ok(())
	}

	/// Checks a key that an account wants to register, and tells the bits of its modulus.
	fn check_key(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
		signature: &KeySignature,
	) -> Result<u32, Error<T>> {
		let bits = key.check(T::MinModulusBits::get())?;
		ensure!(
			!KeyHolders::<T>::contains_key(key.digest()),
			Error::<T>::KeyAlreadyHeld
		);
		ensure!(
			Self::signed_key(account, version, key, signature),
			Error::<T>::KeySignatureInvalid
		);
		Ok(bits)
	}

	/// Whether a signature over a key is the account's.
	pub(crate) fn signed_key(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
		signature: &KeySignature,
	) -> bool {
		let message = Self::key_message(account, version, key);
		let public = sr25519::Public::from_raw(*AsRef::<[u8; 32]>::as_ref(account));
		sp_io::crypto::sr25519_verify(signature, &message, &public)
	}

	/// What an account signs to register a key on this chain.
	pub(crate) fn key_message(
		account: &AccountIdOf<T>,
		version: KeyVersion,
		key: &EncryptionKey,
	) -> Hash256 {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		encryption_key_message(&genesis.0, account.as_ref(), version, key)
	}

	/// An id that says nothing about the patient. An account registers once, and the parent's hash
	/// keeps ids from being computed ahead.
	pub(crate) fn new_patient_id(account: &AccountIdOf<T>) -> PatientId {
		let seed = (
			"salus/patient/v1",
			frame_system::Pallet::<T>::parent_hash(),
			frame_system::Pallet::<T>::extrinsic_index(),
			account,
		);
		let hash = seed_hash(&seed);
		PatientId(hash.first_chunk().copied().unwrap_or_default())
	}
}

fn seed_hash(seed: &impl codec::Encode) -> [u8; 32] {
	seed.using_encoded(sp_io::hashing::blake2_256)
}

/// Applications.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_apply(
		account: AccountIdOf<T>,
		number: ProfessionalNumber,
		name: ProfessionalName,
		key: EncryptionKey,
		signature: KeySignature,
	) -> DispatchResult {
		Self::ensure_may_register(&account)?;
		number.check().map_err(Error::<T>::from)?;
		name.check().map_err(Error::<T>::from)?;
		ensure!(
			!Providers::<T>::contains_key(&number),
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
		let value = Application {
			number: number.clone(),
			name,
			key,
			bits,
			signature,
			since,
		};
		let application = value.hash(&account);
		Claims::<T>::insert(&number, &account, ());
		Applications::<T>::insert(&account, value);
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
		let votes = Motions::<T>::get(verify_motion::<T>(account, application));
		votes.nays.iter().any(T::Authorities::is_authority)
	}

	pub(crate) fn remove_application(account: &AccountIdOf<T>, application: &Application) {
		Motions::<T>::remove(verify_motion::<T>(account, application));
		Claims::<T>::remove(&application.number, account);
		Applications::<T>::remove(account);
	}

	pub(crate) fn ensure_no_cool_down(subject: &Subject<AccountIdOf<T>>) -> DispatchResult {
		let ended = CoolDowns::<T>::get(subject).is_none_or(|until| until <= T::Time::now());
		ensure!(ended, Error::<T>::CoolingDown);
		Ok(())
	}

	pub(crate) fn start_cool_down(subject: Subject<AccountIdOf<T>>) {
		let until: Moment = T::Time::now().saturating_add(T::CoolDown::get());
		CoolDowns::<T>::insert(subject, until);
	}
}

/// The motion to verify what an account applied for.
pub(crate) fn verify_motion<T: Config>(
	account: &AccountIdOf<T>,
	application: &Application,
) -> MotionOf<T> {
	Motion::Verify {
		account: account.clone(),
		application: application.hash(account),
	}
}
