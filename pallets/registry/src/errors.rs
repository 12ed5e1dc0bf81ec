//! The flaws of keys, numbers and names as errors of this pallet.

use salus_primitives::{EncryptionKeyError, NameFlaw, NumberError};

use crate::pallet::Error;

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
			NameFlaw::Blank => Self::NameBlank,
			NameFlaw::TooLong => Self::NameTooLong,
			NameFlaw::Character(_) => Self::NameHasForbiddenCharacter,
			NameFlaw::Misplaced(_) => Self::NameHasMisplacedCharacter,
		}
	}
}
