/** What a worker needs to compute: the language, Wasm, texts, and messages to the page. The policy stops `eval`. */
export const NEEDED: ReadonlySet<PropertyKey> = new Set(
	`
	globalThis undefined NaN Infinity isFinite isNaN parseFloat parseInt eval
	Object Function Boolean Symbol Number BigInt Math Date String RegExp JSON Intl Reflect Proxy
	Array Map Set WeakMap WeakSet WeakRef Iterator Promise FinalizationRegistry
	ArrayBuffer SharedArrayBuffer DataView Atomics
	Int8Array Int16Array Int32Array BigInt64Array Float32Array Float64Array
	Uint8Array Uint8ClampedArray Uint16Array Uint32Array BigUint64Array
	Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
	DOMException WebAssembly TextDecoder TextEncoder
	postMessage addEventListener
	`
		.trim()
		.split(/\s+/),
)

/**
 * Takes everything else from this worker: the network, what the device stores, other tabs, and more workers. What
 * runs here afterwards cannot get it back. `import` is no name that could be taken: by the policy, it reaches the
 * portal's own server alone.
 */
export function stayAlone(): void {
	let holder: object | null = globalThis
	while (holder !== null && holder !== Object.prototype) {
		for (const name of Reflect.ownKeys(holder))
			if (!NEEDED.has(name)) Reflect.deleteProperty(holder, name)
		holder = Reflect.getPrototypeOf(holder)
	}
}
