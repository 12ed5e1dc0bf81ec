//! Calls: what a transaction carries, from our own types, checked against the chain's metadata.

use super::shape;
use codec::{Compact, Encode};
use scale_info::{meta_type, MetaType, TypeDef, TypeInfo};
use std::marker::PhantomData;
use subxt::{
	ext::{scale_encode, scale_type_resolver},
	metadata::Metadata,
};

/// A call of the runtime, whose arguments are the tuple `A`.
pub struct CallDef<A> {
	pallet: &'static str,
	name: &'static str,
	args: PhantomData<fn(A)>,
}

impl<A: Encode + TypeInfo + 'static> CallDef<A> {
	pub(super) const fn new(pallet: &'static str, name: &'static str) -> Self {
		Self {
			pallet,
			name,
			args: PhantomData,
		}
	}

	/// The call with these arguments.
	pub fn with(&self, args: A) -> Call {
		Call {
			pallet: self.pallet,
			name: self.name,
			args: vec![Arg::Values(args.encode(), meta_type::<A>())],
		}
	}

	/// Whether the chain has this call with these arguments.
	pub fn check(&self, metadata: &Metadata) -> Result<(), String> {
		let call = Call {
			pallet: self.pallet,
			name: self.name,
			args: vec![Arg::Values(Vec::new(), meta_type::<A>())],
		};
		call.check(metadata)
	}
}

/// A call, ready to be signed.
#[derive(Clone, Debug)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	args: Vec<Arg>,
}

#[derive(Clone, Debug)]
enum Arg {
	/// Some arguments, encoded, and the tuple of their types.
	Values(Vec<u8>, MetaType),
	/// A call as an argument.
	Call(Box<Call>),
	/// Several calls as an argument.
	Calls(Vec<Call>),
}

impl Call {
	/// All of these, or none.
	pub fn batch_all(calls: Vec<Call>) -> Self {
		Self {
			pallet: "Utility",
			name: "batch_all",
			args: vec![Arg::Calls(calls)],
		}
	}

	/// Each of these that can be done; what fails keeps no other back. See
	/// [`Included::items`](super::Included::items).
	pub fn force_batch(calls: Vec<Call>) -> Self {
		Self {
			pallet: "Utility",
			name: "force_batch",
			args: vec![Arg::Calls(calls)],
		}
	}

	/// A motion of the council to make this call; `threshold` ayes carry it. `length` bounds the
	/// call's encoded length.
	pub fn propose(threshold: u32, call: Call, length: u32) -> Self {
		Self {
			pallet: "Council",
			name: "propose",
			args: vec![
				compact(threshold),
				Arg::Call(Box::new(call)),
				compact(length),
			],
		}
	}

	/// The pallet's name.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// The call's name.
	pub fn name(&self) -> &'static str {
		self.name
	}

	/// Whether the chain has this call with these arguments; the error says what differs.
	pub fn check(&self, metadata: &Metadata) -> Result<(), String> {
		self.compare(metadata)
			.map_err(|error| format!("{}.{}: {error}", self.pallet, self.name))
	}

	fn compare(&self, metadata: &Metadata) -> Result<(), String> {
		let call = metadata
			.pallet_by_name(self.pallet)
			.ok_or("the chain has no such pallet")?
			.call_variant_by_name(self.name)
			.ok_or("the chain has no such call")?;
		let outer = metadata.outer_enums().call_enum_ty();
		let types = metadata.types();
		let mut fields = call.fields.iter().map(|field| field.ty.id);
		for arg in &self.args {
			let mut next = || fields.next().ok_or("the chain takes fewer arguments");
			match arg {
				Arg::Values(_, ours) => {
					for ours in parts(ours) {
						shape::compare(ours, types, next()?)?;
					}
				}
				Arg::Call(call) => {
					if next()? != outer {
						return Err("the chain takes no call there".into());
					}
					call.check(metadata)?;
				}
				Arg::Calls(calls) => {
					let id = next()?;
					match types.resolve(id).map(|ty| &ty.type_def) {
						Some(TypeDef::Sequence(list)) if list.type_param.id == outer => {}
						_ => return Err("the chain takes no calls there".into()),
					}
					calls.iter().try_for_each(|call| call.check(metadata))?;
				}
			}
		}
		match fields.next() {
			Some(_) => Err("the chain takes more arguments".into()),
			None => Ok(()),
		}
	}

	/// The encoded call, with the indices that the chain has for it.
	pub fn encode(&self, metadata: &Metadata) -> Result<Vec<u8>, String> {
		self.check(metadata)?;
		let pallet = metadata.pallet_by_name(self.pallet);
		let indices = pallet.and_then(|pallet| {
			Some([
				pallet.call_index(),
				pallet.call_variant_by_name(self.name)?.index,
			])
		});
		let mut bytes = indices.ok_or("the chain has no such call")?.to_vec();
		self.encode_args(metadata, &mut bytes)?;
		Ok(bytes)
	}

	pub(super) fn encode_args(&self, metadata: &Metadata, out: &mut Vec<u8>) -> Result<(), String> {
		for arg in &self.args {
			match arg {
				Arg::Values(bytes, _) => out.extend(bytes),
				Arg::Call(call) => out.extend(call.encode(metadata)?),
				Arg::Calls(calls) => {
					let count = u32::try_from(calls.len()).map_err(|_| "too many calls")?;
					Compact(count).encode_to(out);
					for call in calls {
						out.extend(call.encode(metadata)?);
					}
				}
			}
		}
		Ok(())
	}
}

fn compact(value: u32) -> Arg {
	let args = (Compact(value),);
	Arg::Values(args.encode(), meta_type::<(Compact<u32>,)>())
}

/// The types of a tuple's parts.
fn parts(tuple: &MetaType) -> Vec<MetaType> {
	match tuple.type_info().type_def {
		TypeDef::Tuple(tuple) => tuple.fields,
		_ => vec![*tuple],
	}
}

/// A call in the form that subxt takes, its arguments encoded already.
pub(super) struct Encoded<'a> {
	pub call: &'a Call,
	pub args: Args,
}

pub(super) struct Args(pub Vec<u8>);

impl subxt::transactions::Payload for Encoded<'_> {
	type CallData = Args;

	fn pallet_name(&self) -> &str {
		self.call.pallet
	}

	fn call_name(&self) -> &str {
		self.call.name
	}

	fn call_data(&self) -> &Args {
		&self.args
	}
}

impl scale_encode::EncodeAsFields for Args {
	fn encode_as_fields_to<R: scale_type_resolver::TypeResolver>(
		&self,
		_: &mut dyn scale_encode::FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		out.extend(&self.0);
		Ok(())
	}
}
