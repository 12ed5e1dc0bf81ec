use super::*;

#[test]
fn sets_each_parameter_up_to_its_bounds() {
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
fn refused_out_of_bounds() {
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
fn refused_to_other_origins() {
	run(|| {
		for origin in too_little() {
			assert_noop!(
				Governance::set_parameter(origin, Parameter::ReplicationTarget(2)),
				BadOrigin
			);
		}
	});
}
