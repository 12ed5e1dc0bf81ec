//! `set_network_file`.

use salus_primitives::NewestFile;
use sp_core::H256;

use super::*;

fn file(serial: u32, hash: u8) -> NewestFile {
	NewestFile {
		serial,
		file_hash: H256::repeat_byte(hash),
	}
}

fn set(file: NewestFile) -> DispatchResult {
	Consortium::set_network_file(authorities(), file)
}

#[test]
fn the_newest_file_is_named_and_shown() {
	run(|| {
		assert_eq!(Consortium::api_network_file(), None);
		for number in 1..4 {
			let file = file(number.into(), number);
			assert_ok!(set(file));
			assert_eq!(events().last(), Some(&Event::NetworkFileSet { file }));
			assert_eq!(Consortium::api_network_file(), Some(file));
		}
	});
}

#[test]
fn a_wrong_hash_can_be_corrected() {
	run(|| {
		assert_ok!(set(file(1, 1)));
		assert_ok!(set(file(1, 2)));
		assert_eq!(Consortium::api_network_file(), Some(file(1, 2)));
		assert_noop!(set(file(1, 2)), Error::<Test>::SameFile);
	});
}

#[test]
fn a_file_that_is_not_the_next_one_is_refused() {
	run(|| {
		for serial in [0, 2, u32::MAX] {
			assert_noop!(set(file(serial, 1)), Error::<Test>::NotTheNextFile);
		}
		assert_ok!(set(file(1, 1)));
		assert_ok!(set(file(2, 2)));
		for serial in [0, 1, 4, u32::MAX] {
			assert_noop!(set(file(serial, 3)), Error::<Test>::NotTheNextFile);
		}
	});
}

#[test]
fn only_the_authorities_can_name_a_file() {
	run(|| {
		for origin in plain_origins()
			.into_iter()
			.chain([HOME, AWAY].map(of_region))
		{
			assert_noop!(
				Consortium::set_network_file(origin, file(1, 1)),
				DispatchError::BadOrigin
			);
		}
	});
}
