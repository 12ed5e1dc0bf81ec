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

/// What is answered to each request, in order. Nothing: its connection ends. No text: it is refused.
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
		let status = match &*answer {
			"" => "401 Unauthorized",
			_ => "200 OK",
		};
		let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}", answer.len());
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

const CHALLENGE: Option<&str> = Some(
	r#"{"nonce":"0x0000000000000000000000000000000000000000000000000000000000000000","time":1}"#,
);
const SESSION: Option<&str> = Some(r#"{"token":"a","seconds":600}"#);
const REFUSED: Option<&str> = Some("");

/// A gateway that gives these answers, those that are left, and the folder of sessions.
async fn answering(answers: &[Option<&str>]) -> (Gateway, Answers, tempfile::TempDir) {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	let answers = answers.iter().map(|answer| answer.map(str::to_owned));
	let answers = Answers::new(std::sync::Mutex::new(answers.collect()));
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
	(Gateway::new(&url, identity).unwrap(), answers, sessions)
}

#[tokio::test]
async fn a_gateway_that_was_started_again_gets_the_signature_of_a_new_challenge() {
	let begun = [CHALLENGE, REFUSED, CHALLENGE, SESSION, Some("done")];
	let (gateway, answers, _sessions) = answering(&begun).await;
	let answer = gateway.request(Method::GET, "v1/any", None).await;
	assert_eq!(answer.unwrap(), b"done");
	assert!(answers.lock().unwrap().is_empty());
	// Who is not invited is told so after the second one.
	let (gateway, answers, _sessions) = answering(&[CHALLENGE, REFUSED, CHALLENGE, REFUSED]).await;
	let error = gateway.request(Method::GET, "v1/any", None).await;
	let error = error.unwrap_err();
	assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
	assert!(answers.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_is_sent_again_if_its_connection_ends() {
	let (gateway, answers, _sessions) =
		answering(&[CHALLENGE, SESSION, None, Some("done"), None, None]).await;
	let ask = async || gateway.request(Method::GET, "v1/any", None).await;
	assert_eq!(ask().await.unwrap(), b"done");
	// Not for ever.
	let error = ask().await.unwrap_err();
	assert!(matches!(error, Error::Connection { .. }), "{error}");
	assert!(answers.lock().unwrap().is_empty());
}
