//! Compares a type of ours with a type in the chain's metadata: are they encoded the same way?
//!
//! Calls and views are encoded from our own types. They are compared with the chain's before each
//! use, and by a test against the checked-in metadata.

use scale_info::{
	form::PortableForm, Field, MetaType, PortableRegistry, Registry, TypeDef, TypeDefPrimitive,
};
use std::collections::HashSet;

/// Checks that a type of ours is encoded as the chain's type `theirs`; the error says where they
/// differ.
pub fn compare(ours: MetaType, types: &PortableRegistry, theirs: u32) -> Result<(), String> {
	let mut registry = Registry::new();
	let id = registry.register_type(&ours).id;
	Comparison {
		ours: &registry.into(),
		theirs: types,
		seen: HashSet::new(),
	}
	.types(id, theirs)
}

/// Checks that the fields of a tuple of ours are encoded as the chain's types `theirs`.
pub fn compare_fields(
	ours: MetaType,
	types: &PortableRegistry,
	theirs: &[u32],
) -> Result<(), String> {
	let mut registry = Registry::new();
	let id = registry.register_type(&ours).id;
	let registry = registry.into();
	let TypeDef::Tuple(tuple) = definition(&registry, id)? else {
		return Err("the type here is not a tuple".into());
	};
	let ours: Vec<_> = tuple.fields.iter().map(|field| field.id).collect();
	Comparison {
		ours: &registry,
		theirs: types,
		seen: HashSet::new(),
	}
	.list(&ours, theirs)
}

struct Comparison<'a> {
	ours: &'a PortableRegistry,
	theirs: &'a PortableRegistry,
	seen: HashSet<(u32, u32)>,
}

type Fields = [Field<PortableForm>];

impl Comparison<'_> {
	fn types(&mut self, ours: u32, theirs: u32) -> Result<(), String> {
		let ours = peel(self.ours, ours)?;
		let theirs = peel(self.theirs, theirs)?;
		if !self.seen.insert((ours, theirs)) {
			return Ok(());
		}
		match (
			definition(self.ours, ours)?,
			definition(self.theirs, theirs)?,
		) {
			(TypeDef::Composite(a), TypeDef::Composite(b)) => self.fields(&a.fields, &b.fields),
			(TypeDef::Tuple(a), TypeDef::Tuple(b)) => {
				let ours: Vec<_> = a.fields.iter().map(|field| field.id).collect();
				let theirs: Vec<_> = b.fields.iter().map(|field| field.id).collect();
				self.list(&ours, &theirs)
			}
			(TypeDef::Variant(a), TypeDef::Variant(b)) => {
				if a.variants.len() != b.variants.len() {
					return Err(format!(
						"{} variants here, {} on the chain",
						a.variants.len(),
						b.variants.len()
					));
				}
				for variant in &a.variants {
					let same = b
						.variants
						.iter()
						.find(|other| other.index == variant.index && other.name == variant.name)
						.ok_or_else(|| {
							format!("the chain does not have the variant {}", variant.name)
						})?;
					self.fields(&variant.fields, &same.fields)
						.map_err(|error| format!("{}: {error}", variant.name))?;
				}
				Ok(())
			}
			(TypeDef::Sequence(a), TypeDef::Sequence(b)) => {
				self.types(a.type_param.id, b.type_param.id)
			}
			(TypeDef::Array(a), TypeDef::Array(b)) if a.len == b.len => {
				self.types(a.type_param.id, b.type_param.id)
			}
			(TypeDef::Compact(a), TypeDef::Compact(b)) => {
				self.types(a.type_param.id, b.type_param.id)
			}
			(TypeDef::Primitive(a), TypeDef::Primitive(b)) if a == b => Ok(()),
			// A text is encoded as a sequence of bytes.
			(TypeDef::Sequence(a), TypeDef::Primitive(TypeDefPrimitive::Str))
				if is_byte(self.ours, a.type_param.id) =>
			{
				Ok(())
			}
			(a, b) => Err(format!("{a:?} here, {b:?} on the chain")),
		}
	}

	fn fields(&mut self, ours: &Fields, theirs: &Fields) -> Result<(), String> {
		for (a, b) in ours.iter().zip(theirs) {
			if let (Some(a), Some(b)) = (&a.name, &b.name) {
				if a != b {
					return Err(format!("field {a} here, {b} on the chain"));
				}
			}
		}
		let ours: Vec<_> = ours.iter().map(|field| field.ty.id).collect();
		let theirs: Vec<_> = theirs.iter().map(|field| field.ty.id).collect();
		self.list(&ours, &theirs)
	}

	fn list(&mut self, ours: &[u32], theirs: &[u32]) -> Result<(), String> {
		if ours.len() != theirs.len() {
			return Err(format!(
				"{} fields here, {} on the chain",
				ours.len(),
				theirs.len()
			));
		}
		for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
			self.types(*a, *b)
				.map_err(|error| format!("field {}: {error}", place + 1))?;
		}
		Ok(())
	}
}

fn definition(types: &PortableRegistry, id: u32) -> Result<&TypeDef<PortableForm>, String> {
	types
		.resolve(id)
		.map(|ty| &ty.type_def)
		.ok_or_else(|| format!("the metadata does not have type {id}"))
}

/// Unwraps structs and tuples of one field: they are encoded as that field.
fn peel(types: &PortableRegistry, mut id: u32) -> Result<u32, String> {
	// The bound stops a hostile type that contains itself.
	for _ in 0..64 {
		id = match definition(types, id)? {
			TypeDef::Composite(composite) if composite.fields.len() == 1 => {
				composite.fields[0].ty.id
			}
			TypeDef::Tuple(tuple) if tuple.fields.len() == 1 => tuple.fields[0].id,
			_ => return Ok(id),
		};
	}
	Err("a type contains itself".into())
}

fn is_byte(types: &PortableRegistry, id: u32) -> bool {
	matches!(
		definition(types, id),
		Ok(TypeDef::Primitive(TypeDefPrimitive::U8))
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Compact;
	use scale_info::{meta_type, TypeInfo};

	fn check<Ours: TypeInfo + 'static, Theirs: TypeInfo + 'static>() -> Result<(), String> {
		let mut registry = Registry::new();
		let theirs = registry.register_type(&meta_type::<Theirs>()).id;
		compare(meta_type::<Ours>(), &registry.into(), theirs)
	}

	#[derive(TypeInfo)]
	#[allow(dead_code)]
	struct Wrapper(u64);

	#[derive(TypeInfo)]
	#[allow(dead_code)]
	struct Named {
		a: u8,
		b: Vec<Named>,
	}

	mod later {
		#[derive(scale_info::TypeInfo)]
		#[allow(dead_code)]
		pub struct Renamed {
			a: u8,
			c: Vec<Renamed>,
		}
		#[derive(scale_info::TypeInfo)]
		#[allow(dead_code)]
		pub enum Choice {
			A,
			C(u8),
			B(u8),
		}
	}

	#[derive(TypeInfo)]
	#[allow(dead_code)]
	enum Choice {
		A,
		B(u8),
		C(u8),
	}

	#[test]
	fn types_with_the_same_encoding_are_accepted() {
		check::<u64, Wrapper>().unwrap();
		check::<(Wrapper,), u64>().unwrap();
		check::<Named, Named>().unwrap();
		check::<Choice, Choice>().unwrap();
		check::<Vec<u8>, String>().unwrap();
		check::<([u8; 4], Compact<u32>), ([u8; 4], Compact<u32>)>().unwrap();
		check::<salus_primitives::AccountId, [u8; 32]>().unwrap();
	}

	#[test]
	fn types_with_another_encoding_are_refused() {
		assert!(check::<u64, u32>().is_err());
		assert!(check::<u32, Compact<u32>>().is_err());
		assert!(check::<[u8; 4], [u8; 5]>().is_err());
		assert!(check::<(u8, u8), (u8, u8, u8)>().is_err());
		assert!(check::<Option<u8>, u8>().is_err());
		assert!(check::<Named, later::Renamed>().is_err());
		assert!(check::<Choice, later::Choice>().is_err());
	}
}
