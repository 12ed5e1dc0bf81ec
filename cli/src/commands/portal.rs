//! `salus portal`.

use std::{
	collections::BTreeMap,
	convert::Infallible,
	io,
	net::{Ipv4Addr, Ipv6Addr},
	path::PathBuf,
	sync::Arc,
	time::Duration,
};

use clap::Subcommand;
use http_body_util::Full;
use hyper::{
	body::{Bytes, Incoming},
	header::{HeaderName, HeaderValue, CACHE_CONTROL, CONTENT_TYPE},
	server::conn::http1,
	service::service_fn,
	Method, Request, Response, StatusCode,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use salus_client::{
	address::to_address,
	network::{Network, SignedFile},
	release::{check, make, sign, Checked},
	Error, Result,
};
use serde_json::json;
use tokio::{net::TcpListener, time::sleep};

use crate::{
	context::Context,
	output::{to_stderr, Output},
};

/// The file of a build with the headers that a server sends.
const HEADERS: &str = "headers.json";

/// What Linux, BSD with macOS, and Windows say if they have no addresses of a family.
const NO_FAMILY: [i32; 3] = [97, 47, 10047];

/// How long to wait when no connection can be taken, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Subcommand)]
pub enum Portal {
	/// Serve the portal on this machine, after its files were checked
	#[command(after_help = "\
Example:
  salus portal serve ~/salus-portal

A server that gives you the portal's pages could see all that they see. So salus checks
that the signers of your network have signed each file, and serves them to this machine
alone. Open the address that it prints. It serves until you interrupt it.")]
	Serve {
		/// The folder of a release: it has release.json
		folder: PathBuf,
		/// The port. Browsers keep keys by it: use the same one each time
		#[arg(long, default_value_t = 7257)]
		port: u16,
	},
	/// List the files of a build in its release.json, for signers
	Make {
		/// The folder of the build
		folder: PathBuf,
		/// The release's number: one more than the one before
		#[arg(long)]
		serial: u32,
	},
	/// Sign a release with your account, as one of the network's signers
	#[command(after_help = "\
Build the same sources yourself first, and compare: each machine makes the same bytes.")]
	Sign {
		/// The folder of the release
		folder: PathBuf,
	},
}

pub async fn run(context: &Context, command: Portal) -> Result<Output> {
	match command {
		Portal::Serve { folder, port } => {
			let network = context.network()?.ok_or_else(|| Error::NotAllowed {
				reason: "nobody says who signs the portal: you have added no network".into(),
				next: Some("add your network first: salus network add".into()),
			})?;
			let checked = check(&folder, &network.file().signers)?;
			network.store().keep_release(checked.serial)?;
			serve(Pages::new(checked, &network)?, port).await
		}
		Portal::Make { folder, serial } => {
			let release = make(&folder, serial)?;
			let print = release.fingerprint();
			let json =
				json!({ "serial": serial, "files": release.files.len(), "fingerprint": print });
			let fields = vec![
				("release", serial.to_string()),
				("files", release.files.len().to_string()),
				("fingerprint", print),
				(
					"next",
					"the network's signers sign it: salus portal sign".into(),
				),
			];
			Ok(Output::fields(json, fields))
		}
		Portal::Sign { folder } => {
			let me = context.unlock()?;
			let signed = sign(&folder, &me.secrets.seed)?;
			let by = to_address(&me.account());
			let (print, count) = (signed.release.fingerprint(), signed.signatures.len());
			let json = json!({ "signed_by": by, "signatures": count, "fingerprint": print });
			let fields = vec![
				("release", signed.release.serial.to_string()),
				("fingerprint", print),
				("signed by", by),
				("signatures", count.to_string()),
			];
			Ok(Output::fields(json, fields))
		}
	}
}

/// What is served: bytes that were checked, from memory.
struct Pages {
	files: BTreeMap<String, (HeaderValue, Bytes)>,
	headers: Vec<(HeaderName, HeaderValue)>,
}

impl Pages {
	fn new(checked: Checked, network: &Network) -> Result<Self> {
		let mut headers = Vec::new();
		let listed = checked.files.get(HEADERS).map(|bytes| &**bytes);
		let unusable = || Error::Verification(format!("the release's {HEADERS} cannot be used"));
		let listed: BTreeMap<String, String> =
			serde_json::from_slice(listed.ok_or_else(unusable)?).map_err(|_| unusable())?;
		for (name, value) in listed {
			let name = name.parse().map_err(|_| unusable())?;
			headers.push((name, value.parse().map_err(|_| unusable())?));
		}
		let mut files: BTreeMap<_, _> = checked
			.files
			.into_iter()
			.map(|(path, bytes)| {
				(
					format!("/{path}"),
					(content_type(&path), Bytes::from(bytes)),
				)
			})
			.collect();
		if let Some(index) = files.get("/index.html").cloned() {
			files.insert("/".into(), index);
		}
		// A link names the network, and the page gets its file from here.
		let file: SignedFile = network.signed();
		let json = serde_json::to_vec(&file).map_err(|error| Error::Input(error.to_string()))?;
		let path = format!("/networks/{}.json", file.network.name);
		files.insert(path, (content_type(".json"), Bytes::from(json)));
		Ok(Self { files, headers })
	}

	fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
		let mut response = Response::new(Full::default());
		let head = request.method() == Method::HEAD;
		match self.files.get(request.uri().path()) {
			Some((kind, bytes)) if head || request.method() == Method::GET => {
				response.headers_mut().insert(CONTENT_TYPE, kind.clone());
				if !head {
					*response.body_mut() = Full::new(bytes.clone());
				}
			}
			_ => *response.status_mut() = StatusCode::NOT_FOUND,
		}
		let headers = response.headers_mut();
		for (name, value) in &self.headers {
			headers.insert(name, value.clone());
		}
		headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
		response
	}
}

fn content_type(path: &str) -> HeaderValue {
	let kind = match path.rsplit('.').next() {
		Some("css") => "text/css",
		Some("html") => "text/html; charset=utf-8",
		Some("js") => "text/javascript",
		Some("json") => "application/json",
		Some("svg") => "image/svg+xml",
		Some("wasm") => "application/wasm",
		_ => "application/octet-stream",
	};
	HeaderValue::from_static(kind)
}

/// Serves on loopback until the program is interrupted.
async fn serve(pages: Pages, port: u16) -> Result<Output> {
	let (four, six) = bind(port).await?;
	let port = four
		.local_addr()
		.map_err(|error| unusable(port, &error))?
		.port();
	to_stderr(&format!("the portal is at http://localhost:{port}"));
	let pages = Arc::new(pages);
	loop {
		let accepted = match &six {
			Some(six) => tokio::select! {
				accepted = four.accept() => accepted,
				accepted = six.accept() => accepted,
			},
			None => four.accept().await,
		};
		let Ok((stream, _)) = accepted else {
			sleep(PAUSE).await;
			continue;
		};
		let pages = pages.clone();
		tokio::spawn(async move {
			let answer = service_fn(|request| {
				let response = pages.answer(&request);
				async { Ok::<_, Infallible>(response) }
			});
			// A browser that goes away is nothing to report.
			let _ = http1::Builder::new()
				.timer(TokioTimer::new())
				.serve_connection(TokioIo::new(stream), answer)
				.await;
		});
	}
}

/// Both addresses that `localhost` may mean. Whoever has one of them could serve other pages there.
async fn bind(port: u16) -> Result<(TcpListener, Option<TcpListener>)> {
	let failed = |error: io::Error| unusable(port, &error);
	let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
		.await
		.map_err(failed)?;
	let port = four.local_addr().map_err(failed)?.port();
	match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
		Ok(six) => Ok((four, Some(six))),
		// A machine without IPv6: nobody else can have the address, either.
		Err(error) if is_absent(&error) => Ok((four, None)),
		Err(error) => Err(unusable(port, &error)),
	}
}

/// Whether the machine has no such address.
fn is_absent(error: &io::Error) -> bool {
	error.kind() == io::ErrorKind::AddrNotAvailable
		|| error
			.raw_os_error()
			.is_some_and(|code| NO_FAMILY.contains(&code))
}

fn unusable(port: u16, error: &io::Error) -> Error {
	Error::Input(format!(
		"cannot use port {port}: {error}. If another program has it, end that program, or do not \
		 open the portal there: it could show you other pages"
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn a_port_that_somebody_has_at_one_address_is_not_used() {
		let Ok(other) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
			eprintln!("skipped: this machine has no IPv6");
			return;
		};
		let port = other.local_addr().unwrap().port();
		let error = bind(port).await.err().unwrap().to_string();
		assert!(
			error.contains(&format!("cannot use port {port}")),
			"{error}"
		);
		drop(other);
		let (_, six) = bind(port).await.unwrap();
		assert!(six.is_some());
	}

	#[test]
	fn a_machine_without_ipv6_serves_on_the_other_address() {
		for code in NO_FAMILY {
			assert!(is_absent(&io::Error::from_raw_os_error(code)));
		}
		assert!(is_absent(&io::ErrorKind::AddrNotAvailable.into()));
		assert!(!is_absent(&io::ErrorKind::AddrInUse.into()));
		assert!(!is_absent(&io::ErrorKind::PermissionDenied.into()));
	}
}
