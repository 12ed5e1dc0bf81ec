//! Opening and closing channels to other parachains, by calls of the relay chain's `hrmp` pallet.
//! [`pallet_governance`] makes them through this module.
//!
//! The relay chain wants payment: the program withdraws [`EXECUTION_FEE`] from the parachain's
//! sovereign account on the relay chain and deposits the rest again. So before the first channel,
//! that account needs the fee, and the deposit that the relay chain wants for each end of a
//! channel. (This is also true for a relay chain that executes for parachains without payment.)
//!
//! The program asks for no answer. The relay chain sends notices by itself, and `ParachainSystem`
//! shows which channels are open.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use codec::Encode;
use frame_support::traits::Get;
use pallet_governance::{ChannelError, Channels};
use salus_primitives::{MessageId, ParaId};
use xcm::latest::prelude::*;

/// The most that the relay chain may charge for the program, in the smallest unit of its currency:
/// a tenth of a unit with twelve decimals. The rest goes back.
pub const EXECUTION_FEE: u128 = 100_000_000_000;

/// The index of the `hrmp` pallet in the relay chain's runtime.
const HRMP_INDEX: u8 = 60;

/// The relay chain's calls about channels. Their bytes are those of its `hrmp` pallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
#[allow(clippy::as_conversions)] // in the code that `Encode` generates
pub enum HrmpCall {
	/// Requests a channel from this chain to another.
	#[codec(index = 0)]
	InitOpenChannel {
		/// The other chain.
		recipient: ParaId,
		/// The most messages in the channel.
		max_capacity: u32,
		/// The most bytes of a message.
		max_message_size: u32,
	},
	/// Accepts a channel that another chain requested.
	#[codec(index = 1)]
	AcceptOpenChannel {
		/// The other chain.
		sender: ParaId,
	},
	/// Closes a channel of this chain.
	#[codec(index = 2)]
	CloseChannel {
		/// The sending end.
		sender: ParaId,
		/// The receiving end.
		recipient: ParaId,
	},
}

impl HrmpCall {
	/// The bytes of the relay chain's call.
	pub fn encode_call(&self) -> Vec<u8> {
		(HRMP_INDEX, self).encode()
	}
}

/// Sends [`HrmpCall`]s to the relay chain, as the parachain `Para`.
pub struct RelayChannels<Router, Para>(PhantomData<(Router, Para)>);

impl<Router: SendXcm, Para: Get<cumulus_primitives_core::ParaId>> RelayChannels<Router, Para> {
	/// Sends a call and returns the message's id. On an error nothing was sent.
	pub fn call(call: HrmpCall) -> Result<XcmHash, SendError> {
		let program = Self::program(call);
		let (ticket, _price) = validate_send::<Router>(Location::parent(), program)?;
		Router::deliver(ticket)
	}

	/// The program for the relay chain. Its locations are relative to the relay chain.
	fn program(call: HrmpCall) -> Xcm<()> {
		let fee: Asset = (Location::here(), EXECUTION_FEE).into();
		Xcm(vec![
			WithdrawAsset(fee.clone().into()),
			BuyExecution {
				fees: fee,
				weight_limit: Unlimited,
			},
			// The rest goes back even if the call fails.
			SetAppendix(Xcm(vec![
				RefundSurplus,
				DepositAsset {
					assets: AllCounted(1).into(),
					beneficiary: Location::new(0, [Parachain(Para::get().into())]),
				},
			])),
			Transact {
				origin_kind: OriginKind::Native,
				fallback_max_weight: None,
				call: call.encode_call().into(),
			},
		])
	}
}

impl<Router: SendXcm, Para: Get<cumulus_primitives_core::ParaId>> Channels
	for RelayChannels<Router, Para>
{
	fn this_chain() -> ParaId {
		Para::get().into()
	}

	fn open(
		recipient: ParaId,
		max_capacity: u32,
		max_message_size: u32,
	) -> Result<MessageId, ChannelError> {
		sent(Self::call(HrmpCall::InitOpenChannel {
			recipient,
			max_capacity,
			max_message_size,
		}))
	}

	fn accept(sender: ParaId) -> Result<MessageId, ChannelError> {
		sent(Self::call(HrmpCall::AcceptOpenChannel { sender }))
	}

	fn close(sender: ParaId, recipient: ParaId) -> Result<MessageId, ChannelError> {
		sent(Self::call(HrmpCall::CloseChannel { sender, recipient }))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() -> Result<(), ChannelError> {
		Router::ensure_successful_delivery(Some(Location::parent()));
		Ok(())
	}
}

fn sent(result: Result<XcmHash, SendError>) -> Result<MessageId, ChannelError> {
	result.map_err(|_| ChannelError::NotSent)
}
