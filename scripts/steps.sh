# shellcheck shell=bash
# Steps that the demo, the fault tests and the docs' commands share: starting a region, acting as a person with the
# `salus` command, checking and timing each step. Sourced after lib.sh and make_work_dir.

# For each chain: the address of its node, and of the Kubo beside that node. For each person: the chain to act on, if it
# is not $first_chain.
declare -A node_of=() kubo_of=() chain_of=()
# For each chain whose members reach it through a gateway: the gateway's address. Authorities and operators use the node.
declare -A gateway_of=()
operators='alice bob charlie dave eve ferdie any'
chains=() first_chain='' consortium=''
# What to wait for after a transaction. On a network, a best block can be reverted, and transactions of others that depend
# on it then fail. A group of steps can use best blocks, with retry_for, and end with expect_final.
wait_level=best
# For how many seconds to repeat a step that the chain refuses, or that does not find what it needs.
retry_for=0

# one_by_one COMMAND ARGUMENT...: runs the command, a function and its first arguments, with each argument. All must act
# for the same account. Only the last transaction is waited for until it is final: it is not final before the others.
one_by_one() {
	local level=$wait_level command=$1
	shift
	while [ $# -gt 0 ]; do
		local wait_level=best
		[ $# -gt 1 ] || wait_level=$level
		# shellcheck disable=SC2086
		$command "$1"
		shift
	done
}

# use_network DIR: uses the network that scripts/network started there.
use_network() {
	local chain name
	in_blocks=true wait_level=finalized first_chain=region-2001 consortium=consortium-2000
	chains=(region-2001 region-2002 consortium-2000)
	for chain in relay "${chains[@]}"; do
		name=$(jq -r --arg chain "$chain" 'first(.nodes[] | select(.chain == $chain).name)' "$1/network.json")
		use_node "$1" "$name"
	done
	chain_of=([charlie]=region-2002 [dave]=region-2002 [reader]=region-2002)
	chain_of+=([eve]=consortium-2000 [ferdie]=consortium-2000)
}

# use_gateways DIR: from here on, the members of the network's regions act through gateways.
use_gateways() {
	local region url
	while read -r region url; do gateway_of[region-$region]=$url; done < <(
		jq -r '.nodes[] | select(.chain == "gateway") | "\(.region) \(.url)"' "$1/network.json"
	)
}

# use_network_file FILE FINGERPRINT: from here on, the members need to trust no node.
use_network_file() { as any network add "$1" --fingerprint "$2" >/dev/null; }

# make_region_file: makes the network file of the region that start_region started, for all members, with the gateway that
# start_gateway starts. The authorities Alice and Bob sign it.
make_region_file() {
	local file=$work_dir/salus.json alice bob port=''
	free_port port
	alice=$(account_of alice) bob=$(account_of bob)
	as alice network make --name region --dev --chain "${node_of[region]} $alice" --signer "$alice" --signer "$bob" \
		--gateway "2001 http://127.0.0.1:$port $alice" -o "$file" | jq -r .fingerprint >"$work_dir/salus.fingerprint"
	as alice network sign "$file" >/dev/null
	as bob network sign "$file" >/dev/null
	use_network_file "$file" "$(cat "$work_dir/salus.fingerprint")"
}

# start_gateway: starts the gateway that make_region_file named. From here on, the members reach the chain through it.
start_gateway() {
	local url
	url=$(jq -r '.network.chains[0].endpoints[] | select(.kind == "gateway").url' "$work_dir/salus.json")
	start_timer
	{
		gateway_config "${url#http://}" "${node_of[region]}"
		gateway_envelopes "$work_dir/kubo" "$work_dir/uploads"
	} >"$work_dir/gateway.toml"
	start gateway "$SALUS_BIN/salus-gateway" run --config "$work_dir/gateway.toml"
	wait_until 60 "$(pid_of gateway)" gateway_answers "$url" || {
		log_tail gateway
		die "the gateway has no node"
	}
	gateway_of[region]=$url
	say_time "the members' gateway has its node: $url"
}

# use_node DIR NAME: uses this node and the Kubo beside it for its chain.
use_node() {
	local chain url api
	read -r chain url api < <(jq -r --arg name "$2" '(.nodes[] | select(.name == $name)) as $node
		| [$node.chain, $node.rpc, (.nodes[] | select(.name == $node.kubo).api)] | join(" ")' "$1/network.json")
	node_of[$chain]=$url kubo_of[$chain]=$api
}

work_dir=${work_dir:?make_work_dir first}
# The messages of refusals, one a line.
: >"$work_dir/refused"
# Those that a step tried again.
: >"$work_dir/tried"

# save_logs DIR: copies the logs of a network's processes to a folder that stays.
save_logs() {
	local log folder
	folder=$(mktemp -d "${TMPDIR:-/tmp}/salus-logs.XXXXXX")
	for log in "$1"/*/log; do
		[ ! -e "$log" ] || cp -- "$log" "$folder/$(basename "$(dirname "$log")")"
	done
	say "  Logs of all processes: $folder"
}

# ---- Steps: each prints a line with its time and, on a network, the number of blocks.

in_blocks=false timer_start='' timer_chain='' timer_height=''

now() { date +%s%3N; }

# start_timer [CHAIN]: starts the time, and the count of the chain's blocks, for say_time.
start_timer() {
	timer_start=$(now) timer_chain=${1:-$first_chain}
	! $in_blocks || timer_height=$(height "$timer_chain")
}

# say_time TEXT
say_time() {
	local took=$(($(now) - timer_start)) blocks
	# Without blocks, if the chain did not answer at the start.
	if $in_blocks && [ "${timer_height:-0}" -gt 0 ]; then
		blocks=$(($(height "$timer_chain") - timer_height))
		# After reverted blocks, the best one can be lower.
		[ "$blocks" -ge 0 ] || blocks=0
		printf '  %-66s %4d.%d s %3d blocks\n' "$1" $((took / 1000)) $((took % 1000 / 100)) "$blocks"
	else
		printf '  %-66s %6d ms\n' "$1" "$took"
	fi
}

# chain_for COMMAND...: prints the chain that a command with a person's name acts on.
chain_for() {
	local chain=$first_chain
	if one_of "$1" 'as vote_once are_final'; then chain=${chain_of[$2]:-$chain}; fi
	printf '%s\n' "$chain"
}

# step TEXT COMMAND...: runs it, and prints the text and the time. Sets out to its output.
out=''
step() {
	local text=$1 errors=$work_dir/errors.$BASHPID limit=$((SECONDS + retry_for)) got
	shift
	start_timer "$(chain_for "$@")"
	while
		got=0
		out=$("$@" 2>"$errors") || got=$?
		one_of "$got" '3 4' && [ "$SECONDS" -lt "$limit" ]
	do
		# A later command tells it once more, as an earlier transaction's end.
		jq -Rr 'fromjson? | .error.message // empty' "$errors" >>"$work_dir/tried"
		pause 2
	done
	if [ "$got" -ne 0 ]; then
		cat "$errors" >&2
		[ -z "$out" ] || printf '%s\n' "$out" >&2
		die "this step failed: $text"
	fi
	check_earlier "$errors"
	say_time "$text"
}

# check_earlier FILE: fails if a command reported that an earlier transaction is without effect, unless its refusal was
# expected, or the step tried again.
check_earlier() {
	! grep -E '"fate":"(replaced|expired)"|"message":"failed ' "$1" | grep -vF -f "$work_dir/refused" -f "$work_dir/tried" >&2 ||
		die "an earlier transaction is without effect"
}

# expect_refusal STATUS PATTERN TEXT COMMAND...: runs it. It must fail with that exit status and a message that matches.
# Counts in a file, because several can run at once.
expect_refusal() {
	local status=$1 pattern=$2 text=$3 limit=$((SECONDS + retry_for)) got
	shift 3
	start_timer "$(chain_for "$@")"
	until
		got=0
		out=$(json=false "$@" 2>&1) || got=$?
		# A success is never repeated.
		[ "$got" -eq 0 ] || [ "$SECONDS" -ge "$limit" ] ||
			{ [ "$got" -eq "$status" ] && grep -qi -- "$pattern" <<<"$out"; }
	do pause 2; done
	[ "$got" -eq "$status" ] || die "expected exit status $status, got $got: $text: $out"
	grep -qi -- "$pattern" <<<"$out" || die "expected a message that matches '$pattern', got: $out"
	say_time "refused: $text"
	got=$(grep -vE '^ *$|^(earlier transaction|note:) ' <<<"$out" | head -n 1)
	cut -c 1-110 <<<"      $got"
	printf '%s\n' "${got#salus: }" >>"$work_dir/refused"
}

count_refusals() { wc -l <"$work_dir/refused"; }

# wait_for SECONDS TEXT COMMAND...: repeats it until it succeeds, and prints the text and the time.
wait_for() {
	local limit=$((SECONDS + $1)) text=$2 interval=0.2
	shift 2
	! $in_blocks || interval=1
	start_timer "$(chain_for "$@")"
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$limit" ]; then
			"$@" >&2 || true
			die "timed out waiting for: $text"
		fi
		pause "$interval"
	done
	say_time "$text"
}

# expect_same STORED RETRIEVED
expect_same() { cmp -s -- "$1" "$2" || die "the retrieved document differs from the stored one: $2"; }

# expect_no_file FILE: a refused or failed read must not leave one.
expect_no_file() { [ ! -e "$1" ] || die "a refused read left the file $1"; }

# ---- The `salus` command, and the chains.

passphrase='a passphrase for the demo only'

# as NAME ARGUMENT...: runs `salus` with that person's key, on that person's chain.
json=true
as() {
	local name=$1 chain=${chain_of[$1]:-${first_chain:-none}} options=()
	shift
	! $json || options+=(--json)
	if [ -n "${gateway_of[$chain]:-}" ] && ! one_of "$name" "$operators"; then
		# The network's file has the gateways. Envelopes go through them, too.
		[[ $chain != region-* ]] || options+=(--region "${chain#region-}")
	else
		# Keys need no node.
		[ -z "${node_of[$chain]:-}" ] || options+=(--node "${node_of[$chain]}")
		[ -z "${kubo_of[$chain]:-}" ] || options+=(--ipfs "${kubo_of[$chain]}")
		[ -z "$consortium" ] || options+=(--consortium "${node_of[$consortium]}")
	fi
	"$SALUS_BIN/salus" --keys "$work_dir/keys" --wait "$wait_level" "${options[@]}" --as "$name" \
		--passphrase-fd 3 "$@" 3<<<"$passphrase"
}

fingerprint_of() { as "$1" key show | jq -r '.encryption_keys[-1].fingerprint'; }

account_of() { as "$1" key show | jq -r .account; }

# public_key_of WHO: prints it in hexadecimal digits.
public_key_of() {
	local file=$work_dir/public-key.$1 key
	if [ ! -s "$file" ]; then
		key=$("$SALUS_BIN/salus-node" key inspect --output-type json "$(account_of "$1")" |
			jq -er '.publicKey | ltrimstr("0x")') || die "cannot find out the public key of $1"
		# At once, because several can do this at the same time.
		printf '%s\n' "$key" >"$file.$BASHPID"
		mv -- "$file.$BASHPID" "$file"
	fi
	cat "$file"
}

# pending_of WHO: prints the hashes of the person's transactions that no command has seen final.
pending_of() {
	local file key
	key=$(public_key_of "$1") || return
	for file in "$work_dir/keys/pending/$key"/*.json; do
		# Another command can remove it meanwhile.
		jq -r .hash "$file" 2>/dev/null || true
	done
}

# are_final WHO HASHES: any command for a person looks for that person's pending transactions.
are_final() {
	[ -n "$2" ] || return 0
	as "$1" chain info 2>>"$work_dir/earlier.$1" >/dev/null
	! grep -qxF -- "$2" < <(pending_of "$1")
}

# What may be without effect, because it is given again.
forgive=none

# become_final WHO: waits until all transactions of the person are final. None may be without effect.
become_final() {
	local pending
	pending=$(pending_of "$1") || exit
	wait_for 900 "all transactions of $1 are final" are_final "$1" "$pending"
	[ -e "$work_dir/earlier.$1" ] || return 0
	jq -Rr --arg what "$forgive" 'fromjson? | .earlier // empty | select(.what == $what).transaction' "$work_dir/earlier.$1" \
		>>"$work_dir/tried"
	check_earlier "$work_dir/earlier.$1"
}

# expect_final WHO...: the same for each.
expect_final() { in_parallel "${@/#/become_final }"; }

# rpc CHAIN METHOD [PARAMETERS]: prints the node's answer.
rpc() { node_rpc "${node_of[$1]}" "${@:2}"; }

# height CHAIN: prints the height of its best block, or 0 if the node does not answer.
height() { best_height "${node_of[$1]}"; }

# ledger_bytes CHAIN FROM TO: prints how many bytes these blocks have of signed and authorized transactions, and of
# inherents: the time, and the relay chain's data with its messages.
ledger_bytes() {
	local url=${node_of[$1]} block
	# An answer has at most 15 MB.
	for ((block = $2; block <= $3; block += 500)); do
		jq -nc --argjson from "$block" --argjson to "$3" \
			'[{method: "chain_getBlockHash", params: [[range($from; [$from + 500, $to + 1] | min)]]}]' | node_batch "$url" |
			jq -c '.[0].result | map({method: "chain_getBlock", params: [.]})' | node_batch "$url" |
			jq -c '.[].result.block.extrinsics | map((length - 2) / 2) | [(.[2:] | add // 0), (.[:2] | add)]'
	done | jq -rs '"\(map(.[0]) | add) \(map(.[1]) | add)"'
}

# start_region MILLISECONDS [OPTION...]: starts a region's node and a Kubo, on loopback, with their data in work_dir. The
# node makes a block in each such time, with the keys of the authority Alice. It needs no relay chain. It keeps all states
# and blocks, unless options are given.
start_region() {
	local block_time=$1 options=("${@:2}") rpc_port='' p2p_port=''
	[ $# -gt 1 ] || options=(--state-pruning archive --blocks-pruning archive)
	[ -x "$SALUS_BIN/salus-node" ] || die "$SALUS_BIN/salus-node is not built" "./scripts/test build"
	free_port rpc_port
	free_port p2p_port
	chains=(region) first_chain=region
	node_of[region]=ws://127.0.0.1:$rpc_port
	# Its clock runs apart.
	export SALUS_DEVELOPMENT=true
	start_timer
	start node "$SALUS_BIN/salus-node" --dev --dev-block-time "$block_time" --base-path "$work_dir/node" \
		"${options[@]}" --rpc-port "$rpc_port" --listen-addr "/ip4/127.0.0.1/tcp/$p2p_port" \
		--no-prometheus --no-telemetry --no-mdns
	kubo_init "$work_dir/kubo"
	kubo_start "$work_dir/kubo"
	kubo_of[region]=$(kubo_api "$work_dir/kubo")
	say_time "Kubo $("$KUBO" version --number), private, no telemetry: ${kubo_of[region]}"
	wait_until 120 "$(pid_of node)" has_first_block || {
		log_tail node
		die "the node does not answer at ${node_of[region]}, or makes no blocks"
	}
	say_time "the region's node makes blocks: ${node_of[region]}"
}

has_first_block() { [ "$(height region)" -ge 1 ]; }

# ---- Members of a region.

# import_authorities LIST: imports the development account of each.
import_authorities() {
	local name
	for name in $1; do
		step "import authority $name, a development account" as "$name" key import "$name" --dev "${name^}" --authority
	done
}

# new_member WHO
new_member() { step "$1 makes an account and a 3072-bit encryption key" as "$1" key new "$1"; }

# make_keys AUTHORITIES MEMBERS: each is a list.
make_keys() {
	local members
	read -ra members <<<"$2"
	import_authorities "$1"
	in_parallel "${members[@]/#/new_member }"
}

# make_keys_beside AUTHORITIES MEMBERS COMMAND...: makes keys while the command runs, which starts a network. Keys take
# only processor time that the network does not need.
make_keys_beside() {
	local maker
	{
		renice -n 19 -p "$BASHPID" >/dev/null
		make_keys "$1" "$2"
	} >"$work_dir/keys.log" 2>&1 &
	maker=$!
	"${@:3}"
	wait "$maker" || {
		cat "$work_dir/keys.log" >&2
		die "cannot make the keys"
	}
	cat "$work_dir/keys.log"
}

# invite AUTHORITY WHO
invite() { step "an authority invites $2" as "$1" provider invite "$(account_of "$2")"; }

# apply WHO NUMBER FULL_NAME
apply() { step "$1 applies as $2, $3" as "$1" provider apply "$2" --full-name "$3"; }

# apply_as_provider WHO NUMBER FULL_NAME AUTHORITY: is invited by the authority, and applies. Ends when that is final: a
# vote can come before the application in the blocks that replace reverted ones, and is refused there.
apply_as_provider() {
	invite "$4" "$1"
	apply "$1" "$2" "$3"
	become_final "$1"
}

# vote MOTION WHO NUMBER WAY AUTHORITY: an authority votes on a provider's standing. WAY: --aye or --nay.
vote() { step "$5 votes to $1 $2: ${4#--}" as "$5" vote "$1" "$3" "$4"; }

# store_records PATIENT DOCUMENT...: the author stores all of them. Sets records to their numbers, and record to the
# first.
store_records() {
	local before bytes note=''
	before=$(height "$first_chain")
	step "author stores $(basename "$2"), $(stat -c %s "$2") bytes$([ $# -eq 2 ] || printf ', and %d more' $(($# - 2)))" \
		as author record add "${@:2}" --patient "$1"
	mapfile -t records < <(jq -r '.records[].record' <<<"$out")
	record=${records[0]}
	[[ $record =~ ^[0-9]+$ ]] || die "no record number in: $out"
	# On a network, others send transactions at the same time.
	if ! $in_blocks; then
		read -r bytes _ < <(ledger_bytes "$first_chain" $((before + 1)) "$(height "$first_chain")")
		note="; $bytes bytes of transactions on the ledger"
	fi
	say "      record ${records[*]}$note"
}

# is_pinned RECORD [COUNT]: whether at least that many pinners (1) claim it.
is_pinned() { [ "$(as alice pin status "$1" | jq '[.pins[]?] | length')" -ge "${2:-1}" ]; }

# ---- Across regions.

# propose AUTHORITY PROPOSAL...: sets motion to its number.
propose() {
	step "$1 proposes: ${*:2}" as "$1" authority propose "${@:2}"
	motion=$(jq -r .motion <<<"$out")
}

# vote_once WHO MOTION: votes for it. Succeeds if a vote of this authority counts already.
vote_once() {
	local got=0 answer
	answer=$(as "$1" authority vote "$2" --aye 2>&1) || got=$?
	printf '%s\n' "$answer"
	[ "$got" -eq 0 ] || grep -q 'already voted so' <<<"$answer" || return "$got"
}

# vote_counts WHO MOTION: whether its final state has the vote.
vote_counts() {
	wait_level=finalized as "$1" authority show 2>/dev/null | jq -e --argjson motion "$2" --arg who "$(account_of "$1")" \
		'.motions[] | select(.motion == $motion).ayes | index($who)' >/dev/null
}

# aye AUTHORITY MOTION: ends when the vote is final. It is refused if it comes before the motion in the blocks that replace
# reverted ones: then it is given again.
aye() {
	local wait_level=best retry_for=120 forgive='vote on a motion of the council' times
	for times in 1 2 3; do
		step "$1 votes for motion $2" vote_once "$1" "$2"
		become_final "$1"
		! vote_counts "$1" "$2" || return 0
	done
	die "the vote of $1 for motion $2 does not count, $times times"
}

# close_motion AUTHORITY MOTION: when the votes are final, as it is refused without them.
close_motion() {
	step "$1 closes motion $2, which is carried" as "$1" authority close "$2"
	[ "$(jq -r .carried <<<"$out")" = true ] || die "motion $2 was rejected"
}

# pass_motion AUTHORITY OTHER PROPOSAL...: both authorities of a chain vote for it. This can be reverted until
# expect_final for AUTHORITY.
pass_motion() {
	local wait_level=best retry_for=60
	propose "$1" "${@:3}"
	aye "$2" "$motion"
	close_motion "$1" "$motion"
}

# propose_region REGION: eve proposes to admit it. Adds the motion to motions.
propose_region() {
	propose eve admit-region "${1#region-}" "$(rpc "$1" chain_getBlockHash '[0]' | jq -r .result)"
	motions+=("$motion")
}

# admit_regions REGION...: the consortium's authorities admit them.
admit_regions() {
	local motions=()
	one_by_one propose_region "$@"
	in_parallel "${motions[@]/#/aye ferdie }"
	one_by_one 'close_motion eve' "${motions[@]}"
}

reader_number=B20020 reader_name='Dr. Ines Varga-Holloway'
# The first provider that region 2002 verifies. For an id, unlike for a number, no node of the consortium is asked.
reader_id=id:0

# interregional_grant_is RECORD STATE: whether the patient's grant of it to the reader has that state.
interregional_grant_is() {
	[ "$(as patient grant show "$1" --region 2002 --provider "$reader_id" | jq -r .state)" = "$2" ]
}

admit_both_regions() {
	local wait_level=best retry_for=60
	admit_regions region-2001 region-2002
}

author_number=1234567893 author_name='Dr. Miriam Castellanos'

# vote_on MOTION WHO NUMBER: both authorities of region 2001 vote for it.
vote_on() { in_parallel "vote $1 $2 $3 --aye alice" "vote $1 $2 $3 --aye bob"; }

# Region 2001 verifies the author as a provider, who invites the patient. As all set-up, it can be reverted until
# expect_final. Needs the keys of all.
set_up_region_2001() {
	local wait_level=best retry_for=60
	apply_as_provider author "$author_number" "$author_name" alice
	vote_on verify author "$author_number"
	step "author invites the patient" as author patient invite "$(account_of patient)"
	step "patient registers" as patient patient register --full-name "Leonhardt Wexford-Adeyemi"
}

# Region 2002 verifies the reader as a provider.
set_up_region_2002() {
	local wait_level=best retry_for=60
	apply_as_provider reader "$reader_number" "$reader_name" charlie
	in_parallel "vote verify reader $reader_number --aye charlie" "vote verify reader $reader_number --aye dave"
}

# enlist WHO: the consortium lists the provider in its directory.
enlist() {
	local wait_level=best retry_for=60
	step "$1 asks its region to enlist it at the consortium" as "$1" provider enlist
	wait_for 600 "$1 is in the consortium's directory" is_enlisted "$1"
}

# is_enlisted WHO: whether the consortium's directory has this provider.
is_enlisted() { [ "$(as "$1" provider show | jq -r .enlistment.state)" = enlisted ]; }

# grant_to_reader RECORD...
grant_to_reader() {
	step "patient grants $(name_records "$@") to reader in region 2002, with its fingerprint" \
		as patient grant add "$@" --region 2002 --provider "$reader_number" --fingerprint "$(fingerprint_of reader)"
}

# forward_grant RECORD [LEVEL]: waits only for a block, unless told otherwise: its delivery shows that all before is final.
# With level `finalized` it is sent again if it comes before its grant in the blocks that replace reverted ones.
forward_grant() {
	local wait_level=${2:-best} retry_for=$retry_for
	[ "$wait_level" = best ] || retry_for=120
	step "author forwards the grant of record $1 to the consortium" \
		as author grant forward "$1" --region 2002 --provider "$reader_id"
}

name_records() { if [ $# -eq 1 ]; then printf 'record %s' "$1"; else printf 'records %s' "$*"; fi; }

# count_grants RECORD: prints how many grants of it the consortium lists for the reader.
count_grants() {
	as reader grant list --incoming | jq --arg record "2001/$1" '[.[] | select(.record == $record)] | length'
}

# lists_grants RECORD COUNT: whether the consortium lists so many grants of it for the reader.
lists_grants() { [ "$(count_grants "$1")" -eq "$2" ]; }

expect_one_grant() {
	lists_grants "$1" 1 || die "the consortium lists $(count_grants "$1") grants of record $1, not 1"
}

# expect_delivery RECORD DOCUMENT: the grant is delivered, and the reader can read the record.
expect_delivery() {
	wait_level=best wait_for 900 "the consortium confirms the grant of record $1" interregional_grant_is "$1" delivered
	# The answer can arrive before the consortium's block is final.
	wait_for 300 "the grant of record $1 is final at the consortium" lists_grants "$1" 1
	read_by_reader "$1" "$2"
}

# read_by_reader RECORD DOCUMENT: the reader reads it through the gateway of region 2002, whose Kubo fetches it.
read_by_reader() {
	local file=$work_dir/retrieved/across-$1.$BASHPID
	step "reader retrieves record $1, all bytes equal, through region 2002's Kubo" \
		as reader record get "2001/$1" -o "$file"
	expect_same "$2" "$file"
	rm -- "$file"
}

# revoke_from_reader RECORD...: expect_final for the patient shows that nobody can revert it any more.
revoke_from_reader() {
	local record
	wait_level=best step "patient revokes the grant of $(name_records "$@")" \
		as patient grant revoke "$@" --region 2002 --provider "$reader_number"
	for record; do
		wait_level=best wait_for 900 "the consortium confirms that it removed record $record's wrapped key" \
			interregional_grant_is "$record" revoked
	done
	for record; do
		wait_for 300 "this is final at the consortium" lists_grants "$record" 0
		expect_reader_refused "$record"
	done
}

# expect_reader_refused RECORD
expect_reader_refused() {
	local file=$work_dir/retrieved/denied-$1.$BASHPID
	expect_refusal 4 'grant' "reader reads record $1 after the revocation" as reader record get "2001/$1" -o "$file"
	expect_no_file "$file"
}
