//! TLS, with real certificates that change while the gateway runs.

mod world;

use std::{
	fs,
	path::Path,
	process::Command,
	time::{Duration, Instant},
};

use reqwest::{Certificate, StatusCode};
use salus_gateway::{
	config::{Config, Limits, TlsConfig},
	server, Gateway,
};
use tokio::{
	io::AsyncReadExt,
	net::{TcpListener, TcpStream},
};
use world::{World, PATIENCE};

/// How long a client has for TLS.
const REQUEST_SECONDS: u64 = 5;

/// Makes a certificate for 127.0.0.1.
fn make(files: &TlsConfig) {
	let made = Command::new("openssl")
		.args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "30"])
		.args([
			"-pkeyopt",
			"ec_paramgen_curve:P-256",
			"-subj",
			"/CN=gateway",
		])
		.args(["-addext", "subjectAltName=IP:127.0.0.1"])
		.args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
		.arg(&files.key)
		.arg("-out")
		.arg(&files.certificate)
		.output()
		.unwrap();
	assert!(made.status.success(), "{made:?}");
}

/// A client that believes one certificate alone, and connects anew for each request.
fn client(certificate: &Path) -> reqwest::Client {
	let _ = rustls::crypto::ring::default_provider().install_default();
	let pem = fs::read(certificate).unwrap();
	reqwest::Client::builder()
		.tls_certs_only([Certificate::from_pem(&pem).unwrap()])
		.pool_max_idle_per_host(0)
		.build()
		.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_used_without_a_restart() {
	let folder = tempfile::tempdir().unwrap();
	let tls = TlsConfig {
		certificate: folder.path().join("certificate.pem"),
		key: folder.path().join("key.pem"),
		renew: "certbot renew".into(),
	};
	make(&tls);
	let world = World::start(Limits::default()).await;
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	let config = Config {
		listen: address,
		hosts: vec![address.to_string()],
		origins: Vec::new(),
		tls: Some(tls.clone()),
		behind_proxy: false,
		beyond_loopback: false,
		metrics: None,
		network_file: None,
		network_files: None,
		backup: None,
		region: world.node.url.clone(),
		consortium: None,
		relay: None,
		envelopes: None,
		limits: Limits {
			request_seconds: REQUEST_SECONDS,
			..Limits::default()
		},
	};
	let gateway = Gateway::start(config).unwrap();
	tokio::spawn(server::serve(gateway, listener));
	let url = format!("https://{address}/v1/view");
	let first = client(&tls.certificate);
	let answer = first.post(&url).send().await.unwrap();
	assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);

	let before = folder.path().join("before.pem");
	fs::copy(&tls.certificate, &before).unwrap();
	make(&tls);
	// Neither plain HTTP nor silence.
	let plain = world.http.post(format!("http://{address}/v1/view"));
	assert!(plain.send().await.is_err());
	let mut silent = TcpStream::connect(address).await.unwrap();
	let mut nothing = Vec::new();
	let end = silent.read_to_end(&mut nothing);
	let end = tokio::time::timeout(PATIENCE, end).await;
	drop(end.expect("a silent client is not cut off"));
	assert!(nothing.is_empty());

	let second = client(&tls.certificate);
	let since = Instant::now();
	while second.post(&url).send().await.is_err() {
		assert!(
			since.elapsed() < PATIENCE,
			"the certificate stays the old one"
		);
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
	// A client that was there before could resume its session.
	let refused = client(&before).post(&url).send().await;
	assert!(refused.is_err(), "the certificate before is used, too");
}
