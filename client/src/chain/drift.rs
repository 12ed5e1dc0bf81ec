//! Drift: differences between this client and a chain's runtime.

use super::{
	call::Call,
	calls::{self, CANCEL_UPGRADE, RETIRE},
	connection::ChainKind,
	consortium, events, refusal, storage, views,
};
use subxt::metadata::Metadata;

/// Compares this client's calls, views, storage entries, events and errors with the metadata of a
/// chain of this kind. Returns a line for each difference.
pub fn drift(metadata: &Metadata, kind: ChainKind) -> Vec<String> {
	let mut checks = match kind {
		ChainKind::Region => [
			calls::check_regional(metadata),
			vec![
				Call::batch_all(vec![RETIRE.with(())]).check(metadata),
				Call::force_batch(vec![RETIRE.with(())]).check(metadata),
			],
			views::check_regional(metadata),
			events::check_regional(metadata),
			storage::check_regional(metadata),
			refusal::check_regional(metadata),
		]
		.concat(),
		ChainKind::Consortium => [
			calls::check_consortium(metadata),
			consortium::check(metadata),
		]
		.concat(),
	};
	checks.extend(calls::check_common(metadata));
	checks.push(Call::propose(2, CANCEL_UPGRADE.with(()), 2).check(metadata));
	checks.extend(views::check_common(metadata));
	checks.extend(storage::check(metadata));
	checks.extend(events::check_common(metadata));
	checks.extend(refusal::check_common(metadata));
	checks.into_iter().filter_map(Result::err).collect()
}
