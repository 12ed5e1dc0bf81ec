/**
 * The formats of docs/envelope.md: envelopes, their blocks on IPFS, wrapped keys, messages, key
 * files. Needs WebCrypto and nothing of a page: it runs in workers and in Node.
 */
export {
	type Bytes,
	concat,
	free,
	hex,
	later,
	little,
	random,
	same,
	text,
	unhex,
	utf8,
} from './bytes'
export { leavesOfCar, makeCar, readCar } from './car'
export { type Hasher, Sha256, blindedHash, commitment, derive, patientId, sha256 } from './hash'
export {
	type OpenedKeyFile,
	type Secrets,
	encryptSecrets,
	newSecrets,
	openKeyFile,
	openSecrets,
	wipe,
	writeKeyFile,
} from './keyfile'
export { LEAF, leafCount, padme } from './layout'
export { type Author, type Manifest, type ManifestAuthor, manifestMessage } from './manifest'
export { authorityMessage, fingerprint, keyMessage, signInMessage } from './messages'
export { isName, openName, sealName, shortName } from './names'
export { type Expected, type Opened, openEnvelope } from './open'
export { type Part, readPart } from './part'
export { type Check, Refused } from './refused'
export { type Binding, type PrivateKey, importPrivate, unwrapKey, wrapKey, wrapLabel } from './rsa'
export { type Details, type Sealed, isClockWrong, sealDocument } from './seal'
export { SeedSigner, type Signer, accountText, parseAccount, verify } from './sign'
export { type Block, type Fetch, Place, Tree, cidText, leafOf } from './tree'
