// Processes 0 to 3 through a gateway, with polkadot-api (PAPI) as it is.
//
// Usage: node papi.js URL GENESIS KEY
//        URL is the gateway's, GENESIS the hash of the region's first block, KEY an encryption key in hex (DER). The
//        accounts are those of a development chain. Prints what each step gave.
//
// PAPI follows a transaction from block to block, and needs the body and the events of each. If two later blocks are
// final before it has them, it never tells what became of the transaction. So a block must take longer than that: on a
// development chain, whose blocks are final at once, a second is enough.

import assert from 'node:assert/strict';
import { hexToU8a, stringToU8a } from '@polkadot/util';
import { Enum, createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import WebSocket from 'ws';
import { CIPHERTEXT, COMMITMENT, RECORD, encryptionKey, keysOf, signIn, until } from './session.js';

const WRAPPED = Enum('RsaOaep', { key_version: 0, ciphertext: CIPHERTEXT });
const open = [];

// A person: signs in, and has an API through the gateway. The token is among the subprotocols, as in a browser.
async function connect(name) {
	const { pair, token, socket } = await signIn(name);
	class Socket extends WebSocket {
		constructor(address) {
			super(address, ['salus.v1', `salus.token.${token}`]);
		}
	}
	const client = createClient(getWsProvider(socket, { websocketClass: Socket }));
	open.push(client);
	const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', (message) => pair.sign(message));
	return { pair, signer, api: client.getUnsafeApi() };
}

// Sends a transaction, and waits until it is final.
async function send({ signer }, tx) {
	const { ok, dispatchError } = await tx.signAndSubmit(signer);
	assert(ok, JSON.stringify(dispatchError));
}

// An encryption key, and the account's signature over it.
async function signedKey({ pair, api }) {
	const key = Enum('RsaOaep', hexToU8a(encryptionKey));
	const message = await api.apis.RegistryApi.key_message(pair.address, key);
	return { key, signature: `0x${Buffer.from(pair.sign(stringToU8a(message))).toString('hex')}` };
}

// The member that a person's account acts for, once it is one.
function memberOf({ pair, api }) {
	return until(async () => {
		const { type, value } = await api.apis.RegistryApi.account(pair.address);
		assert.equal(type, 'Member');
		return value;
	});
}

// 0. Register.
const alice = await connect('Alice');
const bob = await connect('Bob');
for (const name of ['Dave', 'Eve', 'Ferdie']) {
	await send(alice, alice.api.tx.Registry.invite({ account: keysOf(name).address }));
}
const dave = await until(() => connect('Dave'));
await send(dave, dave.api.tx.Registry.register_patient({ commitment: COMMITMENT, ...(await signedKey(dave)) }));
const patient = await memberOf(dave);
console.log(`0. patient ${patient.value}`);

async function verified(name, number) {
	const person = await until(() => connect(name));
	const application = { number, name: `Dr ${name}`, ...(await signedKey(person)) };
	await send(person, person.api.tx.Registry.apply_as_provider(application));
	const { address } = person.pair;
	const { application_hash } = await until(async () => {
		const found = await alice.api.apis.RegistryApi.application(address);
		assert(found);
		return found;
	});
	const motion = Enum('Verify', { account: address, application: application_hash });
	for (const authority of [alice, bob]) {
		await send(authority, authority.api.tx.Registry.vote({ motion, aye: true }));
	}
	const member = await memberOf(person);
	console.log(`0. provider ${member.value}`);
	return { ...person, member };
}
const eve = await verified('Eve', 'A12345');
const ferdie = await verified('Ferdie', 'B12345');

// 1. Store.
await send(
	eve,
	eve.api.tx.Emr.add_record({
		patient: patient.value,
		sealed_name: RECORD.sealedName,
		document_hash: RECORD.hash,
		cid: RECORD.cid,
		envelope_size: BigInt(RECORD.size),
		wrapped_for_patient: WRAPPED,
		wrapped_for_author: WRAPPED,
		amends: undefined,
	}),
);

// 2. Retrieve.
const listed = await until(async () => {
	const page = await dave.api.apis.EmrApi.records(patient, {}, true, undefined, 0);
	assert.equal(page.items.length, 1);
	return page.items[0];
});
assert(listed.wrapped_key);
const { id } = listed.record;
console.log(`2. record ${id}`);

// 3. Grant.
const grantee = ferdie.member;
const refused = () => assert.rejects(ferdie.api.apis.EmrApi.record(id), /may not call EmrApi_record/);
await refused();
const terms = { wrapped_key: WRAPPED, expires_at: undefined, purpose: Enum('Treatment') };
await send(dave, dave.api.tx.Permissions.grant({ record: id, grantee, ...terms }));
const granted = await until(async () => {
	const grant = await ferdie.api.apis.PermissionsApi.grant(id, grantee);
	assert(grant);
	return grant;
});
assert(granted.wrapped_key);
const seen = await ferdie.api.apis.EmrApi.record(id);
assert.equal(seen.id, id);
await send(dave, dave.api.tx.Permissions.revoke({ record: id, grantee }));
await until(refused);
console.log('3. granted, read and revoked');

// What the gateway refuses has words.
const revoke = ferdie.api.tx.Permissions.revoke({ record: id, grantee });
await assert.rejects(revoke.signAndSubmit(ferdie.signer), /may not send Permissions.revoke/);
for (const client of open) client.destroy();
