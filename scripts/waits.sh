# shellcheck shell=bash
# Where people wait: the part `waits` of scripts/bench. Sourced after steps.sh, with the sizes of documents and the numbers
# of records. Times are in milliseconds, one a line, in files of the folder $times.

work_dir=${work_dir:?} documents=${documents:?} counts=${counts:?}
times=$work_dir/times
mkdir "$times"
# The professional number of each provider; authors and patients of the lists; what each author adds.
declare -A number_of=()
authors=() patients=() tasks=$work_dir/tasks
# The patient and the record of all else.
patient='' record=''

# timed NAME COMMAND...: runs it, and adds its time to that file. All that was written before is on the disk then.
timed() {
	local since
	sync
	since=$(now)
	"${@:2}" >"$work_dir/output" 2>"$work_dir/errors" || {
		cat "$work_dir/errors" >&2
		die "this command failed: ${*:2}"
	}
	printf '%s\n' $(($(now) - since)) >>"$times/$1"
}

# middle NAME: of its times but the first, which warms up. longest NAME: of the same.
middle() { sed 1d "$times/$1" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
longest() { sed 1d "$times/$1" | sort -n | tail -n 1; }

# seconds MILLISECONDS...: prints them as cells of a table.
seconds() { printf '%s\n' "$@" | awk '{ printf "%s%.2f s", (NR > 1 ? " | " : ""), $1 / 1000 }'; }

# ratio MILLISECONDS MILLISECONDS
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }

# repeat TIMES COMMAND...: once more than that, to warm up.
repeat() {
	local i
	for ((i = 0; i <= $1; i++)); do "${@:2}"; done
}

# move FILE: the document goes to Kubo and back. Then it is stored as a record: first without the record, whose
# transaction waits for a block. Kubo removes all that nothing keeps.
move() {
	local cid stored moved=$work_dir/moved
	timed add kubo "$work_dir/kubo" add -Q "$1"
	cid=$(cat "$work_dir/output")
	timed cat kubo "$work_dir/kubo" cat "$cid"
	expect_same "$1" "$work_dir/output"
	kubo "$work_dir/kubo" pin rm "$cid" >/dev/null
	timed envelope as author --print-call record add "$1" --patient "$patient"
	cid=$(basename -- "$work_dir"/keys/uploads/*/*.json .json)
	as author record drop "$(kubo "$work_dir/kubo" cid base32 "f$cid")" >/dev/null 2>"$work_dir/errors"
	timed store as author record add "$1" --patient "$patient"
	read -r stored cid < <(jq -r '.records[0] | "\(.record) \(.cid)"' "$work_dir/output")
	timed get as patient record get "$stored" -o "$moved"
	expect_same "$1" "$moved"
	rm -- "$moved" "$work_dir/output"
	# A gateway keeps it until enough pinners have it.
	kubo "$work_dir/kubo" pin rm "$cid" >/dev/null 2>&1 || true
	kubo "$work_dir/kubo" repo gc -q >/dev/null
}

# compared COMMAND KUBO: prints two ratios as cells: of the command's time to Kubo's, and the same without what the
# command takes more than Kubo for the smallest document, whose times are in the folder $smallest.
compared() {
	local took its_own fixed
	took=$(middle "$1") its_own=$(middle "$2")
	printf '%s | ' "$(ratio "$took" "$its_own")"
	[ "$times" != "$smallest" ] || return 0
	fixed=$(($(times=$smallest middle "$1") - $(times=$smallest middle "$2")))
	ratio $((took - fixed)) "$its_own"
}

# move_all NAME TEXT: moves a document of each size on the way of that name. Adds lines of a table to $work_dir/moves.
move_all() {
	local size file=$work_dir/document.bin repeats since times smallest=$work_dir/times/$1-${documents%% *}
	for size in $documents; do
		times=$work_dir/times/$1-$size since=$SECONDS repeats=9
		mkdir -p "$times"
		head -c "$(numfmt --from=iec-i "$size")" /dev/urandom >"$file"
		[ "$(stat -c %s "$file")" -lt $((32 * 1024 * 1024)) ] || repeats=3
		repeat "$repeats" move "$file"
		say "  ${size%?i} ${size: -2}B, $2: $((repeats + 1)) times in $(duration $((SECONDS - since)))"
		say "| ${size%?i} ${size: -2}B, $2 | $(seconds "$(middle add)" "$(middle envelope)") | $(compared envelope add)" \
			"| $(seconds "$(middle store)" "$(middle cat)" "$(middle get)") | $(compared get cat) |" >>"$work_dir/moves"
	done
	rm -- "$file"
}

# show WHO OPTION...: the metadata of the record.
show() { as "$1" record show "$record" "${@:2}"; }
# sign_in: as a command does that finds no session.
sign_in() {
	rm -rf -- "$work_dir/keys/sessions"
	timed sign-in show patient --locked
	timed signed-in show patient --locked
}
# share: the patient grants the record, and the grantee reads it.
share() {
	local since
	sync
	since=$(now)
	timed grant as patient grant add "$record" --to "${number_of[reader]}"
	until as reader record get "$record" -o "$work_dir/read" >/dev/null 2>"$work_dir/errors"; do
		[ $(($(now) - since)) -lt 60000 ] || {
			cat "$work_dir/errors" >&2
			die "the grantee cannot read record $record"
		}
	done
	printf '%s\n' $(($(now) - since)) >>"$times/can-read"
	rm -- "$work_dir/read"
	as patient grant revoke "$record" --from "${number_of[reader]}" >/dev/null 2>"$work_dir/errors"
}
# say_wait TEXT NAME: prints a line, with the ratio to the time of the first one.
say_wait() {
	say "| $1 | $(seconds "$(middle "$2")" "$(longest "$2")") | $(ratio "$(middle "$2")" "$(middle locked)") |"
}

apply_as() { apply "$1" "${number_of[$1]}" "Dr. Ada ${1^}"; }
vote_for() { vote verify "$2" "${number_of[$2]}" --aye "$1"; }
register() { step "$1 registers" as "$1" patient register --full-name "Leonhardt ${1^}"; }
id_of() { as "$1" key show | jq -r '.patient // .member'; }
# The most records that an author adds about one patient at once.
records_at_once=500
# add_records AUTHOR: as many as there are for it in the file of tasks, one after the other.
add_records() {
	local author patient count i files
	while read -r author patient count; do
		[ "$author" = "$1" ] || continue
		files=$work_dir/files.$1.$patient
		mkdir "$files"
		for ((i = 1; i <= count; i++)); do printf 'result %d of %s, %d\n' "$i" "$1" "$RANDOM" >"$files/result-$i.txt"; done
		step "$1 adds $count records" as "$1" record add "$files"/* --patient "$patient"
	done <"$tasks"
}

# list_once NAME WHO OPTION...: the time until the first line of the person's list is there, and until all are.
list_once() {
	local since first count list
	since=$(now)
	exec {list}< <(json=false as "$2" record list "${@:3}" 2>"$work_dir/errors")
	read -r -u "$list" _ || true
	first=$(($(now) - since))
	count=$(wc -l <&"$list")
	exec {list}<&-
	printf '%s\n' $(($(now) - since)) >>"$times/$1"
	printf '%s\n' "$first" >>"$times/$1-first"
	# The first line has the headings.
	[ "$count" -eq "${2#patient}" ] || {
		cat "$work_dir/errors" >&2
		die "the list of $2 has $count records"
	}
}
# list_all MODE: lists the records of each patient, with names and without.
list_all() {
	local count repeats
	for count in $counts; do
		repeats=5
		[ "$count" -le 1000 ] || repeats=3
		repeat "$repeats" list_once "$1-locked-$count" "patient$count" --locked
		repeat "$repeats" list_once "$1-names-$count" "patient$count"
	done
}
# say_lists KIND TEXT: prints a line for each number of records, and adds them to the chart.
say_lists() {
	local count word proven
	for count in $counts; do
		word=$(middle "word-$1-$count") proven=$(middle "proven-$1-$count")
		say "| $count, $2 | $(seconds "$(middle "word-$1-$count-first")" "$word" "$(middle "proven-$1-$count-first")" \
			"$proven") | $(ratio "$proven" "$word") |"
		printf '%s\t%s\t%s\n' "$2, the node's word" "$count" "$word" "$2, proven" "$count" "$proven" >>"$work_dir/chart"
	done
}

# set_up_members: authors are as many as the longest list takes.
set_up_members() {
	local count i most=0 providers
	for count in $counts; do
		patients+=("patient$count")
		[ "$count" -le "$most" ] || most=$count
	done
	for ((i = 0; i == 0 || i * records_at_once < most; i++)); do authors+=("author$((i + 1))"); done
	providers=(author reader "${authors[@]}")
	for i in "${!providers[@]}"; do number_of[${providers[i]}]=A$((10000 + i)); done
	make_keys 'alice bob' "patient ${patients[*]} ${providers[*]}"
	one_by_one 'invite alice' patient "${patients[@]}" "${providers[@]}"
	in_parallel "${providers[@]/#/apply_as }"
	one_by_one 'vote_for alice' "${providers[@]}"
	one_by_one 'vote_for bob' "${providers[@]}"
	in_parallel 'register patient' "${patients[@]/#/register }"
	patient=$(id_of patient)
}
# make_tasks: shares the records of all lists among the authors, by turns.
make_tasks() {
	local count id left part next=0
	for count in $counts; do
		id=$(id_of "patient$count")
		for ((left = count; left > 0; left -= part)); do
			part=$((left < records_at_once ? left : records_at_once))
			say "${authors[next++ % ${#authors[@]}]} $id $part"
		done
	done >"$tasks"
}

say_tables() {
	say
	say "| a document, by | Kubo's \`add\` | its envelope is stored | to Kubo | but for the fixed part | its record is in a block" \
		"| Kubo's \`cat\` | retrieved | to Kubo | but for the fixed part |"
	say "|---|---|---|---|---|---|---|---|---|---|"
	cat "$work_dir/moves"
	say
	say "| records, list | the node's word: first line | all lines | proven: first line | all lines | proven to not |"
	say "|---|---|---|---|---|---|"
	say_lists locked "locked"
	say_lists names "with names"
	say
	say "| what | middle | longest | to the first |"
	say "|---|---|---|---|"
	say_wait "a record is shown without its name, by the node's word" locked
	say_wait "the same with its name: the key file is opened" unlocked
	say_wait "without its name, proven, through the gateway, signed in before" signed-in
	say_wait "the same, signing in first: the key file is opened" sign-in
	say_wait "\`grant add\`, through the gateway, until it is in a block" grant
	say_wait "the same, and the grantee's \`record get\` after it" can-read
}

measure_waits() {
	start_region 1000
	set_up_members
	move_all node "node and Kubo"
	head -c 4096 /dev/urandom >"$work_dir/small.bin"
	store_records "$patient" "$work_dir/small.bin"
	repeat 9 timed locked show patient --locked
	repeat 9 timed unlocked show patient
	make_region_file
	start_gateway
	move_all gateway "gateway"
	repeat 9 sign_in
	repeat 9 share

	# Lists by the node's word need a folder without the network's file.
	stop gateway
	unset "gateway_of[region]"
	as any network remove region >/dev/null
	make_tasks
	in_parallel "${authors[@]/#/add_records }"
	list_all word
	use_network_file "$work_dir/salus.json" "$(cat "$work_dir/salus.fingerprint")"
	list_all proven
	stop node
	kubo_stop "$work_dir/kubo"
	say_tables
}
