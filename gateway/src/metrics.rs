//! Metrics for Prometheus: numbers alone, nothing of an account, a record or an envelope.

use std::{
	fs,
	path::Path,
	sync::Arc,
	time::{Duration, Instant, UNIX_EPOCH},
};

use axum::{
	extract::State,
	http::{header::CONTENT_TYPE, StatusCode},
	response::{IntoResponse, Response},
	routing::get,
	Router,
};
use prometheus::{
	IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, Result, TextEncoder, TEXT_FORMAT,
};
use salus_light::network::SignedFile;
use tokio::{sync::Mutex, time::timeout};

use crate::{node::ChainName, Gateway};

/// How long the node and Kubo may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How old the number of records with too few pins can be.
const FRESH: Duration = Duration::from_secs(60);

/// All metrics, and what each says.
pub const METRICS: &[(&str, &str)] = &[
	(REFUSALS, "Requests that were refused, by kind"),
	(ANSWERS, "Answers to requests, by status"),
	(SESSIONS, "Sessions"),
	(SOCKETS, "Open WebSockets"),
	(MOST_SOCKETS, "The most open WebSockets"),
	(NODE_UP, "Whether the node of a chain answers"),
	(FINAL_BLOCK, "The newest final block, by chain"),
	(
		EXPOSED,
		"Addresses beyond loopback on which a node or Kubo takes requests",
	),
	(FEW_PINS, "Records of the region with too few pins"),
	(KUBO_UP, "Whether Kubo answers"),
	(TRANSFERS, "Downloads and parts of uploads"),
	(
		UPLOADS,
		"Uploads that are not finished, or wait for pinners",
	),
	(FREE, "Free bytes of the disk with Kubo's blocks"),
	(RESERVE, "Bytes of that disk that uploads leave free"),
	(
		CERTIFICATE_END,
		"The end of the certificate, in Unix seconds",
	),
	(
		NETWORK_FILE_END,
		"The end of the network file, in Unix seconds",
	),
	(BACKUP, "The last backup, in Unix seconds; 0: none"),
];

const REFUSALS: &str = "salus_gateway_refusals_total";
const ANSWERS: &str = "salus_gateway_answers_total";
const SESSIONS: &str = "salus_gateway_sessions";
const SOCKETS: &str = "salus_gateway_sockets";
const MOST_SOCKETS: &str = "salus_gateway_sockets_most";
const NODE_UP: &str = "salus_gateway_node_up";
const FINAL_BLOCK: &str = "salus_gateway_final_block";
const EXPOSED: &str = "salus_gateway_exposed";
const FEW_PINS: &str = "salus_gateway_records_with_few_pins";
const KUBO_UP: &str = "salus_gateway_kubo_up";
const TRANSFERS: &str = "salus_gateway_transfers";
const UPLOADS: &str = "salus_gateway_uploads";
const FREE: &str = "salus_gateway_disk_free_bytes";
const RESERVE: &str = "salus_gateway_disk_reserve_bytes";
const CERTIFICATE_END: &str = "salus_gateway_certificate_end_seconds";
const NETWORK_FILE_END: &str = "salus_gateway_network_file_end_seconds";
const BACKUP: &str = "salus_gateway_backup_seconds";

/// What is counted.
pub struct Metrics {
	/// Refusals, by kind.
	pub refusals: IntCounterVec,
	/// Answers, by status.
	pub answers: IntCounterVec,
	/// The records with too few pins, and when they were counted.
	few_pins: Mutex<Option<(Instant, i64)>>,
}

impl Metrics {
	/// All are zero.
	///
	/// # Errors
	///
	/// A name is refused.
	pub fn new() -> Result<Self> {
		Ok(Self {
			refusals: IntCounterVec::new(Opts::new(REFUSALS, help(REFUSALS)), &["kind"])?,
			answers: IntCounterVec::new(Opts::new(ANSWERS, help(ANSWERS)), &["status"])?,
			few_pins: Mutex::default(),
		})
	}
}

fn help(name: &str) -> &'static str {
	let known = METRICS.iter().find(|(known, _)| *known == name);
	known.map(|(_, help)| *help).unwrap_or_default()
}

/// `GET /metrics`.
pub fn router(gateway: Arc<Gateway>) -> Router {
	Router::new()
		.route("/metrics", get(page))
		.with_state(gateway)
}

async fn page(State(gateway): State<Arc<Gateway>>) -> Response {
	match text(&gateway).await {
		Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
		Err(error) => {
			tracing::error!(%error, "cannot write the metrics");
			StatusCode::INTERNAL_SERVER_ERROR.into_response()
		}
	}
}

/// The metrics now, in Prometheus' text format. What this gateway does not have is left out.
async fn text(gateway: &Gateway) -> Result<String> {
	let registry = Registry::new();
	let metrics = &gateway.metrics;
	registry.register(Box::new(metrics.refusals.clone()))?;
	registry.register(Box::new(metrics.answers.clone()))?;
	let gauge = |name: &str, value: i64| {
		let gauge = IntGauge::new(name, help(name))?;
		gauge.set(value);
		registry.register(Box::new(gauge))
	};
	let most = gateway.config.limits.sockets;
	gauge(SESSIONS, count(gateway.sessions.count()))?;
	gauge(SOCKETS, count(gateway.sockets.count()))?;
	gauge(MOST_SOCKETS, count(most))?;
	chains(gateway, &registry)?;
	if let Ok(exposed) = gateway.config.exposed() {
		gauge(EXPOSED, count(exposed.len()))?;
	}
	if let Some(few) = few_pins(gateway).await {
		gauge(FEW_PINS, few)?;
	}
	if let Some(envelopes) = &gateway.envelopes {
		let answers = timeout(PATIENCE, envelopes.version()).await;
		gauge(KUBO_UP, i64::from(matches!(answers, Ok(Ok(_)))))?;
		gauge(TRANSFERS, count(envelopes.transfers()))?;
		gauge(UPLOADS, count(envelopes.uploads()))?;
		gauge(RESERVE, bytes(envelopes.reserve()))?;
		if let Ok(free) = envelopes.free() {
			gauge(FREE, bytes(free))?;
		}
	}
	if let Some(certificate) = &gateway.certificate {
		gauge(CERTIFICATE_END, certificate.end())?;
	}
	let file = gateway.config.network_file.as_deref();
	if let Some(end) = file.and_then(network_file_end) {
		gauge(NETWORK_FILE_END, bytes(end / 1_000))?;
	}
	if let Some(file) = &gateway.config.backup {
		gauge(BACKUP, bytes(last_backup(file)))?;
	}
	TextEncoder::new().encode_to_string(&registry.gather())
}

/// The chains' nodes.
fn chains(gateway: &Gateway, registry: &Registry) -> Result<()> {
	let up = IntGaugeVec::new(Opts::new(NODE_UP, help(NODE_UP)), &["chain"])?;
	let block = IntGaugeVec::new(Opts::new(FINAL_BLOCK, help(FINAL_BLOCK)), &["chain"])?;
	for chain in [ChainName::Region, ChainName::Consortium] {
		if gateway.node(chain).is_none() {
			continue;
		}
		let name = chain.to_string();
		let number = gateway.final_block(chain);
		up.with_label_values(&[name.as_str()])
			.set(i64::from(number.is_some()));
		if let Some(number) = number {
			block.with_label_values(&[name.as_str()]).set(bytes(number));
		}
	}
	registry.register(Box::new(up))?;
	registry.register(Box::new(block))
}

/// The number of records with too few pins. It takes the node some time, so it can be a minute old.
async fn few_pins(gateway: &Gateway) -> Option<i64> {
	let mut known = gateway.metrics.few_pins.lock().await;
	if let Some((since, few)) = *known {
		if since.elapsed() < FRESH {
			return Some(few);
		}
	}
	let latest = gateway.latest(ChainName::Region)?;
	let found = timeout(PATIENCE, latest.state.under_replicated()).await;
	let few = count(found.ok()?.ok()?.len());
	*known = Some((Instant::now(), few));
	Some(few)
}

/// The end of a network file, in Unix milliseconds.
fn network_file_end(path: &Path) -> Option<u64> {
	let file = SignedFile::parse(&fs::read(path).ok()?).ok()?;
	Some(file.network.valid_until)
}

/// When the last backup was made, in Unix seconds. 0: never.
pub fn last_backup(file: &Path) -> u64 {
	let made = fs::metadata(file).and_then(|file| file.modified());
	let since = made
		.ok()
		.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
	since.unwrap_or_default().as_secs()
}

fn count(number: usize) -> i64 {
	i64::try_from(number).unwrap_or(i64::MAX)
}

fn bytes(number: u64) -> i64 {
	i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::Config;
	use std::collections::BTreeSet;

	const CONFIG: &str = "listen = \"127.0.0.1:1\"\nhosts = [\"clinic.example\"]\n\
		behind_proxy = true\nregion = \"ws://127.0.0.1:1\"\nbackup = \"none\"";

	/// The names of this program's metrics in a text.
	fn named(text: &str) -> BTreeSet<&str> {
		let of_name = |char: char| char.is_ascii_lowercase() || char == '_';
		let words = text.split(|char| !of_name(char));
		words
			.filter(|word| word.starts_with("salus_gateway_"))
			.collect()
	}

	#[test]
	fn alerts_dashboard_and_page_name_the_metrics_that_there_are() {
		let all: BTreeSet<_> = METRICS.iter().map(|(name, _)| *name).collect();
		for text in [
			include_str!("../../docs/alerts.yml"),
			include_str!("../../docs/dashboard.json"),
		] {
			let named = named(text);
			assert!(!named.is_empty() && named.is_subset(&all), "{named:?}");
		}
		assert_eq!(named(include_str!("../../docs/gateway.md")), all);
	}

	#[test]
	fn the_operators_page_says_what_to_do_for_each_alert() {
		let alerts = include_str!("../../docs/alerts.yml");
		let page = include_str!("../../docs/operating.md");
		let headings: BTreeSet<_> = page
			.lines()
			.filter_map(|line| line.strip_prefix("### "))
			.map(|heading| heading.to_lowercase().replace(' ', "-"))
			.collect();
		let links = alerts.lines().filter_map(|line| {
			let link = line.trim().strip_prefix("runbook: docs/operating.md#")?;
			Some(link.to_owned())
		});
		let links: Vec<_> = links.collect();
		assert!(!links.is_empty());
		assert_eq!(links.len(), alerts.matches("- alert: ").count());
		for link in links {
			assert!(headings.contains(&link), "{link}");
		}
	}

	#[tokio::test]
	async fn the_page_counts_refusals_and_tells_that_the_node_does_not_answer() {
		let gateway = Gateway::start(Config::parse(CONFIG).unwrap()).unwrap();
		gateway.count_refusal("key");
		let text = text(&gateway).await.unwrap();
		for line in [
			"salus_gateway_refusals_total{kind=\"key\"} 1",
			"salus_gateway_node_up{chain=\"region\"} 0",
			"salus_gateway_sessions 0",
			"salus_gateway_sockets 0",
			"salus_gateway_sockets_most 500",
			"salus_gateway_exposed 0",
			"salus_gateway_backup_seconds 0",
		] {
			assert!(text.lines().any(|found| found == line), "{line}: {text}");
		}
		for absent in ["consortium", "certificate", "kubo", "network_file"] {
			assert!(!text.contains(absent), "{absent}: {text}");
		}
	}
}
