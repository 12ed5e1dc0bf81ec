//! Sealing, opening and unwrapping beside `openssl` doing the same work, as ratios.
//!
//! `cargo bench -p salus-envelope`, on a quiet machine with `openssl` and `taskset`.
//!
//! What openssl would need for the work of an envelope follows from `openssl speed` on buffers of
//! 1 MiB in memory, on one core: each byte goes once through AES-256-CBC encryption, HMAC-SHA-256
//! and SHA-256, so the times of a byte add up. For RSA it is the bare private operation, less
//! work than OAEP. Ours is all of `seal` and `open`: reading from memory, padding, manifest and
//! signature too, and writing to nowhere. On one core both are pinned to it by `taskset` and
//! measured in processor time, on all cores ours is measured by the clock. The rounds alternate
//! and the best of each counts, as whatever else runs only slows down.

use std::{
	env, io,
	process::Command,
	time::{Duration, Instant},
};

use salus_envelope::{
	open, seal, seal_name, wrap, AccountSeed, Author, Details, Expected, ManifestAuthor,
	PrivateKey, RecordKey, Signer, WrapBinding,
};

const ROUNDS: usize = 3;
const MIB: usize = 1 << 20;
const DOCUMENT: usize = 256 * MIB;

fn main() {
	// `cargo bench` passes `--bench`.
	match env::args().nth(1).as_deref() {
		Some("--one-core") => println!("{}", Ours::measure()),
		_ => compare(),
	}
}

fn compare() {
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	let (mut one, mut all) = (Ours::NONE, Ours::NONE);
	let (mut openssl, mut openssl_all) = (Openssl::NONE, Openssl::NONE);
	for round in 1..=ROUNDS {
		eprintln!("round {round} of {ROUNDS}");
		openssl.keep_best(Openssl::measure(1));
		openssl_all.keep_best(Openssl::measure(cores));
		one.keep_best(Ours::measure_on_one_core());
		all.keep_best(Ours::measure());
	}
	let work = openssl.same_work();
	let work_all = openssl_all.same_work();
	println!("openssl, one core: AES-256-CBC {:.0}, HMAC-SHA-256 {:.0}, SHA-256 {:.0} MB/s; all three {work:.0} MB/s",
		openssl.cbc, openssl.hmac, openssl.sha);
	println!(
		"openssl, {cores} cores:  as many processes, {work_all:.0} MB/s together, {:.2} times one: what this machine's cores give each other",
		work_all / work
	);
	println!(
		"seal, one core:    {:.0} MB/s, {:.2} times openssl (goal 1.3); hashing alone would let {:.0} MB/s through",
		one.seal,
		one.seal / work,
		openssl.hashing()
	);
	println!(
		"seal, {cores} cores:     {:.0} MB/s, {:.2} times one core (goal 1.8 on two), {:.2} times openssl on as many",
		all.seal, all.seal / one.seal, all.seal / work_all
	);
	println!(
		"open, one core:    {:.0} MB/s; {cores} cores: {:.0} MB/s",
		one.open, all.open
	);
	println!(
		"unwrap RSA-3072:   {:.0} a second, {:.2} times openssl's {:.0} (goal: more than 1)",
		one.unwrap,
		one.unwrap / openssl.rsa,
		openssl.rsa
	);
	println!("wrap RSA-3072:     {:.0} a second", one.wrap);
}

/// MB/s and operations a second.
struct Ours {
	seal: f64,
	open: f64,
	wrap: f64,
	unwrap: f64,
}

impl Ours {
	const NONE: Self = Self {
		seal: 0.0,
		open: 0.0,
		wrap: 0.0,
		unwrap: 0.0,
	};

	fn measure() -> Self {
		let author = AccountSeed::from_bytes([1; 32]);
		let (patient, genesis, region) = ([2; 16], [3; 32], 2000);
		let details = Details {
			name: "bench".into(),
			media_type: "application/dicom".into(),
			patient,
			author: ManifestAuthor::Provider(7),
			author_account: author.account(),
			region,
			genesis,
			amends: None,
			time: 0,
		};
		let key = RecordKey::generate();
		let document: Vec<_> = (0..DOCUMENT).map(|at| (at / 3) as u8).collect();
		let mut envelope = Vec::with_capacity(DOCUMENT + DOCUMENT / 8);
		let sealed = seal(&document[..], &mut envelope, &key, details.clone(), &author).unwrap();
		let bytes = DOCUMENT as f64 / 1e6;
		let seal_time = time(|| {
			seal(&document[..], io::sink(), &key, details.clone(), &author).unwrap();
		});
		let expect = Expected {
			hash: sealed.hash,
			patient,
			author: Author::Provider(7),
			author_account: Some(author.account()),
			region,
			genesis,
			amends: None,
			sealed_name: seal_name(&key, "bench").unwrap(),
			added_at: Some(0),
		};
		let open_time = time(|| {
			open(&envelope[..], io::sink(), &key, &expect).unwrap();
		});
		let private = PrivateKey::generate().unwrap();
		let public = private.public_spki_der();
		let binding = WrapBinding {
			genesis,
			patient,
			author: Author::Provider(7),
			hash: sealed.hash,
		};
		let wrapped = wrap(&public, &key, &binding).unwrap();
		let many = 200;
		let wrap_time = time(|| {
			(0..many).for_each(|_| drop(wrap(&public, &key, &binding).unwrap()));
		});
		let unwrap_time = time(|| {
			(0..many).for_each(|_| drop(private.unwrap(&wrapped, &binding).unwrap()));
		});
		Self {
			seal: bytes / seal_time.as_secs_f64(),
			open: bytes / open_time.as_secs_f64(),
			wrap: f64::from(many) / wrap_time.as_secs_f64(),
			unwrap: f64::from(many) / unwrap_time.as_secs_f64(),
		}
	}

	/// In a process of its own, as all threads of a process must be pinned.
	fn measure_on_one_core() -> Self {
		let this = env::current_exe().unwrap();
		let text = pinned(this.to_str().unwrap(), &["--one-core"]);
		let numbers: Vec<f64> = text
			.split_whitespace()
			.map(|n| n.parse().unwrap())
			.collect();
		let [seal, open, wrap, unwrap] = numbers[..] else {
			panic!("four numbers in {text}")
		};
		Self {
			seal,
			open,
			wrap,
			unwrap,
		}
	}

	fn keep_best(&mut self, other: Self) {
		self.seal = self.seal.max(other.seal);
		self.open = self.open.max(other.open);
		self.wrap = self.wrap.max(other.wrap);
		self.unwrap = self.unwrap.max(other.unwrap);
	}
}

impl std::fmt::Display for Ours {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(
			f,
			"{} {} {} {}",
			self.seal, self.open, self.wrap, self.unwrap
		)
	}
}

/// The best of two, by the clock on all cores, and by the processor's time on one.
fn time(mut what: impl FnMut()) -> Duration {
	let pinned = env::args().any(|arg| arg == "--one-core");
	let mut once = || {
		let (clock, processor) = (Instant::now(), processor_time());
		what();
		if pinned {
			processor_time() - processor
		} else {
			clock.elapsed()
		}
	};
	once().min(once())
}

/// The CPU time of this process, in steps of 10 ms: user and system, all threads (proc(5)).
fn processor_time() -> Duration {
	let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
	let (_, fields) = stat
		.rsplit_once(')')
		.expect("the program's name in parentheses");
	let ticks = |at: usize| -> u64 { fields.split_whitespace().nth(at).unwrap().parse().unwrap() };
	Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

/// MB/s, and private RSA-3072 operations a second.
struct Openssl {
	cbc: f64,
	hmac: f64,
	sha: f64,
	rsa: f64,
}

impl Openssl {
	const NONE: Self = Self {
		cbc: 0.0,
		hmac: 0.0,
		sha: 0.0,
		rsa: 0.0,
	};

	/// On so many cores, each with a process of its own.
	fn measure(cores: usize) -> Self {
		Self {
			cbc: speed(cores, &["-evp", "aes-256-cbc"]) / 1e6,
			hmac: speed(cores, &["-hmac", "sha256"]) / 1e6,
			sha: speed(cores, &["-evp", "sha256"]) / 1e6,
			rsa: speed(cores, &["rsa3072"]),
		}
	}

	fn keep_best(&mut self, other: Self) {
		self.cbc = self.cbc.max(other.cbc);
		self.hmac = self.hmac.max(other.hmac);
		self.sha = self.sha.max(other.sha);
		self.rsa = self.rsa.max(other.rsa);
	}

	fn same_work(&self) -> f64 {
		1.0 / (1.0 / self.cbc + 1.0 / self.hmac + 1.0 / self.sha)
	}

	/// The work of an envelope without the encryption.
	fn hashing(&self) -> f64 {
		1.0 / (1.0 / self.hmac + 1.0 / self.sha)
	}
}

/// The number in the result line of `openssl speed -mr`.
fn speed(cores: usize, what: &[&str]) -> f64 {
	let mut args = vec![
		"speed", "-mr", "-elapsed", "-seconds", "1", "-bytes", "1048576",
	];
	let processes = cores.to_string();
	let text = if cores == 1 {
		args.extend(what);
		pinned("openssl", &args)
	} else {
		args.extend(["-multi", &processes]);
		args.extend(what);
		run("openssl", &args)
	};
	let line = text
		.lines()
		.find(|line| line.starts_with("+F"))
		.expect("a result of openssl speed");
	line.split(':').nth(3).unwrap().parse().unwrap()
}

/// The output of the program, run on the first core alone.
fn pinned(program: &str, args: &[&str]) -> String {
	run("taskset", &[&["-c", "0", program], args].concat())
}

fn run(program: &str, args: &[&str]) -> String {
	let output = Command::new(program)
		.args(args)
		.output()
		.expect("taskset (util-linux) and openssl are installed");
	assert!(
		output.status.success(),
		"{program}: {}",
		String::from_utf8_lossy(&output.stderr)
	);
	String::from_utf8(output.stdout).unwrap()
}
