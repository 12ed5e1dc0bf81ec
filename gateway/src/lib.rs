//! The gateway: the only door through which members' devices reach a hospital's nodes.
//!
//! It runs beside a node of the region, one of the consortium and Kubo. A member signs in with its
//! account. From then on the gateway passes on what the member may ask for, and nothing else.
//!
//! ```text
//! member's device ──> gateway ──> node of the region
//!                        │  └───> node of the consortium
//!                        └──────> Kubo
//! ```
//!
//! - [`config`]: the file that an operator writes.
//! - [`check`]: what is wrong with a set-up, and what repairs it.
//! - [`listeners`]: who listens on this machine.
//! - [`server`], `stream`, [`tls`]: connections, before anything of them is read.
//! - `places`: how many connections, WebSockets and transfers there may be.
//! - [`http`]: the paths, and what every request must have.
//! - [`challenges`], [`sessions`], [`standing`]: who is there.
//! - [`node`]: the connection to a node, and the newest final state.
//! - [`table`]: what each class of account may ask for.
//! - `access`, `transaction`: whether a request is in the table.
//! - `rpc`: the WebSockets.
//! - [`view`]: views with a proof.
//! - `network`: the network files.
//! - [`metrics`]: what Prometheus asks for.
//! - [`envelopes`]: down from Kubo, and up to it.
//!
//! docs/gateway.md is the page for operators and for those who write clients.
#![warn(missing_docs)]

mod access;
pub mod challenges;
pub mod check;
pub mod config;
pub mod envelopes;
mod gateway;
pub mod http;
pub mod listeners;
pub mod metrics;
mod network;
pub mod node;
mod places;
mod rpc;
pub mod server;
pub mod sessions;
mod sign_in;
pub mod standing;
mod stream;
pub mod table;
pub mod tls;
mod transaction;
pub mod view;

pub use gateway::Gateway;
