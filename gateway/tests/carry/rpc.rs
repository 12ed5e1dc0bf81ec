//! Kubo's RPC with faults: what it is asked goes to a real Kubo, unless a test says otherwise.

use std::io;

use axum::{
	body::{to_bytes, Body, Bytes},
	extract::{Request, State},
	http::{
		header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
		StatusCode,
	},
	response::{IntoResponse, Response},
	Router,
};
use futures::stream;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use salus_primitives::Cid;
use serde_json::{json, Value};
use tokio::{net::TcpListener, sync::watch, time::timeout};

use super::Kubo;
use crate::world::PATIENCE;

/// What a Kubo does wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
	/// Nothing.
	None,
	/// It tells another CID of what it adds.
	OtherCid,
	/// It tells the CID of what it adds, and keeps nothing.
	KeepsNothing,
	/// Its answer is cut when it has added something.
	Cuts,
	/// It has no room for what it adds.
	Full,
	/// Calls with this text in their path or query have no answer as long as this is its fault. Then
	/// they are cut.
	Hangs(String),
	/// The same, but then they are answered.
	Waits(String),
}

/// A Kubo with a fault.
pub struct FalseKubo {
	/// The address of its RPC.
	pub url: String,
	fault: watch::Sender<Fault>,
	hanging: watch::Sender<usize>,
}

#[derive(Clone)]
struct Door {
	kubo: String,
	http: reqwest::Client,
	fault: watch::Receiver<Fault>,
	hanging: watch::Sender<usize>,
}

impl FalseKubo {
	/// Stands before a Kubo.
	pub async fn before(kubo: &Kubo) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let (fault, hanging) = (watch::Sender::new(Fault::None), watch::Sender::new(0));
		let door = Door {
			kubo: kubo.url().unwrap(),
			http: reqwest::Client::new(),
			fault: fault.subscribe(),
			hanging: hanging.clone(),
		};
		let router: Router = Router::new().fallback(answer).with_state(door);
		tokio::spawn(async move {
			while let Ok((stream, _)) = listener.accept().await {
				let service = TowerToHyperService::new(router.clone());
				let served = hyper::server::conn::http1::Builder::new()
					.serve_connection(TokioIo::new(stream), service);
				tokio::spawn(async move {
					let _ = served.await;
				});
			}
		});
		Self {
			url,
			fault,
			hanging,
		}
	}

	/// From now on it has this fault.
	pub fn set(&self, fault: Fault) {
		self.hanging.send_replace(0);
		self.fault.send_replace(fault);
	}

	/// Waits until a call hangs or waits.
	pub async fn until_it_hangs(&self) {
		let mut hanging = self.hanging.subscribe();
		let hangs = timeout(PATIENCE, hanging.wait_for(|calls| *calls > 0)).await;
		hangs.expect("nothing asks").unwrap();
	}
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
	let (head, body) = request.into_parts();
	let call = head.uri.path_and_query().unwrap().as_str().to_owned();
	let mut faults = door.fault.clone();
	let fault = faults.borrow_and_update().clone();
	// Kubo reads all of a part before it finds no room.
	let Ok(body) = to_bytes(body, usize::MAX).await else {
		return cut();
	};
	if let Fault::Hangs(text) | Fault::Waits(text) = &fault {
		if call.contains(text) {
			door.hanging.send_modify(|calls| *calls += 1);
			let _ = faults.changed().await;
			if matches!(fault, Fault::Hangs(_)) {
				return cut();
			}
		}
	}
	let adds = head.uri.path() == "/api/v0/add";
	if adds && fault == Fault::Full {
		let full =
			json!({ "Message": "write: no space left on device", "Code": 0, "Type": "error" });
		return (StatusCode::INTERNAL_SERVER_ERROR, full.to_string()).into_response();
	}
	let mut url = format!("{}{call}", door.kubo);
	if adds && fault == Fault::KeepsNothing {
		url.push_str("&only-hash=true");
	}
	let mut headers = head.headers;
	for own in [HOST, CONTENT_LENGTH, TRANSFER_ENCODING] {
		headers.remove(own);
	}
	let sent = door.http.post(url).headers(headers).body(body).send().await;
	let Ok(answer) = sent else {
		return cut();
	};
	let status = answer.status();
	let body = answer.bytes().await.unwrap_or_default();
	match fault {
		Fault::Cuts if adds => cut(),
		Fault::OtherCid if adds => {
			let mut added: Value = serde_json::from_slice(&body).unwrap();
			added["Hash"] = Cid::from_digest(true, [9; 32]).to_string().into();
			(status, added.to_string()).into_response()
		}
		_ => (status, body).into_response(),
	}
}

/// An answer whose connection ends at once.
fn cut() -> Response {
	let cut = Err::<Bytes, _>(io::Error::other("cut"));
	Response::new(Body::from_stream(stream::iter([cut])))
}
