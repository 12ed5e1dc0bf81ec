//! What is wrong with a Kubo's config, and the command that corrects it.

use serde_json::{json, Value};
use std::collections::BTreeSet;

/// The paths of Kubo's RPC that a gateway uses.
pub const GATEWAY_PATHS: &[&str] = &[
	"/api/v0/add",
	"/api/v0/block/put",
	"/api/v0/block/rm",
	"/api/v0/block/stat",
	"/api/v0/cat",
	"/api/v0/pin/add",
	"/api/v0/pin/rm",
];

/// The paths of Kubo's RPC that a node's pinning worker uses.
pub const WORKER_PATHS: &[&str] = &[
	"/api/v0/block/get",
	"/api/v0/dag/stat",
	"/api/v0/pin/add",
	"/api/v0/pin/ls",
	"/api/v0/pin/rm",
];

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
	/// The setting.
	pub setting: &'static str,
	/// Why it matters.
	pub why: &'static str,
	/// The command that corrects it while Kubo is stopped, with its folder in `IPFS_PATH`. `None`:
	/// docs/gateway.md has what to write.
	pub command: Option<String>,
}

/// Settings with one right value.
const EXACT: &[(&str, &str, &str)] = &[
	(
		"Gateway.NoFetch",
		"true",
		"its gateway would fetch from others for everybody on this machine",
	),
	(
		"Gateway.DeserializedResponses",
		"false",
		"its gateway would send files whose blocks nobody checks",
	),
	(
		"Gateway.NoDNSLink",
		"true",
		"its gateway would ask name servers",
	),
	(
		"Datastore.HashOnRead",
		"true",
		"a block that changed on disk would count as good",
	),
	(
		"AutoConf.Enabled",
		"false",
		"Kubo would ask servers of the public network",
	),
	(
		"Bootstrap",
		"[]",
		"Kubo would connect to the public network",
	),
	(
		"Routing.Type",
		"\"none\"",
		"Kubo would ask the public network who has a block",
	),
	(
		"Provide.Enabled",
		"false",
		"Kubo would tell the public network what it has",
	),
	(
		"Discovery.MDNS.Enabled",
		"false",
		"Kubo would look for others in the local network",
	),
];

/// What is wrong with this config of a Kubo.
pub fn faults(config: &Value) -> Vec<Fault> {
	let mut faults = Vec::new();
	for &(setting, right, why) in EXACT {
		let found = setting.split('.').try_fold(config, |at, key| at.get(key));
		let right_value: Option<Value> = serde_json::from_str(right).ok();
		if found != right_value.as_ref() {
			faults.push(Fault {
				setting,
				why,
				command: Some(format!("ipfs config --json {setting} '{right}'")),
			});
		}
	}
	for (setting, port) in [("Addresses.API", 5001), ("Addresses.Gateway", 8080)] {
		let found = setting.split('.').try_fold(config, |at, key| at.get(key));
		if !found.is_some_and(is_loopback) {
			let port = found.and_then(port_of).unwrap_or(port);
			faults.push(Fault {
				setting,
				why: "other machines could use it",
				command: Some(format!("ipfs config {setting} /ip4/127.0.0.1/tcp/{port}")),
			});
		}
	}
	let telemetry = "/Plugins/Plugins/telemetry/Config/Mode";
	if config.pointer(telemetry) != Some(&json!("off")) {
		faults.push(Fault {
			setting: "Plugins.Plugins.telemetry.Config",
			why: "Kubo would report to its makers",
			command: Some(
				"ipfs config --json Plugins.Plugins.telemetry.Config '{\"Mode\":\"off\"}'".into(),
			),
		});
	}
	let scopes = config.pointer("/API/Authorizations");
	let scopes = scopes.and_then(Value::as_object);
	let scopes: Vec<_> = scopes
		.into_iter()
		.flat_map(|scopes| scopes.values())
		.collect();
	for (setting, paths, why) in [
		(
			"API.Authorizations for the gateway",
			GATEWAY_PATHS,
			"every program of this machine could use its RPC, or the gateway could not",
		),
		(
			"API.Authorizations for the node",
			WORKER_PATHS,
			"every program of this machine could use its RPC, or the node could not",
		),
	] {
		if !scopes.iter().any(|scope| allows(scope, paths)) {
			let command = None;
			faults.push(Fault {
				setting,
				why,
				command,
			});
		}
	}
	let secrets: BTreeSet<_> = scopes.iter().map(|scope| secret(scope)).collect();
	if scopes.len() > 2 || secrets.len() < scopes.len() {
		faults.push(Fault {
			setting: "API.Authorizations",
			why: "only the gateway and the node may use its RPC, each with a secret of its own",
			command: None,
		});
	}
	faults
}

/// Whether a scope has a secret, and allows these paths and no others.
fn allows(scope: &Value, paths: &[&str]) -> bool {
	let allowed = scope.get("AllowedPaths").and_then(Value::as_array);
	let Some(allowed) = allowed else { return false };
	let named = |path: &&str| allowed.iter().any(|allowed| allowed == *path);
	secret(scope).is_some_and(|secret| secret.len() >= 32)
		&& allowed.len() == paths.len()
		&& paths.iter().all(named)
}

/// A scope's secret. One without a kind is for `bearer`.
fn secret(scope: &Value) -> Option<&str> {
	let secret = scope.get("AuthSecret")?.as_str()?;
	Some(secret.strip_prefix("bearer:").unwrap_or(secret))
}

/// The port of an address, or of the first one of several.
fn port_of(addresses: &Value) -> Option<u16> {
	let address = addresses.get(0).unwrap_or(addresses).as_str()?;
	address.split_once("/tcp/")?.1.parse().ok()
}

/// Whether all addresses, one or several, are on loopback.
fn is_loopback(addresses: &Value) -> bool {
	let own = |address: &Value| {
		let address = address.as_str().unwrap_or_default();
		["/ip4/127.", "/ip6/::1/", "/unix/"]
			.iter()
			.any(|start| address.starts_with(start))
	};
	match addresses {
		Value::Array(all) => !all.is_empty() && all.iter().all(own),
		one => own(one),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn good() -> Value {
		let scope = |secret: &str, paths: &[&str]| {
			let secret = format!("bearer:{}", secret.repeat(32));
			json!({ "AuthSecret": secret, "AllowedPaths": paths })
		};
		json!({
			"Addresses": { "API": "/ip4/127.0.0.1/tcp/5001", "Gateway": ["/ip6/::1/tcp/8080"] },
			"API": { "Authorizations": {
				"a": scope("ab", GATEWAY_PATHS),
				"b": scope("cd", WORKER_PATHS),
			} },
			"Gateway": { "NoFetch": true, "DeserializedResponses": false, "NoDNSLink": true },
			"Datastore": { "HashOnRead": true },
			"AutoConf": { "Enabled": false },
			"Bootstrap": [],
			"Routing": { "Type": "none" },
			"Provide": { "Enabled": false },
			"Discovery": { "MDNS": { "Enabled": false } },
			"Plugins": { "Plugins": { "telemetry": { "Config": { "Mode": "off" } } } },
		})
	}

	#[test]
	fn a_config_as_the_page_has_it_is_right() {
		let wrong = faults(&good());
		assert!(wrong.is_empty(), "{wrong:?}");
	}

	/// What sets a Kubo up, and the page, have the same paths in the same order.
	#[test]
	fn the_set_up_and_the_page_allow_the_paths_that_are_used() {
		let all: Vec<_> = [GATEWAY_PATHS, WORKER_PATHS].concat();
		for text in [
			include_str!("../../../deploy/kubo-setup"),
			include_str!("../../../docs/gateway.md"),
		] {
			let named = text.split('"').filter(|word| word.starts_with("/api/v0"));
			assert_eq!(named.collect::<Vec<_>>(), all);
		}
	}

	#[test]
	fn an_address_keeps_its_port() {
		let mut config = good();
		for (found, port) in [
			(json!("/ip4/0.0.0.0/tcp/5003"), 5003),
			(json!(["/ip4/0.0.0.0/tcp/5004"]), 5004),
			(json!([]), 5001),
		] {
			config["Addresses"]["API"] = found;
			let command = format!("ipfs config Addresses.API /ip4/127.0.0.1/tcp/{port}");
			assert_eq!(faults(&config)[0].command.as_ref(), Some(&command));
		}
	}

	#[test]
	fn each_wrong_setting_is_named_with_what_corrects_it() {
		let all = faults(&json!({}));
		assert_eq!(all.len(), EXACT.len() + 5);
		for fault in &all {
			let told = fault.command.as_ref();
			assert!(
				told.is_none_or(|command| command.contains(fault.setting)),
				"{fault:?}"
			);
		}
		for (pointer, wrong, setting) in [
			("/Gateway/NoFetch", json!("true"), "Gateway.NoFetch"),
			("/Datastore/HashOnRead", Value::Null, "Datastore.HashOnRead"),
			("/Bootstrap", json!(["auto"]), "Bootstrap"),
			(
				"/Addresses/API",
				json!("/ip4/0.0.0.0/tcp/5001"),
				"Addresses.API",
			),
			(
				"/Addresses/Gateway",
				json!(["/ip4/127.0.0.1/tcp/8080", "/ip4/192.0.2.1/tcp/8080"]),
				"Addresses.Gateway",
			),
			("/Addresses/Gateway", json!([]), "Addresses.Gateway"),
			(
				"/API/Authorizations/a/AuthSecret",
				json!("short"),
				"API.Authorizations for the gateway",
			),
			(
				"/API/Authorizations/b/AllowedPaths",
				json!(["/api/v0"]),
				"API.Authorizations for the node",
			),
		] {
			let mut config = good();
			*config.pointer_mut(pointer).unwrap() = wrong;
			let found: Vec<_> = faults(&config).iter().map(|fault| fault.setting).collect();
			assert_eq!(found, [setting], "{pointer}");
		}
	}

	/// What the gateway may do, nobody else may, nor does the node by the same secret.
	#[test]
	fn a_third_scope_or_a_common_secret_is_wrong() {
		let own = format!("bearer:{}", "ab".repeat(32));
		let third = json!({ "AuthSecret": "bearer:third", "AllowedPaths": ["/api/v0"] });
		for (pointer, wrong) in [
			("/API/Authorizations/c", third),
			("/API/Authorizations/b/AuthSecret", json!(own)),
			("/API/Authorizations/b/AuthSecret", json!("ab".repeat(32))),
		] {
			let mut config = good();
			let (object, key) = pointer.rsplit_once('/').unwrap();
			config.pointer_mut(object).unwrap()[key] = wrong;
			let found: Vec<_> = faults(&config).iter().map(|fault| fault.setting).collect();
			assert_eq!(found, ["API.Authorizations"], "{pointer}");
		}
	}
}
