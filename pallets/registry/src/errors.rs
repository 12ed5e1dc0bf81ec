//! The flaws of keys, numbers and names as errors of this pallet.

use salus_primitives::{EncryptionKeyError, NameError, NameFlaw, NumberError};

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

impl<T> From<NameError> for Error<T> {
	fn from(error: NameError) -> Self {
		match error {
			NameError::NotUtf8 => Self::NameNotUtf8,
			NameError::Flawed(NameFlaw::Blank) => Self::NameBlank,
			NameError::Flawed(NameFlaw::TooLong) => Self::NameTooLong,
			NameError::Flawed(NameFlaw::Character(_)) => Self::NameHasForbiddenCharacter,
			NameError::Flawed(NameFlaw::Misplaced(_)) => Self::NameHasMisplacedCharacter,
		}
	}
}
