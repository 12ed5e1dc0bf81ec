# shellcheck shell=bash
# What the demo and the tests of faults do, each by the `salus` command alone; how they check it and tell it. Sourced
# after lib.sh, with work_dir made.

# By the chain's name: where a node of it answers, and the Kubo beside that node. By a person's: the chain to act on,
# $first_chain unless it is here.
declare -A node_of=() kubo_of=() chain_of=()
chains=() first_chain='' consortium=''
# What is waited for after a transaction. On a network a best block can be given up for another, so that what is built on it
# fails.
wait_for=best

# use_network DIR: of scripts/network.
use_network() {
	local chain
	in_blocks=true wait_for=finalized first_chain=region-2001 consortium=consortium-2000
	chains=(region-2001 region-2002 consortium-2000)
	for chain in relay "${chains[@]}"; do use_node "$1" "$(jq -r --arg chain "$chain" 'first(.nodes[] | select(.chain == $chain).name)' "$1/network.json")"; done
	chain_of=([charlie]=region-2002 [dave]=region-2002 [reader]=region-2002 [eve]=consortium-2000 [ferdie]=consortium-2000)
}

# use_node DIR NAME: from now on its chain is spoken to through this collator, and the Kubo beside it.
use_node() {
	local chain url api
	read -r chain url api < <(jq -r --arg name "$2" '(.nodes[] | select(.name == $name)) as $node
		| [$node.chain, $node.rpc, (.nodes[] | select(.name == $node.kubo).api)] | join(" ")' "$1/network.json")
	node_of[$chain]=$url kubo_of[$chain]=$api
}

work_dir=${work_dir:?make_work_dir first}

# keep_logs DIR: of a network that did not do as it should, for whoever finds out why.
keep_logs() {
	local log kept
	kept=$(mktemp -d "${TMPDIR:-/tmp}/salus-logs.XXXXXX")
	for log in "$1"/*/log; do
		[ ! -e "$log" ] || cp -- "$log" "$kept/$(basename "$(dirname "$log")")"
	done
	say "  The logs of all its processes: $kept"
}

# ---- Time, and what is said. In a network, blocks count too.

in_blocks=false did_since='' did_chain='' did_height=''

now() { date +%s%3N; }

# begin [CHAIN]: what `did` will tell the time of begins now.
begin() {
	did_since=$(now) did_chain=${1:-$first_chain}
	! $in_blocks || did_height=$(height "$did_chain")
}

did() {
	local took=$(($(now) - did_since)) blocks
	# What begins when a chain does not answer has no blocks to count.
	if $in_blocks && [ "$did_height" -gt 0 ]; then
		blocks=$(($(height "$did_chain") - did_height))
		printf '  %-66s %4d.%d s %3d blocks\n' "$1" $((took / 1000)) $((took % 1000 / 100)) "$blocks"
	else
		printf '  %-66s %6d ms\n' "$1" "$took"
	fi
}

# chain_at ARGUMENTS of `as`: the chain that it acts on.
chain_at() { if [ "$1" = as ]; then printf '%s\n' "${chain_of[$2]:-$first_chain}"; else printf '%s\n' "$first_chain"; fi; }

# act TEXT COMMAND...: runs it, says the text and how long it took. Its output lies in $out.
out='' errors=$work_dir/errors
act() {
	local text=$1
	shift
	begin "$(chain_at "$@")"
	if ! out=$("$@" 2>"$errors"); then
		cat "$errors" >&2
		[ -z "$out" ] || printf '%s\n' "$out" >&2
		die "this should have worked: $text"
	fi
	did "$text"
}

# refused STATUS PATTERN TEXT COMMAND...: it must fail with that exit status and a message with that pattern.
refusals=0
refused() {
	local status=$1 pattern=$2 text=$3 got=0
	shift 3
	begin "$(chain_at "$@")"
	out=$(plainly=yes "$@" 2>&1) || got=$?
	[ "$got" -eq "$status" ] || die "this should have ended with $status and ended with $got: $text: $out"
	grep -qi -- "$pattern" <<<"$out" || die "the refusal should say '$pattern', and says: $out"
	did "refused: $text"
	grep -v '^ *$' <<<"$out" | head -n 1 | cut -c 1-110 | sed 's/^/      /'
	refusals=$((refusals + 1))
}

# await SECONDS TEXT COMMAND...: until it succeeds.
await() {
	local limit=$((SECONDS + $1)) text=$2 between=0.2
	shift 2
	! $in_blocks || between=3
	begin "$(chain_at "$@")"
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$limit" ]; then
			"$@" >&2 || true
			die "this does not come about: $text"
		fi
		pause "$between"
	done
	did "$text"
}

# together COMMAND...: each a function and its words; at once, each in a shell of its own. What they say follows one after
# the other.
together() {
	local command i=0 said=$work_dir/together.$BASHPID pids=() failed=false
	for command; do
		(
			errors=$said.$i.errors
			# shellcheck disable=SC2086
			$command
		) >"$said.$i" 2>&1 &
		pids+=("$!")
		i=$((i + 1))
	done
	for i in "${!pids[@]}"; do
		wait "${pids[i]}" || failed=true
		cat "$said.$i"
	done
	! $failed || exit 1
}

same() { cmp -s -- "$1" "$2" || die "the document that came back differs from the one that was stored: $2"; }

# ---- The command, and the chains.

passphrase='a passphrase for the demo only'

# as NAME ARGUMENT...: `salus`, acting with that key on that person's chain.
as() {
	local name=$1 chain=${chain_of[$1]:-$first_chain} options=(--json)
	shift
	[ -z "${plainly:-}" ] || options=()
	[ -z "${kubo_of[$chain]:-}" ] || options+=(--ipfs "${kubo_of[$chain]}")
	[ -z "$consortium" ] || options+=(--consortium "${node_of[$consortium]}")
	"$SALUS_BIN/salus" --node "${node_of[$chain]}" --keys "$work_dir/keys" --wait "$wait_for" "${options[@]}" \
		--as "$name" --passphrase-fd 3 "$@" 3<<<"$passphrase"
}

fingerprint_of() { as "$1" key show | jq -r '.encryption_keys[-1].fingerprint'; }

account_of() { as "$1" key show | jq -r .account; }

# rpc CHAIN METHOD [PARAMETERS]
rpc() {
	curl -sf -m 10 -H 'content-type: application/json' \
		-d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$2\",\"params\":${3:-[]}}" "http${node_of[$1]#ws}"
}

# height CHAIN: of its best block; 0 when it does not answer.
height() { printf '%d\n' "$(rpc "$1" chain_getHeader | jq -r .result.number)"; }

# ledger_bytes CHAIN FROM TO: bytes of these blocks' signed and authorized transactions, and of what their makers put in:
# the time, and what the relay chain says, messages included.
ledger_bytes() {
	local block hash
	for ((block = $2; block <= $3; block++)); do
		hash=$(rpc "$1" chain_getBlockHash "[$block]" | jq -r .result)
		rpc "$1" chain_getBlock "[\"$hash\"]" | jq -c '.result.block.extrinsics | map((length - 2) / 2) | [(.[2:] | add // 0), (.[:2] | add)]'
	done | jq -rs '"\(map(.[0]) | add) \(map(.[1]) | add)"'
}

# transaction_bytes CHAIN FROM TO
transaction_bytes() {
	local bytes
	read -r bytes _ < <(ledger_bytes "$@")
	printf '%d\n' "$bytes"
}

# one_region: starts a node that plays a region and a Kubo, both on loopback, with their data in work_dir. The node makes
# a block a second, without a relay chain, with the keys of the authority Alice.
one_region() {
	local rpc_port='' p2p_port=''
	free_port rpc_port
	free_port p2p_port
	chains=(region) first_chain=region
	node_of[region]=ws://127.0.0.1:$rpc_port
	begin
	start node "$SALUS_BIN/salus-node" --dev --dev-block-time 1000 --base-path "$work_dir/node" \
		--state-pruning archive --blocks-pruning archive --rpc-port "$rpc_port" --port "$p2p_port" --no-prometheus --no-telemetry --no-mdns
	kubo_init "$work_dir/kubo"
	kubo_start "$work_dir/kubo"
	kubo_of[region]=$(kubo_api "$work_dir/kubo")
	did "Kubo $("$KUBO" version --number), private, no telemetry: ${kubo_of[region]}"
	wait_until 60 "$(pid_of node)" first_block || {
		log_tail node
		die "the node does not answer at ${node_of[region]}, or makes no blocks"
	}
	did "the region's node makes blocks: ${node_of[region]}"
}

first_block() { [ "$(height region)" -ge 1 ]; }

# ---- What people do.

# authorities NAME...: development accounts.
authorities() {
	local name
	for name; do
		act "authority $name, a development account" as "$name" key import "$name" --dev "${name^}" --authority
	done
}

# applies WHO NUMBER FULL_NAME AUTHORITY: makes a key, is invited, applies as a provider.
applies() {
	act "$1 makes an account and a 3072-bit encryption key" as "$1" key new "$1"
	act "an authority invites $1" as "$4" provider invite "$(account_of "$1")"
	act "$1 applies as $2, $3" as "$1" provider apply "$2" --full-name "$3"
}

# stores PATIENT DOCUMENT...: the author, all at once. Sets records to their numbers, and record to the first.
stores() {
	local before
	before=$(height "$first_chain")
	act "author stores $(basename "$2"), $(stat -c %s "$2") bytes$([ $# -eq 2 ] || printf ', and %d more' $(($# - 2)))" \
		as author record add "${@:2}" --patient "$1"
	mapfile -t records < <(jq -r '.records[].record' <<<"$out")
	record=${records[0]}
	[[ $record =~ ^[0-9]+$ ]] || die "no record number in: $out"
	say "      record ${records[*]}; $(transaction_bytes "$first_chain" $((before + 1)) "$(height "$first_chain")") bytes of transactions on the ledger"
}

# pinned RECORD [TIMES]: has the chain so many claims of it?
pinned() { [ "$(as alice pin status "$1" | jq '[.pins[]?] | length')" -ge "${2:-1}" ]; }

# ---- Across regions.

# decided AUTHORITY OTHER PROPOSAL...: both authorities of a chain are for it.
decided() {
	local one=$1 other=$2 motion
	shift 2
	act "$one proposes: $*" as "$one" authority propose "$@"
	motion=$(jq -r .motion <<<"$out")
	act "$other votes for it" as "$other" authority vote "$motion" --aye
	act "$one closes the motion: it is carried" as "$one" authority close "$motion"
}

# admitted REGION...: at the consortium.
admitted() {
	local region
	for region; do
		decided eve ferdie admit-region "${region#region-}" "$(rpc "$region" chain_getBlockHash '[0]' | jq -r .result)"
	done
}

# is_across RECORD STATE: of the patient's grant to the provider reader_number of region 2002.
reader_number=B20020 reader_name='Dr. Ines Varga-Holloway'
is_across() { [ "$(as patient grant show "$1" --region 2002 --provider "$reader_number" | jq -r .state)" = "$2" ]; }

# Both regions are at the consortium.
admissions() {
	authorities eve ferdie
	admitted region-2001 region-2002
}

# Region 2002 has a provider, the reader.
other_region() {
	authorities charlie dave
	applies reader "$reader_number" "$reader_name" charlie
	act "charlie votes for reader" as charlie vote verify "$reader_number" --aye
	act "dave votes for reader, who is verified by it" as dave vote verify "$reader_number" --aye
}

# The consortium's directory has the reader.
enlisting() {
	act "reader has its region enlist it at the consortium" as reader provider enlist
	await 600 "the consortium's directory has reader" enlisted reader
	reader_fingerprint=$(fingerprint_of reader)
}

# enlisted WHO: does the consortium's directory have this provider?
enlisted() { [ "$(as "$1" provider show | jq -r .enlistment.state)" = enlisted ]; }

# grants_across RECORD...
grants_across() {
	act "patient grants $(name_records "$@") to reader of region 2002, with its fingerprint" \
		as patient grant add "$@" --region 2002 --provider "$reader_number" --fingerprint "$reader_fingerprint"
}

forwards() { act "author forwards record $1 to the consortium" as author grant forward "$1" --region 2002 --provider "$reader_number"; }

name_records() { if [ $# -eq 1 ]; then printf 'record %s' "$1"; else printf 'records %s' "$*"; fi; }

# handed_out RECORD: how many times.
handed_out() { as reader grant list --incoming | jq --arg record "2001/$1" '[.[] | select(.record == $record)] | length'; }

handed_out_once() {
	local times
	times=$(handed_out "$1")
	[ "$times" -eq 1 ] || die "the consortium hands record $1 out $times times"
}

# delivered RECORD DOCUMENT
delivered() {
	await 900 "the consortium has record $1's grant, and says so" is_across "$1" delivered
	handed_out_once "$1"
	reads_across "$1" "$2"
}

# reads_across RECORD DOCUMENT: the reader, through the Kubo of its own region.
reads_across() {
	rm -f -- "$work_dir/got/across"
	act "reader retrieves it, byte for byte, through region 2002's Kubo" as reader record get "2001/$1" -o "$work_dir/got/across"
	same "$2" "$work_dir/got/across"
}

# taken_back RECORD...
taken_back() {
	local record
	act "patient takes $(name_records "$@") back" as patient grant revoke "$@" --region 2002 --provider "$reader_number"
	for record; do
		await 900 "the consortium has dropped record $record's wrapped key, and says so" is_across "$record" revoked
		refused_across "$record"
	done
}

# refused_across RECORD
refused_across() {
	refused 4 'grant' "reader reads record $1 after the revocation" as reader record get "2001/$1" -o "$work_dir/got/stolen"
	[ ! -e "$work_dir/got/stolen" ] || die "a refused read left a file behind"
}
