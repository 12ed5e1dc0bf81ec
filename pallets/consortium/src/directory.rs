//! The directory of providers: the bodies of `enlist_provider` and `update_provider`.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use salus_primitives::{
	encryption_key_message, DirectoryEntry, ParaId, ProfessionalNumber, ProviderId, Reason,
	RemoteProvider, SignedKey, Standing,
};
use sp_core::{sr25519, H256};

use crate::{pallet::*, OrderedRegion, Provider, Region, Update};

impl<T: Config> Pallet<T> {
	pub(crate) fn provider(provider: &RemoteProvider) -> Option<Provider> {
		Providers::<T>::get(provider.region.to_be_bytes(), provider.id.0.to_be_bytes())
	}

	/// Adds a provider to the directory, or replaces its entry. With `must_exist` it only
	/// replaces.
	pub(crate) fn do_put_provider(
		id: ParaId,
		region: Region,
		entry: DirectoryEntry,
		must_exist: bool,
	) -> Result<(), Reason> {
		let before = Providers::<T>::get(id.to_be_bytes(), entry.id.0.to_be_bytes());
		ensure!(before.is_some() || !must_exist, Reason::NotEnlisted);
		let update = Update::of_entry(&entry);
		if !update.is_new_after(before.as_ref().map(|provider| &provider.last_update))? {
			return Ok(());
		}
		let accepted = region.is_admitted() || only_takes_away(before.as_ref(), &entry);
		ensure!(accepted, Reason::NotARegion);
		let bits = Self::check_entry(&region, &entry)?;
		let same_number = |before: &Provider| before.number == entry.number;
		ensure!(
			before.as_ref().is_none_or(same_number),
			Reason::NumberChanged
		);
		let was_unverified = |before: &Provider| before.standing.is_unverified();
		ensure!(
			entry.standing.is_unverified() || !before.as_ref().is_some_and(was_unverified),
			Reason::Unverified
		);
		let holder = ProvidersOf::<T>::get(&entry.account, id.to_be_bytes());
		let free = holder.is_none_or(|provider| provider == entry.id);
		ensure!(free, Reason::AccountTaken);
		let room = before.is_some() || region.providers < T::MaxProvidersPerRegion::get();
		ensure!(room, Reason::MaxProvidersExceeded);

		Self::write_provider(id, region, before, entry, update, bits);
		Ok(())
	}

	/// Checks an entry by itself. Returns the bits of the key's modulus.
	fn check_entry(region: &Region, entry: &DirectoryEntry) -> Result<u32, Reason> {
		let number = entry.number.check();
		number.map_err(|_| Reason::InvalidNumber)?;
		entry.name.check().map_err(|_| Reason::InvalidName)?;
		let bits = entry.key.key.check(T::MinModulusBits::get());
		let bits = bits.map_err(|_| Reason::InvalidKey)?;
		let signed = is_signed(&region.genesis_hash, &entry.key);
		ensure!(signed, Reason::InvalidKeySignature);
		Ok(bits)
	}

	/// Writes a checked entry.
	fn write_provider(
		id: ParaId,
		region: Region,
		before: Option<Provider>,
		entry: DirectoryEntry,
		last_update: Update,
		bits: u32,
	) {
		let at = id.to_be_bytes();
		let is_new = before.is_none();
		if let Some(before) = before.filter(|before| before.account != entry.account) {
			ProvidersOf::<T>::remove(before.account, at);
		}
		if is_new {
			let providers = region.providers.saturating_add(1);
			Regions::<T>::insert(
				at,
				Region {
					providers,
					..region
				},
			);
		}
		let (standing, key_version, sequence) =
			(entry.standing, entry.key.version, last_update.sequence);
		let (provider_id, account) = (entry.id, entry.account);
		Self::index_number(at, provider_id, &entry.number);
		let provider = Provider {
			number: entry.number,
			name: entry.name,
			account: account.clone(),
			standing,
			since: entry.since,
			key_version,
			bits,
			last_update,
			updated_at: T::Time::now(),
		};
		ProvidersOf::<T>::insert(account, at, provider_id);
		let key = provider_id.0.to_be_bytes();
		Providers::<T>::insert(at, key, provider);
		ProviderKeys::<T>::insert(at, key, entry.key);
		Self::deposit_event(if is_new {
			Event::ProviderEnlisted {
				region: id,
				id: provider_id,
				standing,
				key_version,
				sequence,
			}
		} else {
			Event::ProviderUpdated {
				region: id,
				id: provider_id,
				standing,
				key_version,
				sequence,
			}
		});
	}
}

impl<T: Config> Pallet<T> {
	/// Keeps the index of holders. Ids only grow, so of two providers with one number the later one
	/// is its holder: updates about both can arrive in any order.
	fn index_number(at: OrderedRegion, id: ProviderId, number: &ProfessionalNumber) {
		if Holders::<T>::get(at, number).is_none_or(|holder| holder < id) {
			Holders::<T>::insert(at, number, id);
		}
	}
}

/// Whether an entry only takes access away: after it, no grant is handed out, to the provider or
/// of its records, that was withheld before.
///
/// The whole entry is stored. A new key or account in it gives no access: a provider that is not
/// verified receives no grants, and the update that verifies it again has its own key and account.
fn only_takes_away(before: Option<&Provider>, entry: &DirectoryEntry) -> bool {
	before.is_some_and(|before| {
		let ends_suspension = before.standing.is_suspended() && !entry.standing.is_suspended();
		entry.standing != Standing::Verified && !ends_suspension
	})
}

/// Whether the account that registered a key signed it, for the chain with this first block.
pub(crate) fn is_signed(genesis_hash: &H256, key: &SignedKey) -> bool {
	let account: &[u8; 32] = key.account.as_ref();
	let message = encryption_key_message(&genesis_hash.0, account, key.version, &key.key);
	let public = sr25519::Public::from_raw(*account);
	sp_io::crypto::sr25519_verify(&key.signature, message.as_bytes(), &public)
}
