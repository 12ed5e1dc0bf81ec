//! The table of who may send which call, and this runtime's calls. That each call of the table
//! exists, is tested where both runtimes are.

use std::collections::BTreeSet;

use frame_support::traits::{Contains, GetCallMetadata};
use salus_primitives::admission::{sender_of, TABLE};
use scale_info::{form::PortableForm, meta_type, PortableRegistry, Registry, TypeDef, Variant};

use crate::{configs::calls::Sendable, RuntimeCall};

/// The pallets of Salus: each of their calls is in the table.
const OURS: [&str; 9] = [
	"Consortium",
	"Crossing",
	"Emr",
	"Governance",
	"Interregional",
	"Permissions",
	"Pinning",
	"Registry",
	"Quota",
];

#[test]
fn each_call_of_our_pallets_is_in_the_table() {
	for pallet in RuntimeCall::get_module_names() {
		for call in RuntimeCall::get_call_names(pallet) {
			let listed = TABLE.iter().any(|row| (row.0, row.1) == (*pallet, *call));
			assert!(listed || !OURS.contains(pallet), "{pallet}.{call}");
		}
	}
}

/// Nobody has the origin for it, and nobody can send it.
#[test]
fn the_council_cannot_execute_a_call_at_once() {
	let call = pallet_collective::Call::execute {
		proposal: Box::new(pallet_governance::Call::cancel_upgrade {}.into()),
		length_bound: 100,
	};
	assert!(!Sendable::contains(&call.into()));
}

/// Whoever checks a call looks into these, and into no others.
#[test]
fn batches_and_motions_alone_contain_calls() {
	let mut registry = Registry::new();
	let outer = registry.register_type(&meta_type::<RuntimeCall>()).id;
	let types = registry.into();
	let mut containing = BTreeSet::new();
	for pallet in variants(&types, outer) {
		let calls = pallet.fields[0].ty.id;
		for call in variants(&types, calls) {
			let mut seen = BTreeSet::new();
			let mut fields = call.fields.iter();
			if fields.any(|field| contains(&types, field.ty.id, outer, &mut seen)) {
				containing.insert((&*pallet.name, &*call.name));
			}
		}
	}
	// They are found also behind a pointer.
	assert!(containing.contains(&("Utility", "as_derivative")));
	containing.retain(|(pallet, call)| sender_of(pallet, call).is_some());
	let expected = [
		("Council", "propose"),
		("Utility", "batch"),
		("Utility", "batch_all"),
		("Utility", "force_batch"),
	];
	assert_eq!(containing, BTreeSet::from(expected));
}

fn variants(types: &PortableRegistry, id: u32) -> &[Variant<PortableForm>] {
	match &types.resolve(id).expect("is registered").type_def {
		TypeDef::Variant(all) => &all.variants,
		_ => panic!("calls are an enum"),
	}
}

/// Whether a value of this type can hold one of the type `wanted`.
fn contains(types: &PortableRegistry, id: u32, wanted: u32, seen: &mut BTreeSet<u32>) -> bool {
	if id == wanted {
		return true;
	}
	if !seen.insert(id) {
		return false;
	}
	let mut within = |id| contains(types, id, wanted, seen);
	match &types.resolve(id).expect("is registered").type_def {
		TypeDef::Composite(all) => all.fields.iter().any(|field| within(field.ty.id)),
		TypeDef::Variant(all) => {
			let mut fields = all.variants.iter().flat_map(|variant| &variant.fields);
			fields.any(|field| within(field.ty.id))
		}
		TypeDef::Sequence(all) => within(all.type_param.id),
		TypeDef::Array(all) => within(all.type_param.id),
		TypeDef::Tuple(all) => all.fields.iter().any(|field| within(field.id)),
		TypeDef::Compact(all) => within(all.type_param.id),
		TypeDef::Primitive(_) | TypeDef::BitSequence(_) => false,
	}
}
