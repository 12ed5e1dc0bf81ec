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
fn without_session_keys_the_old_collators_continue() {
	run(|| {
		WithKeys::set([9].into());
		assert_eq!(AuthoritySessions::<Test>::new_session(5), None);
	});
}
