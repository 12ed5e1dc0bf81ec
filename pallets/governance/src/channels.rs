//! Channels: the checks of a request before it is sent to the relay chain.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use salus_primitives::ParaId;

use crate::*;

impl<T> From<ChannelError> for Error<T> {
	fn from(error: ChannelError) -> Self {
		match error {
			ChannelError::Unsupported => Self::ChannelsUnsupported,
			ChannelError::NotSent => Self::NotSent,
		}
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_channel(
		recipient: ParaId,
		max_capacity: u32,
		max_message_size: u32,
	) -> DispatchResult {
		Self::ensure_other(recipient)?;
		let some_room = max_capacity > 0 && max_message_size > 0;
		ensure!(some_room, Error::<T>::OutOfBounds);
		let message = T::Channels::open(recipient, max_capacity, max_message_size)
			.map_err(Error::<T>::from)?;
		Self::deposit_event(Event::ChannelRequested {
			recipient,
			max_capacity,
			max_message_size,
			message,
		});
		Ok(())
	}

	pub(crate) fn do_accept_channel(sender: ParaId) -> DispatchResult {
		Self::ensure_other(sender)?;
		let message = T::Channels::accept(sender).map_err(Error::<T>::from)?;
		Self::deposit_event(Event::ChannelAccepted { sender, message });
		Ok(())
	}

	pub(crate) fn do_close_channel(sender: ParaId, recipient: ParaId) -> DispatchResult {
		ensure!(sender != recipient, Error::<T>::ChannelToSelf);
		let this_chain = T::Channels::this_chain();
		ensure!(
			sender == this_chain || recipient == this_chain,
			Error::<T>::NotOurChannel
		);
		let message = T::Channels::close(sender, recipient).map_err(Error::<T>::from)?;
		Self::deposit_event(Event::ChannelClosing {
			sender,
			recipient,
			message,
		});
		Ok(())
	}

	fn ensure_other(chain: ParaId) -> Result<(), Error<T>> {
		ensure!(
			chain != T::Channels::this_chain(),
			Error::<T>::ChannelToSelf
		);
		Ok(())
	}
}
