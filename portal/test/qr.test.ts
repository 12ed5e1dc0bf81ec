import decode from 'qr/decode.js'
import { expect, test } from 'vitest'
import { qrRows } from '../src/ui/qr'

/** The code as a camera may see it: each module of six pixels, in RGBA. */
function image(rows: boolean[][]) {
	const size = 6 * rows.length
	const data = new Uint8Array(4 * size * size).map((_, at) => {
		const pixel = at >> 2
		const dark = rows[Math.floor(pixel / size / 6)][Math.floor((pixel % size) / 6)]
		return at % 4 === 3 || !dark ? 255 : 0
	})
	return { width: size, height: size, data }
}

test('QR codes of an account and of a fingerprint are read again', () => {
	for (const text of [
		'5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
		'2d2e 1051 1577 2cce ac4f 99b9 906b 83ab 2e69 2f6c 5d9d fb52 1ca4 4c5f bdcc 28f6',
	]) {
		expect(decode(image(qrRows(text)))).toBe(text)
	}
})
