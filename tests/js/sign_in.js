// Signing in at a gateway, and what its tests share.

import assert from 'node:assert/strict';
import { Keyring } from '@polkadot/keyring';
import { TypeRegistry } from '@polkadot/types';
import { stringToU8a, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, sha256AsU8a } from '@polkadot/util-crypto';

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519' });

// The pair of a development account, by its name.
export const pairOf = (name) => keyring.addFromUri(`//${name}`);

async function post(url, body) {
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
	assert.equal(answer.status, 200, await answer.clone().text());
	return answer.json();
}

// The message of salus_signing::sign_in_message.
function message(host, genesis, account, { nonce, time }) {
	const type = '(Text, (Text, [u8; 32], [u8; 32], [u8; 32], u64))';
	const fields = ['salus/sign-in/v1', [host, genesis, nonce, account, time]];
	const digest = sha256AsU8a(new TypeRegistry().createType(type, fields).toU8a());
	const about = `${host} asks to sign in to its gateway`;
	return `<Bytes>salus/sign-in/v1: ${about}. SHA-256: ${u8aToHex(digest).slice(2)}</Bytes>`;
}

// Signs in: the token, and the address of the socket to the region.
export async function signIn(url, genesis, name) {
	const pair = pairOf(name);
	const account = u8aToHex(pair.publicKey);
	const challenge = await post(new URL('/v1/challenge', url), { account: pair.address });
	const text = message(new URL(url).host, genesis, account, challenge);
	const signature = u8aToHex(pair.sign(stringToU8a(text)));
	const session = { account, ...challenge, signature };
	const { token, classes } = await post(new URL('/v1/session', url), session);
	console.log(`${name} signed in: ${classes}`);
	return { token, socket: new URL('/v1/chain/region', url.replace('http', 'ws')).href };
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
