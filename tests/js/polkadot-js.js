// Processes 0 to 3 through a gateway, with @polkadot/api as it is.
//
// Usage: node polkadot-js.js URL GENESIS KEY
//        URL is the gateway's, GENESIS the hash of the region's first block, KEY an encryption key in hex (DER). The
//        accounts are those of a development chain. Prints what each step gave.

import assert from 'node:assert/strict';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { stringToU8a, u8aToHex } from '@polkadot/util';
import { CIPHERTEXT, COMMITMENT, RECORD, encryptionKey, keysOf, signIn, until } from './session.js';

const WRAPPED = { RsaOaep: { keyVersion: 0, ciphertext: u8aToHex(CIPHERTEXT) } };
const open = [];

// A person: signs in, and has an API through the gateway.
async function connect(name) {
	const { pair, token, socket } = await signIn(name);
	const provider = new WsProvider(socket, 1000, { Authorization: `Bearer ${token}` });
	const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
	open.push(api);
	return { pair, api };
}

// Sends a transaction, and waits until it is final. The error is the chain's.
function send({ pair, api }, tx) {
	return new Promise((resolve, reject) => {
		tx.signAndSend(pair, ({ status, dispatchError, events }) => {
			if (dispatchError?.isModule) reject(new Error(api.registry.findMetaError(dispatchError.asModule).name));
			else if (dispatchError) reject(new Error(dispatchError.toString()));
			else if (status.isFinalized) resolve(events);
		}).catch(reject);
	});
}

// An encryption key, and the account's signature over it.
async function signedKey({ pair, api }) {
	const key = { RsaOaep: encryptionKey };
	const message = (await api.call.registryApi.keyMessage(pair.address, key)).toString();
	// @polkadot/api leaves the length before a text that a function returns.
	const text = message.slice(message.indexOf('<Bytes>'));
	return [key, u8aToHex(pair.sign(stringToU8a(text)))];
}

// 0. Register.
const alice = await connect('Alice');
const bob = await connect('Bob');
for (const name of ['Dave', 'Eve', 'Ferdie']) {
	await send(alice, alice.api.tx.registry.invite(keysOf(name).address));
}
const dave = await until(() => connect('Dave'));
await send(dave, dave.api.tx.registry.registerPatient(COMMITMENT, ...(await signedKey(dave))));
const status = await until(async () => {
	const found = await dave.api.call.registryApi.account(dave.pair.address);
	assert(found.isMember);
	return found;
});
const patient = status.asMember.asPatient;
console.log(`0. patient ${patient}`);

async function verified(name, number) {
	const person = await until(() => connect(name));
	const application = [number, `Dr ${name}`, ...(await signedKey(person))];
	await send(person, person.api.tx.registry.applyAsProvider(...application));
	const open = await until(async () => {
		const found = await alice.api.call.registryApi.application(person.pair.address);
		return found.unwrap();
	});
	const motion = { Verify: { account: person.pair.address, application: open.applicationHash } };
	await send(alice, alice.api.tx.registry.vote(motion, true));
	await send(bob, bob.api.tx.registry.vote(motion, true));
	const found = await until(async () => {
		const account = await person.api.call.registryApi.account(person.pair.address);
		assert(account.isMember);
		return account;
	});
	console.log(`0. provider ${found.asMember.asProvider}`);
	return { ...person, id: found.asMember.asProvider };
}
const eve = await verified('Eve', 'A12345');
const ferdie = await verified('Ferdie', 'B12345');

// 1. Store.
const { sealedName, hash, cid, size } = RECORD;
await send(eve, eve.api.tx.emr.addRecord(patient, sealedName, hash, u8aToHex(cid), size, WRAPPED, WRAPPED, null));

// 2. Retrieve.
const me = { Patient: patient };
const record = await until(async () => {
	const page = await dave.api.call.emrApi.records(me, {}, true, null, 0);
	assert.equal(page.items.length, 1);
	return page.items[0];
});
assert(record.wrappedKey.isSome);
console.log(`2. record ${record.record.id}`);

// 3. Grant.
const { id } = record.record;
const grantee = { Provider: ferdie.id };
await assert.rejects(ferdie.api.call.emrApi.record(id), /may not call EmrApi_record/);
await send(dave, dave.api.tx.permissions.grant(id, grantee, WRAPPED, null, 'Treatment'));
const granted = await until(async () => {
	const grant = await ferdie.api.call.permissionsApi.grant(id, grantee);
	return grant.unwrap();
});
assert(granted.wrappedKey.isSome);
const seen = await ferdie.api.call.emrApi.record(id);
assert.equal(seen.unwrap().id.toString(), id.toString());
await send(dave, dave.api.tx.permissions.revoke(id, grantee));
await until(() => assert.rejects(ferdie.api.call.emrApi.record(id), /may not call EmrApi_record/));
console.log('3. granted, read and revoked');

// What the gateway refuses has words.
await assert.rejects(send(ferdie, ferdie.api.tx.permissions.revoke(id, grantee)), /may not send Permissions.revoke/);
await Promise.all(open.map((api) => api.disconnect()));
