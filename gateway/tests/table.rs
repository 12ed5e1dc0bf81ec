//! The table against the chains: each function and each key of it exists as the table says, and all
//! that the chains have beside it is refused.

use salus_client::chain::compare_types;
use salus_gateway::{
	node::ChainName,
	table::{
		functions::{Function, FUNCTIONS},
		storage::{Entry, ENTRIES},
	},
};
use salus_primitives::AccountId;
use subxt::Metadata;

const CHAINS: [(ChainName, &str); 2] = [
	(ChainName::Region, "regional"),
	(ChainName::Consortium, "consortium"),
];

fn metadata(name: &str) -> Metadata {
	let bytes = std::fs::read(format!("../client/metadata/{name}.scale")).unwrap();
	Metadata::decode_from(&bytes).unwrap()
}

#[test]
fn each_function_of_the_table_has_the_chains_arguments() {
	for (chain, name) in CHAINS {
		let metadata = metadata(name);
		for function in FUNCTIONS
			.iter()
			.filter(|function| function.chains.contains(&chain))
		{
			let (api, method) = function.name.split_once('_').unwrap();
			let api = metadata
				.runtime_api_trait_by_name(api)
				.expect(function.name);
			let method = api.method_by_name(method).expect(function.name);
			let theirs: Vec<_> = method.inputs().collect();
			assert_eq!(theirs.len(), function.arguments.len(), "{}", function.name);
			for (ours, theirs) in function.arguments.iter().zip(theirs) {
				assert_eq!(ours.name, theirs.name, "{}", function.name);
				// A transaction is opaque here, and a structure there.
				if ours.name != "tx" {
					let same = compare_types((ours.meta)(), metadata.types(), theirs.id);
					assert_eq!(same, Ok(()), "{}, {}", function.name, ours.name);
				}
			}
		}
	}
}

#[test]
fn functions_that_are_not_in_the_table_are_not_found() {
	for (chain, name) in CHAINS {
		let metadata = metadata(name);
		let (mut in_table, mut refused) = (0, 0);
		for api in metadata.runtime_api_traits() {
			for method in api.methods() {
				let name = format!("{}_{}", api.name(), method.name());
				match Function::find(chain, &name) {
					Some(_) => in_table += 1,
					None => refused += 1,
				}
			}
		}
		let all = FUNCTIONS
			.iter()
			.filter(|function| function.chains.contains(&chain))
			.count();
		println!("{chain}: {in_table} functions are in the table, {refused} are refused");
		assert_eq!(in_table, all);
		assert!(refused > 10);
	}
}

#[test]
fn keys_that_are_not_in_the_table_are_not_found() {
	let account = AccountId::new([1; 32]);
	for (chain, name) in CHAINS {
		let metadata = metadata(name);
		let (mut in_table, mut refused) = (0, 0);
		for pallet in metadata.pallets() {
			for entry in pallet
				.storage()
				.iter()
				.flat_map(|storage| storage.entries())
			{
				let twox = sp_crypto_hashing::twox_128;
				let prefix = [
					twox(pallet.name().as_bytes()),
					twox(entry.name().as_bytes()),
				]
				.concat();
				// The entry itself, and what its maps can have behind it.
				for more in [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96] {
					let key = [&prefix[..], &vec![0; more]].concat();
					let Some(found) = Entry::find(chain, &key, &account) else {
						refused += 1;
						continue;
					};
					in_table += 1;
					assert_eq!((found.pallet, found.entry), (pallet.name(), entry.name()));
				}
			}
		}
		println!("{chain}: {in_table} keys are in the table, {refused} are refused");
		// The caller's own account has the only key that is not tried here.
		let all = ENTRIES.iter().filter(|entry| entry.chains.contains(&chain));
		assert_eq!(in_table, all.count() - 2);
		assert!(refused > 1_000);
	}
}
