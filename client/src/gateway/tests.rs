use std::collections::VecDeque;

use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

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

/// Signs without a key.
struct Anybody;

impl Sign for Anybody {
	fn unlock(&self, _: Asking) -> Result<()> {
		Ok(())
	}

	fn sign(&self, _: &str) -> Result<[u8; 64]> {
		Ok([0; 64])
	}
}

/// What is answered to each request, in order. Nothing: its connection ends.
type Answers = Arc<std::sync::Mutex<VecDeque<Option<String>>>>;

/// Answers the requests of a connection.
async fn serve(mut socket: TcpStream, answers: Answers) -> Option<()> {
	loop {
		let mut request = Vec::new();
		while !is_whole(&request) {
			if socket.read_buf(&mut request).await.ok()? == 0 {
				return None;
			}
		}
		let answer = answers.lock().unwrap().pop_front().unwrap()?;
		let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}", answer.len());
		let answer = format!("{head}\r\n\r\n{answer}");
		socket.write_all(answer.as_bytes()).await.ok()?;
	}
}

/// Whether a request is there with its body.
fn is_whole(request: &[u8]) -> bool {
	let text = String::from_utf8_lossy(request).to_lowercase();
	let Some((head, body)) = text.split_once("\r\n\r\n") else {
		return false;
	};
	let mut lines = head.lines();
	let length = lines.find_map(|line| line.strip_prefix("content-length: "));
	length.is_none_or(|length| body.len() == length.parse::<usize>().unwrap())
}

#[tokio::test]
async fn a_request_is_sent_again_if_its_connection_ends() {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	let challenge = format!(r#"{{"nonce":"0x{}","time":1}}"#, "00".repeat(32));
	let session = r#"{"token":"a","seconds":600}"#;
	let answers = [
		Some(&*challenge),
		Some(session),
		None,
		Some("done"),
		None,
		None,
	];
	let answers = answers.map(|answer| answer.map(str::to_owned));
	let answers = Answers::new(std::sync::Mutex::new(answers.into()));
	let shared = answers.clone();
	tokio::spawn(async move {
		while let Ok((socket, _)) = listener.accept().await {
			tokio::spawn(serve(socket, shared.clone()));
		}
	});
	let sessions = tempfile::tempdir().unwrap();
	let identity = Identity {
		account: [1; 32].into(),
		genesis: [2; 32],
		sign: Arc::new(Anybody),
		sessions: sessions.path().into(),
	};
	let gateway = Gateway::new(&url, identity).unwrap();
	let ask = async || gateway.request(Method::GET, "v1/any", None).await;
	assert_eq!(ask().await.unwrap(), b"done");
	// Not for ever.
	let error = ask().await.unwrap_err();
	assert!(matches!(error, Error::Connection { .. }), "{error}");
	assert!(answers.lock().unwrap().is_empty());
}
