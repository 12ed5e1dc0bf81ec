//! Origins for a runtime, by which the authorities decide together.

use core::marker::PhantomData;

use frame_support::traits::EnsureOrigin;

use crate::pallet::{Config, Origin};

/// For the runtime: the origin that `pallet-membership` obeys.
pub struct EnsureAuthoritiesDecided;

impl<O: Into<Result<Origin, O>> + From<Origin>> EnsureOrigin<O> for EnsureAuthoritiesDecided {
	type Success = ();

	fn try_origin(origin: O) -> Result<(), O> {
		origin.into().map(|Origin::Authorities| ())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<O, ()> {
		Ok(Origin::Authorities.into())
	}
}

/// For the runtime: two thirds of the authorities, as this pallet's own calls demand them. Other
/// pallets take it as the origin of the authorities' decisions.
pub struct EnsureAuthorities<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for EnsureAuthorities<T> {
	type Success = ();

	fn try_origin(origin: T::RuntimeOrigin) -> Result<(), T::RuntimeOrigin> {
		T::AuthoritiesOrigin::try_origin(origin).map(drop)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
		T::AuthoritiesOrigin::try_successful_origin()
	}
}
