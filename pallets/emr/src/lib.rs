//! # Emr: the records of a region
//!
//! A record is one document's entry on chain: its patient, its author, the CID of its envelope,
//! and the record key wrapped for both. A verified provider can add a record, and a patient a record
//! about themselves. No call, of any origin, changes or removes one.
//!
//! ## Terminology
//!
//! - **Document**: the medical file itself. It is never on the chain.
//! - **Envelope**: the encrypted document as stored on IPFS, known by its [CID](Cid).
//! - **Record key**: the random 256-bit key of one record, with which the envelope and the
//!   record's name are encrypted.
//! - **Wrapped key**: the record key, encrypted to one member's encryption key.
//! - **Author**: the provider that wrote a record, or the patient who added it.
//!
//! ## Scenarios
//!
//! ### 1. Storing a record
//!
//! 1. The author generates a record key, seals the document into an envelope and adds it to IPFS.
//! 2. The author reads its own and the patient's current encryption key from the registry, and
//!    wraps the record key for both.
//! 3. The author calls [`add_record`](Call::add_record). The chain gives the record the next id.
//!    With the region's parachain id it is unique everywhere.
//!
//! ### 2. Correcting a record
//!
//! 1. A verified provider adds a new record of the same patient that names the record it amends.
//!    Both stay. The view of each names the other.
//!
//! ### 3. A patient's own record
//!
//! 1. A patient has a letter or a result from elsewhere, and calls
//!    [`add_own_record`](Call::add_own_record). The record key is wrapped once, for the patient.
//! 2. Every view says that the patient added it. It can be granted as any other record.
//!
//! ### 4. Retrieving a record
//!
//! 1. A client asks the `EmrApi` for a page of its records, newest first ([`Pallet::api_records`]),
//!    for a record ([`Pallet::api_record`]) and for its wrapped key ([`Pallet::api_wrapped_key`]).
//! 2. It gets the envelope from IPFS, unwraps the record key and opens the envelope. The view
//!    shows whether the author was suspended, has retired or lost its verification; the record
//!    opens all the same.
//!
//! ## Confidentiality
//!
//! A record's name can disclose a diagnosis, so it is sealed with the record key and always has
//! the same length. The hash of the document is blinded. A CID whose hash is not SHA-256 is
//! refused: an identity hash would put plaintext on the chain. No argument and no event contains
//! text.
//!
//! ## Data structures
//!
//! - [`Records`]: the immutable part of each record, by id. Ids count from 0 and are never reused,
//!   so all below [`NextId`] exist.
//! - [`WrappedKeys`]: a record's two wrapped keys, separate from the record. A patient's own record
//!   has one.
//! - [`RecordsOf`]: an index by patient and by author, newest first.
//! - [`Corrections`]: the records that amend each record, newest first.
//! - [`Envelopes`]: the record of each envelope by each author. An author has one record of an
//!   envelope. Another author can have one too, so a copied CID stops nobody's record. A record
//!   gives no leave to read its envelope.
//! - [`Allowances`]: how many more records of a patient an author may add now.
//!
//! A new record writes a constant number of entries, however many records there are.
//!
//! ## Calls
//!
//! - [`add_record`](Call::add_record)
//! - [`add_own_record`](Call::add_own_record)
//!
//! ## Example
//!
//! Other pallets read records through the traits [`Records`](salus_primitives::traits::Records)
//! and [`RecordContents`](salus_primitives::traits::RecordContents):
//!
//! ```
//! use pallet_emr::{Config, Pallet};
//! use salus_primitives::{traits::Records, RecordId};
//!
//! /// The total size of all envelopes up to a record.
//! fn bytes_up_to<T: Config>(record: RecordId) -> u64 {
//!     let envelopes = (0..=record).filter_map(<Pallet<T> as Records>::envelope_of);
//!     envelopes.map(|(_cid, size)| size).sum()
//! }
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::as_conversions
	)
)]

extern crate alloc;

mod add_record;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;
mod views;
pub mod weights;

use frame_support::traits::Time;
use salus_primitives::{
	traits::Members, Author, Cid, CidBytes, Hash256, MemberId, Minutes, Moment, NewestFirst,
	PatientId, Rate, RecordId, SealedName, WrappedKey,
};

pub use pallet::*;
pub use types::{AccountIdOf, Holder, Record, RecordOf, StoredRecord, StoredRecordOf};
pub use weights::WeightInfo;

// The code that the pallet macros generate breaks these lints.
#[allow(
	clippy::expect_used,
	clippy::as_conversions,
	clippy::large_enum_variant,
	clippy::too_many_arguments
)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The configuration of this pallet.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The members of the region: patients, providers and their encryption keys.
		type Members: Members<Self::AccountId>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// The largest envelope that a record may have, in bytes.
		#[pallet::constant]
		type MaxEnvelopeSize: Get<u64>;

		/// How often an author may add a record of one patient.
		#[pallet::constant]
		type RecordRate: Get<Rate>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The id that the next record gets. All below it exist.
	#[pallet::storage]
	pub type NextId<T> = StorageValue<_, RecordId, ValueQuery>;

	/// The immutable part of each record. The chain assigns the ids, so none needs hashing.
	#[pallet::storage]
	pub type Records<T: Config> = StorageMap<_, Identity, RecordId, StoredRecordOf<T>>;

	/// The record key of each record, wrapped for its patient and for its author.
	#[pallet::storage]
	pub type WrappedKeys<T> = StorageDoubleMap<_, Identity, RecordId, Identity, Holder, WrappedKey>;

	/// The records of each patient and by each author, newest first.
	#[pallet::storage]
	pub type RecordsOf<T> = StorageDoubleMap<_, Twox64Concat, MemberId, Identity, NewestFirst, ()>;

	/// The records that amend each record, newest first.
	#[pallet::storage]
	pub type Corrections<T> = StorageDoubleMap<_, Identity, RecordId, Identity, NewestFirst, ()>;

	/// The record of each envelope by each author, by the hash in the envelope's CID. A caller
	/// chooses the hash, so the key is hashed.
	#[pallet::storage]
	pub type Envelopes<T> = StorageMap<_, Blake2_256, (MemberId, Hash256), RecordId>;

	/// When the allowance of each author for each patient is full: see [`Config::RecordRate`].
	#[pallet::storage]
	pub type Allowances<T> =
		StorageDoubleMap<_, Identity, PatientId, Twox64Concat, Author, Moment, ValueQuery>;

	/// The events of this pallet.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A record was added.
		RecordAdded {
			/// The record's id.
			record: RecordId,
			/// Whose record it is.
			patient: PatientId,
			/// Who added it.
			author: Author,
			/// The CID of its envelope.
			cid: Cid,
		},
	}

	/// Why a record is refused.
	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// The account acts for no provider or, for a record about themselves, for no patient.
		NotAuthorized,
		/// The authorities suspended the author.
		AuthorSuspended,
		/// The author has retired.
		AuthorRetired,
		/// The authorities withdrew the author's verification.
		AuthorUnverified,
		/// No such patient is registered in this region.
		PatientNotFound,
		/// The record to amend does not exist.
		AmendedNotFound,
		/// The record to amend is another patient's.
		AmendedOfOtherPatient,
		/// The record to amend was written by a provider: a patient amends own records only.
		AmendedOfProvider,
		/// The sealed name or the hash was not computed: all of it is zero, or letters.
		NotComputed,
		/// The CID is text, such as `bafy…`: give it in binary, 36 bytes in hexadecimal digits.
		CidIsText,
		/// The CID is not of version 1.
		UnsupportedCidVersion,
		/// The CID's codec is neither raw nor dag-pb.
		UnsupportedCidCodec,
		/// The CID's hash is not SHA-256.
		UnsupportedCidHash,
		/// The CID is not 36 bytes long.
		WrongCidLength,
		/// Another record of the author has this envelope.
		EnvelopeAlreadyExists,
		/// The envelope's size is 0.
		EmptyEnvelope,
		/// The envelope is larger than a record's may be.
		MaxEnvelopeSizeExceeded,
		/// A wrapped key was not made for the current version of the member's encryption key.
		StaleKeyVersion,
		/// A wrapped key is not as long as the modulus of the member's encryption key.
		WrappedKeyMisfit,
		/// There are no ids left.
		MaxRecordsExceeded,
		/// The author added too many records of this patient: the next is possible in this many
		/// minutes.
		TooManyRecords(Minutes),
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Adds a record of a patient.
		///
		/// Nothing changes or removes it later. The record key is wrapped for the patient
		/// (`wrapped_for_patient`) and for the author (`wrapped_for_author`).
		///
		/// May be called by the account that acts for a verified provider, the author.
		/// `sealed_name` is the record's name, sealed with the record key; `document_hash` the
		/// blinded hash of the document; `cid` the envelope's CID in binary (version 1, SHA-256, raw
		/// or dag-pb), which no other record of the author may have; `envelope_size` its size in
		/// bytes; `amends` the record of the same patient that this one corrects.
		///
		/// Emits [`Event::RecordAdded`]. The weight is constant, nine entries written.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::add_record())]
		pub fn add_record(
			origin: OriginFor<T>,
			patient: PatientId,
			sealed_name: SealedName,
			document_hash: Hash256,
			cid: CidBytes,
			envelope_size: u64,
			wrapped_for_patient: WrappedKey,
			wrapped_for_author: WrappedKey,
			amends: Option<RecordId>,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			let author = Self::ensure_may_write(&account)?;
			ensure!(
				T::Members::is_patient(&patient),
				Error::<T>::PatientNotFound
			);
			let record = Record {
				patient,
				author: Author::Provider(author),
				account,
				sealed_name,
				document_hash,
				cid: Self::check_envelope(author.into(), &cid, envelope_size)?,
				envelope_size,
				added_at: T::Time::now(),
				amends,
			};
			Self::ensure_computed(&record)?;
			Self::ensure_amendable(&record)?;
			Self::ensure_fits(&patient.into(), &wrapped_for_patient)?;
			Self::ensure_fits(&author.into(), &wrapped_for_author)?;
			Self::use_allowance(&record)?;
			Self::do_add(record, wrapped_for_patient, Some(wrapped_for_author))?;
			Ok(())
		}

		/// Adds a record about the patient who sends it.
		///
		/// Such as a letter from elsewhere. The record key is wrapped for the patient alone. Every
		/// view says that the patient added it.
		///
		/// May be called by the account that acts for a patient, as often as [`Config::RecordRate`]
		/// allows. `sealed_name`, `document_hash`, `cid` and `envelope_size` are those of
		/// [`add_record`](Self::add_record); `wrapped_key` is the record key, and `amends` the
		/// record of the patient's own that this one corrects.
		///
		/// Emits [`Event::RecordAdded`]. The weight is constant, seven entries written.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::add_own_record())]
		pub fn add_own_record(
			origin: OriginFor<T>,
			sealed_name: SealedName,
			document_hash: Hash256,
			cid: CidBytes,
			envelope_size: u64,
			wrapped_key: WrappedKey,
			amends: Option<RecordId>,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			let patient = Self::ensure_patient(&account)?;
			let record = Record {
				patient,
				author: Author::Patient,
				account,
				sealed_name,
				document_hash,
				cid: Self::check_envelope(patient.into(), &cid, envelope_size)?,
				envelope_size,
				added_at: T::Time::now(),
				amends,
			};
			Self::ensure_computed(&record)?;
			Self::ensure_amendable(&record)?;
			Self::ensure_fits(&patient.into(), &wrapped_key)?;
			Self::use_allowance(&record)?;
			Self::do_add(record, wrapped_key, None)?;
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::MaxEnvelopeSize::get() > 0,
				"MaxEnvelopeSize must not be 0"
			);
			let rate = T::RecordRate::get();
			assert!(
				rate.burst > 0 && rate.interval > 0,
				"RecordRate must allow a record, and not at any rate"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
