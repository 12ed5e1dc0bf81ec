//! What starts a hospital's services: the units of systemd, and the containers.

use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
	process::{Command, Stdio},
};

use crate::{deploy, hospital::built};

const SERVICES: [&str; 4] = ["region", "consortium", "kubo", "gateway"];

/// How one service is started and stopped.
#[derive(Debug, PartialEq)]
struct Service {
	/// Its program and the arguments. Those that are named in a file of options are `$NAME`.
	command: Vec<String>,
	/// The variables that it gets.
	environment: BTreeSet<String>,
	/// The files with its options.
	options: Vec<String>,
	/// The signal that stops it, and the seconds that it has then.
	stop: (String, u32),
}

fn read(name: &str) -> String {
	let file = deploy(name);
	fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn words(text: &str) -> Vec<String> {
	text.split_whitespace().map(str::to_owned).collect()
}

/// A time such as `90`, `90s` or `2m`, in seconds.
fn seconds(time: &str) -> u32 {
	let minutes = time.strip_suffix('m');
	let number = minutes.unwrap_or(time.trim_end_matches('s'));
	number.parse::<u32>().unwrap() * minutes.map_or(1, |_| 60)
}

/// The values of a key in a unit, each line that goes on joined.
fn values<'a>(unit: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> + 'a {
	let lines = unit.lines();
	lines.filter_map(move |line| line.strip_prefix(key)?.strip_prefix('='))
}

impl Service {
	/// As a unit starts it. Its credentials are named by their files, and programs without a folder.
	fn of_unit(name: &str) -> Self {
		let unit = read(&format!("systemd/salus-{name}.service")).replace("\\\n", " ");
		let value = |key| values(&unit, key).next();
		let mut command = value("ExecStart").unwrap().replace("/usr/bin/", "");
		for credential in values(&unit, "LoadCredential") {
			let (id, file) = credential.split_once(':').unwrap();
			command = command.replace(&format!("${{CREDENTIALS_DIRECTORY}}/{id}"), file);
		}
		Self {
			command: words(&command),
			environment: values(&unit, "Environment").flat_map(words).collect(),
			options: values(&unit, "EnvironmentFile")
				.map(str::to_owned)
				.collect(),
			stop: (
				value("KillSignal").unwrap_or("SIGTERM").into(),
				// systemd's own default is the second one.
				seconds(value("TimeoutStopSec").unwrap_or("90")),
			),
		}
	}

	/// As a container starts it.
	fn of_compose(name: &str) -> Self {
		let compose = read("compose.yaml");
		let start = format!("\n  {name}:\n");
		let (_, service) = compose.split_once(&start).expect(name);
		let inside = |line: &&str| line.is_empty() || line.starts_with("   ");
		let lines: Vec<_> = service.lines().take_while(inside).collect();
		let value = |key: &str| {
			let lines = lines.iter().map(|line| line.trim());
			let mut found = lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
			found.next()
		};
		// The lines below this one that are further to the right.
		let below = |of: &str| {
			let at = lines.iter().position(|line| line.trim() == of);
			let depth = |line: &str| line.len() - line.trim_start().len();
			let after = at.map(|at| (depth(lines[at]), &lines[at + 1..]));
			let (own, after) = after.unwrap_or_default();
			let after = after.iter().take_while(move |line| depth(line) > own);
			after.map(|line| line.trim()).collect::<Vec<_>>()
		};
		let command = match value("command") {
			Some(list) => list.trim_matches(['[', ']']).replace(',', " "),
			// The shell splits it, and compose makes one `$` of two.
			None => {
				let script = below("- >-").join(" ").replace("$$", "$");
				script.strip_prefix("exec ").unwrap().into()
			}
		};
		let variable = |line: &str| line.replace(": ", "=").replace('\'', "");
		Self {
			command: words(&command),
			environment: below("environment:").into_iter().map(variable).collect(),
			options: value("env_file").into_iter().map(str::to_owned).collect(),
			stop: (
				value("stop_signal").unwrap_or("SIGTERM").into(),
				seconds(value("stop_grace_period").unwrap_or("10s")),
			),
		}
	}

	/// The value of each of its options that has this name: of the node, and of the relay chain's in it.
	fn values_of(&self, option: &str) -> Vec<&str> {
		let pairs = self.command.windows(2).filter(|pair| pair[0] == option);
		pairs.map(|pair| &*pair[1]).collect()
	}
}

#[test]
fn a_container_runs_a_service_as_its_unit_does() {
	for name in SERVICES {
		let unit = Service::of_unit(name);
		assert!(!unit.command.is_empty());
		assert_eq!(Service::of_compose(name), unit, "{name}");
	}
}

#[test]
fn all_files_name_the_ports_of_the_nodes() {
	let revive = read("systemd/salus-revive.service");
	let (gateway, prometheus) = (read("etc/gateway.toml"), read("etc/prometheus.yml"));
	for name in ["region", "consortium"] {
		let unit = Service::of_unit(name);
		let [rpc, relay] = unit.values_of("--rpc-port")[..] else {
			panic!("{name} has not two ports: {unit:?}");
		};
		let metrics = unit.values_of("--prometheus-port")[0];
		for (file, part) in [
			(
				&revive,
				format!("salus-revive {rpc} {relay} systemctl restart salus-{name}\n"),
			),
			(&gateway, format!("{name} = \"ws://127.0.0.1:{rpc}\"\n")),
			(&prometheus, format!("['127.0.0.1:{metrics}']")),
		] {
			assert!(file.contains(&part), "{part} is not in {file}");
		}
		if name == "region" {
			let relay = format!("rpc = \"ws://127.0.0.1:{relay}\"\n");
			assert!(gateway.contains(&relay), "{relay} is not in {gateway}");
		}
	}
}

/// `check` gives a Kubo that was just started some time. Kubo reads that from /proc/stat.
#[test]
fn kubo_can_tell_since_when_it_runs() {
	let unit = read("systemd/salus-kubo.service");
	assert_eq!(values(&unit, "ProcSubset").next(), None);
}

/// The programs read all their arguments before they miss the first file.
#[test]
fn the_programs_know_each_option_of_their_units() {
	let folder = tempfile::tempdir().unwrap();
	for name in ["region", "consortium"] {
		let said = start_node(name, folder.path(), "");
		assert!(said.contains("relay.json"), "{name}: {said}");
		for option in ["OPTIONS", "RELAY_OPTIONS"] {
			let said = start_node(name, folder.path(), option);
			assert!(said.contains("'--none' found"), "{name}: {said}");
		}
	}
	let gateway = env!("CARGO_BIN_EXE_salus-gateway");
	let arguments = Service::of_unit("gateway").command;
	let file = folder.path().join("gateway.toml");
	let arguments = arguments.iter().skip(1).map(|argument| match &**argument {
		"/etc/salus/gateway.toml" => file.to_str().unwrap(),
		other => other,
	});
	let said = said(Command::new(gateway).args(arguments));
	assert!(said.contains(file.to_str().unwrap()), "{said}");
}

/// What a node says that has the built-in chain and no relay chain, with one more option in this
/// variable.
fn start_node(name: &str, folder: &Path, variable: &str) -> String {
	let node = built().join("salus-node");
	let at = |path: &str| {
		folder
			.join(path.trim_start_matches('/'))
			.display()
			.to_string()
	};
	let chain = match name {
		"region" => "region-2001",
		_ => "consortium-2000",
	};
	let options = read(&format!("etc/{name}.env"));
	let options: BTreeMap<_, _> = options
		.lines()
		.filter(|line| !line.starts_with('#'))
		.filter_map(|line| line.split_once('='))
		.collect();
	let mut arguments = Vec::new();
	for word in Service::of_unit(name).command.into_iter().skip(1) {
		match word.strip_prefix('$') {
			Some(key) => {
				arguments.extend(words(options[key]));
				arguments.extend((key == variable).then(|| "--none".to_owned()));
			}
			None if word == format!("/etc/salus/{name}.json") => arguments.push(chain.into()),
			None if word.starts_with('/') => arguments.push(at(&word)),
			None => arguments.push(word),
		}
	}
	for argument in &mut arguments {
		if argument.ends_with("-key") {
			fs::create_dir_all(Path::new(argument).parent().unwrap()).unwrap();
			fs::write(&*argument, "1f".repeat(32)).unwrap();
		}
		// An operator writes the peer ids of others.
		let peer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
		*argument = argument.replace("/p2p/PEER", &format!("/p2p/{peer}"));
	}
	said(Command::new(node).args(arguments))
}

/// What a program says that fails.
fn said(command: &mut Command) -> String {
	let output = command.stdin(Stdio::null()).output().unwrap();
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	assert!(!output.status.success(), "{said}");
	said
}
