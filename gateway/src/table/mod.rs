//! The one table: what each class of account may ask for. The doors check each request against it,
//! `rpc_methods` answers with it, and docs/gateway.md shows it.
//!
//! All that is not in the table is refused: also what a new runtime or a new node adds.

pub mod functions;
pub mod methods;
pub mod page;
pub mod storage;

use salus_primitives::admission::Class;

/// All who can sign in.
pub const EVERYONE: &[Class] = &[
	Class::Invited,
	Class::Applicant,
	Class::Patient,
	Class::Provider,
	Class::SuspendedProvider,
	Class::RetiredProvider,
	Class::FormerHolder,
	Class::Authority,
];

/// Members, but former holders of a number, and authorities: all who may know what is public in the
/// region.
pub const KNOWN: &[Class] = &[
	Class::Patient,
	Class::Provider,
	Class::SuspendedProvider,
	Class::RetiredProvider,
	Class::Authority,
];

/// Those who can have records, or be granted some.
pub const READERS: &[Class] = &[
	Class::Patient,
	Class::Provider,
	Class::SuspendedProvider,
	Class::RetiredProvider,
];

/// Patients.
pub const PATIENTS: &[Class] = &[Class::Patient];

/// Verified providers.
pub const PROVIDERS: &[Class] = &[Class::Provider];

/// Those who can add records.
pub const AUTHORS: &[Class] = &[Class::Patient, Class::Provider];

/// Those who can invite.
pub const INVITERS: &[Class] = &[Class::Provider, Class::Authority];

/// Authorities of the region.
pub const AUTHORITIES: &[Class] = &[Class::Authority];

/// A group of classes in words.
pub(crate) fn group(classes: &[Class]) -> String {
	match classes {
		EVERYONE => "all who can sign in".into(),
		KNOWN => "members and authorities".into(),
		READERS => "members".into(),
		_ => {
			let names: Vec<_> = classes.iter().map(Class::to_string).collect();
			names.join(" or ")
		}
	}
}
