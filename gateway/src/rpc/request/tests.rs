use super::*;

const HASH: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

fn read(method: &str, params: &str) -> Result<Request, Malformed> {
	Request::read(&format!(
		r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#
	))
}

/// What goes on of a request with these parameters.
fn forwarded(method: &str, params: &str) -> String {
	let written = read(method, params).unwrap().write();
	let message: Value = serde_json::from_str(&written).unwrap();
	assert_eq!(message["method"], method);
	assert_eq!(message["id"], 1);
	assert_eq!(message["jsonrpc"], "2.0");
	message["params"].to_string()
}

#[test]
fn what_goes_on_is_written_anew() {
	let upper = HASH.replace("01", "aB");
	let lower = HASH.replace("01", "ab");
	for (method, params, expected) in [
		(
			"chain_getBlock",
			format!("[ \"{upper}\" ]"),
			format!("[\"{lower}\"]"),
		),
		("chain_getBlock", "[]".into(), "[null]".into()),
		("chain_getBlockHash", "[\"0x1f\"]".into(), "[31]".into()),
		("chain_getBlockHash", "[null]".into(), "[null]".into()),
		("chainHead_v1_follow", "[true]".into(), "[true]".into()),
		(
			"chainHead_v1_call",
			format!("[\"a\",\"{HASH}\",\"Core_version\",\"\"]"),
			format!("[\"a\",\"{HASH}\",\"Core_version\",\"0x\"]"),
		),
		(
			"chainHead_v1_unpin",
			format!("[\"a\",\"{HASH}\"]"),
			format!("[\"a\",\"{HASH}\"]"),
		),
		(
			"chainHead_v1_unpin",
			format!("[\"a\",[\"{HASH}\"]]"),
			format!("[\"a\",[\"{HASH}\"]]"),
		),
		(
			"chainHead_v1_storage",
			format!("[\"a\",\"{HASH}\",[{{\"type\":\"value\",\"key\":\"0xAB\"}}]]"),
			format!("[\"a\",\"{HASH}\",[{{\"key\":\"0xab\",\"type\":\"value\"}}],null]"),
		),
		(
			"state_getStorage",
			"[\"0xAB\"]".into(),
			"[\"0xab\",null]".into(),
		),
		(
			"state_subscribeStorage",
			"[[\"0xAB\"]]".into(),
			"[[\"0xab\"]]".into(),
		),
		(
			"state_call",
			"[\"Core_version\",\"0x\"]".into(),
			"[\"Core_version\",\"0x\",null]".into(),
		),
		(
			"system_accountNextIndex",
			format!("[\"{HASH}\"]"),
			format!("[\"{}\"]", to_address(&AccountId::new([1; 32]))),
		),
	] {
		assert_eq!(forwarded(method, &params), expected, "{method}");
	}
}

#[test]
fn wrong_parameters_are_refused() {
	for (method, params) in [
		("chain_getFinalizedHead", "[1]".into()),
		("chain_getBlock", format!("[\"{HASH}\",null]")),
		("chain_getBlock", format!("[\"{HASH}00\"]")),
		("chain_getBlock", "[\"latest\"]".into()),
		("chain_getBlock", "[7]".into()),
		("chain_getBlockHash", "[[1,2]]".into()),
		("chain_getBlockHash", "[-1]".into()),
		("chain_getBlockHash", "[4294967296]".into()),
		("chainHead_v1_follow", "[]".into()),
		("chainHead_v1_follow", "[\"true\"]".into()),
		("chainHead_v1_unpin", "[\"a\",[]]".into()),
		(
			"chainHead_v1_unpin",
			format!("[\"a\",[{}]]", vec![format!("\"{HASH}\""); 513].join(",")),
		),
		// Descendants, and a child trie.
		(
			"chainHead_v1_storage",
			format!("[\"a\",\"{HASH}\",[{{\"key\":\"0xab\",\"type\":\"descendantsValues\"}}]]"),
		),
		(
			"chainHead_v1_storage",
			format!("[\"a\",\"{HASH}\",[{{\"key\":\"0xab\",\"type\":\"value\"}}],\"0xab\"]"),
		),
		(
			"chainHead_v1_storage",
			format!(
				"[\"a\",\"{HASH}\",[{{\"key\":\"0xab\",\"type\":\"value\",\"key\":\"0xcd\"}}]]"
			),
		),
		(
			"chainHead_v1_storage",
			format!("[\"a\",\"{HASH}\",[{{\"key\":\"0xab\",\"type\":\"value\",\"to\":1}}]]"),
		),
		("state_getStorage", "[\"ab\"]".into()),
		("state_getStorage", "[\"0xabc\"]".into()),
		("state_getStorage", format!("[\"0x{}\"]", "00".repeat(513))),
		("state_call", "[\"Core_version\"]".into()),
		(
			"state_call",
			format!("[\"Core_version\",\"0x{}\"]", "00".repeat(64 * 1024 + 1)),
		),
		(
			"author_submitExtrinsic",
			format!("[\"0x{}\"]", "00".repeat(MAX_TRANSACTION + 1)),
		),
		("system_accountNextIndex", "[\"nobody\"]".into()),
		(
			"chainHead_v1_header",
			format!("[\"{}\",\"{HASH}\"]", "a".repeat(129)),
		),
		("chain_getBlock", "{\"hash\":null}".into()),
	] {
		let error = read(method, &params).unwrap_err();
		assert!(
			[PARAMS, INVALID].contains(&error.code),
			"{method} {params:.80}: {error:?}"
		);
	}
}

#[test]
fn a_message_is_one_request_with_each_member_once() {
	for text in [
		"",
		"nonsense",
		"[]",
		r#" [{"jsonrpc":"2.0","id":1,"method":"system_chain"}]"#,
		r#"{"jsonrpc":"2.0","method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":null,"method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":-1,"method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":1.5,"method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":[1],"method":"system_chain"}"#,
		r#"{"jsonrpc":"1.0","id":1,"method":"system_chain"}"#,
		r#"{"id":1,"method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","method":"state_getKeys"}"#,
		r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"system_chain"}"#,
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","params":[],"params":[1]}"#,
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","more":1}"#,
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain"}{}"#,
		r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","params":"none"}"#,
	] {
		let error = Request::read(text).unwrap_err();
		assert_eq!(error.id, None, "{text}");
		assert!([PARSE, INVALID].contains(&error.code), "{text}: {error:?}");
	}
	let long = format!(
		r#"{{"jsonrpc":"2.0","id":"{}","method":"system_chain"}}"#,
		"a".repeat(129)
	);
	assert!(Request::read(&long).is_err());
	let escaped = r#"{"jsonrpc":"2.0","id":"a","method":"system\u005fchain","params":null}"#;
	assert_eq!(Request::read(escaped).unwrap().method.name, "system_chain");
}

#[test]
fn a_method_that_is_not_in_the_table_is_not_found() {
	for method in [
		"state_getKeysPaged",
		"system_Chain",
		"system_chain ",
		"",
		"author_rotateKeys",
	] {
		let error = read(method, "[]").unwrap_err();
		assert_eq!(
			(error.code, error.id),
			(NO_METHOD, Some(Id::Number(1))),
			"{method}"
		);
	}
}
