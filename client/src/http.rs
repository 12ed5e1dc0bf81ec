//! HTTP clients.

use reqwest::{Client, ClientBuilder};

/// Builds a client. It encrypts with the provider of the connections to nodes.
pub(crate) fn client() -> ClientBuilder {
	// If there is one already, it stays.
	let _ = rustls::crypto::ring::default_provider().install_default();
	Client::builder()
}
