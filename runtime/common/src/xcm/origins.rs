//! Conversion of locations to origins, and origins of messages.

use core::marker::PhantomData;

use frame_support::traits::{EnsureOrigin, Get, OriginTrait};
use salus_primitives::ParaId;
use xcm::latest::prelude::*;
use xcm_executor::traits::ConvertOrigin;

use super::para_of;
#[cfg(feature = "runtime-benchmarks")]
use super::sibling;

/// Converts a parachain beside this one to the XCM origin that names it. There is no other
/// conversion: none of the relay chain, none to Root or to an account.
pub struct SiblingAsXcm<Origin>(PhantomData<Origin>);

impl<Origin: From<pallet_xcm::Origin>> ConvertOrigin<Origin> for SiblingAsXcm<Origin> {
	fn convert_origin(location: impl Into<Location>, kind: OriginKind) -> Result<Origin, Location> {
		let location = location.into();
		if kind == OriginKind::Xcm && para_of(&location).is_some() {
			Ok(pallet_xcm::Origin::Xcm(location).into())
		} else {
			Err(location)
		}
	}
}

/// The XCM origin of a parachain beside this one. Returns its ParaId.
pub struct EnsureSibling;

impl<Origin> EnsureOrigin<Origin> for EnsureSibling
where
	Origin: OriginTrait + From<pallet_xcm::Origin>,
	for<'a> &'a Origin::PalletsOrigin: TryInto<&'a pallet_xcm::Origin>,
{
	type Success = ParaId;

	fn try_origin(origin: Origin) -> Result<ParaId, Origin> {
		let para = match origin.caller().try_into() {
			Ok(pallet_xcm::Origin::Xcm(location)) => para_of(location),
			_ => None,
		};
		para.ok_or(origin)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<Origin, ()> {
		Ok(pallet_xcm::Origin::Xcm(sibling(2001)).into())
	}
}

/// An answer from one location. (`pallet_xcm::EnsureResponse` has a filter, but does not use it.)
pub struct EnsureAnswerFrom<Responder>(PhantomData<Responder>);

impl<Origin, Responder> EnsureOrigin<Origin> for EnsureAnswerFrom<Responder>
where
	Origin: OriginTrait + From<pallet_xcm::Origin>,
	for<'a> &'a Origin::PalletsOrigin: TryInto<&'a pallet_xcm::Origin>,
	Responder: Get<Location>,
{
	type Success = ();

	fn try_origin(origin: Origin) -> Result<(), Origin> {
		let answers = match origin.caller().try_into() {
			Ok(pallet_xcm::Origin::Response(location)) => *location == Responder::get(),
			_ => false,
		};
		if answers {
			Ok(())
		} else {
			Err(origin)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<Origin, ()> {
		Ok(pallet_xcm::Origin::Response(Responder::get()).into())
	}
}
