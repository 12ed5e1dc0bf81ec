//! Seals a generated document in one process and opens it in another, with only a pipe between,
//! and prints how much memory each took.
//!
//! `cargo run --release -p salus-envelope --example seal_stream -- 4096` uses 4,096 MiB, which is
//! also the default.

use std::{
	env, fs,
	io::{self, Read, Write},
	process::{Command, Stdio},
	time::Instant,
};

use salus_envelope::{
	blinded_hash, open, seal, seal_name, AccountSeed, Details, Expected, ManifestAuthor, RecordKey,
	Signer,
};
use sha2::{Digest, Sha256};

const MIB: u64 = 1 << 20;
const LIMIT_KIB: u64 = 96 * 1024;

/// A document of any length that does not repeat.
struct Generated {
	state: u64,
	left: u64,
}

impl Generated {
	fn new(mib: u64) -> Self {
		Self {
			state: 1,
			left: mib * MIB,
		}
	}
}

impl Read for Generated {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		let len = buffer
			.len()
			.min(usize::try_from(self.left).unwrap_or(usize::MAX));
		for byte in &mut buffer[..len] {
			// A linear congruential generator with Knuth's MMIX constants, byte by byte, so that
			// it does not matter how it is cut.
			self.state = self
				.state
				.wrapping_mul(6364136223846793005)
				.wrapping_add(1442695040888963407);
			*byte = (self.state >> 56) as u8;
		}
		self.left -= len as u64;
		Ok(len)
	}
}

/// Compares the written bytes with the generated ones.
struct Comparing(Generated);

impl Write for Comparing {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		let mut right = [0; 4096];
		let right = &mut right[..bytes.len().min(4096)];
		self.0.read_exact(right)?;
		assert!(
			right == &bytes[..right.len()],
			"the document that was opened differs"
		);
		Ok(right.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}

fn key() -> RecordKey {
	RecordKey::from_bytes([1; 32])
}

fn author() -> AccountSeed {
	AccountSeed::from_bytes([2; 32])
}

fn details() -> Details {
	Details {
		name: "Generated".into(),
		media_type: "application/octet-stream".into(),
		patient: [3; 16],
		author: ManifestAuthor::Provider(7),
		author_account: author().account(),
		region: 2000,
		genesis: [4; 32],
		amends: None,
		time: 0,
	}
}

fn seal_to_stdout(mib: u64) -> Result<(), Box<dyn std::error::Error>> {
	let start = Instant::now();
	seal(
		Generated::new(mib),
		io::stdout().lock(),
		&key(),
		details(),
		&author(),
	)?;
	report("sealed", mib, start)
}

fn open_from_stdin(mib: u64) -> Result<(), Box<dyn std::error::Error>> {
	let start = Instant::now();
	let mut hasher = Sha256::new();
	let mut right = Generated::new(mib);
	let mut buffer = vec![0; 65536];
	while right.left > 0 {
		let len = right.read(&mut buffer)?;
		hasher.update(&buffer[..len]);
	}
	let sealed_name = seal_name(&key(), &details().name)?;
	let Details {
		patient,
		author,
		author_account,
		region,
		genesis,
		..
	} = details();
	let hash = blinded_hash(&key(), &hasher.finalize().into());
	let expect = Expected {
		hash,
		patient,
		author: author.author(),
		author_account: Some(author_account),
		region,
		genesis,
		amends: None,
		sealed_name,
		added_at: Some(0),
	};
	let opened = open(
		io::stdin().lock(),
		Comparing(Generated::new(mib)),
		&key(),
		&expect,
	)?;
	assert_eq!(opened.document_length, mib * MIB);
	report("opened and compared", mib, start)
}

/// Fails where more than 96 MiB were resident.
fn report(what: &str, mib: u64, start: Instant) -> Result<(), Box<dyn std::error::Error>> {
	let status = fs::read_to_string("/proc/self/status")?;
	let peak: u64 = status
		.lines()
		.find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next())
		.ok_or("the system does not tell VmHWM")?
		.parse()?;
	let seconds = start.elapsed().as_secs_f64();
	let peak_mib = peak as f64 / 1024.0;
	eprintln!("{what} {mib} MiB in {seconds:.1} s, {peak_mib:.1} MiB resident at most");
	if peak > LIMIT_KIB {
		return Err("more than 96 MiB".into());
	}
	Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let args: Vec<_> = env::args().skip(1).collect();
	let args: Vec<_> = args.iter().map(String::as_str).collect();
	let mib = match args[..] {
		["seal", mib] => return seal_to_stdout(mib.parse()?),
		["open", mib] => return open_from_stdin(mib.parse()?),
		[mib] => mib,
		_ => "4096",
	};
	let this = env::current_exe()?;
	let mut sealing = Command::new(&this)
		.args(["seal", mib])
		.stdout(Stdio::piped())
		.spawn()?;
	let pipe = sealing.stdout.take().ok_or("no pipe")?;
	let mut opening = Command::new(&this)
		.args(["open", mib])
		.stdin(pipe)
		.spawn()?;
	let fine = [sealing.wait()?.success(), opening.wait()?.success()];
	if fine == [true, true] {
		Ok(())
	} else {
		Err("sealing or opening failed".into())
	}
}
