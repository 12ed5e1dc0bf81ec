//! Transactions, decoded before they go on.

use codec::{Compact, Decode};
use salus_primitives::{
	admission::{sender_of, Class, Sender, MAX_CALLS},
	AccountId,
};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef, TypeDefPrimitive};
use sp_runtime::{MultiAddress, MultiSignature};
use subxt::metadata::Metadata;

/// The most bytes of a transaction.
pub const MAX_TRANSACTION: usize = 256 * 1024;

/// How deep types can nest. A call in a batch is three deeper than the batch.
const MAX_DEPTH: u32 = 64;

/// The version of signed transactions: 4, and the highest bit.
const SIGNED_V4: u8 = 0x84;

/// A signed transaction.
#[derive(Debug, PartialEq, Eq)]
pub struct Transaction {
	/// The account that it names as its signer. The chain checks the signature.
	pub signer: AccountId,
	/// Its call, and all calls in it.
	pub calls: Vec<CallName>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallName {
	/// Its pallet.
	pub pallet: String,
	/// Its name.
	pub name: String,
	/// Whether a motion makes it.
	pub in_motion: bool,
}

/// Why a transaction does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
	/// It has too many bytes.
	#[error("the transaction has more than {} KiB", MAX_TRANSACTION / 1024)]
	TooLarge,
	/// It is not a signed transaction of this chain.
	#[error("the transaction cannot be read, or is not signed by an account")]
	Unreadable,
	/// It has too many calls, or they nest too deep.
	#[error("the transaction has too many calls in it")]
	TooManyCalls,
	/// Another account signed it.
	#[error("another account signed the transaction")]
	OtherSigner,
	/// The caller may not send one of its calls.
	#[error("this account may not send {0}.{1}: see docs/calls.md")]
	NotAllowed(String, String),
}

impl Transaction {
	/// Decodes a transaction, with its length before it.
	///
	/// # Errors
	///
	/// [`TransactionError`].
	pub fn decode(metadata: &Metadata, bytes: &[u8]) -> Result<Self, TransactionError> {
		if bytes.len() > MAX_TRANSACTION {
			return Err(TransactionError::TooLarge);
		}
		let unreadable = |_| TransactionError::Unreadable;
		let mut rest = bytes;
		let Compact(length) = Compact::<u32>::decode(&mut rest).map_err(unreadable)?;
		if usize::try_from(length) != Ok(rest.len()) {
			return Err(TransactionError::Unreadable);
		}
		let version = u8::decode(&mut rest).map_err(unreadable)?;
		let address = MultiAddress::<AccountId, ()>::decode(&mut rest).map_err(unreadable)?;
		let (SIGNED_V4, MultiAddress::Id(signer)) = (version, address) else {
			return Err(TransactionError::Unreadable);
		};
		MultiSignature::decode(&mut rest).map_err(unreadable)?;

		let mut reader = Reader {
			types: metadata.types(),
			call: metadata.outer_enums().call_enum_ty(),
			calls: Vec::new(),
		};
		let extensions = metadata.extrinsic().transaction_extensions_by_version(0);
		for extension in extensions.ok_or(TransactionError::Unreadable)? {
			reader.skip(extension.extra_ty(), &mut rest, Place::outside())?;
		}
		reader.skip(reader.call, &mut rest, Place::outside())?;
		if !rest.is_empty() {
			return Err(TransactionError::Unreadable);
		}
		let calls = reader.calls;
		Ok(Self { signer, calls })
	}

	/// Checks that an account with these classes signed it and may send all of its calls.
	///
	/// # Errors
	///
	/// [`TransactionError`].
	pub fn check(&self, account: &AccountId, classes: &[Class]) -> Result<(), TransactionError> {
		if self.signer != *account {
			return Err(TransactionError::OtherSigner);
		}
		for call in &self.calls {
			let CallName {
				pallet,
				name,
				in_motion,
			} = call;
			let sender = sender_of(pallet, name);
			let allowed = sender.is_some_and(|sender| match in_motion {
				true => matches!(sender, Sender::Motion | Sender::Contents),
				false => classes.iter().any(|class| sender.includes(*class)),
			});
			if !allowed {
				return Err(TransactionError::NotAllowed(pallet.clone(), name.clone()));
			}
		}
		Ok(())
	}
}

/// Reads over encoded values by their types, and notes the calls among them.
///
/// The decoders of other crates have no limit of depth, or none after an error, and a client could end
/// the gateway with calls that nest without end.
struct Reader<'a> {
	types: &'a PortableRegistry,
	/// The type of calls: the pallets.
	call: u32,
	calls: Vec<CallName>,
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Place<'a> {
	/// How much deeper types can nest.
	depth: u32,
	/// The pallet, if the value is a call of it.
	pallet: Option<&'a str>,
	/// Whether it is in a motion.
	in_motion: bool,
}

impl Place<'_> {
	fn outside() -> Self {
		Self {
			depth: MAX_DEPTH,
			pallet: None,
			in_motion: false,
		}
	}
}

impl<'a> Reader<'a> {
	/// Reads over a value of a type.
	fn skip(
		&mut self,
		ty: u32,
		bytes: &mut &[u8],
		place: Place<'a>,
	) -> Result<(), TransactionError> {
		let unreadable = TransactionError::Unreadable;
		let types = self.types;
		let definition = &types.resolve(ty).ok_or(unreadable.clone())?.type_def;
		let depth = place
			.depth
			.checked_sub(1)
			.ok_or(TransactionError::TooManyCalls)?;
		let inside = Place {
			depth,
			pallet: None,
			..place
		};
		match definition {
			TypeDef::Variant(variants) => {
				let index = u8::decode(bytes).map_err(|_| unreadable.clone())?;
				let mut all = variants.variants.iter();
				let variant = all
					.find(|one| one.index == index)
					.ok_or(unreadable.clone())?;
				let mut inside = inside;
				if let Some(pallet) = place.pallet {
					self.note(pallet, &variant.name, place.in_motion)?;
					inside.in_motion |= (pallet, &*variant.name) == ("Council", "propose");
				}
				let noted = self.calls.len();
				if ty == self.call {
					inside.pallet = Some(&variant.name);
				}
				for field in &variant.fields {
					self.skip(field.ty.id, bytes, inside)?;
				}
				if ty == self.call && self.calls.len() == noted {
					return Err(unreadable);
				}
				Ok(())
			}
			TypeDef::Composite(composite) => {
				let mut fields = composite.fields.iter();
				fields.try_for_each(|field| self.skip(field.ty.id, bytes, inside))
			}
			TypeDef::Tuple(tuple) => {
				let mut fields = tuple.fields.iter();
				fields.try_for_each(|field| self.skip(field.id, bytes, inside))
			}
			TypeDef::Array(array) => self.skip_all(array.type_param.id, array.len, bytes, inside),
			TypeDef::Sequence(sequence) => {
				let count = length(bytes)?;
				self.skip_all(sequence.type_param.id, count, bytes, inside)
			}
			TypeDef::Primitive(primitive) => {
				let size = match primitive {
					TypeDefPrimitive::Bool | TypeDefPrimitive::U8 | TypeDefPrimitive::I8 => 1,
					TypeDefPrimitive::U16 | TypeDefPrimitive::I16 => 2,
					TypeDefPrimitive::Char | TypeDefPrimitive::U32 | TypeDefPrimitive::I32 => 4,
					TypeDefPrimitive::U64 | TypeDefPrimitive::I64 => 8,
					TypeDefPrimitive::U128 | TypeDefPrimitive::I128 => 16,
					TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => 32,
					TypeDefPrimitive::Str => length(bytes)?,
				};
				take(bytes, size)
			}
			TypeDef::Compact(_) => {
				let first = *bytes.first().ok_or(unreadable)?;
				let size = match first & 0b11 {
					0 => 1,
					1 => 2,
					2 => 4,
					_ => u32::from(first >> 2).saturating_add(5),
				};
				take(bytes, size)
			}
			// No call has bits.
			TypeDef::BitSequence(_) => Err(unreadable),
		}
	}

	/// Reads over so many values of a type.
	fn skip_all(
		&mut self,
		ty: u32,
		count: u32,
		bytes: &mut &[u8],
		place: Place<'a>,
	) -> Result<(), TransactionError> {
		let definition = self.types.resolve(ty).map(|ty| &ty.type_def);
		if let Some(TypeDef::<PortableForm>::Primitive(TypeDefPrimitive::U8)) = definition {
			return take(bytes, count);
		}
		// Each value has a byte at least, or nothing bounds the work.
		if usize::try_from(count).map_or(true, |count| count > bytes.len()) {
			return Err(TransactionError::Unreadable);
		}
		(0..count).try_for_each(|_| self.skip(ty, bytes, place))
	}

	fn note(&mut self, pallet: &str, name: &str, in_motion: bool) -> Result<(), TransactionError> {
		let most = usize::try_from(MAX_CALLS).unwrap_or(usize::MAX);
		if self.calls.len() >= most {
			return Err(TransactionError::TooManyCalls);
		}
		self.calls.push(CallName {
			pallet: pallet.into(),
			name: name.into(),
			in_motion,
		});
		Ok(())
	}
}

fn length(bytes: &mut &[u8]) -> Result<u32, TransactionError> {
	let length = Compact::<u32>::decode(bytes).map_err(|_| TransactionError::Unreadable)?;
	Ok(length.0)
}

fn take(bytes: &mut &[u8], size: u32) -> Result<(), TransactionError> {
	let size = usize::try_from(size).map_err(|_| TransactionError::Unreadable)?;
	*bytes = bytes.get(size..).ok_or(TransactionError::Unreadable)?;
	Ok(())
}

#[cfg(test)]
mod tests;
