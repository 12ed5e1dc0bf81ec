//! All parts of a gateway, and the work that goes on without a request.

use std::{
	num::NonZeroU32,
	pin::pin,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc, Weak,
	},
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::{stream::iter, StreamExt};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use salus_light::HIGHEST_MAX_AGE;
use salus_primitives::{AccountId, UnixMilliseconds};
use tokio::sync::{watch, Semaphore};

use crate::{
	challenges::Challenges,
	config::{Config, Exposed},
	envelopes::{Envelopes, EnvelopesError},
	http::Client,
	metrics::Metrics,
	network,
	node::{ChainName, Latest, Node},
	places::Places,
	sessions::Sessions,
	standing::Standing,
	tls::{self, Certificate, TlsError},
	view::{Codes, Relay, StepsError},
};

/// How often what is old is forgotten.
const SWEEP: Duration = Duration::from_secs(1);

/// How many accounts are looked up at once.
const LOOK_UPS: usize = 16;

/// A running gateway.
pub struct Gateway {
	pub(crate) config: Config,
	/// Whether it stops.
	pub(crate) stopping: watch::Sender<bool>,
	pub(crate) certificate: Option<Arc<Certificate>>,
	pub(crate) sessions: Sessions,
	pub(crate) challenges: Challenges,
	pub(crate) sign_ins: DefaultKeyedRateLimiter<Client>,
	/// The open WebSockets.
	pub(crate) sockets: Arc<Places<AccountId>>,
	pub(crate) views: Arc<Semaphore>,
	refusals: AtomicU64,
	pub(crate) metrics: Metrics,
	pub(crate) relay: Option<Relay>,
	pub(crate) envelopes: Option<Envelopes>,
	region: Node,
	consortium: Option<Node>,
	codes: [Codes; 2],
}

/// Why a gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
	/// The system has no random numbers.
	#[error("the system has no random numbers: {0}")]
	Random(#[from] getrandom::Error),
	/// The system does not tell who listens.
	#[error("cannot see who listens on this machine: {0}")]
	Listeners(std::io::Error),
	/// Other machines can reach a service without the gateway.
	#[error(transparent)]
	Exposed(#[from] Exposed),
	/// The certificate cannot be used.
	#[error(transparent)]
	Tls(#[from] TlsError),
	/// Nothing can be counted.
	#[error("cannot count: {0}")]
	Metrics(#[from] prometheus::Error),
	/// Envelopes cannot be carried.
	#[error(transparent)]
	Envelopes(#[from] EnvelopesError),
	/// The relay chain's steps cannot be used.
	#[error(transparent)]
	Steps(#[from] StepsError),
}

impl Gateway {
	/// Starts to follow the nodes. Nothing listens yet: see [`serve`](crate::server::serve).
	///
	/// # Errors
	///
	/// [`StartError`].
	pub fn start(config: Config) -> Result<Arc<Self>, StartError> {
		if let Some(exposed) = config.exposed().map_err(StartError::Listeners)?.first() {
			return Err((*exposed).into());
		}
		if let Some(file) = &config.network_file {
			if let Err(error) = network::read(file) {
				let path = file.display();
				tracing::warn!(%path, error, "cannot use the network file: see salus-gateway check");
			}
		}
		let certificate = config.tls.clone().map(Certificate::read).transpose()?;
		let guarded = !config.beyond_loopback;
		let per_minute = NonZeroU32::new(config.limits.sign_ins_per_minute);
		let quota = Quota::per_minute(per_minute.unwrap_or(NonZeroU32::MIN));
		let gateway = Arc::new(Self {
			stopping: watch::Sender::new(false),
			certificate: certificate.map(Arc::new),
			sessions: Sessions::new(config.limits.clone()),
			challenges: Challenges::new(Duration::from_secs(config.limits.challenge_seconds))?,
			sign_ins: RateLimiter::keyed(quota),
			sockets: Places::new(config.limits.sockets, config.limits.sockets_of_account),
			views: Arc::new(Semaphore::new(config.limits.views.max(1))),
			refusals: AtomicU64::new(0),
			metrics: Metrics::new()?,
			region: Node::follow(ChainName::Region, config.region.clone(), guarded),
			consortium: config
				.consortium
				.clone()
				.map(|url| Node::follow(ChainName::Consortium, url, guarded)),
			relay: config.relay.clone().map(Relay::open).transpose()?,
			envelopes: config.envelopes.as_ref().map(Envelopes::open).transpose()?,
			codes: Default::default(),
			config,
		});
		if let Some(certificate) = &gateway.certificate {
			tokio::spawn(tls::watch(Arc::downgrade(certificate)));
		}
		if gateway.relay.is_some() {
			tokio::spawn(Relay::follow(Arc::downgrade(&gateway)));
		}
		if gateway.envelopes.is_some() {
			Envelopes::start(&gateway);
		}
		tokio::spawn(sweep(Arc::downgrade(&gateway)));
		tokio::spawn(watch_standings(
			Arc::downgrade(&gateway),
			gateway.region.subscribe(),
		));
		Ok(gateway)
	}

	/// Begins to stop: no new sessions, connections or sockets. Sockets and downloads end with a
	/// reason, and [`serve`](crate::server::serve) returns once requests and parts of uploads have
	/// ended.
	pub fn stop(&self) {
		self.stopping.send_replace(true);
		self.sessions.stop();
	}

	/// The number of the newest final block of a chain that the gateway knows.
	pub fn final_block(&self, chain: ChainName) -> Option<u64> {
		Some(self.node(chain)?.latest()?.state.block_number())
	}

	/// How many requests were refused.
	pub fn refusals(&self) -> u64 {
		self.refusals.load(Ordering::Relaxed)
	}

	pub(crate) fn count_refusal(&self, kind: &'static str) {
		self.refusals.fetch_add(1, Ordering::Relaxed);
		self.metrics.refusals.with_label_values(&[kind]).inc();
		tracing::debug!(kind, "refused a request");
	}

	/// The node of a chain. `None`: this gateway does not serve it.
	pub(crate) fn node(&self, chain: ChainName) -> Option<&Node> {
		match chain {
			ChainName::Region => Some(&self.region),
			ChainName::Consortium => self.consortium.as_ref(),
		}
	}

	/// The codes of a chain's runtimes.
	pub(crate) fn codes(&self, chain: ChainName) -> &Codes {
		let [region, consortium] = &self.codes;
		match chain {
			ChainName::Region => region,
			ChainName::Consortium => consortium,
		}
	}

	/// The newest final state of a chain, by which requests are decided. `None`: its node does not answer,
	/// or has one that is older than any client takes, as it has stopped or catches up. Chains for
	/// development, which have no relay chain, have a clock of their own.
	pub(crate) fn latest(&self, chain: ChainName) -> Option<Latest> {
		let latest = self.node(chain)?.latest()?;
		let old = latest.time.saturating_add(HIGHEST_MAX_AGE) < now();
		(self.relay.is_none() || !old).then_some(latest)
	}
}

/// Forgets what is old.
async fn sweep(gateway: Weak<Gateway>) {
	loop {
		tokio::time::sleep(SWEEP).await;
		let Some(gateway) = gateway.upgrade() else {
			return;
		};
		gateway.sessions.end_expired();
		gateway.sign_ins.retain_recent();
		gateway.sessions.rates.forget();
	}
}

/// Looks the accounts of all sessions up again, whenever a final block can have changed them.
async fn watch_standings(gateway: Weak<Gateway>, mut latest: watch::Receiver<Option<Latest>>) {
	let mut seen = None;
	while latest.changed().await.is_ok() {
		let Some(gateway) = gateway.upgrade() else {
			return;
		};
		let Some(newest) = latest.borrow_and_update().clone() else {
			continue;
		};
		if seen == Some(newest.changes) {
			continue;
		}
		let mut all = true;
		let accounts = iter(gateway.sessions.accounts(newest.changes));
		let look_ups = accounts.map(|account| async {
			let standing = newest.standing(&account).await;
			(account, standing)
		});
		let mut look_ups = pin!(look_ups.buffer_unordered(LOOK_UPS));
		while let Some((account, standing)) = look_ups.next().await {
			match standing {
				Ok(standing) => gateway.sessions.change(&account, &standing),
				Err(error) => {
					tracing::warn!(%error, "cannot look an account up");
					all = false;
				}
			}
		}
		// Tried again with the next block, if the node did not answer.
		seen = all.then_some(newest.changes);
	}
}

impl Latest {
	/// What an account is in this state of the region.
	pub(crate) async fn standing(&self, account: &AccountId) -> salus_client::Result<Standing> {
		Standing::look_up(&self.state, &self.authorities, self.region, account).await
	}
}

/// The time now, in Unix milliseconds.
pub(crate) fn now() -> UnixMilliseconds {
	let since = SystemTime::now().duration_since(UNIX_EPOCH);
	let milliseconds = since.unwrap_or_default().as_millis();
	milliseconds.try_into().unwrap_or(UnixMilliseconds::MAX)
}
