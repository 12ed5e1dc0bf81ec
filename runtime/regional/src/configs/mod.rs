//! The configuration of the pallets, one file for each concern.
//!
//! The files with a `path` are those that both runtimes have in common. Rust wants them in each
//! runtime's own crate, since they implement traits of other crates for `Runtime`.

pub mod admission;
#[path = "../../../common/shared/configs/blocks.rs"]
pub mod blocks;
#[path = "../../../common/shared/configs/calls.rs"]
pub mod calls;
pub mod crossing;
#[path = "../../../common/shared/configs/governance.rs"]
pub mod governance;
#[path = "../../../common/shared/configs/messages.rs"]
pub mod messages;
pub mod records;
#[path = "../../../common/shared/configs/system.rs"]
pub mod system;
pub mod xcm;
