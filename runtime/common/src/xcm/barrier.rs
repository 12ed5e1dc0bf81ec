//! What may be executed.

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

/// What every chain lets in: answers to questions that it asked, notices about channels from the
/// relay chain, and the negotiation of XCM versions.
pub type Notices<Answers> = (
	AllowKnownQueryResponses<Answers>,
	AllowHrmpNotificationsFromRelayChain,
	AllowSubscriptionsFrom<ParentOrSibling>,
);

/// What a region lets in. No message can dispatch a call there.
pub type RegionBarrier<Answers> = TrailingSetTopicAsId<Notices<Answers>>;

/// What the consortium lets in: also programs of the regions that it knows, unpaid. Of these one that
/// was expelled may only take back what it gave: that a program cannot be seen, so the consortium
/// pallet decides it, call by call, and answers.
pub type ConsortiumBarrier<Answers, Regions> =
	TrailingSetTopicAsId<(Notices<Answers>, Crossing<Regions>)>;

/// Programs of known regions that answer their sender.
pub type Crossing<Regions> =
	AnswersToSender<AllowExplicitUnpaidExecutionFrom<KnownSiblings<Regions>>>;

/// The relay chain, and the parachains beside this one.
pub struct ParentOrSibling;

impl Contains<Location> for ParentOrSibling {
	fn contains(location: &Location) -> bool {
		matches!(location.unpack(), (1, [])) || para_of(location).is_some()
	}
}

/// The parachains that the consortium admitted once: as such, not what is within them.
pub struct KnownSiblings<Regions>(PhantomData<Regions>);

impl<Regions: KnownRegions> Contains<Location> for KnownSiblings<Regions> {
	fn contains(location: &Location) -> bool {
		para_of(location).is_some_and(Regions::is_known)
	}
}

/// Lets in what `Inner` does, unless it would have this chain write to anybody but the sender.
///
/// Otherwise a region could have the consortium send messages to whom it likes, in the
/// consortium's name.
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

/// Whether all answers in a program go there. Programs within others are few: decoding bounds their
/// depth.
fn answers_go_to<Call>(sender: &Location, instructions: &[Instruction<Call>]) -> bool {
	instructions.iter().all(|instruction| match instruction {
		ReportError(answer) | ReportTransactStatus(answer) => answer.destination == *sender,
		SetErrorHandler(program) => answers_go_to(sender, program.inner()),
		_ => true,
	})
}
