//! Attacks of insiders on running chains, also in blocks that are full. Each is refused with a reason,
//! and the chain goes on.

mod dev_node;
mod full_blocks;

use dev_node::DevNode;
use full_blocks::in_full_blocks;
use salus_primitives::{
	admission::{Class, MAX_MOTION_LEN},
	signing::authority_message,
	Refusal,
};
use salus_runtime_common::{
	constants::{BLOCK_WEIGHT, MAX_MOTION_WEIGHT},
	types::AccountId,
};
use serde::Deserialize;
use subxt::{extrinsics::ExtrinsicEvents, rpcs::rpc_params, SubstrateConfig};
use subxt_signer::sr25519::{dev, Keypair};

/// The session keys that a node makes for an account, and the proof that it has them.
async fn node_keys(node: &DevNode, owner: &Keypair) -> (Vec<u8>, Vec<u8>) {
	#[derive(Deserialize)]
	struct Generated {
		keys: String,
		proof: String,
	}
	let owner = format!("0x{}", hex::encode(owner.public_key().0));
	let generated: Generated = node
		.rpc
		.request("author_rotateKeysWithOwner", rpc_params![owner])
		.await
		.unwrap();
	let bytes = |text: &str| hex::decode(text.trim_start_matches("0x")).unwrap();
	(bytes(&generated.keys), bytes(&generated.proof))
}

fn two_thirds(authorities: u32) -> u32 {
	(2 * authorities).div_ceil(3)
}

/// How the pool tells a refusal.
fn code(refusal: Refusal) -> String {
	format!("Custom({})", refusal.code())
}

/// The tests of one kind of chain. `$chain` are the node's arguments for it.
macro_rules! tests_on {
	($name:ident, $runtime:ident, $chain:expr) => {
		mod $name {
			use super::*;
			use codec::{Decode, Encode};
			use frame_support::{dispatch::GetDispatchInfo, weights::Weight};
			use pallet_collective::Call as Council;
			use pallet_governance::{Call as Governance, Parameter};
			use pallet_session::Call as Session;
			use pallet_utility::Call as Utility;
			use sp_core::H256;
			use sp_runtime::traits::{BlakeTwo256, Hash};
			use $runtime::{Runtime, RuntimeCall, SessionKeys};

			/// Of two thirds of so many authorities.
			fn propose(call: &RuntimeCall, authorities: u32) -> RuntimeCall {
				propose_with(two_thirds(authorities), call)
			}

			fn propose_with(threshold: u32, call: &RuntimeCall) -> RuntimeCall {
				let call = Council::propose {
					threshold,
					proposal: Box::new(call.clone()),
					length_bound: call.encoded_size() as u32,
				};
				RuntimeCall::Council(call)
			}

			/// As many of the genesis's authorities as it takes, of so many, carry a motion. `index` is
			/// how many were proposed before.
			async fn carry(
				node: &DevNode,
				call: RuntimeCall,
				index: u32,
				authorities: u32,
			) -> Result<(), String> {
				let proposal: H256 = BlakeTwo256::hash_of(&call);
				node.submit(&dev::alice(), propose(&call, authorities))
					.await?;
				let voters = [dev::alice(), dev::bob(), dev::charlie()];
				for who in voters.iter().take(two_thirds(authorities) as usize) {
					let vote = Council::vote {
						proposal,
						index,
						approve: true,
					};
					node.submit(who, RuntimeCall::Council(vote)).await?;
				}
				let close = RuntimeCall::Council(Council::close {
					proposal_hash: proposal,
					index,
					proposal_weight_bound: call.get_dispatch_info().call_weight,
					length_bound: call.encoded_size() as u32 + 4,
				});
				let events = node.submit(&dev::bob(), close).await?;
				for event in events.iter() {
					let event = event.unwrap();
					if (event.pallet_name(), event.event_name()) == ("Council", "Executed") {
						// The motion's hash, then the result.
						assert_eq!(event.field_bytes()[32..], [0], "{}", node.log());
						return Ok(());
					}
				}
				Err("the motion was not carried".into())
			}

			/// The call by which an authority sets the keys of its node.
			fn set_keys((keys, proof): (Vec<u8>, Vec<u8>)) -> RuntimeCall {
				let keys = SessionKeys::decode(&mut &keys[..]).unwrap();
				RuntimeCall::Session(Session::set_keys { keys, proof })
			}

			/// The session keys that the chain has for an account.
			async fn session_keys(node: &DevNode, who: &Keypair) -> Option<Vec<u8>> {
				let account = who.public_key().0.into();
				let key = pallet_session::NextKeys::<Runtime>::hashed_key_for::<AccountId>(account);
				let params = rpc_params![format!("0x{}", hex::encode(key))];
				let value: Option<String> =
					node.rpc.request("state_getStorage", params).await.unwrap();
				Some(hex::decode(value?.trim_start_matches("0x")).unwrap())
			}

			/// Whether a batch ended at a call that failed.
			fn is_interrupted(events: &ExtrinsicEvents<SubstrateConfig>) -> bool {
				events.iter().any(|event| {
					let event = event.unwrap();
					(event.pallet_name(), event.event_name()) == ("Utility", "BatchInterrupted")
				})
			}

			fn parameter(pins: u32) -> RuntimeCall {
				let parameter = Parameter::ReplicationTarget(pins);
				Governance::<Runtime>::set_parameter { parameter }.into()
			}

			#[tokio::test(flavor = "multi_thread")]
			async fn a_new_authority_is_brought_in_and_removed() {
				let node = DevNode::start($chain).await;
				let new = dev::ferdie();
				// Not yet: the pool refuses it.
				let uninvited = code(Refusal::NotAllowed(Class::Uninvited));
				let refused = node.submit(&new, propose(&parameter(1), 3)).await;
				let refused = refused.unwrap_err();
				assert!(refused.contains(&uninvited), "{refused}");

				let (keys, proof) = node_keys(&node, &new).await;
				let own_keys = node_keys(&node, &new).await;
				let later_keys = node_keys(&node, &new).await;
				let genesis = node.client.genesis_hash().0;
				let account = new.public_key().0;
				let message = authority_message(&genesis, &account, &keys);
				let add = Governance::<Runtime>::add_authority {
					account: account.into(),
					keys: keys.clone().try_into().unwrap(),
					proof: proof.try_into().unwrap(),
					signature: new.sign(message.as_bytes()).0.into(),
				};
				let account = account.into();
				let remove = Governance::<Runtime>::remove_authority { account };
				in_full_blocks(&node, async {
					carry(&node, add.into(), 0, 3).await.unwrap();
					assert_eq!(session_keys(&node, &new).await, Some(keys));
					node.submit(&new, propose(&parameter(1), 4)).await.unwrap();
					// Its node lost its keys: it needs no vote for others.
					let own = own_keys.0.clone();
					node.submit(&new, set_keys(own_keys)).await.unwrap();
					assert_eq!(session_keys(&node, &new).await, Some(own));

					carry(&node, remove.into(), 2, 4).await.unwrap();
					assert_eq!(session_keys(&node, &new).await, None);
					for call in [propose(&parameter(2), 3), set_keys(later_keys)] {
						let refused = node.submit(&new, call).await.unwrap_err();
						assert!(refused.contains(&uninvited), "{refused}");
					}
				})
				.await;
				assert_eq!(session_keys(&node, &new).await, None);
			}

			#[tokio::test(flavor = "multi_thread")]
			async fn one_authority_cannot_fill_the_motions() {
				let node = DevNode::start($chain).await;
				in_full_blocks(&node, fill_the_motions(&node)).await;
			}

			async fn fill_the_motions(node: &DevNode) {
				let (alice, bob) = (dev::alice(), dev::bob());
				let calls: Vec<_> = (1..=40).map(|pins| propose(&parameter(pins), 3)).collect();
				let all = Utility::<Runtime>::batch_all {
					calls: calls.clone(),
				};
				let refused = node.submit(&alice, RuntimeCall::Utility(all)).await;
				let refused = refused.unwrap_err();
				assert!(refused.contains("TooManyMotions"), "{refused}");
				// The other batches keep the first two.
				let each = Utility::<Runtime>::force_batch {
					calls: calls.clone(),
				};
				let events = node
					.submit(&alice, RuntimeCall::Utility(each))
					.await
					.unwrap();
				let proposed = events.iter().filter(|event| {
					let event = event.as_ref().unwrap();
					(event.pallet_name(), event.event_name()) == ("Council", "Proposed")
				});
				assert_eq!(proposed.count(), 2);
				let batch = |calls| RuntimeCall::from(Utility::<Runtime>::batch { calls });
				let nested = batch(vec![batch(vec![]), batch(calls.clone())]);
				for batch in [batch(calls.clone()), nested] {
					let events = node.submit(&alice, batch).await.unwrap();
					assert!(is_interrupted(&events));
				}
				let derivative = Utility::<Runtime>::as_derivative {
					index: 0,
					call: Box::new(batch(calls)),
				};
				let refused = node.submit(&alice, RuntimeCall::Utility(derivative)).await;
				let refused = refused.unwrap_err();
				assert!(refused.contains(&code(Refusal::NotSendable)), "{refused}");
				// Others can propose as before.
				node.submit(&bob, propose(&parameter(41), 3)).await.unwrap();
			}

			#[tokio::test(flavor = "multi_thread")]
			async fn only_authorities_use_the_council_and_only_as_the_table_says() {
				let node = DevNode::start($chain).await;
				let refused = async |who: Keypair, call: RuntimeCall| {
					node.submit(&who, call).await.unwrap_err()
				};
				let close = |weight| {
					RuntimeCall::Council(Council::close {
						proposal_hash: H256::zero(),
						index: 0,
						proposal_weight_bound: weight,
						length_bound: 1_000,
					})
				};
				let vote = RuntimeCall::Council(Council::vote {
					proposal: H256::zero(),
					index: 0,
					approve: true,
				});
				let calls = [propose(&parameter(1), 3), vote, close(MAX_MOTION_WEIGHT)];
				for call in &calls {
					let calls = || vec![call.clone()];
					let all = Utility::<Runtime>::batch_all { calls: calls() };
					let each = Utility::<Runtime>::force_batch { calls: calls() };
					let batch = Utility::<Runtime>::batch { calls: calls() };
					let derivative = Utility::<Runtime>::as_derivative {
						index: 0,
						call: Box::new(call.clone()),
					};
					let not_allowed = Refusal::NotAllowed(Class::Uninvited);
					for (variant, refusal) in [
						(call.clone(), not_allowed),
						(all.into(), not_allowed),
						(each.into(), not_allowed),
						(batch.into(), not_allowed),
						(derivative.into(), Refusal::NotSendable),
					] {
						let error = refused(dev::eve(), variant).await;
						assert!(error.contains(&code(refusal)), "{error}: {call:?}");
					}
				}

				let execute = RuntimeCall::Council(Council::execute {
					proposal: Box::new(parameter(1)),
					length_bound: 1_000,
				});
				let remark = frame_system::Call::<Runtime>::remark { remark: vec![] };
				let long = frame_system::Call::<Runtime>::remark {
					remark: vec![0; MAX_MOTION_LEN],
				};
				for (call, reason) in [
					(execute, Refusal::NotSendable),
					(propose_with(1, &parameter(1)), Refusal::NotTwoThirds),
					(propose_with(3, &parameter(1)), Refusal::NotTwoThirds),
					(propose(&remark.into(), 3), Refusal::NotSendable),
					(propose(&long.into(), 3), Refusal::MotionTooLong),
					(propose(&close(Weight::zero()), 3), Refusal::NotForMotions),
				] {
					let error = refused(dev::alice(), call.clone()).await;
					assert!(error.contains(&code(reason)), "{error}: {call:?}");
				}
				// No authority takes a whole core.
				let error = refused(dev::alice(), close(BLOCK_WEIGHT)).await;
				assert!(error.contains("ExhaustsResources"), "{error}");
			}
		}
	};
}

tests_on!(region, salus_regional_runtime, &["--dev"]);
tests_on!(
	consortium,
	salus_consortium_runtime,
	&[
		"--chain",
		"consortium-dev",
		"--alice",
		"--unsafe-force-node-key-generation"
	]
);
