//! The door to a chain's node: JSON-RPC over WebSocket.
//!
//! - [`request`] reads a client's message strictly and writes the one that goes on.
//! - [`door`] decides by the table what goes on, and what the gateway answers itself.
//! - [`subscriptions`] counts what waits and what is open at the node.
//! - [`socket`] moves the messages, within limits.

mod door;
mod request;
pub(crate) mod socket;
mod subscriptions;
