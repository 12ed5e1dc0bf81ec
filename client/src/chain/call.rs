//! Calls, encoded from our own types and checked against the chain's metadata.

use super::shape;
use codec::{Compact, Encode};
use scale_info::{meta_type, MetaType, TypeDef, TypeInfo};
use std::marker::PhantomData;
use subxt::{
	ext::{scale_encode, scale_type_resolver},
	metadata::Metadata,
};

/// A call that takes the tuple `A`.
pub struct CallDef<A> {
	pallet: &'static str,
	name: &'static str,
	docs: &'static str,
	args: PhantomData<fn(A)>,
}

impl<A: Encode + TypeInfo + 'static> CallDef<A> {
	/// `docs` begin with what the call does.
	pub(super) const fn new(pallet: &'static str, name: &'static str, docs: &'static str) -> Self {
		Self {
			pallet,
			name,
			docs,
			args: PhantomData,
		}
	}

	/// The call with these arguments.
	pub fn with(&self, args: A) -> Call {
		Call {
			pallet: self.pallet,
			name: self.name,
			docs: self.docs,
			args: vec![Arg::Values(args.encode(), meta_type::<A>())],
		}
	}

	/// Checks that the chain has this call with these arguments; the error says what differs.
	pub fn check(&self, metadata: &Metadata) -> Result<(), String> {
		let call = Call {
			pallet: self.pallet,
			name: self.name,
			docs: self.docs,
			args: vec![Arg::Values(Vec::new(), meta_type::<A>())],
		};
		call.check(metadata)
	}
}

/// A call with its arguments.
#[derive(Clone, Debug)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	docs: &'static str,
	args: Vec<Arg>,
}

#[derive(Clone, Debug)]
enum Arg {
	/// Encoded arguments, and the tuple of their types.
	Values(Vec<u8>, MetaType),
	/// A call as an argument.
	Call(Box<Call>),
	/// Several calls as an argument.
	Calls(Vec<Call>),
}

impl Call {
	/// A batch of which all calls take effect, or none.
	pub fn batch_all(calls: Vec<Call>) -> Self {
		Self {
			pallet: "Utility",
			name: "batch_all",
			docs: "",
			args: vec![Arg::Calls(calls)],
		}
	}

	/// A batch of which each call takes effect unless it fails.
	/// [`Included::items`](super::Included::items) has each result.
	pub fn force_batch(calls: Vec<Call>) -> Self {
		Self {
			pallet: "Utility",
			name: "force_batch",
			docs: "",
			args: vec![Arg::Calls(calls)],
		}
	}

	/// A motion of the council to make a call. `threshold` ayes carry it; `length` is an upper
	/// bound on the call's encoded length.
	pub fn propose(threshold: u32, call: Call, length: u32) -> Self {
		Self {
			pallet: "Council",
			name: "propose",
			docs: "Propose a motion",
			args: vec![
				compact(threshold),
				Arg::Call(Box::new(call)),
				compact(length),
			],
		}
	}

	/// This call, and each call in it.
	pub fn and_inner(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
		let inner = self.args.iter().flat_map(|arg| match arg {
			Arg::Values(..) => std::slice::Iter::default(),
			Arg::Call(call) => std::slice::from_ref(call.as_ref()).iter(),
			Arg::Calls(calls) => calls.iter(),
		});
		Box::new(std::iter::once(self).chain(inner.flat_map(Self::and_inner)))
	}

	/// What the call does, in words.
	pub fn what(&self) -> String {
		if let [Arg::Calls(calls)] = self.args.as_slice() {
			let first = calls.first().map(Self::what).unwrap_or_default();
			return format!("{} times: {first}", calls.len());
		}
		let what = self.docs.trim().split([':', ';', '.']).next();
		what.unwrap_or_default().to_lowercase()
	}

	/// The pallet's name.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// The call's name.
	pub fn name(&self) -> &'static str {
		self.name
	}

	/// Checks that the chain has this call with these arguments; the error says what differs.
	pub fn check(&self, metadata: &Metadata) -> Result<(), String> {
		self.compare(metadata)
			.map_err(|error| format!("{}.{}: {error}", self.pallet, self.name))
	}

	fn compare(&self, metadata: &Metadata) -> Result<(), String> {
		let call = metadata
			.pallet_by_name(self.pallet)
			.ok_or("the chain does not have this pallet")?
			.call_variant_by_name(self.name)
			.ok_or("the chain does not have this call")?;
		let outer = metadata.outer_enums().call_enum_ty();
		let types = metadata.types();
		let fields: Vec<_> = call.fields.iter().map(|field| field.ty.id).collect();
		let mut rest = fields.as_slice();
		for arg in &self.args {
			let (theirs, others) = rest
				.split_at_checked(arg.count())
				.ok_or("the chain takes fewer arguments")?;
			rest = others;
			match arg {
				Arg::Values(_, ours) => shape::compare_fields(*ours, types, theirs)?,
				Arg::Call(call) => {
					if theirs != [outer] {
						return Err("the chain does not take a call here".into());
					}
					call.check(metadata)?;
				}
				Arg::Calls(calls) => {
					match types.resolve(theirs[0]).map(|ty| &ty.type_def) {
						Some(TypeDef::Sequence(list)) if list.type_param.id == outer => {}
						_ => return Err("the chain does not take calls here".into()),
					}
					calls.iter().try_for_each(|call| call.check(metadata))?;
				}
			}
		}
		match rest {
			[] => Ok(()),
			_ => Err("the chain takes more arguments".into()),
		}
	}

	/// The encoded call, with the chain's indices.
	pub fn encode(&self, metadata: &Metadata) -> Result<Vec<u8>, String> {
		self.check(metadata)?;
		let pallet = metadata.pallet_by_name(self.pallet);
		let indices = pallet.and_then(|pallet| {
			Some([
				pallet.call_index(),
				pallet.call_variant_by_name(self.name)?.index,
			])
		});
		let mut bytes = indices.ok_or("the chain does not have this call")?.to_vec();
		self.encode_args(metadata, &mut bytes)?;
		Ok(bytes)
	}

	/// The call in the form in which subxt signs it.
	pub fn payload(
		&self,
		metadata: &Metadata,
	) -> Result<impl subxt::transactions::Payload + '_, String> {
		self.check(metadata)?;
		let mut args = Vec::new();
		self.encode_args(metadata, &mut args)?;
		Ok(Encoded {
			call: self,
			args: Args(args),
		})
	}

	fn encode_args(&self, metadata: &Metadata, out: &mut Vec<u8>) -> Result<(), String> {
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

impl Arg {
	/// The number of arguments.
	fn count(&self) -> usize {
		match self {
			Self::Values(_, tuple) => match tuple.type_info().type_def {
				TypeDef::Tuple(tuple) => tuple.fields.len(),
				_ => 1,
			},
			Self::Call(_) | Self::Calls(_) => 1,
		}
	}
}

/// A call in the form that subxt takes, with its arguments already encoded.
struct Encoded<'a> {
	call: &'a Call,
	args: Args,
}

struct Args(Vec<u8>);

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
