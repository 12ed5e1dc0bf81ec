/** Files in the frame that draws them: what it shows, and what hostile ones cannot do. */
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type TestFile, button, choose, faults, forgive, page, says, server } from './portal'

const file = (name: string, content: string | Buffer) => ({
	name,
	// What a browser says of it counts for nothing.
	mimeType: 'text/html',
	buffer: Buffer.from(content as string),
})

/** A PDF with these objects, the first of which is its catalog. */
function pdf(...objects: string[]): string {
	let text = '%PDF-1.7\n'
	const places = objects.map((object, index) => {
		const at = text.length
		text += `${index + 1} 0 obj\n${object}\nendobj\n`
		return `${String(at).padStart(10, '0')} 00000 n \n`
	})
	const start = text.length
	text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`
	return `${text}trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\nstartxref\n${start}\n%%EOF`
}

const content = (text: string) => `<< /Length ${text.length} >>\nstream\n${text}\nendstream`
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
const pageOf = (contents: number) =>
	`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${contents} 0 R /Resources << /Font << /F 5 0 R >> >> >>`

const twoPages = pdf(
	'<< /Type /Catalog /Pages 2 0 R >>',
	'<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
	pageOf(6),
	pageOf(7),
	FONT,
	content('BT /F 24 Tf 20 100 Td (Blood test) Tj ET'),
	content('BT /F 24 Tf 20 100 Td (Second page) Tj ET'),
)

/** Runs a program when it is opened, if somebody lets it; and asks a server. */
const hostile = pdf(
	`<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\("/stolen"\\); fetch\\("/stolen"\\)) >> /AA << /WC << /S /URI /URI (/stolen) >> >> >>`,
	'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
	pageOf(4),
	content('BT /F 24 Tf 20 100 Td (Hello) Tj ET'),
	`<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontMatrix [0.001 0 0 0.001 0 (0\\); fetch\\('/stolen'\\)//)] >>`,
)

function png(width: number, height: number, data: Buffer): Buffer {
	const table = Array.from({ length: 256 }, (_, index) => {
		let value = index
		for (let bit = 0; bit < 8; bit++)
			value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
		return value >>> 0
	})
	const crc = (bytes: Buffer) =>
		~bytes.reduce((sum, byte) => table[(sum ^ byte) & 0xff] ^ (sum >>> 8), 0xffffffff) >>> 0
	const chunk = (type: string, body: Buffer) => {
		const named = Buffer.concat([Buffer.from(type), body])
		const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
		length.writeUInt32BE(body.length)
		sum.writeUInt32BE(crc(named))
		return Buffer.concat([length, named, sum])
	}
	const header = Buffer.alloc(13)
	header.writeUInt32BE(width, 0)
	header.writeUInt32BE(height, 4)
	header.set([8, 0, 0, 0, 0], 8)
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(data)),
		chunk('IEND', Buffer.alloc(0)),
	])
}

const show = (file: TestFile) => choose(file, 'The document')
const frame = () => page.frameLocator('iframe')
const asked: string[] = []

async function open() {
	page.on('request', (request) => asked.push(new URL(request.url()).pathname))
	await page.goto(`${server.origin}/components.html`)
}

test('a PDF shows page by page, and its words can be read out', async () => {
	await open()
	await show(file('report.pdf', twoPages))
	await says('Page 1 of 2')
	await expect.poll(() => frame().locator('p').textContent()).toContain('Blood test')
	expect(await button('Page before').isDisabled()).toBe(true)
	await button('Next page').click()
	await says('Page 2 of 2')
	await expect.poll(() => frame().locator('p').textContent()).toContain('Second page')
	const width = () =>
		frame()
			.locator('canvas')
			.evaluate(({ clientWidth }) => clientWidth)
	const before = await width()
	await button('Larger').click()
	await expect.poll(width).toBeGreaterThan(before)
})

test('the key that locks reaches the page from the frame, and no other key does', async () => {
	await open()
	await show(file('report.pdf', twoPages))
	await says('Page 1 of 2')
	await page.evaluate(() => {
		const keys: string[] = []
		addEventListener('keydown', ({ key }) => keys.push(key))
		Object.assign(globalThis, { keys })
	})
	await frame().locator('canvas').click()
	await page.keyboard.press('a')
	await page.keyboard.press('F9')
	await expect.poll(() => page.evaluate(() => (globalThis as any).keys)).toEqual(['F9'])
})

test('a picture shows, whatever it is called', async () => {
	await open()
	await show(file('page.html', png(40, 20, Buffer.alloc(20 * 41, 7))))
	const size = () =>
		frame()
			.locator('canvas')
			.evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight])
	await expect.poll(async () => (await size())[0]).toBeGreaterThan(100)
})

test('the frame has no origin, no storage, no network, and no way to the page', async () => {
	await open()
	await show(file('report.pdf', twoPages))
	await says('Page 1 of 2')
	const found = await frame()
		.locator('body')
		.evaluate(async () => {
			const tried: Record<string, string> = {}
			const attempt = async (name: string, act: () => unknown) => {
				try {
					await act()
					tried[name] = 'works'
				} catch {
					tried[name] = 'refused'
				}
			}
			await attempt('page', () => parent.document.title)
			await attempt('local storage', () => localStorage.length)
			await attempt('database', () => indexedDB.open('salus'))
			await attempt('files', () => navigator.storage.getDirectory())
			await attempt('network', () => fetch('/index.html'))
			await attempt('worker', () => new Worker('/viewer.js'))
			// Not at once: what runs from here may do more than the frame's own scripts.
			const later = () =>
				new Promise((done, fail) =>
					setTimeout(() => {
						try {
							done(Function('return 1')())
						} catch (error) {
							fail(error)
						}
					}),
				)
			await attempt('eval', later)
			return { origin: globalThis.origin, tried }
		})
	expect(found.origin).toBe('null')
	expect(new Set(Object.values(found.tried)), JSON.stringify(found.tried)).toEqual(
		new Set(['refused']),
	)
	// The policy said so.
	await expect.poll(() => faults.some((fault) => fault.includes('connect-src'))).toBe(true)
	forgive(/^(policy|console): /)
})

test('a hostile PDF runs nothing, and asks nobody', async () => {
	asked.length = 0
	await open()
	await show(file('report.pdf', hostile))
	await expect.poll(() => frame().locator('p').textContent()).toContain('Hello')
	// What it asks for, it has asked for by the time that the next one is drawn.
	await show(file('report.pdf', twoPages))
	await says('Page 1 of 2')
	expect(asked.filter((path) => path.includes('stolen'))).toEqual([])
})

test('SVG and HTML are shown nowhere', async () => {
	await open()
	const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/stolen")</script></svg>'
	for (const [name, content] of [
		['picture.svg', svg],
		['letter.html', '<!doctype html><script>fetch("/stolen")</script>'],
	]) {
		await show(file(name, content))
		await says('We cannot show this kind of file here.')
		expect(await page.locator('iframe').count()).toBe(0)
	}
})

test('a damaged file says so, and the page goes on', async () => {
	await open()
	for (const [name, content] of [
		['cut.pdf', twoPages.slice(0, 20)],
		['cut.png', png(40, 20, Buffer.alloc(20 * 41)).subarray(0, 40)],
	] as const) {
		await show(file(name, content))
		await says('It may be damaged. You can still save it, and open it with another program.')
	}
	await show(file('report.pdf', twoPages))
	await says('Page 1 of 2')
	forgive(/./s)
})
