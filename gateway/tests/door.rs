//! The door to the chain, against a real node: whatever the node and the runtime have is tried, and
//! only what the table names gets through.

mod consortium;
mod world;

use std::collections::BTreeSet;

use codec::{Compact, Encode};
use consortium::CASES;
use futures::{stream::iter, StreamExt};
use salus_client::chain::{
	calls::{self, Motion},
	Call,
};
use salus_gateway::{
	node::ChainName,
	table::{
		functions::{Argument, Function, FUNCTIONS},
		methods::METHODS,
	},
};
use salus_primitives::{
	text::Text, views::RecordFilter, AccountId, EncryptionKey, MemberId, ParaId, ProviderId,
	RecordId, RemoteProvider,
};
use scale_info::meta_type;
use serde_json::{json, Value};
use sp_crypto_hashing::twox_128;
use subxt::rpcs::rpc_params;
use world::{account, dev, key_of, limitless, log, Keypair, Members, Socket, World};

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// The methods that send a transaction.
const SUBMIT: [&str; 3] = [
	"author_submitExtrinsic",
	"author_submitAndWatchExtrinsic",
	"transaction_v1_broadcast",
];

/// The region.
const REGION: ParaId = 2001;

/// Providers who are not verified any more.
const SUSPENDED: &str = "a suspended provider";
const RETIRED: &str = "a retired provider";
const FORMER: &str = "a former holder of a number";
const APPLICANT: &str = "an applicant";

/// Somebody who signs in, and whom the oracle knows.
struct Person {
	name: &'static str,
	key: Keypair,
	member: Option<MemberId>,
	/// The records that it can read.
	reads: Vec<RecordId>,
	/// The records whose patient it is.
	owns: Vec<RecordId>,
}

impl Person {
	/// The provider, as other regions know it.
	fn remote(&self) -> Option<RemoteProvider> {
		match self.member {
			Some(MemberId::Provider(id)) => Some(RemoteProvider { region: REGION, id }),
			_ => None,
		}
	}
}

/// Whom an argument names, for the oracle.
#[derive(Clone, Debug, PartialEq)]
enum Named {
	Nobody,
	Account(AccountId),
	Member(MemberId),
	Record(RecordId),
	Remote(RemoteProvider),
	/// What is of nobody who asks.
	Foreign,
	/// A transaction, by its signer.
	Transaction(AccountId),
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_table_names_gets_through() {
	let world = World::start(limitless()).await;
	let members = world.members().await;
	world.grant_away(&members).await;
	world.invite(&dev::two()).await;
	let mut people = people(&members);
	people.extend(others(&world).await);
	assert_eq!(world.state().await.region().await.unwrap(), REGION);
	let grantees = ["the grantee", SUSPENDED, RETIRED, FORMER].map(|name| {
		let grantee = people.iter().find(|person| person.name == name).unwrap();
		(grantee.key.clone(), grantee.remote().unwrap().id)
	});
	let consortium = consortium::start(REGION, &grantees, false).await;
	let world = world.with_consortium(consortium).await;

	let token = world.sign_in(&dev::ferdie()).await;
	for chain in [ChainName::Region, ChainName::Consortium] {
		println!("the {chain}:");
		let mut ferdie = world.socket_to(chain, &token).await;
		methods_of_the_node(&world, chain, &mut ferdie).await;
		keys_of_the_state(&world, chain, &mut ferdie).await;
		functions_of_the_runtime(&world, chain, &mut ferdie).await;
		// The gateway, its node and the test wait for each other.
		let arguments = |person| arguments_of_functions(&world, chain, &members, person);
		iter(&people).for_each_concurrent(3, arguments).await;
		old_blocks(&world, chain, &members, &mut ferdie).await;
		shapes(&mut ferdie).await;
	}
	transactions_of_the_consortium(&world).await;
	let mut ferdie = world.socket(&token).await;
	histories_of_others(&world, &members, &mut ferdie).await;
	transactions(&world, &members, &mut ferdie).await;
	let refusals = world.gateway.refusals();
	println!("{refusals} refusals were counted");
	assert!(refusals > 1_000);
	the_log_tells_nothing(&people, &token);
}

/// The log has neither accounts, members, records nor tokens.
fn the_log_tells_nothing(people: &[Person], token: &str) {
	let log = log();
	assert!(log.contains("signed in") && log.contains("refused a request"));
	assert!(!log.contains(token));
	for person in people {
		let account = account(&person.key);
		let address = salus_client::address::to_address(&account);
		assert!(!log.contains(&address), "{}", person.name);
		let member = person.member.iter().map(Encode::encode);
		let records = person.reads.iter().map(Encode::encode);
		for bytes in member.chain(records).chain([account.encode()]) {
			assert!(!log.contains(&hex::encode(&bytes)), "{}", person.name);
		}
	}
}

fn people(members: &Members) -> Vec<Person> {
	let all = vec![
		members.granted,
		members.expired,
		members.revoked,
		members.private,
	];
	let person = |name, key: Keypair, member, reads: &[RecordId], owns: &[RecordId]| Person {
		name,
		key,
		member,
		reads: reads.to_vec(),
		owns: owns.to_vec(),
	};
	vec![
		person(
			"the patient",
			dev::dave(),
			Some(members.patient.into()),
			&all,
			&all,
		),
		person(
			"the author",
			dev::eve(),
			Some(members.author.into()),
			&all,
			&[],
		),
		person(
			"the grantee",
			dev::ferdie(),
			Some(members.grantee.into()),
			&[members.granted],
			&[],
		),
		person(
			"another patient",
			dev::one(),
			Some(members.other_patient.into()),
			&[],
			&[],
		),
		person("an authority", dev::alice(), None, &[], &[]),
		person("an invited account", dev::two(), None, &[], &[]),
	]
}

/// Somebody of each class that the others are not of.
async fn others(world: &World) -> Vec<Person> {
	let mut others = Vec::new();
	let providers = ["C12345", "D12345", "E12345"].map(|number| (key_of(number), number));
	let providers = world.verify_all(providers).await;
	for (name, (key, id)) in [SUSPENDED, RETIRED, FORMER].into_iter().zip(providers) {
		match name {
			SUSPENDED => world.carry(Motion::Suspend { id }).await,
			RETIRED => world.must(&key, calls::RETIRE.with(())).await,
			_ => world.carry(Motion::Unverify { id }).await,
		}
		others.push(Person {
			name,
			key,
			member: Some(id.into()),
			reads: Vec::new(),
			owns: Vec::new(),
		});
	}
	let key = key_of("F12345");
	world.apply(&key, "F12345").await;
	others.push(Person {
		name: APPLICANT,
		key,
		member: None,
		reads: Vec::new(),
		owns: Vec::new(),
	});
	others
}

/// Each method that the node has is refused, if it is not in the table.
async fn methods_of_the_node(world: &World, chain: ChainName, socket: &mut Socket) {
	let rpc = &world.node_of(chain).rpc;
	let node: Value = rpc.request("rpc_methods", rpc_params![]).await.unwrap();
	let node: BTreeSet<String> = serde_json::from_value(node["methods"].clone()).unwrap();
	let own = socket.request("rpc_methods", json!([])).await.unwrap();
	let own: BTreeSet<String> = serde_json::from_value(own["methods"].clone()).unwrap();
	let table: BTreeSet<_> = METHODS
		.iter()
		.map(|method| method.name.to_owned())
		.collect();
	assert_eq!(own, table);
	for method in &table {
		assert!(node.contains(method), "the node has no {method}");
	}
	let mut refused = 0;
	for method in node.difference(&table) {
		for params in [
			json!([]),
			json!(["0x"]),
			json!([null]),
			json!(["0x", 1, "0x"]),
		] {
			let error = socket.request(method, params).await.unwrap_err();
			assert_eq!(error, (-32601, "Method not found".into()), "{method}");
			refused += 1;
		}
	}
	println!(
		"methods: {} in the table, {refused} requests for others refused",
		table.len()
	);
	assert!(refused > 200);
}

/// Each prefix of the state is refused as a key, and so is each key that the state has, if it is not in
/// the table.
async fn keys_of_the_state(world: &World, chain: ChainName, socket: &mut Socket) {
	let rpc = &world.node_of(chain).rpc;
	let mut keys: Vec<String> = Vec::new();
	loop {
		let params = rpc_params!["0x", 1000, keys.last()];
		let more: Vec<String> = rpc.request("state_getKeysPaged", params).await.unwrap();
		if more.is_empty() {
			break;
		}
		keys.extend(more);
	}
	let prefixes: BTreeSet<_> = keys
		.iter()
		.map(|key| key[..key.len().min(66)].to_owned())
		.collect();
	let (mut read, mut refused) = (BTreeSet::new(), 0);
	let all: Vec<_> = keys.iter().chain(&prefixes).collect();
	// A node keeps a block for a client for a minute at most.
	for some in all.chunks(100) {
		let (follow, block) = follow(socket).await;
		for key in some {
			let value = socket.request("state_getStorage", json!([key])).await;
			for part in ["value", "hash"] {
				let items = json!([{ "key": key, "type": part }]);
				let params = json!([follow, block, items]);
				let answer = socket.request("chainHead_v1_storage", params).await;
				match answer {
					Ok(answer) => {
						// The node takes some operations at once, and no more.
						let result = answer["result"].as_str();
						assert!(
							matches!(result, Some("started" | "limitReached")),
							"{answer}"
						);
					}
					Err((code, _)) => {
						assert_eq!(code, -32001);
						assert!(value.is_err(), "{key}");
					}
				}
			}
			match value {
				Ok(_) => drop(read.insert(key.to_string())),
				Err((code, _)) => {
					assert_eq!(code, -32001);
					refused += 1;
				}
			}
		}
		let unfollow = socket.request("chainHead_v1_unfollow", json!([follow]));
		unfollow.await.unwrap();
	}
	println!(
		"keys: {} read, {refused} of {} refused",
		read.len(),
		all.len()
	);
	// Of each entry, how many keys of the state a provider may read. The hashes of blocks are public, and
	// there is one key for each block.
	let count = |keys: &mut dyn Iterator<Item = &String>, (pallet, entry): (&str, &str)| {
		let prefix = [twox_128(pallet.as_bytes()), twox_128(entry.as_bytes())].concat();
		keys.filter(|key| key.starts_with(&hex_of(&prefix))).count()
	};
	let own = hex::encode(account(&dev::ferdie()));
	let mut expected = 0;
	for entry in [
		("System", "Events"),
		("System", "Account"),
		("System", "BlockHash"),
		("ParachainInfo", "ParachainId"),
		("Timestamp", "Now"),
		("Emr", "Envelopes"),
		("Council", "Proposals"),
	] {
		let may = |key: &&String| entry.1 != "Account" || key.ends_with(&own);
		let may = count(&mut keys.iter().filter(may), entry);
		assert_eq!(count(&mut read.iter(), entry), may, "{entry:?}");
		expected += may;
	}
	assert!(expected > 8 && read.len() == expected, "{read:?}");
	let (follow, block) = follow(socket).await;
	for types in [
		"closestDescendantMerkleValue",
		"descendantsValues",
		"descendantsHashes",
	] {
		let items = json!([{ "key": "0x", "type": types }]);
		let params = json!([follow, block, items]);
		assert!(socket
			.request("chainHead_v1_storage", params)
			.await
			.is_err());
	}
	socket
		.request("chainHead_v1_unfollow", json!([follow]))
		.await
		.unwrap();
}

/// Follows the chain: the subscription, and its newest final block. A busy node stops a follow that holds
/// blocks for long, or does not even begin one.
async fn follow(socket: &mut Socket) -> (Value, Value) {
	for _ in 0..20 {
		let params = json!([true]);
		let follow = socket.request("chainHead_v1_follow", params).await;
		let follow = follow.unwrap();
		loop {
			let message = socket.message().await;
			let update = &message["params"];
			if update["subscription"] != follow {
				continue;
			}
			let event = &update["result"];
			if event["event"] == "initialized" {
				let block = event["finalizedBlockHashes"][0].clone();
				return (follow, block);
			}
			if event["event"] == "stop" {
				break;
			}
		}
	}
	panic!("the node begins no follow");
}

/// Each function of the runtime that is not in the table is refused.
async fn functions_of_the_runtime(world: &World, chain: ChainName, socket: &mut Socket) {
	let state = world.state_of(chain).await;
	let mut refused = 0;
	for api in state.metadata().runtime_api_traits() {
		for method in api.methods() {
			let name = format!("{}_{}", api.name(), method.name());
			if Function::find(chain, &name).is_some() {
				continue;
			}
			let error = socket
				.request("state_call", json!([name, "0x"]))
				.await
				.unwrap_err();
			assert_eq!(error.0, -32001, "{name}");
			refused += 1;
		}
	}
	for name in [
		"",
		"EmrApi",
		"EmrApi_records ",
		"emrapi_records",
		match chain {
			ChainName::Region => "ConsortiumApi_granted_to",
			ChainName::Consortium => "PermissionsApi_granted_to",
		},
	] {
		let error = socket
			.request("state_call", json!([name, "0x"]))
			.await
			.unwrap_err();
		assert_eq!(error.0, -32001, "{name}");
	}
	println!("functions: {refused} of the runtime refused");
	assert!(refused > 30);
}

/// For each function and each combination of whom its arguments can name: the answer is what the
/// oracle says.
async fn arguments_of_functions(
	world: &World,
	chain: ChainName,
	members: &Members,
	person: &Person,
) {
	let token = world.sign_in(&person.key).await;
	let mut socket = world.socket_to(chain, &token).await;
	let (own, foreign) = match chain {
		ChainName::Region => (sendable(person, members), calls::RETIRE.with(())),
		ChainName::Consortium => (vote(), vote()),
	};
	let own = world.signed_for(chain, &person.key, &own).await;
	let foreign = world.signed_for(chain, &dev::charlie(), &foreign).await;
	let transactions = [
		(own, account(&person.key)),
		(foreign, account(&dev::charlie())),
	];
	let (mut allowed, mut refused) = (0, 0);
	let functions = FUNCTIONS
		.iter()
		.filter(|function| function.chains.contains(&chain));
	for function in functions {
		// A node keeps a block for a client for a minute at most.
		let (follow, block) = follow(&mut socket).await;
		for (named, arguments) in combinations((person, members), &transactions, function.arguments)
		{
			let expected = may(chain, (person, members), function.name, &named);
			let params = json!([function.name, hex_of(&arguments)]);
			let answer = socket.request("state_call", params).await;
			let what = format!("{} calls {} about {named:?}", person.name, function.name);
			match &answer {
				Ok(_) => assert!(expected, "{what}: allowed"),
				Err((code, message)) => {
					assert!(!expected, "{what}: {message}");
					assert_eq!(*code, -32001, "{what}: {message}");
				}
			}
			let params = json!([follow, block, function.name, hex_of(&arguments)]);
			let answer = socket.request("chainHead_v1_call", params).await;
			assert_eq!(
				answer.is_ok(),
				expected,
				"{what}, by chainHead_v1_call: {answer:?}"
			);
			if let Ok(answer) = answer {
				// The node takes some operations at once, and no more.
				let started = answer["result"] == "started";
				if let Some(operation) = answer["operationId"].as_str().filter(|_| started) {
					let stop = json!([follow, operation]);
					socket
						.request("chainHead_v1_stopOperation", stop)
						.await
						.unwrap();
				}
			}
			// With a byte more, and a byte less.
			let longer = json!([function.name, hex_of(&[&arguments[..], &[0]].concat())]);
			assert!(
				socket.request("state_call", longer).await.is_err(),
				"{what}"
			);
			if !arguments.is_empty() {
				let shorter = hex_of(&arguments[..arguments.len() - 1]);
				let params = json!([function.name, shorter]);
				assert!(
					socket.request("state_call", params).await.is_err(),
					"{what}"
				);
			}
			*if expected { &mut allowed } else { &mut refused } += 1;
		}
		let unfollowed = socket
			.request("chainHead_v1_unfollow", json!([follow]))
			.await;
		unfollowed.unwrap();
	}
	println!(
		"{}: {allowed} calls allowed, {refused} refused",
		person.name
	);
	assert!(allowed > 5 && refused > 20);
}

/// A call that authorities may send, of each chain.
fn vote() -> Call {
	calls::COUNCIL_VOTE.with(([1; 32], Compact(0), true))
}

/// A call that this person's class may send in the region.
fn sendable(person: &Person, members: &Members) -> Call {
	let to = MemberId::Provider(members.grantee);
	match (&person.member, person.name) {
		(Some(MemberId::Patient(_)), _) => calls::REVOKE.with((members.granted, to)),
		(Some(MemberId::Provider(_)), _) => calls::RETIRE.with(()),
		(None, "an authority") => calls::INVITE.with((account(&dev::charlie()),)),
		(None, APPLICANT) => calls::WITHDRAW_APPLICATION.with(()),
		// Nothing without a signature over a key: this one is refused.
		_ => calls::RETIRE.with(()),
	}
}

/// Every combination of the values that are tried for each argument.
fn combinations(
	about: (&Person, &Members),
	transactions: &[(Vec<u8>, AccountId)],
	arguments: &[Argument],
) -> Vec<(Vec<Named>, Vec<u8>)> {
	let mut all = vec![(Vec::new(), Vec::new())];
	for argument in arguments {
		let values = values(about, transactions, argument);
		all = all
			.into_iter()
			.flat_map(|(named, bytes)| {
				values.iter().map(move |(one, encoded)| {
					let named = [&named[..], std::slice::from_ref(one)].concat();
					(named, [&bytes[..], encoded].concat())
				})
			})
			.collect();
	}
	all
}

fn values(
	(person, members): (&Person, &Members),
	transactions: &[(Vec<u8>, AccountId)],
	argument: &Argument,
) -> Vec<(Named, Vec<u8>)> {
	let known: [MemberId; 5] = [
		members.patient.into(),
		members.other_patient.into(),
		members.author.into(),
		members.grantee.into(),
		ProviderId(99).into(),
	];
	let everybody: BTreeSet<MemberId> = known.into_iter().chain(person.member.clone()).collect();
	let nobody = |bytes: Vec<u8>| vec![(Named::Nobody, bytes)];
	let ty = (argument.meta)().type_info();
	match (ty.path.ident(), argument.name) {
		(Some("AccountId32"), _) => [
			dev::alice(),
			dev::dave(),
			dev::eve(),
			dev::ferdie(),
			dev::one(),
			dev::two(),
			person.key.clone(),
		]
		.iter()
		.map(account)
		.collect::<BTreeSet<_>>()
		.into_iter()
		.map(|account| (Named::Account(account.clone()), account.encode()))
		.collect(),
		(Some("MemberId"), _) => everybody
			.into_iter()
			.map(|member| (Named::Member(member.clone()), member.encode()))
			.collect(),
		(Some("PatientId"), _) => [members.patient, members.other_patient]
			.into_iter()
			.map(|id| (Named::Member(id.into()), id.encode()))
			.collect(),
		(Some("RemoteProvider"), _) => {
			let remote = |region, id| RemoteProvider { region, id };
			[
				remote(REGION, members.grantee),
				remote(REGION, members.author),
				members.away(),
			]
			.into_iter()
			.chain(person.remote())
			.collect::<BTreeSet<_>>()
			.into_iter()
			.map(|remote| (Named::Remote(remote.clone()), remote.encode()))
			.collect()
		}
		(Some("ProviderId"), _) => nobody(members.author.encode()),
		(Some("RecordFilter"), _) => nobody(RecordFilter::default().encode()),
		(Some("EncryptionKey"), _) => {
			nobody(EncryptionKey::RsaOaep(vec![1; 300].try_into().unwrap()).encode())
		}
		(Some("Transaction"), _) => transactions
			.iter()
			.map(|(bytes, signer)| (Named::Transaction(signer.clone()), bytes.clone()))
			.collect(),
		(Some("Source"), _) => nobody(vec![2]),
		(Some("H256"), _) => nobody(vec![1; 32]),
		(Some("Option"), _) => nobody(vec![0]),
		// A foreign one is tried elsewhere.
		(Some("Entry"), _) => vec![
			(Named::Nobody, vec![0]),
			(Named::Foreign, Some(1_000_u64).encode()),
		],
		(_, "record" | "id") => {
			let Members {
				granted,
				expired,
				revoked,
				private,
				..
			} = members;
			[*granted, *expired, *revoked, *private, 999]
				.into_iter()
				.map(|record| (Named::Record(record), record.encode()))
				.collect()
		}
		(_, "number") => nobody(Text::from("A12345").encode()),
		(_, "keys") if (argument.meta)() == meta_type::<bool>() => nobody(vec![1]),
		(_, "keys") => nobody(vec![0_u8; 4].encode()),
		(_, "limit" | "version") => nobody(0_u32.encode()),
		(_, "region") => nobody(REGION.encode()),
		(path, name) => panic!("{name}: {path:?}"),
	}
}

/// What docs/gateway.md says in words: whether a person may call a function about these. The classes
/// and the arguments of the functions are written here again, apart from the table.
fn may(
	chain: ChainName,
	(person, members): (&Person, &Members),
	function: &str,
	named: &[Named],
) -> bool {
	let is_member = person.member.is_some() && person.name != FORMER;
	let is_patient = matches!(person.member, Some(MemberId::Patient(_)));
	let is_provider = is_member && !is_patient && ![SUSPENDED, RETIRED].contains(&person.name);
	let is_authority = person.name == "an authority";
	let known = is_member || is_authority;
	let sends =
		chain == ChainName::Region && (known && person.name != RETIRED || person.name == APPLICANT);
	let own = |place: usize| match &named[place] {
		Named::Account(other) => *other == account(&person.key),
		Named::Member(other) => person.member.as_ref() == Some(other),
		Named::Remote(other) => person.remote().as_ref() == Some(other),
		other => panic!("{function}: {other:?}"),
	};
	let record = || match &named[0] {
		Named::Record(record) => *record,
		other => panic!("{function}: {other:?}"),
	};
	let reads_away =
		|record| person.owns.contains(&record) || is_provider && person.reads.contains(&record);
	match function {
		"Core_version"
		| "Metadata_metadata"
		| "Metadata_metadata_versions"
		| "Metadata_metadata_at_version" => true,
		"AccountNonceApi_account_nonce" | "RegistryApi_key_message" => own(0),
		"TaggedTransactionQueue_validate_transaction" => {
			named[1] == Named::Transaction(account(&person.key)) && sends
		}
		"RegistryApi_account" | "RegistryApi_application" => known || own(0),
		"RegistryApi_patient" => is_provider || own(0),
		"RegistryApi_invitations_left" => (is_provider || is_authority) && own(0),
		"EmrApi_record" => person.reads.contains(&record()),
		"EmrApi_wrapped_key" => person.reads.contains(&record()) && own(1),
		"EmrApi_records" | "PermissionsApi_granted_to" => is_member && own(0),
		"HistoryApi_history" => is_member && own(0) && named[1] != Named::Foreign,
		"PermissionsApi_grant" => is_member && own(1),
		"PermissionsApi_grants_of" => person.owns.contains(&record()),
		"InterregionalApi_interregional_grants_of" => reads_away(record()),
		"InterregionalApi_interregional_grant" => {
			let waits = [members.granted, members.private].contains(&record())
				&& named[1] == Named::Remote(members.away());
			reads_away(record()) || is_provider && waits
		}
		"PermissionsApi_grants_by" | "InterregionalApi_interregional_grants_by" => own(0),
		"PinningApi_pins" => is_authority || person.reads.contains(&record()),
		"PinningApi_under_replicated" => is_authority,
		"InterregionalApi_waiting" => is_provider,
		"ConsortiumApi_grant" | "ConsortiumApi_withheld" => is_member && own(2),
		"ConsortiumApi_granted_to" => is_member && own(0),
		"ConsortiumApi_network_file" => true,
		"RegistryApi_provider"
		| "RegistryApi_holder"
		| "RegistryApi_providers"
		| "RegistryApi_encryption_key"
		| "RegistryApi_applications"
		| "RegistryApi_standing_votes"
		| "RegistryApi_unverify_votes"
		| "GovernanceApi_authorities"
		| "GovernanceApi_collators"
		| "GovernanceApi_session_keys"
		| "GovernanceApi_authority_message"
		| "GovernanceApi_announced_upgrade"
		| "InterregionalApi_enlistment"
		| "ConsortiumApi_region"
		| "ConsortiumApi_regions"
		| "ConsortiumApi_provider"
		| "ConsortiumApi_holder"
		| "ConsortiumApi_providers"
		| "ConsortiumApi_providers_by_account" => known,
		other => panic!("{other} is new: say here who may call it"),
	}
}

/// Of an old block, what may be read now, and no grants.
async fn old_blocks(world: &World, chain: ChainName, members: &Members, socket: &mut Socket) {
	let old = world.old_block(chain).await;
	let newest = world.state_of(chain).await.block_number();
	let newest = world.block(chain, newest).await;
	let id = members.grantee;
	let (me, away) = (
		MemberId::Provider(id),
		RemoteProvider { region: REGION, id },
	);
	let filter = RecordFilter::default();
	let (always, grant, list, refused) = match chain {
		ChainName::Region => (
			("HistoryApi_history", (&me, None::<u64>, 1_u32).encode()),
			("PermissionsApi_grant", (members.granted, &me).encode()),
			(
				"PermissionsApi_granted_to",
				(&me, &filter, true, None::<u64>, 0_u32).encode(),
			),
			Some(("EmrApi_record", members.revoked.encode())),
		),
		ChainName::Consortium => {
			let one = (CASES[0].region, CASES[0].record, &away).encode();
			(
				("ConsortiumApi_withheld", one.clone()),
				("ConsortiumApi_grant", one),
				(
					"ConsortiumApi_granted_to",
					(&away, None::<u32>, &filter, true, None::<u64>, 0_u32).encode(),
				),
				None,
			)
		}
	};
	for ((function, arguments), block, expected) in [
		(&always, &old, true),
		(&grant, &old, false),
		(&grant, &newest, true),
		(&list, &old, false),
		(&list, &newest, true),
	]
	.into_iter()
	.chain(refused.as_ref().map(|refused| (refused, &old, false)))
	{
		let params = json!([function, hex_of(arguments), block]);
		let answer = socket.request("state_call", params).await;
		assert_eq!(
			answer.is_ok(),
			expected,
			"{function} at {block}: {answer:?}"
		);
		assert!(expected || answer.unwrap_err().0 == -32001);
	}
}

/// An entry of the patient's history, as a place in its own.
async fn histories_of_others(world: &World, members: &Members, socket: &mut Socket) {
	let patient = MemberId::Patient(members.patient);
	let history = world
		.state()
		.await
		.history_page(&patient, None, 0)
		.await
		.unwrap();
	for entry in history.items {
		let arguments = (MemberId::Provider(members.grantee), Some(entry.id), 1_u32).encode();
		let params = json!(["HistoryApi_history", hex_of(&arguments)]);
		assert_eq!(
			socket.request("state_call", params).await.unwrap_err().0,
			-32001
		);
	}
}

/// A batch, members that are there twice, and other shapes: the answer has no result.
async fn shapes(socket: &mut Socket) {
	let foreign = json!(["Core_initialize_block", "0x"]);
	let good = json!(["Core_version", "0x"]);
	for text in [
		json!([{ "jsonrpc": "2.0", "id": 1, "method": "state_call", "params": foreign }])
			.to_string(),
		json!([{ "jsonrpc": "2.0", "id": 1, "method": "system_chain" }]).to_string(),
		format!(
			r#"{{"jsonrpc":"2.0","id":1,"method":"state_call","params":{good},"params":{foreign}}}"#
		),
		format!(
			r#"{{"jsonrpc":"2.0","id":1,"method":"system_chain","method":"state_call","params":{foreign}}}"#
		),
		format!(r#"{{"jsonrpc":"2.0","method":"state_call","params":{good}}}"#),
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","params":{"a":1}}"#.into(),
		"[".repeat(100_000),
		format!(
			"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"state_call\",\"params\":{}",
			"[".repeat(100_000)
		),
	] {
		socket.send(&text).await;
		let answer = loop {
			let message = socket.message().await;
			if message.get("id").is_some() {
				break message;
			}
		};
		assert!(
			answer.get("result").is_none() && answer["id"].is_null(),
			"{answer}"
		);
	}
	// Whoever was refused goes on.
	assert!(socket.request("system_chain", json!([])).await.is_ok());
	// Only the own nonce.
	let nonce = json!([salus_client::address::to_address(&account(&dev::dave()))]);
	assert_eq!(
		socket
			.request("system_accountNextIndex", nonce)
			.await
			.unwrap_err()
			.0,
		-32001
	);
	let nonce = json!([salus_client::address::to_address(&account(&dev::ferdie()))]);
	assert!(socket
		.request("system_accountNextIndex", nonce)
		.await
		.is_ok());
}

/// The consortium takes no transaction from a gateway, also of an account that is an authority of both.
async fn transactions_of_the_consortium(world: &World) {
	let alice = dev::alice();
	let token = world.sign_in(&alice).await;
	let mut socket = world.socket_to(ChainName::Consortium, &token).await;
	let vote = vote();
	let signed = world.signed_for(ChainName::Consortium, &alice, &vote);
	let params = json!([hex_of(&signed.await)]);
	for method in SUBMIT {
		let (code, message) = socket.request(method, params.clone()).await.unwrap_err();
		assert_eq!(code, -32001);
		assert!(message.contains("Council.vote"), "{message}");
	}
}

/// Transactions: only the own, only of calls that the class may send.
async fn transactions(world: &World, members: &Members, socket: &mut Socket) {
	let (dave, ferdie) = (dev::dave(), dev::ferdie());
	let to = MemberId::Provider(members.grantee);
	let revoke = calls::REVOKE.with((members.granted, to));
	let foreign = world.signed(&dave, &revoke).await;
	let not_allowed = world.signed(&ferdie, &revoke).await;
	let batch = Call::batch_all(vec![calls::RETIRE.with(()), revoke]);
	let nested = world.signed(&ferdie, &batch).await;
	let mut longer = calls::RETIRE
		.with(())
		.encode(world.state().await.metadata())
		.unwrap();
	longer.push(0);
	for (what, bytes) in [
		("another's", foreign),
		("not allowed", not_allowed),
		("in a batch", nested),
		("not one", vec![4, 4]),
		("not one", longer),
	] {
		for method in SUBMIT {
			let error = socket
				.request(method, json!([hex_of(&bytes)]))
				.await
				.unwrap_err();
			assert_eq!(error.0, -32001, "{what}: {error:?}");
		}
	}
	// One that may be sent becomes final.
	let retire = world.signed(&ferdie, &calls::RETIRE.with(())).await;
	let params = json!([hex_of(&retire)]);
	let watched = socket.request("author_submitAndWatchExtrinsic", params);
	assert!(watched.await.unwrap().is_string());
	// It has retired, so its standing takes something away.
	assert_eq!(socket.closed().await.0, 4003);
}
