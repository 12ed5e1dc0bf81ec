use super::*;

#[test]
fn each_parameter_can_be_set_within_its_bounds() {
	run(|| {
		for period in [10, 1_000] {
			let parameter = Parameter::NoticePeriod(period);
			assert_ok!(Governance::set_parameter(two_thirds(), parameter));
			assert_eq!(NoticePeriod::<Test>::get(), period);
			assert_eq!(last_event(), Event::ParameterSet { parameter });
		}
		assert_eq!(ReplicationTargetOf::<Test>::get(), 3, "the default");
		for target in [1, 7] {
			let parameter = Parameter::ReplicationTarget(target);
			assert_ok!(Governance::set_parameter(two_thirds(), parameter));
			assert_eq!(ReplicationTargetOf::<Test>::get(), target);
			assert_eq!(last_event(), Event::ParameterSet { parameter });
		}
	});
}

#[test]
fn values_outside_the_bounds_are_refused() {
	run(|| {
		for parameter in [
			Parameter::NoticePeriod(0),
			Parameter::NoticePeriod(9),
			Parameter::NoticePeriod(1_001),
			Parameter::NoticePeriod(u64::MAX),
			Parameter::ReplicationTarget(0),
			Parameter::ReplicationTarget(8),
		] {
			assert_noop!(
				Governance::set_parameter(two_thirds(), parameter),
				Error::<Test>::OutOfBounds
			);
		}
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			assert_noop!(
				Governance::set_parameter(origin, Parameter::ReplicationTarget(2)),
				BadOrigin
			);
		}
	});
}
