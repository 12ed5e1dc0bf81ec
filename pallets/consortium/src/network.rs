//! The newest network file: the body of `set_network_file`, and its view.

use frame_support::ensure;
use salus_primitives::NewestFile;

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_network_file(file: NewestFile) -> Result<(), Error<T>> {
		let known = NetworkFile::<T>::get();
		ensure!(known != Some(file), Error::<T>::SameFile);
		let serial = known.map_or(0, |known| known.serial);
		let follows = file.serial == serial || Some(file.serial) == serial.checked_add(1);
		ensure!(file.serial > 0 && follows, Error::<T>::NotTheNextFile);
		NetworkFile::<T>::put(file);
		Self::deposit_event(Event::NetworkFileSet { file });
		Ok(())
	}

	/// For the `ConsortiumApi`: the newest network file, if the authorities ever named one.
	pub fn api_network_file() -> Option<NewestFile> {
		NetworkFile::<T>::get()
	}
}
