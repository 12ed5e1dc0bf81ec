// Processes 0 to 3 through a gateway, with @polkadot/api as it is.
//
// Usage: node gateway.js URL GENESIS KEY
//        URL is the gateway's, GENESIS the hash of the region's first block, KEY an encryption key in hex (DER). The
//        accounts are those of a development chain. Prints what each step gave.

import assert from 'node:assert/strict';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { TypeRegistry } from '@polkadot/types';
import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, sha256AsU8a } from '@polkadot/util-crypto';

const [, , url, genesis, encryptionKey] = process.argv;
await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519' });
const WRAPPED = { RsaOaep: { keyVersion: 0, ciphertext: `0x${'5a'.repeat(384)}` } };
const open = [];

async function post(path, body) {
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
	assert.equal(answer.status, 200, await answer.clone().text());
	return answer.json();
}

// The message of salus_signing::sign_in_message.
function signInMessage(account, { nonce, time }) {
	const { host } = new URL(url);
	const type = '(Text, (Text, [u8; 32], [u8; 32], [u8; 32], u64))';
	const fields = ['salus/sign-in/v1', [host, genesis, nonce, account, time]];
	const digest = sha256AsU8a(new TypeRegistry().createType(type, fields).toU8a());
	const about = `${host} asks to sign in to its gateway`;
	return `<Bytes>salus/sign-in/v1: ${about}. SHA-256: ${u8aToHex(digest).slice(2)}</Bytes>`;
}

// A person: signs in, and has an API through the gateway.
async function signIn(name) {
	const pair = keyring.addFromUri(`//${name}`);
	const account = u8aToHex(pair.publicKey);
	const challenge = await post('/v1/challenge', { account: pair.address });
	const signature = u8aToHex(pair.sign(stringToU8a(signInMessage(account, challenge))));
	const { token, classes } = await post('/v1/session', { account, ...challenge, signature });
	const socket = new URL('/v1/chain/region', url.replace('http', 'ws')).href;
	const provider = new WsProvider(socket, 1000, { Authorization: `Bearer ${token}` });
	const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
	open.push(api);
	console.log(`${name} signed in: ${classes}`);
	return { name, pair, account, api };
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

// Asks until there is an answer: the gateway may be a block behind what the sender saw.
async function until(ask) {
	for (let tries = 0; ; tries += 1) {
		try {
			return await ask();
		} catch (error) {
			if (tries > 50) throw error;
			await new Promise((done) => setTimeout(done, 200));
		}
	}
}

// 0. Register.
const alice = await signIn('Alice');
const bob = await signIn('Bob');
for (const name of ['Dave', 'Eve', 'Ferdie']) {
	const { address } = keyring.addFromUri(`//${name}`);
	await send(alice, alice.api.tx.registry.invite(address));
}
const dave = await until(() => signIn('Dave'));
await send(dave, dave.api.tx.registry.registerPatient(`0x${'d1'.repeat(32)}`, ...(await signedKey(dave))));
const status = await until(async () => {
	const found = await dave.api.call.registryApi.account(dave.pair.address);
	assert(found.isMember);
	return found;
});
const patient = status.asMember.asPatient;
console.log(`0. patient ${patient}`);

async function verified(name, number) {
	const person = await until(() => signIn(name));
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
const cid = u8aToHex(u8aConcat(hexToU8a('0x01551220'), new Uint8Array(32).fill(0xe7)));
const [name, hash] = [`0x${'f1'.repeat(80)}`, `0x${'f2'.repeat(32)}`];
const fields = eve.api.tx.emr.addRecord.meta.args.find((one) => one.name.toString() === 'sealed_name');
const length = eve.api.registry.createType(fields.type.toString()).toU8a().length;
const sealed = name.slice(0, 2 + 2 * length).padEnd(2 + 2 * length, 'f1');
await send(eve, eve.api.tx.emr.addRecord(patient, sealed, hash, cid, 2000, WRAPPED, WRAPPED, null));

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
