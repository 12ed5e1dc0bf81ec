// Reads each view as polkadot-js Apps does, from client/metadata alone.
//
// Usage: node views.js questions KIND         Prints each call of a runtime API: its name, its parameters in hex, and
//                                             whether they are those of an empty form or a text of a megabyte
//        node views.js answers KIND < LINES   Prints each answer as Apps shows it. A line has a name and the answer in hex

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { getTypeDef } from '@polkadot/types';
import { hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { connect } from './chain.js';
import { emptyForm } from './forms.js';

const OURS = /^(Registry|Emr|Permissions|History|Pinning|Governance|Interregional|Consortium)Api$/;
const LONG = 'x'.repeat(1_000_000);

const [, , mode, kind] = process.argv;
const api = await connect(kind);
const type = (id) => api.registry.createLookupType(id);
const methods = new Map();
for (const { name, methods: list } of api.runtimeMetadata.asLatest.apis) {
	if (!OURS.test(name.toString())) continue;
	for (const method of list) methods.set(`${name}_${method.name}`, method);
}
assert(methods.size > 0, 'the metadata has no runtime API of ours');

function encode(inputs, values) {
	const parts = inputs.map((input, place) => api.registry.createType(type(input.type), values[place]).toU8a());
	return u8aToHex(u8aConcat(...parts));
}

// The parts of answers that are bytes: ids, hashes, keys, signatures, ciphertext, and errors as a chain encodes them. Apps
// shows all others as numbers, text, accounts or choices.
const BYTES =
	/[._](patient|Patient|patient\.id|(c|patientC)ommitment|\w+Hash|message|cid|RsaOaep|signature|ciphertext|sealedName|session_keys|Failure\.(Call|Program))$/;

// polkadot-js appends a low line to the names of fields that its own classes have.
function checkParts(of, path) {
	const raw = api.registry.createType(of).toRawType();
	const { sub } = getTypeDef(raw);
	assert(!/^(Bytes|\[u8;\d+\])$/.test(raw) || BYTES.test(path), `${path} is shown as bytes`);
	for (const part of [sub ?? []].flat()) {
		assert(!part.name?.endsWith('_'), `${path}: polkadot-js reserves the name ${part.name}`);
		checkParts(part.type, part.name ? `${path}.${part.name}` : path);
	}
}

// Each type in an answer or a question, once.
function* typesIn(id, seen) {
	if (seen.has(id.toNumber())) return;
	seen.add(id.toNumber());
	const { def } = api.registry.lookup.getSiType(id);
	yield def;
	const parts = def.isComposite
		? def.asComposite.fields.map((field) => field.type)
		: def.isVariant
			? def.asVariant.variants.flatMap(({ fields }) => fields.map((field) => field.type))
			: def.isTuple
				? [...def.asTuple]
				: def.isSequence
					? [def.asSequence.type]
					: [];
	for (const part of parts) yield* typesIn(part, seen);
}

// A time has its unit in its type's name, which Apps shows.
function checkTimes(ids) {
	const seen = new Set();
	for (const id of ids) {
		for (const def of typesIn(id, seen)) {
			for (const { name, typeName } of def.isComposite ? def.asComposite.fields : []) {
				const alias = typeName.unwrapOr('').toString();
				assert(!/\bMoment\b/.test(alias), `${name}: is a time without a unit`);
			}
		}
	}
}

if (mode === 'questions') {
	checkTimes([...methods.values()].flatMap(({ inputs, output }) => [output, ...inputs.map((input) => input.type)]));
	for (const [name, { inputs, output, docs }] of methods) {
		assert(docs.join('').trim(), `${name} has no text`);
		checkParts(type(output), name);
		const empty = inputs.map((input) => emptyForm(api.registry, type(input.type), `${name} ${input.name}`));
		console.log(name, encode(inputs, empty), 'empty');
		if (empty.includes('')) {
			const long = empty.map((value) => (value === '' ? LONG : value));
			console.log(name, encode(inputs, long), 'long');
		}
	}
} else {
	for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
		const [name, answer] = line.split(' ');
		const shown = api.registry.createType(type(methods.get(name).output), hexToU8a(answer)).toHuman();
		console.log(name, JSON.stringify(shown));
	}
}
await api.disconnect();
