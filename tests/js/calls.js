// Checks that polkadot-js Apps can show and build each call that an account or a motion may send by docs/calls.md.
// Uses @polkadot/api as Apps does. The "node" that it connects to answers from client/metadata alone.
//
// Usage: node calls.js. Prints the arguments that Apps shows as bytes, or what is wrong with which call.

import assert from 'node:assert/strict';
import { stringCamelCase } from '@polkadot/util';
import { connect, read } from './chain.js';
import { emptyForm } from './forms.js';

const bytes = (length) => `0x${'a5'.repeat(length)}`;
const account = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'; // Alice
const [commitment, hash, application, codeHash] = Array(4).fill(bytes(32));
const signature = bytes(64);
const key = { RsaOaep: bytes(550) };
const wrappedKey = { RsaOaep: { keyVersion: 1, ciphertext: bytes(512) } };
const patient = bytes(16);
const number = 'A12345';
const id = 7; // of a provider
const remote = { region: 2001, id };
const time = 1_800_000_000_000;
const weight = { refTime: 1_000_000_000, proofSize: 65_536 };

// Calls as a person sends them: for each call of the table, one list of arguments or more.
const examples = {
	'System.apply_authorized_upgrade': () => [[bytes(100)]],
	'Session.set_keys': (tx, kind) => [
		[{ aura: bytes(32), ...(kind === 'regional' && { pinning: bytes(32) }) }, bytes(128)],
	],
	'Session.purge_keys': () => [[]],
	'Council.propose': (tx) => [
		[2, tx.governance.removeAuthority(account).method, 34],
		[2, tx.utility.batchAll([tx.governance.cancelUpgrade()]).method, 6],
	],
	'Council.vote': () => [[hash, 3, true]],
	'Council.close': () => [[hash, 3, weight, 40]],
	'Governance.authorize_announced_upgrade': () => [[]],
	'Governance.announce_upgrade': () => [[codeHash]],
	'Governance.cancel_upgrade': () => [[]],
	'Governance.add_authority': () => [[account, bytes(64), bytes(128), signature]],
	'Governance.remove_authority': () => [[account]],
	'Governance.set_parameter': () => [[{ NoticePeriod: 86_400_000 }], [{ ReplicationTarget: 3 }]],
	'Governance.open_channel': () => [[2000, 8, 102_400]],
	'Governance.accept_channel': () => [[2000]],
	'Governance.close_channel': () => [[2000, 2001]],
	'Utility.batch': (tx) => [[[tx.governance.cancelUpgrade().method, tx.session.purgeKeys().method]]],
	'Utility.batch_all': (tx) => [[[tx.session.purgeKeys().method]]],
	'Utility.force_batch': (tx) => [[[tx.utility.batch([tx.session.purgeKeys()]).method]]],
	'Registry.invite': () => [[account]],
	'Registry.register_patient': () => [[commitment, key, signature]],
	'Registry.apply_as_provider': () => [[number, 'Dr. Zoë Łukasik', key, signature]],
	'Registry.withdraw_application': () => [[]],
	'Registry.vote': () => [
		[{ Verify: { account, application } }, true],
		[{ Suspend: { id } }, true],
		[{ Reinstate: { id } }, false],
		[{ Unverify: { id } }, true],
	],
	'Registry.retire': () => [[]],
	'Registry.rotate_key': () => [[1, key, signature]],
	'Registry.enlist': () => [[]],
	'Emr.add_record': () => [
		[patient, bytes(112), hash, bytes(36), 4_096, wrappedKey, wrappedKey, null],
		[patient, bytes(112), hash, bytes(36), 4_096, wrappedKey, wrappedKey, 7],
	],
	'Emr.add_own_record': () => [
		[bytes(112), hash, bytes(36), 4_096, wrappedKey, null],
		[bytes(112), hash, bytes(36), 4_096, wrappedKey, 7],
	],
	'Permissions.grant': () => [
		[7, { Patient: patient }, wrappedKey, null, 'Treatment'],
		[7, { Provider: id }, wrappedKey, time, 'Research'],
	],
	'Permissions.revoke': () => [[7, { Provider: id }]],
	'Interregional.grant': () => [[7, remote, wrappedKey, time, 'Treatment']],
	'Interregional.forward': () => [[7, remote]],
	'Interregional.revoke': () => [[7, remote]],
	'Consortium.admit_region': () => [[2000, hash]],
	'Consortium.expel_region': () => [[2000]],
	'Consortium.set_network_file': () => [[{ serial: 1, fileHash: hash }]],
};

// The arguments that are bytes, and why. All others are numbers, text, accounts, hashes (H256), choices or calls.
const binary = {
	'the code of a runtime': ['System.apply_authorized_upgrade code'],
	'public keys': [
		'Session.set_keys keys.aura',
		'Session.set_keys keys.pinning',
		'Governance.add_authority keys',
		'Registry.register_patient key.RsaOaep',
		'Registry.apply_as_provider key.RsaOaep',
		'Registry.rotate_key key.RsaOaep',
	],
	'proofs that a node has its keys': ['Session.set_keys proof', 'Governance.add_authority proof'],
	signatures: [
		'Governance.add_authority signature',
		'Registry.register_patient signature',
		'Registry.apply_as_provider signature',
		'Registry.rotate_key signature',
	],
	'hashes, and the random id of a patient': [
		'Registry.register_patient commitment',
		'Registry.vote motion.Verify.application',
		'Emr.add_record patient',
		'Emr.add_record document_hash',
		'Emr.add_record cid',
		'Emr.add_own_record document_hash',
		'Emr.add_own_record cid',
		'Permissions.grant grantee.Patient',
		'Permissions.revoke grantee.Patient',
	],
	'ciphertext: sealed names and wrapped keys': [
		'Emr.add_record sealed_name',
		'Emr.add_record wrapped_for_patient.RsaOaep.ciphertext',
		'Emr.add_record wrapped_for_author.RsaOaep.ciphertext',
		'Emr.add_own_record sealed_name',
		'Emr.add_own_record wrapped_key.RsaOaep.ciphertext',
		'Permissions.grant wrapped_key.RsaOaep.ciphertext',
		'Interregional.grant wrapped_key.RsaOaep.ciphertext',
	],
};

// The pallets that only one kind of chain has.
const only = {
	Registry: 'regional',
	Emr: 'regional',
	Permissions: 'regional',
	Interregional: 'regional',
	Consortium: 'consortium',
};

// The senders in docs/calls.md that are neither accounts nor motions.
const others = ["the block's author", "a pinner's node", 'a region, by XCM', 'the consortium, by XCM'];

const failures = [];
const bytesFound = new Set();

// Runs a check. If it fails, keeps the message and continues.
function attempt(what, check) {
	try {
		check();
	} catch (error) {
		failures.push(`${what}: ${error.message}`);
	}
}

const textOf = (docs) => docs.join('\n').trim();

// Builds a call, encodes and decodes it, and compares each argument with its value.
function roundTrip(registry, extrinsic, values) {
	const call = extrinsic(...values).method;
	const decoded = registry.createType('Call', call.toU8a());
	assert.equal(decoded.toHex(), call.toHex(), 'changes when it is decoded and encoded');
	assert.deepEqual(decoded.toHuman(), call.toHuman());
	decoded.args.forEach((argument, place) => {
		const name = call.meta.args[place].name;
		assert(argument.eq(values[place]), `${name} comes back as ${argument}, was ${values[place]}`);
	});
}

function checkCall(api, kind, name) {
	const [pallet, call] = name.split('.').map((part) => stringCamelCase(part));
	const extrinsic = api.tx[pallet]?.[call];
	assert(extrinsic, 'does not exist');
	const { docs, args, fields } = extrinsic.meta;
	if (!textOf(docs)) failures.push(`${kind}: ${name}: has no text`);
	// Apps shows the first line of the text only.
	if ((only[name.split('.')[0]] || name.startsWith('Governance.')) && !/\.$/.test(docs[0])) {
		failures.push(`${kind}: ${name}: the first line of its text is no sentence: ${docs[0]}`);
	}
	fields.forEach((field) => assert(field.name.unwrapOr('').length, 'an argument has no name'));
	const names = fields.map((field) => field.name.unwrap().toString());
	const empty = args.map(({ type }, place) =>
		emptyForm(api.registry, type.toString(), `${name} ${names[place]}`, (path) => bytesFound.add(path)),
	);
	attempt(`${kind}: ${name} from an empty form`, () => roundTrip(api.registry, extrinsic, empty));
	const lists = examples[name]?.(api.tx, kind) ?? [];
	assert(lists.length, 'has no example in tests/js/calls.js');
	for (const values of lists) roundTrip(api.registry, extrinsic, values);
}

function checkErrors(api, kind) {
	let count = 0;
	for (const { name, index, errors } of api.runtimeMetadata.asLatest.pallets) {
		if (errors.isNone) continue;
		for (const variant of api.registry.lookup.getSiType(errors.unwrap().type).def.asVariant.variants) {
			const error = new Uint8Array([variant.index.toNumber(), 0, 0, 0]);
			attempt(`${kind}: error ${name}.${variant.name}`, () => {
				const found = api.registry.findMetaError({ error, index });
				assert.equal(found.name, variant.name.toString());
				assert(textOf(found.docs), 'has no text');
			});
			count++;
		}
	}
	return count;
}

const rows = [...read('docs/calls.md').toString().matchAll(/^\| `(\w+\.\w+)` \| (.+) \|$/gm)];
const table = rows.filter(([, , sender]) => !others.includes(sender)).map(([, name]) => name);
assert(table.length > 0, 'docs/calls.md has no table');

for (const kind of ['regional', 'consortium']) {
	const api = await connect(kind);
	const names = table.filter((name) => (only[name.split('.')[0]] ?? kind) === kind);
	for (const name of names) attempt(`${kind}: ${name}`, () => checkCall(api, kind, name));
	console.log(`${kind}: ${names.length} calls, ${checkErrors(api, kind)} errors`);
	await api.disconnect();
}

const bytesListed = Object.values(binary).flat();
for (const path of bytesFound) {
	if (!bytesListed.includes(path)) failures.push(`${path}: is bytes, and tests/js/calls.js does not say why`);
}
for (const path of bytesListed) {
	if (!bytesFound.has(path)) failures.push(`${path}: tests/js/calls.js lists it as bytes, and it is not`);
}
for (const name of Object.keys(examples)) {
	if (!table.includes(name)) failures.push(`${name}: has an example, and is not in docs/calls.md`);
}
for (const [reason, paths] of Object.entries(binary)) console.log(`bytes, ${reason}:\n\t${paths.join('\n\t')}`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
