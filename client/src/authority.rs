//! Becoming an authority: an account's offer, with the session keys of its node. And the new session
//! keys of an authority's node.

use crate::{
	chain::{
		calls::{self, ConsortiumKeys, RegionKeys},
		Call, ChainKind, Included, NodeKeys,
	},
	session::Session,
	Error, Result,
};
use codec::{Decode, DecodeAll, Encode};
use salus_envelope::{fingerprint, Signer};
use salus_primitives::{signing::authority_message, AccountId, Hash256, KeySignature};

/// An account's offer to be an authority. The authorities decide on it by a motion.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
	/// The account.
	pub account: AccountId,
	/// The session keys of its node.
	pub keys: Vec<u8>,
	/// The node's proof that it has the private keys.
	pub proof: Vec<u8>,
	/// The account's signature over the keys, for one chain.
	pub signature: KeySignature,
}

impl Offer {
	/// Reads the text that [`Self::to_text`] wrote.
	pub fn parse(text: &str) -> Result<Self> {
		let bytes = hex::decode(text.trim().trim_start_matches("0x")).ok();
		bytes
			.and_then(|bytes| Self::decode_all(&mut &bytes[..]).ok())
			.ok_or_else(|| {
				Error::Input(
					"this is not an offer: give all that salus authority offer printed".into(),
				)
			})
	}

	/// The offer as one word.
	pub fn to_text(&self) -> String {
		format!("0x{}", hex::encode(self.encode()))
	}

	/// The fingerprint of the session keys, for people to compare.
	pub fn fingerprint(&self) -> String {
		fingerprint(&self.keys)
	}

	/// Checks that the account signed the keys for the chain with this genesis hash.
	pub fn check(&self, genesis: &Hash256) -> Result<()> {
		let account = self.account.as_ref();
		let message = authority_message(genesis, account, &self.keys);
		if salus_envelope::verify(account, message.as_bytes(), &self.signature.0) {
			return Ok(());
		}
		Err(Error::NotAllowed {
			reason: "the account did not sign this offer for this chain".into(),
			next: Some("ask for an offer made on a node of this chain".into()),
		})
	}
}

impl Session<'_> {
	/// Makes new session keys in the node that the session is connected to, and signs an offer with
	/// them. The node must be the account's own.
	pub async fn offer(&self) -> Result<Offer> {
		let seed = &self.key.secrets.seed;
		let account = self.key.account();
		let node = self.chain.new_session_keys(&account).await?;
		let genesis = self.chain.genesis();
		let message = authority_message(&genesis, account.as_ref(), &node.keys);
		Ok(Offer {
			account,
			keys: node.keys,
			proof: node.proof,
			signature: KeySignature::from_raw(seed.sign(message.as_bytes())),
		})
	}

	/// Makes new session keys in the node that the session is connected to, and sets them as those of
	/// the account's node, in place of the earlier ones. The node must be the account's own. Returns
	/// their fingerprint too.
	///
	/// # Errors
	///
	/// [`Error::NotAllowed`]: the account is no authority of the chain.
	pub async fn set_session_keys(&self) -> Result<(String, Included)> {
		let state = self.state().await?;
		let account = self.key.account();
		if !state.authorities().await?.contains(&account) {
			return Err(Error::NotAllowed {
				reason: format!("{} is not an authority of this chain", self.key.name),
				next: Some("to become one, make an offer: salus authority offer".into()),
			});
		}
		let node = self.chain.new_session_keys(&account).await?;
		let fingerprint = fingerprint(&node.keys);
		let included = self.submit(set_keys(state.kind(), node)?).await?;
		Ok((fingerprint, included))
	}
}

/// The call that sets the session keys of a node of such a chain.
fn set_keys(kind: ChainKind, node: NodeKeys) -> Result<Call> {
	let mut bytes = &node.keys[..];
	let call = match kind {
		ChainKind::Region => RegionKeys::decode_all(&mut bytes)
			.map(|keys| calls::SET_REGION_KEYS.with((keys, node.proof))),
		ChainKind::Consortium => ConsortiumKeys::decode_all(&mut bytes)
			.map(|keys| calls::SET_CONSORTIUM_KEYS.with((keys, node.proof))),
	};
	call.map_err(|_| Error::Node("its session keys are not those of this chain".into()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_envelope::AccountSeed;

	#[test]
	fn a_node_of_each_kind_of_chain_has_its_session_keys() {
		for (kind, length) in [(ChainKind::Region, 64), (ChainKind::Consortium, 32)] {
			for given in [0, 32, 33, 64, 96] {
				let node = NodeKeys {
					keys: vec![7; given],
					proof: vec![8; given],
				};
				let call = set_keys(kind, node);
				assert_eq!(call.is_ok(), given == length, "{kind:?}: {given}");
			}
		}
	}

	fn offer(genesis: &Hash256) -> Offer {
		let seed = AccountSeed::from_bytes([5; 32]);
		let keys = vec![7; 64];
		let message = authority_message(genesis, &seed.account(), &keys);
		Offer {
			account: seed.account().into(),
			keys,
			proof: vec![8; 128],
			signature: KeySignature::from_raw(seed.sign(message.as_bytes())),
		}
	}

	#[test]
	fn an_offer_is_one_word() {
		let offer = offer(&[1; 32]);
		let text = offer.to_text();
		assert_eq!(Offer::parse(&text).unwrap(), offer);
		for other in [
			"",
			"0x",
			"0x00",
			&text[..text.len() - 2],
			&format!("{text}00"),
		] {
			let error = Offer::parse(other).unwrap_err();
			assert!(matches!(error, Error::Input(_)), "{other}");
		}
	}

	#[test]
	fn an_offer_is_for_one_chain_account_and_node() {
		let good = offer(&[1; 32]);
		good.check(&[1; 32]).unwrap();
		let mut other_keys = good.clone();
		other_keys.keys[0] = 9;
		let mut other_account = good.clone();
		other_account.account = [6; 32].into();
		for (offer, genesis) in [
			(&good, [2; 32]),
			(&other_keys, [1; 32]),
			(&other_account, [1; 32]),
		] {
			let error = offer.check(&genesis).unwrap_err();
			assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		}
	}
}
