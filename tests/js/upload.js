// An envelope up through a gateway, with tus-js-client as it is: cut after the first part, and gone on with.
//
// Usage: TOKEN=… node upload.js URL CID FILE
//        TOKEN is a session's, URL the gateway's, CID the envelope's in base 16, and FILE has its bytes. Prints the parts.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Upload } from 'tus-js-client';

const [, , url, cid, path] = process.argv;
const bytes = await readFile(path);
let token = process.env.TOKEN;

// Uploads, to the end or until so many parts are sent. Returns the upload's address, and the bytes of each part.
function send(uploadUrl, most) {
	return new Promise((resolve, reject) => {
		const parts = [];
		const upload = new Upload(bytes, {
			endpoint: new URL('/v1/uploads', url).href,
			uploadUrl,
			chunkSize: 16 << 20,
			metadata: { cid },
			retryDelays: null,
			onBeforeRequest: (request) => request.setHeader('Authorization', `Bearer ${token}`),
			onAfterResponse: (request, response) => {
				token = response.getHeader('Upload-Token') ?? token;
			},
			onChunkComplete: async (size) => {
				parts.push(size);
				if (parts.length === most) {
					await upload.abort();
					resolve([upload.url, parts]);
				}
			},
			onError: reject,
			onSuccess: () => resolve([upload.url, parts]),
		});
		upload.start();
	});
}

const [place, first] = await send(null, 1);
const [, rest] = await send(place);
console.log(`parts of ${first} and ${rest} bytes`);
const sent = [...first, ...rest].reduce((sum, part) => sum + part);
assert.equal(sent, bytes.length, 'no byte was sent twice');
