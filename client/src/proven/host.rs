//! What a view can ask of the host.

use std::sync::Arc;

use codec::Encode;
use salus_light::StateError;
use sp_crypto_hashing::{blake2_128, blake2_256, keccak_256, sha2_256, twox_128, twox_64};
use wasmi::{
	AsContextMut, Caller, Error, ExternType, Instance, Linker, Memory, Module, Store, StoreLimits,
	StoreLimitsBuilder, Val,
};

use super::{heap::Heap, Read, Reads, RunError, MAX_MEMORY, MAX_WORK};

type Result<T> = std::result::Result<T, Error>;

/// The most functions that a runtime can call by number.
const MAX_FUNCTIONS: usize = 1_000_000;

/// What a call of a host function counts, beside the bytes that go in and out.
const HOST_CALL: u64 = 1000;

/// The module of all host functions.
const ENV: &str = "env";

/// The state of one call.
pub struct Host {
	state: Arc<dyn Reads>,
	limits: StoreLimits,
	heap: Heap,
	memory: Option<Memory>,
}

impl Host {
	pub fn memory(&self) -> std::result::Result<Memory, RunError> {
		self.memory
			.ok_or_else(|| RunError::Code("it has no memory".into()))
	}
}

/// The runtime with its host, before a call.
pub fn instantiate(
	module: &Module,
	state: Arc<dyn Reads>,
) -> std::result::Result<(Store<Host>, Instance), RunError> {
	let limits = StoreLimitsBuilder::new()
		.memory_size(MAX_MEMORY)
		// The one that the host gives counts twice: as the host's and as the module's.
		.memories(2)
		.instances(1)
		.tables(2)
		.table_elements(MAX_FUNCTIONS)
		.trap_on_grow_failure(true)
		.build();
	let host = Host {
		state,
		limits,
		heap: Heap::new(0),
		memory: None,
	};
	let mut store = Store::new(module.engine(), host);
	store.limiter(|host| &mut host.limits);
	store.set_fuel(MAX_WORK)?;

	let mut linker = Linker::new(module.engine());
	// The functions that views use replace the refusals of all others.
	linker.allow_shadowing(true);
	for import in module.imports() {
		match import.ty() {
			ExternType::Memory(memory) => {
				let memory = Memory::new(&mut store, *memory).map_err(|_| RunError::Memory)?;
				linker
					.define(import.module(), import.name(), memory)
					.map_err(code)?;
				store.data_mut().memory = Some(memory);
			}
			ExternType::Func(ty) => {
				let name = import.name().to_owned();
				let refuse = move |_: Caller<'_, Host>, _: &[Val], _: &mut [Val]| {
					Err(Error::host(RunError::Import(name.clone())))
				};
				linker
					.func_new(import.module(), import.name(), ty.clone(), refuse)
					.map_err(code)?;
			}
			_ => (),
		}
	}
	add_functions(&mut linker)?;
	let instance = linker
		.instantiate_and_start(&mut store, module)
		.map_err(code)?;
	if store.data().memory.is_none() {
		store.data_mut().memory = instance.get_memory(&store, "memory");
	}
	let base = instance
		.get_global(&store, "__heap_base")
		.and_then(|base| base.get(&store).i32())
		.ok_or_else(|| RunError::Code("it has no __heap_base".into()))?;
	store.data_mut().heap = Heap::new(base as u32);
	Ok((store, instance))
}

fn code(error: impl ToString) -> RunError {
	RunError::Code(error.to_string())
}

/// Counts work of the host as the view's.
fn work(mut store: impl AsContextMut<Data = Host>, work: u64) -> Result<()> {
	let mut context = store.as_context_mut();
	let left = context
		.get_fuel()?
		.checked_sub(work)
		.ok_or(RunError::Work)?;
	context.set_fuel(left)
}

/// Puts bytes on the runtime's heap, and returns where.
pub fn place(mut store: impl AsContextMut<Data = Host>, bytes: &[u8]) -> Result<u32> {
	work(&mut store, bytes.len() as u64)?;
	let at = allocate(&mut store, bytes.len().try_into().unwrap_or(u32::MAX))?;
	let memory = store.as_context().data().memory()?;
	memory
		.write(&mut store, at as usize, bytes)
		.map_err(|_| outside())?;
	Ok(at)
}

/// A pointer and a length, as host functions and runtimes pass them to each other.
pub fn unpack(packed: u64) -> (usize, usize) {
	(packed as u32 as usize, (packed >> 32) as usize)
}

fn outside() -> Error {
	Error::host(RunError::Failed(
		"it read or wrote outside its memory".into(),
	))
}

fn allocate(mut store: impl AsContextMut<Data = Host>, size: u32) -> Result<u32> {
	const PAGE: u64 = 65536;
	let mut context = store.as_context_mut();
	let too_much = || Error::from(RunError::Memory);
	let (at, end) = context.data_mut().heap.give(size).ok_or_else(too_much)?;
	let memory = context.data().memory()?;
	let missing = u64::from(end)
		.div_ceil(PAGE)
		.saturating_sub(memory.size(&context));
	if missing > 0 {
		memory.grow(&mut context, missing).map_err(|_| too_much())?;
	}
	Ok(at)
}

/// The bytes that the runtime passed to a host function.
fn read(caller: &mut Caller<'_, Host>, packed: u64) -> Result<Vec<u8>> {
	let (start, length) = unpack(packed);
	work(&mut *caller, HOST_CALL + length as u64)?;
	let memory = caller.data().memory()?;
	let bytes = memory
		.data(&*caller)
		.get(start..start.saturating_add(length));
	Ok(bytes.ok_or_else(outside)?.to_vec())
}

/// Gives the runtime a value in SCALE.
fn give(caller: &mut Caller<'_, Host>, value: impl Encode) -> Result<u64> {
	let bytes = value.encode();
	let at = place(caller, &bytes)?;
	Ok(u64::from(at) | (bytes.len() as u64) << 32)
}

fn get(caller: &mut Caller<'_, Host>, key: u64) -> Result<Option<Vec<u8>>> {
	let key = read(caller, key)?;
	let value = caller.data().state.get(&key);
	value.map_err(|error| not_shown(error, Read::Value(key)))
}

fn not_shown(error: StateError, read: Read) -> Error {
	Error::host(match error {
		StateError::NotShown => RunError::NotShown(read),
		other => RunError::State(other),
	})
}

/// The host functions that views use. All others end the view.
fn add_functions(linker: &mut Linker<Host>) -> std::result::Result<(), RunError> {
	macro_rules! functions {
		($($name:literal: $function:expr;)*) => {
			$(linker.func_wrap(ENV, $name, $function).map_err(code)?;)*
		};
	}
	macro_rules! hashes {
		($($name:literal: $hash:ident;)*) => {
			functions! {$(
				$name: |mut caller: Caller<'_, Host>, data: u64| -> Result<u32> {
					let hash = $hash(&read(&mut caller, data)?);
					place(&mut caller, &hash)
				};
			)*}
		};
	}
	hashes! {
		"ext_hashing_blake2_128_version_1": blake2_128;
		"ext_hashing_blake2_256_version_1": blake2_256;
		"ext_hashing_keccak_256_version_1": keccak_256;
		"ext_hashing_sha2_256_version_1": sha2_256;
		"ext_hashing_twox_64_version_1": twox_64;
		"ext_hashing_twox_128_version_1": twox_128;
	}
	functions! {
		"ext_allocator_malloc_version_1": |caller: Caller<'_, Host>, size: u32| -> Result<u32> {
			allocate(caller, size)
		};
		"ext_allocator_free_version_1": |mut caller: Caller<'_, Host>, at: u32| -> Result<()> {
			if caller.data_mut().heap.take(at) { Ok(()) } else { Err(outside()) }
		};
		"ext_logging_max_level_version_1": |_: Caller<'_, Host>| -> u32 { 0 };
		"ext_logging_log_version_1": |_: Caller<'_, Host>, _: u32, _: u64, _: u64| {};
		"ext_storage_get_version_1": |mut caller: Caller<'_, Host>, key: u64| -> Result<u64> {
			let value = get(&mut caller, key)?;
			give(&mut caller, value)
		};
		"ext_storage_exists_version_1": |mut caller: Caller<'_, Host>, key: u64| -> Result<u32> {
			let key = read(&mut caller, key)?;
			let exists = caller.data().state.exists(&key);
			Ok(exists.map_err(|error| not_shown(error, Read::Value(key)))?.into())
		};
		"ext_storage_read_version_1":
			|mut caller: Caller<'_, Host>, key: u64, out: u64, offset: u32| -> Result<u64> {
				let value = get(&mut caller, key)?;
				// All of it is copied, whatever part is read.
				work(&mut caller, value.as_ref().map_or(0, Vec::len) as u64)?;
				let rest = value.as_ref().map(|value| value.get(offset as usize..).unwrap_or(&[]));
				if let Some(rest) = rest {
					let (start, length) = unpack(out);
					let part = &rest[..rest.len().min(length)];
					let memory = caller.data().memory()?;
					memory.write(&mut caller, start, part).map_err(|_| outside())?;
				}
				give(&mut caller, rest.map(|rest| rest.len() as u32))
			};
		"ext_storage_next_key_version_1": |mut caller: Caller<'_, Host>, key: u64| -> Result<u64> {
			let key = read(&mut caller, key)?;
			let next = caller.data().state.next_key(&key);
			let next = next.map_err(|error| not_shown(error, Read::KeyAfter(key)))?;
			give(&mut caller, next)
		};
	}
	Ok(())
}
