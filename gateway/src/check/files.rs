//! The files that end: the certificate and the network file.

use std::{fs, path::Path};

use salus_light::network::{EndpointKind, SignedFile};

use super::{Fault, Setup};
use crate::{
	config::{Config, TlsConfig},
	gateway::now,
	tls::Certificate,
};

/// How long before its end a file counts as near it.
const NEAR_DAYS: i64 = 14;
const DAY: i64 = 24 * 60 * 60;

/// What is wrong with the files.
pub fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let config = setup.config;
	let mut faults = Vec::new();
	if let Some(tls) = &config.tls {
		faults.extend(certificate(tls, &config.hosts));
	}
	if let Some(file) = &config.network_file {
		let next = setup.etc.join("network.next.json");
		let command = format!("install -m 644 {} {}", next.display(), file.display());
		let what = network_file(file, config);
		faults.extend(what.into_iter().map(|what| Fault::new(what, &*command)));
	}
	faults
}

fn certificate(tls: &TlsConfig, hosts: &[String]) -> Vec<Fault> {
	let fault = |what: String| Fault::new(what, &*tls.renew);
	let certificate = match Certificate::read(tls.clone()) {
		Ok(certificate) => certificate,
		Err(error) => return vec![fault(error.to_string())],
	};
	let unnamed = certificate.unnamed(hosts).into_iter();
	let unnamed = unnamed.map(|host| fault(format!("the certificate does not name {host}")));
	let end = near_end(certificate.end()).map(|end| fault(format!("the certificate {end}")));
	unnamed.chain(end).collect()
}

/// What is wrong with the network file.
fn network_file(path: &Path, config: &Config) -> Vec<String> {
	let read = fs::read(path).map_err(|error| error.to_string());
	let file = read.and_then(|json| SignedFile::parse(&json).map_err(|error| error.to_string()));
	let network = match file {
		Ok(file) => file.network,
		Err(error) => return vec![format!("cannot use {}: {error}", path.display())],
	};
	let end = i64::try_from(network.valid_until / 1_000).unwrap_or(i64::MAX);
	let end = near_end(end).map(|end| format!("the network file {end}"));
	let endpoints = network.chains.iter().flat_map(|chain| &chain.endpoints);
	let mut gateways = endpoints.filter(|endpoint| endpoint.kind == EndpointKind::Gateway);
	let named = gateways.any(|gateway| {
		let host = gateway.url.split('/').nth(2).unwrap_or_default();
		config
			.hosts
			.iter()
			.any(|own| own.eq_ignore_ascii_case(host))
	});
	let unnamed = (!named).then(|| {
		let what = "the network file does not name this gateway: members do not find it";
		what.to_owned()
	});
	end.into_iter().chain(unnamed).collect()
}

/// What to say of an end in Unix seconds, if it is near.
fn near_end(end: i64) -> Option<String> {
	let now = i64::try_from(now() / 1_000).unwrap_or_default();
	let left = end.saturating_sub(now);
	if left <= 0 {
		return Some("has ended".into());
	}
	(left < NEAR_DAYS * DAY).then(|| format!("ends in {} days", left / DAY))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_end_is_told_two_weeks_before() {
		let now = i64::try_from(now() / 1_000).unwrap();
		assert_eq!(near_end(now + 15 * DAY), None);
		assert_eq!(near_end(now + 3 * DAY + 60).unwrap(), "ends in 3 days");
		assert_eq!(near_end(now - 1).unwrap(), "has ended");
	}
}
