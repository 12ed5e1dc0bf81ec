//! What a proof may cost. Each limit is checked before the work that it bounds.

/// The precommits of a justification for each authority. An authority can vote twice, against the
/// rules, and an honest node then passes on both votes.
pub const MAX_PRECOMMITS_PER_AUTHORITY: usize = 2;

/// The headers that one proof can have: the ancestry of a justification's votes, and those that
/// link a transaction's block to a head.
pub const MAX_HEADERS: usize = 1024;

/// The bytes of a step, header and justification. A step that changes 1,000 authorities has about
/// 200 kB.
pub const MAX_STEP_BYTES: usize = 1024 * 1024;

/// The bytes of a proof: of the nodes of a state, or of a transaction's branch and headers.
pub const MAX_PROOF_BYTES: usize = 8 * 1024 * 1024;

/// The bytes of a runtime's code as a state has it: compressed.
pub const MAX_CODE_BYTES: usize = 5 * 1024 * 1024;

/// The bytes of a runtime's code, decompressed.
pub const MAX_UNPACKED_CODE_BYTES: usize = 50 * 1024 * 1024;
