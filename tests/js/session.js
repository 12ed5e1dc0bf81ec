// What scripts that work through a gateway share: sessions of a development chain's accounts.

import assert from 'node:assert/strict';
import { Keyring } from '@polkadot/keyring';
import { TypeRegistry } from '@polkadot/types';
import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, sha256AsU8a } from '@polkadot/util-crypto';

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519' });

// The keys of a development account, such as Alice.
export const keysOf = (name) => keyring.addFromUri(`//${name}`);

// The gateway's URL, the hash of the region's first block, and an encryption key in hex (DER): the arguments of a script.
export const [url, genesis, encryptionKey] = process.argv.slice(2);
assert(encryptionKey, 'usage: node SCRIPT URL GENESIS KEY');

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

// The keys of an account that has signed in, its token, and the address of its WebSocket to the region.
export async function signIn(name) {
	const pair = keysOf(name);
	const account = u8aToHex(pair.publicKey);
	const challenge = await post('/v1/challenge', { account: pair.address });
	const signature = u8aToHex(pair.sign(stringToU8a(signInMessage(account, challenge))));
	const { token, classes } = await post('/v1/session', { account, ...challenge, signature });
	console.log(`${name} signed in: ${classes}`);
	return { name, pair, token, socket: new URL('/v1/chain/region', url.replace('http', 'ws')).href };
}

// Asks until there is an answer: the gateway may be a block behind what the sender saw.
export async function until(ask) {
	for (let tries = 0; ; tries += 1) {
		try {
			return await ask();
		} catch (error) {
			if (tries > 50) throw error;
			await new Promise((done) => setTimeout(done, 200));
		}
	}
}

// What a record is made of. No bytes look as if a person had typed them.
export const RECORD = {
	sealedName: `0x${'f1'.repeat(112)}`,
	hash: `0x${'f2'.repeat(32)}`,
	cid: u8aConcat(hexToU8a('0x01551220'), new Uint8Array(32).fill(0xe7)),
	size: 2000,
};
export const COMMITMENT = `0x${'d1'.repeat(32)}`;
export const CIPHERTEXT = new Uint8Array(384).fill(0x5a);
