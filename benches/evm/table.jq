# Tables in Markdown, from a line of JSON for each platform and number of records.

# The transactions that are sent alone, beside the others.
def alone: 20;

def decimals($n): pow(10; $n) as $m | (. * $m | round) / $m;
def all: .cost.count + alone;
def each($what): ((.after[$what] - .before[$what]) / all);

# A row: its name, what it is of a platform, how to write it, whether a ratio says something, and what the platforms do
# for it and do not do.
def row($name; value; write; $ratio; $note):
	map(value) as $values
	| ($values | map(write | tostring)) as $texts
	| [$name] + $texts + (if $ratio then
		$values[1:] | map(if $values[0] > 0 then . / $values[0] | decimals(2) | tostring else "" end)
	else $values[1:] | map("") end) + [$note]
	| "| " + join(" | ") + " |";

def seconds: map(. / 1000 | decimals(1) | tostring) | join(", ") + " s";

def work: "each a transaction of its own, no batching; signatures: Salus in the pool and in the block, others once; " +
	"disk: Salus and ganache write each block, anvil nothing";
def blocks: "a block a second; its root: anvil from the whole state, others from what changed";
def disk: "no fsync; Salus: RocksDB, states of 3,600 blocks, all blocks; anvil: a file at the end, with the last state and all blocks; " +
	"ganache: LevelDB, all states and blocks";
def state: "without trie nodes; Salus also keeps quota and lists by member, and of a grant its terms and history";
def wait: "no limit of a block is reached but those of Salus, by weight";

def rows($what):
	row("a \($what): processor time, ms"; .[$what] | .cost.cpu_ms / .cost.count; decimals(2); true; work),
	row("a second without transactions, after the \($what)s: processor time, ms"; .[$what].cost.idle_ms; .; true; blocks),
	row("a \($what): on disk, KB"; .[$what] | each("disk") / 1000; decimals(1); true; disk),
	row("a \($what): state, bytes"; .[$what] | each("bytes"); decimals(0); true; state),
	row("a \($what): state, entries"; .[$what] | each("entries"); decimals(1); false; "anvil, ganache: slots of 32 bytes"),
	row("a \($what), sent alone, in a block after: p50, p90, longest"; .[$what].cost.alone_ms; seconds; false; wait),
	row("a \($what), sent with others, in a block after: p50, p90, longest"; .[$what].cost.crowded_ms; seconds; false; wait),
	row("\($what)s a second"; .[$what].cost | .count * 1000 / .ms; decimals(1); false;
		"at most 240 wait for a block; of one account 48 in Salus");

def name: if . == "region" then "Salus" else . end;

def head($first; $more):
	"",
	"| " + ([$first] + map(.platform | name) + $more | join(" | ")) + " |",
	"|---|" + (map("---|") + ($more | map("---|")) | join(""));

def table:
	head("\(.[0].records) records"; (.[1:] | map(.platform + " to Salus")) + ["done and not done"]),
	rows("record"),
	rows("grant"),
	row("most memory, MiB"; .memory / 1024; decimals(0); true; "anvil: state and all blocks; others: caches");

# How a record's cost grows from the fewest records to the most, and what is left of it after the logarithm of the
# entries of the state, by which a trie's depth grows.
def growth:
	[.[0], .[-1]] as [$few, $many]
	| [$few[] | select(.platform as $name | any($many[]; .platform == $name))] as $few
	| def grows($what; value):
		[$few[] | . as $a | ($many[] | select(.platform == $a.platform)) as $b
		| (($b[$what] | value) / ($a[$what] | value)) as $ratio
		| (($b[$what].after.entries | log) / ($a[$what].after.entries | log)) as $log
		| "\($ratio | decimals(2)), \($ratio / $log | decimals(2))"] | join(" | ");
	($few | head("\($many[0].records) records to \(.[0].records): growth, and after the logarithm"; [])),
	("record", "grant" | . as $what
	| "| a \(.): processor time | " + grows($what; .cost.cpu_ms / .cost.count) + " |",
	"| a \(.): on disk | " + grows($what; each("disk")) + " |",
	"| a \(.): state | " + grows($what; each("bytes")) + " |");

group_by(.records)
| map(sort_by(.platform | {region: 0, anvil: 1, ganache: 2}[.]))
| (.[] | table), (if length > 1 then growth else empty end)
