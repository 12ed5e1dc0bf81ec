//! Opening and closing channels to other parachains: the relay chain's `hrmp` pallet, called by
//! XCM. This is how [`pallet_governance`]'s calls about channels reach it.
//!
//! The relay chain executes for a parachain that pays: the program takes [`EXECUTION_FEE`] from the
//! parachain's sovereign account there and puts back what is left of it. So before the first
//! channel, somebody has to fund that account with the fee and with the deposit that the relay
//! chain wants for each end of a channel. (A relay chain that lets a parachain execute unpaid, as
//! Rococo does system parachains only, takes the program too, if the account holds the fee.)
//!
//! What the relay chain answers is not asked for: it sends notices by itself, and whether a channel
//! is open can be seen in `ParachainSystem`.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use codec::Encode;
use frame_support::traits::Get;
use pallet_governance::{ChannelError, Channels};
use salus_primitives::{MessageId, ParaId};
use xcm::latest::prelude::*;

/// What the relay chain may take for executing the program, in the smallest unit of its currency: a
/// tenth of a unit of twelve decimals. What is left goes back.
pub const EXECUTION_FEE: u128 = 100_000_000_000;

/// The index of the `hrmp` pallet in the relay chain's runtime.
const HRMP_INDEX: u8 = 60;

/// The relay chain's calls about channels. Their bytes are those of its `hrmp` pallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
#[allow(clippy::as_conversions)] // in what `Encode` expands to
pub enum HrmpCall {
	/// Asks for a channel from this chain to another.
	#[codec(index = 0)]
	InitOpenChannel {
		/// The other chain.
		recipient: ParaId,
		/// The most messages that may lie in it.
		max_capacity: u32,
		/// The most bytes that a message may have.
		max_message_size: u32,
	},
	/// Accepts a channel that another chain asked for.
	#[codec(index = 1)]
	AcceptOpenChannel {
		/// The other chain.
		sender: ParaId,
	},
	/// Closes a channel that this chain is an end of.
	#[codec(index = 2)]
	CloseChannel {
		/// The end that sends.
		sender: ParaId,
		/// The end that receives.
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
	/// Sends a call and tells the message's id. On an error nothing was sent.
	pub fn call(call: HrmpCall) -> Result<XcmHash, SendError> {
		let program = Self::program(call);
		let (ticket, _price) = validate_send::<Router>(Location::parent(), program)?;
		Router::deliver(ticket)
	}

	/// What the relay chain is to execute: all locations as it sees them.
	fn program(call: HrmpCall) -> Xcm<()> {
		let fee: Asset = (Location::here(), EXECUTION_FEE).into();
		Xcm(vec![
			WithdrawAsset(fee.clone().into()),
			BuyExecution {
				fees: fee,
				weight_limit: Unlimited,
			},
			// So that the rest goes back whether the call is taken or not.
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
