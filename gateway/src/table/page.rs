//! The table as docs/gateway.md shows it, in Markdown.

use std::fmt::Write;

use super::{
	functions::{Function, Way, Whose, FUNCTIONS},
	group,
	methods::{Kind, Method, Param, METHODS},
	storage::{Entry, Key, ENTRIES},
};
use crate::node::ChainName;

/// The three tables.
pub fn markdown() -> String {
	let mut page = String::from("### Methods\n\n| method | parameters |\n|---|---|\n");
	for Method {
		name, params, kind, ..
	} in METHODS
	{
		let params: Vec<_> = params.iter().map(|param| in_words(*param)).collect();
		let params = match kind {
			Kind::Own => "none; the gateway answers with this list".into(),
			_ if params.is_empty() => "none".into(),
			_ => params.join(", "),
		};
		// Writing to a string cannot fail.
		let _ = writeln!(page, "| `{name}` | {params} |");
	}
	page += "\n### Functions of the runtimes\n\n| function | chain | who, about whom |\n|---|---|---|\n";
	for function in FUNCTIONS {
		let ways: Vec<_> = function
			.ways
			.iter()
			.map(|way| way_in_words(function, way))
			.collect();
		let (name, chains) = (function.name, chains_in_words(function.chains));
		let _ = writeln!(page, "| `{name}` | {chains} | {} |", ways.join("; "));
	}
	page += "\n### Keys of the state\n\n| entry | chain | key | who |\n|---|---|---|---|\n";
	for Entry {
		pallet,
		entry,
		chains,
		key,
		who,
	} in ENTRIES
	{
		let name = match *pallet {
			"" => (*entry).into(),
			pallet => format!("{pallet}.{entry}"),
		};
		let key = match key {
			Key::Whole => "the whole value",
			Key::WholeHash => "only the value's hash",
			Key::OwnAccount => "the caller's account",
			Key::Envelope => "the hash of the digest in an envelope's CID",
			Key::Motion => "the hash of a motion",
			Key::Block => "the number of a block",
		};
		let (chains, who) = (chains_in_words(chains), group(who));
		let _ = writeln!(page, "| `{name}` | {chains} | {key} | {who} |");
	}
	page
}

fn chains_in_words(chains: &[ChainName]) -> &'static str {
	match chains {
		[ChainName::Region] => "region",
		[ChainName::Consortium] => "consortium",
		_ => "both",
	}
}

fn way_in_words(function: &Function, way: &Way) -> String {
	let arguments = function.arguments.iter().zip(way.whose);
	let named: Vec<_> = arguments
		.filter_map(|(argument, whose)| {
			let whose = match whose {
				Whose::Public => return None,
				Whose::Own => "its own",
				Whose::OwnNow => "its own, at a block of the last minute",
				Whose::Readable => "a record that it can read",
				Whose::OwnRecord => "a record whose patient it is",
				Whose::Undelivered => "one to whom the grant is not delivered",
			};
			Some(format!("`{}` is {whose}", argument.name))
		})
		.collect();
	let who = group(way.who);
	match named.is_empty() {
		true => who,
		false => format!("{who}, if {}", named.join(" and ")),
	}
}

fn in_words(param: Param) -> &'static str {
	match param {
		Param::Bool => "true or false",
		Param::Hash => "a block",
		Param::Hashes => "a block or several",
		Param::Block => "a block or nothing",
		Param::Number => "a number or nothing",
		Param::Subscription => "a subscription",
		Param::Operation => "an operation",
		Param::Transaction => "a transaction that the account signed and may send",
		Param::Function => "a function of the second table",
		Param::Arguments => "its arguments",
		Param::Key => "a key of the third table",
		Param::Keys => "keys of the third table",
		Param::Items => "keys of the third table, of each the value or its hash",
		Param::Account => "its own account",
		Param::Null => "nothing",
	}
}

#[cfg(test)]
mod tests {
	/// Run `salus-gateway table` and put its output between the marks.
	#[test]
	fn the_page_has_the_table() {
		let page = include_str!("../../../docs/gateway.md");
		let (_, rest) = page.split_once("<!-- table -->\n\n").unwrap();
		let (table, _) = rest.split_once("\n<!-- end of table -->").unwrap();
		assert_eq!(table, super::markdown());
	}
}
