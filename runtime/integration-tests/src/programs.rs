//! Programs that a hostile chain might send: small changes to valid programs, chosen by a string of
//! bytes.

use codec::{DecodeLimit, Encode};
use frame_support::weights::Weight;
use salus_runtime_common::{
	testing::{locations, KINDS},
	xcm::sibling,
};
use xcm::{prelude::*, MAX_XCM_DECODE_DEPTH};

use crate::messages::{answer_program, answer_to, crossing_program};

/// A message: its origin and its program.
#[derive(Clone, Debug)]
pub struct Message {
	/// The location that it comes from.
	pub origin: Location,
	/// The program.
	pub program: Vec<Instruction<()>>,
}

/// The parts of valid programs.
#[derive(Clone, Debug)]
pub struct ProgramParts {
	/// Encoded calls for `Transact`.
	pub calls: Vec<Vec<u8>>,
	/// The chain that normally sends calls.
	pub region: u32,
	/// The chain that normally sends answers.
	pub responder: u32,
	/// A query without an answer.
	pub query: u64,
}

/// Choices from a string of bytes. After the last byte, each choice is the first one.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
	fn byte(&mut self) -> u8 {
		let Some((first, rest)) = self.0.split_first() else {
			return 0;
		};
		self.0 = rest;
		*first
	}

	fn below(&mut self, end: usize) -> usize {
		usize::from(self.byte()) % end.max(1)
	}

	fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
		all[self.below(all.len())].clone()
	}
}

/// The most changes to a valid program.
const MAX_CHANGES: usize = 6;

/// Makes a message from a string of bytes. An empty string makes the first valid one, unchanged.
pub fn mutated_message(choices: &[u8], parts: &ProgramParts) -> Message {
	let mut choices = Choices(choices);
	let mut origins = vec![sibling(parts.region), sibling(parts.responder)];
	origins.extend(locations());
	let origin = choices.one_of(&origins);
	let mut program = valid_program(&mut choices, parts);
	for _ in 0..choices.below(MAX_CHANGES + 1) {
		mutate(&mut program, &mut choices, parts, &origins);
	}
	Message { origin, program }
}

fn valid_program(choices: &mut Choices, parts: &ProgramParts) -> Vec<Instruction<()>> {
	let kinds = parts.calls.len() + 5;
	let kind = choices.below(kinds);
	if let Some(call) = parts.calls.get(kind) {
		return crossing_program(parts.region, call.clone(), parts.query);
	}
	match kind - parts.calls.len() {
		0 => answer_program(
			parts.query,
			response(choices),
			Weight::from_parts(2_000_000_000, 20_000),
		),
		1 => vec![HrmpNewChannelOpenRequest {
			sender: parts.region,
			max_message_size: 1_024,
			max_capacity: 8,
		}],
		2 => vec![SubscribeVersion {
			query_id: 9,
			max_response_weight: Weight::from_parts(1_000, 1_000),
		}],
		3 => vec![UnsubscribeVersion],
		_ => vec![],
	}
}

fn response(choices: &mut Choices) -> Response {
	match choices.below(6) {
		0 => Response::DispatchResult(MaybeErrorCode::Success),
		1 => Response::DispatchResult(MaybeErrorCode::from(vec![3, 50, 0, choices.byte(), 0, 0])),
		2 => Response::ExecutionResult(Some((2, XcmError::NoPermission))),
		3 => Response::ExecutionResult(None),
		4 => Response::Version(choices.byte().into()),
		_ => Response::Null,
	}
}

fn mutate(
	program: &mut Vec<Instruction<()>>,
	choices: &mut Choices,
	parts: &ProgramParts,
	origins: &[Location],
) {
	let what = choices.below(10);
	let at = choices.below(program.len());
	match what {
		0 if !program.is_empty() => drop(program.remove(at)),
		1 if !program.is_empty() => program.insert(at, program[at].clone()),
		2 if !program.is_empty() => {
			let other = choices.below(program.len());
			program.swap(at, other);
		}
		3 => {
			let at = choices.below(program.len() + 1);
			program.insert(at, any_instruction(choices, parts, origins));
		}
		4 => set_kinds(program, choices.one_of(&KINDS)),
		5 => redirect_answers(program, &choices.one_of(origins)),
		6 => change_calls(program, choices),
		7 => {
			let inner = Xcm(std::mem::take(program));
			let wrapped = match choices.below(3) {
				0 => SetErrorHandler(inner),
				1 => SetAppendix(inner),
				_ => ExecuteWithOrigin {
					descendant_origin: None,
					xcm: inner,
				},
			};
			program.push(wrapped);
		}
		8 => program.extend(valid_program(choices, parts)),
		_ => change_bytes(program, choices),
	}
}

/// An instruction of any kind.
fn any_instruction(
	choices: &mut Choices,
	parts: &ProgramParts,
	origins: &[Location],
) -> Instruction<()> {
	let place = choices.one_of(origins);
	let asset: Asset = (place.clone(), 1u128).into();
	let assets: Assets = asset.clone().into();
	let info = || answer_to(place.clone(), parts.query);
	match choices.below(24) {
		0 => Transact {
			origin_kind: choices.one_of(&KINDS),
			fallback_max_weight: None,
			call: choices.one_of(&parts.calls).into(),
		},
		1 => DescendOrigin(place.interior().clone()),
		2 => ClearOrigin,
		3 => AliasOrigin(place),
		4 => UniversalOrigin(GlobalConsensus(NetworkId::Polkadot)),
		5 => ExecuteWithOrigin {
			descendant_origin: Some(place.interior().clone()),
			xcm: Xcm(valid_program(choices, parts)),
		},
		6 => SetErrorHandler(Xcm(valid_program(choices, parts))),
		7 => SetAppendix(Xcm(valid_program(choices, parts))),
		8 => ReportError(info()),
		9 => ReportTransactStatus(info()),
		10 => UnpaidExecution {
			weight_limit: Limited(Weight::from_parts(choices.byte().into(), 0)),
			check_origin: Some(place),
		},
		11 => BuyExecution {
			fees: asset,
			weight_limit: Unlimited,
		},
		12 => WithdrawAsset(assets),
		13 => ReserveAssetDeposited(assets),
		14 => ReceiveTeleportedAsset(assets),
		15 => DepositAsset {
			assets: AllCounted(1).into(),
			beneficiary: place,
		},
		16 => ExportMessage {
			network: NetworkId::Polkadot,
			destination: place.interior().clone(),
			xcm: Xcm(vec![]),
		},
		17 => Trap(choices.byte().into()),
		18 => QueryResponse {
			query_id: parts.query,
			response: response(choices),
			max_weight: Weight::MAX,
			querier: Some(place),
		},
		19 => QueryPallet {
			module_name: b"Consortium".to_vec(),
			response_info: info(),
		},
		20 => ClearTransactStatus,
		21 => ExpectTransactStatus(MaybeErrorCode::Success),
		22 => SetTopic([choices.byte(); 32]),
		_ => LockAsset {
			asset,
			unlocker: place,
		},
	}
}

/// Applies `change` to each instruction, nested ones included.
fn for_each(program: &mut [Instruction<()>], change: &mut impl FnMut(&mut Instruction<()>)) {
	for instruction in program {
		change(instruction);
		match instruction {
			SetErrorHandler(inner) | SetAppendix(inner) | ExecuteWithOrigin { xcm: inner, .. } => {
				for_each(inner.inner_mut(), change);
			}
			_ => {}
		}
	}
}

/// Sets the kind of origin of each `Transact`.
pub fn set_kinds(program: &mut [Instruction<()>], kind: OriginKind) {
	for_each(program, &mut |instruction| {
		if let Transact { origin_kind, .. } = instruction {
			*origin_kind = kind;
		}
	});
}

/// Sets the destination of each answer that a program asks for, and the querier of each answer that
/// it contains.
pub fn redirect_answers(program: &mut [Instruction<()>], to: &Location) {
	for_each(program, &mut |instruction| match instruction {
		ReportError(info) | ReportTransactStatus(info) => info.destination = to.clone(),
		QueryResponse { querier, .. } => *querier = Some(to.clone()),
		_ => {}
	});
}

fn change_calls(program: &mut [Instruction<()>], choices: &mut Choices) {
	for_each(program, &mut |instruction| {
		if let Transact { call, .. } = instruction {
			let mut bytes = call.encoded().to_vec();
			match choices.below(3) {
				0 => bytes.push(choices.byte()),
				1 => bytes.truncate(choices.below(bytes.len())),
				_ => {
					let at = choices.below(bytes.len());
					if let Some(byte) = bytes.get_mut(at) {
						*byte ^= choices.byte();
					}
				}
			}
			*call = bytes.into();
		}
	});
}

/// Changes a byte of the encoded program, if the result still decodes.
fn change_bytes(program: &mut Vec<Instruction<()>>, choices: &mut Choices) {
	let mut bytes = program.encode();
	let at = usize::from(u16::from_le_bytes([choices.byte(), choices.byte()])) % bytes.len();
	bytes[at] ^= choices.byte();
	if let Some(Xcm(changed)) = decoded(&bytes) {
		*program = changed;
	}
}

fn decoded(bytes: &[u8]) -> Option<Xcm<()>> {
	Xcm::<()>::decode_all_with_depth_limit(MAX_XCM_DECODE_DEPTH, &mut &bytes[..]).ok()
}
