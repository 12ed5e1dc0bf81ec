//! The pallets' settings, one file a concern.

mod blocks;
mod governance;
mod records;
mod system;
pub mod xcm;

pub use blocks::ConsensusHook;
pub use system::{Inherents, Sendable, Weights};
