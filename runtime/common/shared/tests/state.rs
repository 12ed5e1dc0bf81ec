//! The table of the state in docs/design.md.

use frame_support::traits::StorageInfoTrait;

/// Our own pallets.
const PALLETS: [&str; 10] = [
	"Quota",
	"Governance",
	"Registry",
	"Emr",
	"Permissions",
	"History",
	"Interregional",
	"Crossing",
	"Pinning",
	"Consortium",
];

/// Each map is a row of the table: its name, its key, the most bytes of an entry, what bounds it and
/// when it shrinks.
#[test]
fn the_design_has_each_map_with_its_bytes_and_bounds() {
	let design = include_str!("../../../../docs/design.md");
	let rows: Vec<Vec<&str>> = (design.lines().filter(|line| line.starts_with("| `")))
		.map(|line| line.split('|').map(str::trim).collect())
		.collect();
	let mut wrong = vec![];
	for info in crate::AllPalletsWithSystem::storage_info() {
		let pallet = String::from_utf8(info.pallet_name).unwrap();
		if !PALLETS.contains(&pallet.as_str()) || info.max_values.is_some() {
			continue;
		}
		let map = String::from_utf8(info.storage_name).unwrap();
		let bytes = info.max_size.expect("each entry is bounded").to_string();
		let name = format!("`{pallet}.{map}`");
		let row = rows.iter().find(|row| row[1] == name);
		let right = row.is_some_and(|row| row.len() == 7 && row[3] == bytes);
		if !right || row.is_some_and(|row| row[2..6].iter().any(|cell| cell.is_empty())) {
			wrong.push(format!("{name} {bytes}"));
		}
	}
	assert!(
		wrong.is_empty(),
		"rows that are missing or wrong:\n{}",
		wrong.join("\n")
	);
}
