//! Methods of JSON-RPC, and what each of their parameters is.

use super::EVERYONE;
use salus_primitives::admission::Class;

/// A method that clients may call.
#[derive(Debug)]
pub struct Method {
	/// Its name.
	pub name: &'static str,
	/// Its parameters, in order.
	pub params: &'static [Param],
	/// What it does to subscriptions.
	pub kind: Kind,
	/// The classes that may call it.
	pub who: &'static [Class],
}

/// What a method does to subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// The gateway answers it.
	Own,
	/// It has one answer.
	Call,
	/// It has an answer, and then messages until it is ended.
	Subscribe,
	/// It ends a subscription.
	Unsubscribe,
	/// It lets blocks of a subscription go, so it never waits behind other requests.
	Release,
}

/// What a parameter is. Optional ones can be left out at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
	/// True or false.
	Bool,
	/// A block's hash.
	Hash,
	/// A block's hash, or several.
	Hashes,
	/// A block's hash, or nothing for the newest block.
	Block,
	/// A block's number, or nothing for the newest block.
	Number,
	/// The id that the node gave to a subscription.
	Subscription,
	/// The id that the node gave to an operation.
	Operation,
	/// A transaction that the caller signed and may send.
	Transaction,
	/// A function of the runtime that the caller may call.
	Function,
	/// Its arguments, about whom the caller may ask.
	Arguments,
	/// A key of the state whose value the caller may read.
	Key,
	/// Several of them.
	Keys,
	/// Exact keys of the state, for each whether its value or its hash is asked for.
	Items,
	/// The caller's own account.
	Account,
	/// Nothing.
	Null,
}

impl Method {
	/// The method with this name.
	pub fn find(name: &str) -> Option<&'static Self> {
		METHODS.iter().find(|method| method.name == name)
	}
}

macro_rules! methods {
	($($kind:ident $name:ident($($param:ident),*);)*) => {
		/// All methods that clients may call.
		pub const METHODS: &[Method] = &[$(Method {
			name: stringify!($name),
			params: &[$(Param::$param),*],
			kind: Kind::$kind,
			who: EVERYONE,
		}),*];
	};
}

methods! {
	Own rpc_methods();

	Subscribe chainHead_v1_follow(Bool);
	Unsubscribe chainHead_v1_unfollow(Subscription);
	Call chainHead_v1_header(Subscription, Hash);
	Call chainHead_v1_body(Subscription, Hash);
	Call chainHead_v1_call(Subscription, Hash, Function, Arguments);
	Call chainHead_v1_storage(Subscription, Hash, Items, Null);
	Call chainHead_v1_continue(Subscription, Operation);
	Call chainHead_v1_stopOperation(Subscription, Operation);
	Release chainHead_v1_unpin(Subscription, Hashes);
	Call chainSpec_v1_chainName();
	Call chainSpec_v1_genesisHash();
	Call chainSpec_v1_properties();
	Call transaction_v1_broadcast(Transaction);
	Call transaction_v1_stop(Operation);

	Call author_submitExtrinsic(Transaction);
	Subscribe author_submitAndWatchExtrinsic(Transaction);
	Unsubscribe author_unwatchExtrinsic(Subscription);
	Call chain_getBlock(Block);
	Call chain_getBlockHash(Number);
	Call chain_getFinalizedHead();
	Call chain_getHeader(Block);
	Subscribe chain_subscribeNewHeads();
	Unsubscribe chain_unsubscribeNewHeads(Subscription);
	Subscribe chain_subscribeFinalizedHeads();
	Unsubscribe chain_unsubscribeFinalizedHeads(Subscription);
	Call state_call(Function, Arguments, Block);
	Call state_getMetadata(Block);
	Call state_getRuntimeVersion(Block);
	Call state_getStorage(Key, Block);
	Subscribe state_subscribeRuntimeVersion();
	Unsubscribe state_unsubscribeRuntimeVersion(Subscription);
	Subscribe state_subscribeStorage(Keys);
	Unsubscribe state_unsubscribeStorage(Subscription);
	Call system_accountNextIndex(Account);
	Call system_chain();
	Call system_health();
	Call system_name();
	Call system_properties();
	Call system_version();
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Methods that a node calls unsafe, or that give more than one member's data.
	const NEVER: [&str; 14] = [
		"author_insertKey",
		"author_pendingExtrinsics",
		"author_rotateKeys",
		"archive_",
		"bitswap_",
		"childstate_",
		"dev_",
		"offchain_",
		"state_getKeys",
		"state_getPairs",
		"state_getReadProof",
		"state_query",
		"statement_",
		"system_peers",
	];

	#[test]
	fn no_method_for_operators_is_in_the_table() {
		for method in METHODS {
			let never = NEVER.iter().find(|never| method.name.starts_with(**never));
			assert_eq!(never, None, "{}", method.name);
		}
	}

	#[test]
	fn arguments_follow_their_function() {
		for Method { name, params, .. } in METHODS {
			let function = params.iter().position(|param| *param == Param::Function);
			let arguments = params.iter().position(|param| *param == Param::Arguments);
			assert_eq!(function.map(|place| place + 1), arguments, "{name}");
		}
	}
}
