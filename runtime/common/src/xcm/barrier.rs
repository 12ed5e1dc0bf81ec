//! Which messages are executed.

use core::marker::PhantomData;

use frame_support::{
	ensure,
	traits::{Contains, ProcessMessageError},
	weights::Weight,
};
use salus_primitives::traits::KnownRegions;
use xcm::latest::prelude::*;
use xcm_builder::{
	AllowExplicitUnpaidExecutionFrom, AllowHrmpNotificationsFromRelayChain,
	AllowKnownQueryResponses, AllowSubscriptionsFrom, TrailingSetTopicAsId,
};
use xcm_executor::traits::{Properties, ShouldExecute};

use super::para_of;

/// The messages that every chain accepts: answers to its own queries, the relay chain's notices
/// about channels, and the negotiation of XCM versions.
pub type Notices<Answers> = (
	AllowKnownQueryResponses<Answers>,
	AllowHrmpNotificationsFromRelayChain,
	AllowSubscriptionsFrom<ParentOrSibling>,
);

/// The barrier of a region. No message can dispatch a call.
pub type RegionBarrier<Answers> = TrailingSetTopicAsId<Notices<Answers>>;

/// The barrier of the consortium. It also accepts unpaid programs of known regions, those that were
/// expelled included: the consortium pallet decides which calls an expelled region can still make.
pub type ConsortiumBarrier<Answers, Regions> =
	TrailingSetTopicAsId<(Notices<Answers>, RegionPrograms<Regions>)>;

/// Programs of known regions whose answers go to the sender.
pub type RegionPrograms<Regions> =
	AnswersToSender<AllowExplicitUnpaidExecutionFrom<KnownSiblings<Regions>>>;

/// The relay chain, and the parachains beside this one.
pub struct ParentOrSibling;

impl Contains<Location> for ParentOrSibling {
	fn contains(location: &Location) -> bool {
		matches!(location.unpack(), (1, [])) || para_of(location).is_some()
	}
}

/// The parachains that the consortium ever admitted, without the locations inside them.
pub struct KnownSiblings<Regions>(PhantomData<Regions>);

impl<Regions: KnownRegions> Contains<Location> for KnownSiblings<Regions> {
	fn contains(location: &Location) -> bool {
		para_of(location).is_some_and(Regions::is_known)
	}
}

/// Accepts the programs that `Inner` accepts, if all their answers go to the sender.
///
/// Otherwise a region could make the consortium send messages to other chains in its own name.
pub struct AnswersToSender<Inner>(PhantomData<Inner>);

impl<Inner: ShouldExecute> ShouldExecute for AnswersToSender<Inner> {
	fn should_execute<Call>(
		origin: &Location,
		instructions: &mut [Instruction<Call>],
		max_weight: Weight,
		properties: &mut Properties,
	) -> Result<(), ProcessMessageError> {
		ensure!(
			answers_go_to(origin, instructions),
			ProcessMessageError::Unsupported
		);
		Inner::should_execute(origin, instructions, max_weight, properties)
	}
}

/// Whether all answers of a program go to the sender. Decoding limits the depth of the recursion.
fn answers_go_to<Call>(sender: &Location, instructions: &[Instruction<Call>]) -> bool {
	instructions.iter().all(|instruction| match instruction {
		ReportError(answer) | ReportTransactStatus(answer) => answer.destination == *sender,
		SetErrorHandler(program) => answers_go_to(sender, program.inner()),
		_ => true,
	})
}
