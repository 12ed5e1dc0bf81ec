//! Lists, all of whose pages are read at one block.

use crate::{context::Context, output::note};
use salus_client::{Error, Result};
use std::future::Future;

/// How often a list is read at most.
const TIMES: usize = 3;

/// Reads a list, at a block that `read` chooses. Nodes keep the state of a block for some time only:
/// if it is gone before the last page is read, the list begins again, at a newer block.
pub async fn at_one_block<T, F: Future<Output = Result<T>>>(
	context: &Context,
	read: impl Fn() -> F,
) -> Result<T> {
	for _ in 1..TIMES {
		match read().await {
			Err(Error::Discarded) => note(
				"the node no longer has the block at which the list began: it begins again",
				context.options.json,
			),
			result => return result,
		}
	}
	read().await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::CommandLine;
	use clap::Parser;
	use std::cell::Cell;

	/// Reads a list whose block is gone the first times. Returns how often it was read, too.
	async fn gone(times: usize, result: Result<u32>) -> (Result<u32>, usize) {
		let (read, result) = (Cell::new(0), Cell::new(Some(result)));
		let command_line = CommandLine::parse_from(["salus", "record", "list"]);
		let context = Context::new(command_line.options);
		let list = at_one_block(&context, || async {
			read.set(read.get() + 1);
			if read.get() <= times {
				return Err(Error::Discarded);
			}
			result.take().unwrap()
		});
		(list.await, read.get())
	}

	#[tokio::test]
	async fn a_list_begins_again_if_its_block_is_gone() {
		for times in 0..TIMES {
			let (list, read) = gone(times, Ok(7)).await;
			assert_eq!((list.unwrap(), read), (7, times + 1));
		}
	}

	#[tokio::test]
	async fn a_list_does_not_begin_again_without_end() {
		let (list, read) = gone(usize::MAX, Ok(7)).await;
		assert!(matches!(list, Err(Error::Discarded)));
		assert_eq!(read, TIMES);
	}

	#[tokio::test]
	async fn a_list_does_not_begin_again_for_another_reason() {
		let (list, read) = gone(0, Err(Error::Input("no".into()))).await;
		assert!(matches!(list, Err(Error::Input(_))));
		assert_eq!(read, 1);
	}
}
