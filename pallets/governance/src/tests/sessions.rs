use pallet_session::SessionManager;

use super::*;

#[test]
fn collators_are_the_authorities_with_session_keys() {
	run(|| {
		WithKeys::set([1, 3, 9].into());
		assert_eq!(AuthoritySessions::<Test>::new_session(5), Some(vec![1, 3]));
	});
}

#[test]
fn without_any_the_old_ones_go_on() {
	run(|| {
		WithKeys::set([9].into());
		assert_eq!(AuthoritySessions::<Test>::new_session(5), None);
	});
}
