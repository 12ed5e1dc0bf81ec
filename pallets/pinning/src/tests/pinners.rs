//! The pinners of a session, and whose pins count.

use super::*;
use crate::{Pinners, Reports};

#[test]
fn a_session_sets_the_pinners() {
	on_chain(|| {
		set_pinners(&[1, 4]);
		assert_eq!(
			Pinners::<Test>::get().to_vec(),
			[(account(1), key(1)), (account(4), key(4))]
		);
		// Each begins with its first report.
		assert_eq!(Reports::<Test>::get().to_vec(), [0, 0]);
		// More than there is room for: the first ones count.
		set_pinners(&[0, 1, 2, 3, 4]);
		assert_eq!(Pinners::<Test>::get().len(), 4);
	});
}

#[test]
fn pins_of_former_pinners_do_not_count() {
	on_chain(|| {
		add_records(1);
		let now = Now::get();
		put(0, &[pin(0, now), pin(1, now)]);
		set_pinners(&[1, 2]);
		assert_eq!(pinners_of(0), [account(1)]);
		// They go when the record's pins are written, so there is always room.
		put(0, &[pin(0, now), pin(3, now), pin(4, now), pin(5, now)]);
		Pinning::do_claim_pins(account(1), report(0, &[0], &[]));
		assert_eq!(Pins::<Test>::get(0).to_vec(), [pin(1, now)]);
	});
}
