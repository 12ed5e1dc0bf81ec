// What the forms of polkadot-js Apps start with.

import assert from 'node:assert/strict';
import { TypeDefInfo, getTypeDef } from '@polkadot/types';

// The value that a form starts with for an argument of this type. Calls isBytes with the path of each part that is bytes.
export function emptyForm(registry, type, path, isBytes = () => {}) {
	const { info, sub, length, type: raw } = getTypeDef(registry.createType(type).toRawType());
	const part = (of, name) => emptyForm(registry, of.type, name ? `${path}.${name}` : path, isBytes);
	switch (info) {
		case TypeDefInfo.Struct:
			return Object.fromEntries(sub.map((field) => [field.name, part(field, field.name)]));
		case TypeDefInfo.Enum:
			return sub.map((variant) => ({ [variant.name]: part(variant, variant.name) }))[0];
		case TypeDefInfo.Tuple:
			return sub.map((one, place) => part(one, place));
		case TypeDefInfo.Vec:
			return [part(sub)];
		case TypeDefInfo.Compact:
			return part(sub);
		case TypeDefInfo.Option:
			part(sub);
			return null;
		case TypeDefInfo.VecFixed:
			assert.equal(sub.type, 'u8', `${path} is a list of ${sub.type}`);
			isBytes(path);
			return new Uint8Array(length);
	}
	if (/^u(8|16|32|64|128)$/.test(raw)) return 0;
	switch (raw) {
		case 'Bytes':
			isBytes(path);
			return '0x';
		case 'Text':
			return '';
		case 'bool':
			return false;
		case 'Null':
			return null;
		case 'H256':
		case 'AccountId':
			return new Uint8Array(32);
		case 'Call':
			return registry.createType('Call');
	}
	throw new Error(`${path}: no form is known for the type ${raw}`);
}
