//! CARs, version 1 (<https://ipld.io/specs/transport/car/carv1/>), as Kubo's gateway sends
//! envelopes: a header, and then blocks, each with its length and its CID before it.

use bytes::Bytes;
use salus_envelope::{CidBytes, LEAF_LEN};
use salus_primitives::Cid;

/// The bytes of a CID.
const CID_LEN: usize = 36;
/// The most bytes of a header: more than one with a root has.
const MAX_HEADER: usize = 1024;
/// The most bytes of a length.
const MAX_VARINT: usize = 5;

/// These bytes are no CAR of an envelope's blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no CAR of an envelope's blocks")]
pub struct NotCar;

/// A part of a CAR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarPiece {
	/// A block begins: its CID, and how many bytes follow. A block without bytes has none.
	Block(CidBytes, usize),
	/// The next bytes of the block.
	Data(Bytes),
}

/// Splits a CAR into its blocks, as its bytes arrive. It holds no more than the bytes before a
/// block. It checks no hash.
#[derive(Debug, Default)]
pub struct CarPieces {
	/// What arrived of the bytes before a block.
	start: Vec<u8>,
	/// How many bytes of the block, or of the header, are to come.
	left: usize,
	/// Whether the header's length has arrived.
	in_blocks: bool,
	/// Whether the bytes that are to come are the header's.
	in_header: bool,
}

impl CarPieces {
	/// Takes the next piece off the start of `bytes`. `None`: more bytes are needed.
	///
	/// # Errors
	///
	/// [`NotCar`]. What came before it is sound.
	pub fn next(&mut self, bytes: &mut Bytes) -> Result<Option<CarPiece>, NotCar> {
		while !bytes.is_empty() {
			if self.left > 0 {
				let data = bytes.split_to(bytes.len().min(self.left));
				self.left -= data.len();
				if !self.in_header {
					return Ok(Some(CarPiece::Data(data)));
				}
				self.in_header = self.left > 0;
				continue;
			}
			self.start.extend(bytes.split_to(1));
			let Some((length, rest)) = varint(&self.start)? else {
				continue;
			};
			if !self.in_blocks {
				if !(1..=MAX_HEADER).contains(&length) {
					return Err(NotCar);
				}
				(self.in_blocks, self.in_header, self.left) = (true, true, length);
				self.start.clear();
				continue;
			}
			let len = length.checked_sub(CID_LEN).filter(|len| *len <= LEAF_LEN);
			let len = len.ok_or(NotCar)?;
			let Ok(cid) = CidBytes::try_from(rest) else {
				continue;
			};
			Cid::from_bytes(&cid).map_err(|_| NotCar)?;
			self.left = len;
			self.start.clear();
			return Ok(Some(CarPiece::Block(cid, len)));
		}
		Ok(None)
	}

	/// Whether what arrived ends with a block, or with the header.
	pub fn is_between_blocks(&self) -> bool {
		self.in_blocks && self.left == 0 && self.start.is_empty()
	}
}

/// The header of a CAR with this root.
pub fn car_header(root: &Cid) -> Vec<u8> {
	// DAG-CBOR of { "roots": [root], "version": 1 }, after its length.
	let mut header = vec![0x3a, 0xa2, 0x65];
	header.extend(b"roots");
	header.extend([0x81, 0xd8, 0x2a, 0x58, 0x25, 0]);
	header.extend(root.as_bytes());
	header.push(0x67);
	header.extend(b"version");
	header.push(1);
	header
}

/// The bytes before a block of a CAR.
pub fn car_block(cid: &CidBytes, len: usize) -> Vec<u8> {
	let mut length = len.saturating_add(CID_LEN);
	let mut start = Vec::with_capacity(MAX_VARINT + CID_LEN);
	while length > 0x7f {
		start.push(length as u8 | 0x80);
		length >>= 7;
	}
	start.push(length as u8);
	start.extend(cid);
	start
}

/// A length in its shortest form, and what follows it. `None`: it has not all arrived.
fn varint(from: &[u8]) -> Result<Option<(usize, &[u8])>, NotCar> {
	let mut number = 0;
	for (place, byte) in from.iter().enumerate() {
		if place >= MAX_VARINT {
			return Err(NotCar);
		}
		number |= usize::from(byte & 0x7f) << (7 * place);
		if byte & 0x80 == 0 {
			let shortest = place == 0 || *byte != 0;
			let rest = &from[place + 1..];
			return shortest.then_some(Some((number, rest))).ok_or(NotCar);
		}
	}
	Ok(None)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn cid(byte: u8) -> Cid {
		Cid::from_digest(byte == 0, [byte; 32])
	}

	/// A CAR of blocks of these bytes.
	fn car(blocks: &[(u8, usize)]) -> Vec<u8> {
		let mut car = car_header(&cid(0));
		for (byte, len) in blocks {
			car.extend(car_block(cid(*byte).as_bytes(), *len));
			car.extend(vec![*byte; *len]);
		}
		car
	}

	/// The blocks of a CAR that arrives in pieces of `size` bytes.
	fn blocks(car: &[u8], size: usize) -> Result<(Vec<(CidBytes, Vec<u8>)>, bool), NotCar> {
		let mut pieces = CarPieces::default();
		let mut found: Vec<(CidBytes, Vec<u8>)> = Vec::new();
		for arrived in car.chunks(size) {
			let mut arrived = Bytes::copy_from_slice(arrived);
			while let Some(piece) = pieces.next(&mut arrived)? {
				match piece {
					CarPiece::Block(cid, _) => found.push((cid, Vec::new())),
					CarPiece::Data(data) => found.last_mut().unwrap().1.extend(data),
				}
			}
			assert!(arrived.is_empty());
		}
		Ok((found, pieces.is_between_blocks()))
	}

	#[test]
	fn blocks_are_found_however_their_bytes_arrive() {
		let content = [(0, 300), (1, LEAF_LEN), (2, 1), (3, 0), (4, 200)];
		let car = car(&content);
		for size in [1, 7, 64, 1000, 1 << 20, car.len()] {
			let (found, whole) = blocks(&car, size).unwrap();
			assert!(whole);
			assert_eq!(found.len(), content.len());
			for ((byte, len), (name, bytes)) in content.iter().zip(found) {
				assert_eq!(name, *cid(*byte).as_bytes());
				assert!(bytes == vec![*byte; *len], "{byte}");
			}
		}
	}

	/// The header that go-car writes for this root.
	#[test]
	fn the_header_is_the_one_of_other_programs() {
		let header = hex::encode(car_header(&Cid::from_digest(false, [0xab; 32])));
		let root = format!("01551220{}", "ab".repeat(32));
		assert_eq!(
			header,
			format!("3aa265726f6f747381d82a582500{root}6776657273696f6e01")
		);
	}

	#[test]
	fn a_car_that_is_cut_ends_amid_a_block() {
		let car = car(&[(0, 10), (1, 20)]);
		let header = car_header(&cid(0)).len();
		let ends = [header, header + 1 + 36 + 10, car.len()];
		for len in 0..=car.len() {
			let (found, whole) = blocks(&car[..len], 5).unwrap();
			assert_eq!(whole, ends.contains(&len), "{len}");
			assert!(found.len() <= 2);
		}
	}

	#[test]
	fn other_bytes_are_refused() {
		let good = car(&[(0, 10)]);
		let kubos_end = "\n\n[Gateway Error: CAR stream truncated, response is incomplete]";
		let block = car_block(cid(1).as_bytes(), LEAF_LEN + 1);
		for (what, more) in [
			("Kubo's words", kubos_end.as_bytes()),
			("a length below a CID's", &[35, 1, 0x55]),
			("a length that is not the shortest", &[0xff, 0]),
			("a length without end", &[0xff; 6]),
			("a block above a leaf's size", &block),
			(
				"another CID",
				&[&[40, 1, 0x71, 0x12, 0x20][..], &[0; 36]].concat(),
			),
			(
				"an identity",
				&[&[40, 1, 0x55, 0, 0x20][..], &[0; 36]].concat(),
			),
		] {
			let mut bytes = good.clone();
			bytes.extend(more);
			assert_eq!(blocks(&bytes, 9), Err(NotCar), "{what}");
			// What came before stays.
			assert!(blocks(&bytes[..good.len()], 9).unwrap().1);
		}
		assert_eq!(blocks(&[0, 0], 1), Err(NotCar), "no header");
		assert_eq!(
			blocks(b"<html>not a CAR</html>", 99).unwrap(),
			(vec![], false)
		);
	}

	proptest::proptest! {
		#[test]
		fn any_bytes_do_not_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
			let _ = blocks(&bytes, 7);
		}
	}
}
