import { expect, test } from 'vitest'
import { fromViewer } from '../src/viewer/messages'

test('of a frame, only what our own would say is heard', () => {
	for (const wrong of [
		null,
		7,
		'ready',
		[],
		{},
		{ kind: 'sign', payload: 'x' },
		{ kind: 'drawn', pages: 0, height: 100 },
		{ kind: 'drawn', pages: 1.5, height: 100 },
		{ kind: 'drawn', pages: 1e9, height: 100 },
		{ kind: 'drawn', pages: 1, height: Number.NaN },
		{ kind: 'drawn', pages: 1, height: '100' },
		{ kind: 'drawn', pages: 1, height: -1 },
		{ kind: 'aid', id: 1, name: '../index.html' },
		{ kind: 'aid', id: 1, name: 'cmaps/../../networks/a.bcmap' },
		{ kind: 'aid', id: 1, name: 'https://elsewhere/a.bcmap' },
		{ kind: 'aid', id: 1, name: 'cmaps/a.bcmap?secret=1' },
		{ kind: 'aid', id: 1, name: 'wasm/other.wasm' },
		{ kind: 'aid', id: -1, name: 'cmaps/a.bcmap' },
	])
		expect(fromViewer(wrong), JSON.stringify(wrong)).toBeNull()
	expect(fromViewer({ kind: 'ready', more: 1 })).toEqual({ kind: 'ready' })
	expect(fromViewer({ kind: 'lock', more: 1 })).toEqual({ kind: 'lock' })
	expect(fromViewer({ kind: 'drawn', pages: 3, height: 1e9 })).toEqual({
		kind: 'drawn',
		pages: 3,
		height: 20_000,
	})
	expect(fromViewer({ kind: 'failed', why: '<b>' })).toEqual({ kind: 'failed', why: 'broken' })
	const aid = { kind: 'aid', id: 1, name: 'cmaps/UniJIS-UTF16-H.bcmap' }
	expect(fromViewer(aid)).toEqual(aid)
})
