//! Who listens on this machine, as the kernel tells.

use std::{fs, io, net::IpAddr};

use axum::http::Uri;

/// The kernel's tables of TCP sockets, for IPv4 and IPv6.
const TABLES: [&str; 2] = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

/// The states of sockets in them.
const LISTEN: &str = "0A";
const ESTABLISHED: &str = "01";

/// The port of an address on this machine's loopback. `None`: it is elsewhere, or no address.
pub fn loopback_port(url: &str) -> Option<u16> {
	let uri: Uri = url.parse().ok()?;
	let default = match uri.scheme_str()? {
		"wss" | "https" => 443,
		_ => 80,
	};
	let host = uri.host()?;
	let ip: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
	let own = host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback());
	own.then(|| uri.port_u16().unwrap_or(default))
}

/// The addresses beyond loopback on which something listens on this port.
///
/// # Errors
///
/// The kernel's tables cannot be read.
pub fn beyond_loopback(port: u16) -> io::Result<Vec<IpAddr>> {
	let mut addresses = sockets(LISTEN, port)?;
	addresses.retain(|ip| !ip.is_loopback());
	addresses.sort_unstable();
	addresses.dedup();
	Ok(addresses)
}

/// How many connections to this port of this machine are open.
///
/// # Errors
///
/// The kernel's tables cannot be read.
pub fn connections(port: u16) -> io::Result<usize> {
	Ok(sockets(ESTABLISHED, port)?.len())
}

/// The own addresses of the sockets with this state and port.
fn sockets(state: &str, port: u16) -> io::Result<Vec<IpAddr>> {
	let mut found = Vec::new();
	for table in TABLES {
		let text = match fs::read_to_string(table) {
			Ok(text) => text,
			// A kernel without IPv6.
			Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
			Err(error) => return Err(error),
		};
		let sockets = text.lines().filter_map(socket);
		let sockets = sockets.filter(|socket| socket.state == state && socket.port == port);
		found.extend(sockets.map(|socket| socket.ip));
	}
	Ok(found)
}

struct Socket<'a> {
	ip: IpAddr,
	port: u16,
	state: &'a str,
}

/// A line of a table: number, own address, other address, state, and more.
fn socket(line: &str) -> Option<Socket<'_>> {
	let mut words = line.split_whitespace();
	let (ip, port) = words.nth(1)?.split_once(':')?;
	// Words of four bytes, in the order of this machine.
	let mut bytes = Vec::new();
	for at in (0..ip.len()).step_by(8) {
		let word = ip.get(at..at.checked_add(8)?)?;
		bytes.extend(u32::from_str_radix(word, 16).ok()?.to_ne_bytes());
	}
	let ip = if let Ok(four) = <[u8; 4]>::try_from(&*bytes) {
		IpAddr::from(four)
	} else {
		IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_canonical()
	};
	Some(Socket {
		ip,
		port: u16::from_str_radix(port, 16).ok()?,
		state: words.nth(1)?,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::net::{TcpListener, TcpStream};

	#[test]
	fn the_own_addresses_of_listeners_are_read() {
		for (listen, beyond) in [("127.0.0.1:0", None), ("0.0.0.0:0", Some("0.0.0.0"))] {
			let listener = TcpListener::bind(listen).unwrap();
			let port = listener.local_addr().unwrap().port();
			let expected: Vec<IpAddr> = beyond.iter().map(|ip| ip.parse().unwrap()).collect();
			assert_eq!(beyond_loopback(port).unwrap(), expected, "{listen}");
		}
		// Not every machine has IPv6.
		if let Ok(listener) = TcpListener::bind("[::]:0") {
			let port = listener.local_addr().unwrap().port();
			let expected: IpAddr = "::".parse().unwrap();
			assert_eq!(beyond_loopback(port).unwrap(), [expected]);
		}
	}

	#[test]
	fn open_connections_are_counted() {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = listener.local_addr().unwrap();
		assert_eq!(connections(address.port()).unwrap(), 0);
		let _client = TcpStream::connect(address).unwrap();
		let _server = listener.accept().unwrap();
		assert_eq!(connections(address.port()).unwrap(), 1);
	}

	#[test]
	fn lines_that_are_no_sockets_are_left_out() {
		for line in [
			"",
			"  sl  local_address rem_address   st",
			"0: 01:1F90 0:0 0A",
		] {
			assert!(socket(line).is_none(), "{line}");
		}
		let mapped = "0: 0000000000000000FFFF00000100007F:1F90 0:0 0A";
		if cfg!(target_endian = "little") {
			let socket = socket(mapped).unwrap();
			assert!(socket.ip.is_loopback() && socket.port == 8080 && socket.state == "0A");
		}
	}
}
