# Tables in Markdown, from a line of JSON for each platform and number of records.

# The transactions that are sent alone, beside the others.
def alone: 20;

def decimals($n): pow(10; $n) as $m | (. * $m | round) / $m;
def all: .cost.count + alone;
def each($what): ((.after[$what] - .before[$what]) / all);

# A row: its name, what it is of a platform, how to write it, and whether a ratio says something.
def row($name; value; write; $ratio):
	map(value) as $values
	| ($values | map(write | tostring)) as $texts
	| [$name] + $texts + (if $ratio then
		$values[1:] | map(if $values[0] > 0 then . / $values[0] | decimals(1) | tostring else "" end)
	else $values[1:] | map("") end)
	| "| " + join(" | ") + " |";

def seconds: map(. / 1000 | decimals(1) | tostring) | join(", ") + " s";

def rows($what):
	row("a \($what): processor time, ms"; .[$what] | .cost.cpu_ms / .cost.count; decimals(2); true),
	row("a \($what): on disk, KB"; .[$what] | each("disk") / 1000; decimals(1); true),
	row("a \($what): state, bytes"; .[$what] | each("bytes"); decimals(0); true),
	row("a \($what): state, entries"; .[$what] | each("entries"); decimals(1); false),
	row("sent alone, in a block after: p50, p90, longest"; .[$what].cost.alone_ms; seconds; false),
	row("sent with others, in a block after: p50, p90, longest"; .[$what].cost.crowded_ms; seconds; false),
	row("\($what)s a second"; .[$what].cost | .count * 1000 / .ms; decimals(1); false);

def name: if . == "region" then "Salus" else . end;

def head($first; $more):
	"",
	"| " + ([$first] + map(.platform | name) + $more | join(" | ")) + " |",
	"|---|" + (map("---|") + ($more | map("---|")) | join(""));

def table:
	head("\(.[0].records) records"; .[1:] | map(.platform + " to Salus")),
	rows("record"),
	rows("grant"),
	row("most memory, MiB"; .memory / 1024; decimals(0); true);

# How a record's cost grows from the fewest records to the most.
def growth:
	[.[0], .[-1]] as [$few, $many]
	| def grows($what; value):
		[range($few | length) | ($many[.][$what] | value) / ($few[.][$what] | value) | decimals(2) | tostring] | join(" | ");
	($few | head("\($many[0].records) records to \($few[0].records)"; [])),
	("record", "grant" | . as $what
	| "| a \(.): processor time | " + grows($what; .cost.cpu_ms / .cost.count) + " |",
	"| a \(.): on disk | " + grows($what; each("disk")) + " |",
	"| a \(.): state | " + grows($what; each("bytes")) + " |");

group_by(.records)
| map(sort_by(.platform | {region: 0, anvil: 1, ganache: 2}[.]))
| (.[] | table), (if length > 1 then growth else empty end)
