// Signs a text as "Sign and verify" of polkadot-js Apps does, with an account kept by Apps.
//
// Usage: node sign.js SECRET TEXT. Prints the signature in hex. For development accounts only, as //Alice: other
// programs can see arguments.

import { Keyring } from '@polkadot/keyring';
import { u8aToHex, u8aWrapBytes } from '@polkadot/util';
import { cryptoWaitReady } from '@polkadot/util-crypto';

await cryptoWaitReady();
const [secret, text] = process.argv.slice(2);
const pair = new Keyring({ type: 'sr25519' }).addFromUri(secret);
process.stdout.write(u8aToHex(pair.sign(u8aWrapBytes(text))));
