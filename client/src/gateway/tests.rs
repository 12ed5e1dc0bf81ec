use super::*;

/// Has no key.
struct Nobody;

impl Sign for Nobody {
	fn unlock(&self, _: Asking) -> Result<()> {
		Err(Error::KeyFile("locked".into()))
	}

	fn sign(&self, _: &str) -> Result<[u8; 64]> {
		Err(Error::KeyFile("locked".into()))
	}
}

fn gateway(url: &str) -> Result<Gateway> {
	let identity = Identity {
		account: [1; 32].into(),
		genesis: [2; 32],
		sign: Arc::new(Nobody),
		sessions: "nowhere".into(),
	};
	Gateway::new(url, identity)
}

#[test]
fn only_an_encrypted_connection_or_this_machine_is_a_gateway() {
	for (url, host) in [
		("https://clinic.example", "clinic.example"),
		("https://clinic.example:443", "clinic.example"),
		("https://clinic.example:8443/", "clinic.example:8443"),
		("http://127.0.0.1:8080", "127.0.0.1:8080"),
		("http://[::1]:8080", "[::1]:8080"),
	] {
		assert_eq!(gateway(url).unwrap().0.host, host, "{url}");
	}
	for url in [
		"http://clinic.example",
		"http://192.0.2.1:80",
		"wss://clinic.example",
		"https://",
		"httpx://clinic.example",
		"clinic.example",
		"https://ana:secret@clinic.example",
	] {
		let error = gateway(url).err().unwrap();
		assert!(matches!(error, Error::Input(_)), "{url}: {error}");
	}
}
