/**
 * Draws a PDF or an image. Runs in a frame of its own, without the portal's origin, keys or network:
 * whatever a hostile file does there, it can only draw, and say what `fromViewer` reads.
 */
import { type PDFDocumentProxy, getDocument } from 'pdfjs-dist'
import * as pdfWorker from 'pdfjs-dist/build/pdf.worker.mjs'
import { type FromViewer, LOCK_KEY, type ToViewer, type View } from './messages'

// A frame like this one can start no worker. So PDFs are parsed here.
Object.assign(globalThis, { pdfjsWorker: pdfWorker })
// Browsers call this no more while the frame is scrolled out of sight: a page would never be drawn.
window.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()))

/** The most pixels of a drawing, in each direction and in all. */
const LONGEST = 8192
const MOST = 24e6

const canvas = document.querySelector('canvas') as HTMLCanvasElement
const words = document.querySelector('p') as HTMLParagraphElement
const tell = (message: FromViewer) => parent.postMessage(message, '*')

/** Draws what is shown so, and gives the number of pages. */
let draw: ((view: View) => Promise<number>) | null = null
let last: Promise<unknown> = Promise.resolve()

const aids = new Map<number, (bytes: ArrayBuffer | null) => void>()

/** Files that PDFs need come from the page. */
class Aids {
	async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
		const name = `${kind === 'wasmUrl' ? 'wasm' : 'cmaps'}/${filename}`
		const id = aids.size + 1
		const bytes = await new Promise<ArrayBuffer | null>((done) => {
			aids.set(id, done)
			tell({ kind: 'aid', id, name })
		})
		if (bytes === null) throw new Error(`there is no ${name}`)
		return new Uint8Array(bytes)
	}
}

addEventListener('message', ({ data, source }: MessageEvent<ToViewer>) => {
	if (source !== parent) return
	if (data.kind === 'aid') return aids.get(data.id)?.(data.bytes)
	const { view } = data
	last = last.then(async () => {
		try {
			if (data.kind === 'show') {
				draw = await (data.as === 'pdf' ? openPdf(data.bytes) : openImage(data.bytes))
			}
			if (draw === null) return
			const pages = await draw(view)
			tell({ kind: 'drawn', pages, height: canvas.getBoundingClientRect().bottom })
		} catch (error) {
			const password = (error as Error)?.name === 'PasswordException'
			tell({ kind: 'failed', why: password ? 'password' : 'broken' })
		}
	})
})

/** Sizes the canvas for a drawing of this form, and gives how much larger it is than that. */
function sized(width: number, height: number, { scale }: View): number {
	const shown = document.documentElement.clientWidth * scale
	const wanted = (shown / width) * devicePixelRatio
	const most = Math.min(LONGEST / width, LONGEST / height, Math.sqrt(MOST / (width * height)))
	const factor = Math.min(wanted, most)
	canvas.width = Math.max(1, Math.round(width * factor))
	canvas.height = Math.max(1, Math.round(height * factor))
	canvas.style.width = `${shown}px`
	return factor
}

async function openPdf(bytes: ArrayBuffer) {
	const pdf: PDFDocumentProxy = await getDocument({
		data: new Uint8Array(bytes),
		BinaryDataFactory: Aids,
		cMapUrl: 'cmaps/',
		wasmUrl: 'wasm/',
		useWorkerFetch: false,
		useSystemFonts: true,
		disableWorkerRendering: true,
		enableXfa: false,
		maxImageSize: MOST,
	}).promise
	return async (view: View): Promise<number> => {
		const page = await pdf.getPage(Math.min(Math.max(1, view.page), pdf.numPages))
		const { width, height } = page.getViewport({ scale: 1 })
		const viewport = page.getViewport({ scale: sized(width, height, view) })
		await page.render({ canvas, viewport }).promise
		const { items } = await page.getTextContent()
		words.textContent = items
			.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
			.join('')
		page.cleanup()
		return pdf.numPages
	}
}

async function openImage(bytes: ArrayBuffer) {
	const image = await createImageBitmap(new Blob([bytes]))
	return async (view: View): Promise<number> => {
		sized(image.width, image.height, view)
		canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
		return 1
	}
}

addEventListener('keydown', ({ key }) => {
	if (key === LOCK_KEY) tell({ kind: 'lock' })
})
tell({ kind: 'ready' })
