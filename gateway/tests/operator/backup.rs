//! The set-up of Kubo, and backups.

use std::{fs, net::TcpListener, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;

use crate::{deploy, ipfs, run};

/// Runs a command in a folder. Returns whether it succeeded, and what it printed.
fn try_run(folder: &Path, command: &str) -> (bool, String) {
	let output = run(folder, command);
	let printed = [output.stdout, output.stderr].concat();
	let printed = String::from_utf8_lossy(&printed).into();
	(output.status.success(), printed)
}

/// A folder with `ipfs` and these scripts of `deploy`.
fn folder_with(scripts: &[&str]) -> TempDir {
	let folder = tempfile::tempdir().unwrap();
	let bin = folder.path().join("bin");
	fs::create_dir(&bin).unwrap();
	symlink(ipfs(), bin.join("ipfs")).unwrap();
	for name in scripts {
		symlink(deploy(name), bin.join(format!("salus-{name}"))).unwrap();
	}
	folder
}

#[test]
fn kubo_is_set_up_again_only_while_it_is_stopped() {
	let folder = folder_with(&["kubo-setup"]);
	let folder = folder.path();
	let set_up = || try_run(folder, "salus-kubo-setup etc");
	let (succeeded, said) = set_up();
	assert!(succeeded, "{said}");
	let config = fs::read(folder.join("kubo/config")).unwrap();
	// Kubo writes its address.
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = listener.local_addr().unwrap().port();
	fs::write(
		folder.join("kubo/api"),
		format!("/ip4/127.0.0.1/tcp/{port}"),
	)
	.unwrap();
	let (succeeded, said) = set_up();
	assert!(!succeeded && said.contains("Kubo runs"), "{said}");
	// It was killed.
	drop(listener);
	let (succeeded, said) = set_up();
	assert!(succeeded, "{said}");
	assert_eq!(fs::read(folder.join("kubo/config")).unwrap(), config);
}

#[test]
fn a_backup_brings_all_back_and_the_drill_sees_what_is_missing() {
	let folder = folder_with(&["kubo-setup", "backup", "restore", "restore-drill"]);
	let folder = folder.path();
	let run = |command: &str| {
		let (succeeded, printed) = try_run(folder, command);
		assert!(succeeded, "{command}: {printed}");
		printed
	};
	// As if a note of the gateway changed while it is read.
	let tar = format!(
		"#!/bin/bash\n/bin/tar \"$@\" || exit\n[ \"$1\" != -c ] || exit \"$(cat {}/tar.exit)\"\n",
		folder.display()
	);
	fs::write(folder.join("bin/tar"), tar).unwrap();
	run("chmod +x bin/tar && echo 1 >tar.exit");
	let etc = deploy("etc");
	run(&format!(
		"mkdir -p old/etc/salus/credentials && cp {}/* old/etc/salus/ && cd old/etc/salus
		for file in {{region,consortium,relay,network}}.json \
			credentials/{{region,consortium}}-{{node,relay}}-key; do
			echo \"$file\" >\"$file\"
		done
		for chain in region consortium; do
			keystore=../../var/lib/salus-$chain/chain/chains/a/keystore
			mkdir -p $keystore && echo session >$keystore/key
		done",
		etc.display()
	));
	run("IPFS_PATH=old/var/lib/salus-kubo salus-kubo-setup old/etc/salus");
	let envelope = "head -c 3M /dev/urandom | tee envelope \
		| IPFS_PATH=old/var/lib/salus-kubo ipfs add --offline --quieter";
	let cid = run(envelope).trim().to_owned();
	run("mkdir -p old/var/lib/private/salus-gateway && echo note >old/var/lib/private/salus-gateway/1.json");
	run("age-keygen -o backup.key 2>/dev/null && age-keygen -y backup.key >recipients");
	run("salus-backup backup recipients old && rm old/var/lib/salus-backup/last");
	let said = run("salus-restore-drill backup backup.key");
	assert!(said.contains("the blocks of 1 pins"), "{said}");
	// No key is in the clear.
	run("! grep -rqF \"$(cat old/etc/salus/credentials/kubo-node)\" backup");
	run("! grep -rq session backup");

	run("salus-restore backup backup.key new");
	run("diff -r old/etc/salus new/etc/salus");
	run("diff -r old/var/lib/salus-region new/var/lib/salus-region");
	run("diff -r old/var/lib/private new/var/lib/private");
	run("diff old/var/lib/salus-kubo/config new/var/lib/salus-kubo/config");
	run("cmp old/var/lib/salus-kubo/swarm.key new/var/lib/salus-kubo/swarm.key");
	run(&format!(
		"IPFS_PATH=new/var/lib/salus-kubo ipfs cat --offline {cid} | cmp - envelope"
	));
	let (succeeded, said) = try_run(folder, "salus-restore backup backup.key new");
	assert!(!succeeded && said.contains("has blocks already"), "{said}");

	// tar fails, or Kubo runs: the backup before stays.
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = listener.local_addr().unwrap().port();
	let kubo = format!("echo /ip4/127.0.0.1/tcp/{port} >old/var/lib/salus-kubo/api");
	for (fault, expected) in [("echo 2 >tar.exit", ""), (&*kubo, "Kubo runs")] {
		let backup = format!("{fault} && salus-backup backup recipients old");
		let (succeeded, said) = try_run(folder, &backup);
		assert!(!succeeded && said.contains(expected), "{fault}: {said}");
		run("echo 1 >tar.exit && salus-restore-drill backup backup.key");
		// Its time is not that of a backup that failed.
		run("[ ! -e old/var/lib/salus-backup/last ]");
	}
	drop(listener);

	// Another Kubo's repository does not take the place of the one that is kept.
	run("IPFS_PATH=other/var/lib/salus-kubo salus-kubo-setup old/etc/salus");
	let (succeeded, said) = try_run(folder, "salus-backup backup recipients other");
	assert!(!succeeded && said.contains("keeps another Kubo"), "{said}");
	run("salus-restore-drill backup backup.key");

	let block = "$(find backup/kubo/blocks -name '*.data' -size +500k | head -n 1)";
	for (damage, expected) in [
		(format!("mv \"{block}\" kept"), "are missing"),
		(
			format!("printf xyz | dd of=\"{block}\" conv=notrunc status=none"),
			"changed on disk",
		),
		(
			"rm old/etc/salus/credentials/region-node-key && salus-backup backup recipients old"
				.into(),
			"region-node-key is missing",
		),
		(
			"rm -r old/var/lib/salus-region && salus-backup backup recipients old".into(),
			"the region's node has no session keys",
		),
		(
			"rm -r backup/kubo/datastore && IPFS_PATH=$PWD/none ipfs init --profile=unixfs-v1-2025 \
			 --empty-repo >/dev/null && cp -r none/datastore backup/kubo/"
				.into(),
			"blocks and no pins",
		),
		(
			"age-keygen -o backup.key.new 2>/dev/null && mv backup.key.new backup.key".into(),
			"no identity matched",
		),
	] {
		run(&format!("rm -rf whole && cp -r backup whole && {damage}"));
		let (succeeded, said) = try_run(folder, "salus-restore-drill backup backup.key");
		assert!(!succeeded && said.contains(expected), "{damage}: {said}");
		run("rm -rf backup && mv whole backup");
	}
}
