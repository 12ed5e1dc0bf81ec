import { useEffect, useRef, useState } from 'react'
import { LOCK_KEY, type ToViewer, type View, fromViewer } from '../viewer/messages'
import { Button, Busy, Note } from './parts'
import { t } from './text'

/** Steps of the size. 1 fills the width. */
const SCALES = [1, 1.5, 2, 3, 4]
/** How long a file may take to be drawn, in milliseconds. */
const PATIENCE = 30_000

/**
 * Draws a PDF or an image in a frame that has no origin, no keys and no network. What comes out of
 * it is not believed.
 */
export function Frame(file: { as: 'pdf' | 'image'; bytes: ArrayBuffer }) {
	const [shown, setShown] = useState({ file: file.bytes, number: 0 })
	if (shown.file !== file.bytes) setShown({ file: file.bytes, number: shown.number + 1 })
	return <Drawn key={shown.number} {...file} />
}

function Drawn({ as, bytes }: { as: 'pdf' | 'image'; bytes: ArrayBuffer }) {
	const frame = useRef<HTMLIFrameElement>(null)
	const [view, setView] = useState<View>({ page: 1, scale: 1 })
	const [pages, setPages] = useState(0)
	const [height, setHeight] = useState(200)
	const [failed, setFailed] = useState<'broken' | 'password' | 'slow' | null>(null)
	const tell = (message: ToViewer) => frame.current?.contentWindow?.postMessage(message, '*')

	useEffect(() => {
		let drawn = false
		const late = setTimeout(() => drawn || setFailed('slow'), PATIENCE)
		const hear = ({ data, source }: MessageEvent<unknown>) => {
			if (source === null || source !== frame.current?.contentWindow) return
			const said = fromViewer(data)
			if (said === null) return
			if (said.kind === 'ready') {
				tell({ kind: 'show', as, bytes, view: { page: 1, scale: 1 } })
			} else if (said.kind === 'aid') {
				void aid(said.name).then((bytes) => tell({ kind: 'aid', id: said.id, bytes }))
			} else if (said.kind === 'lock') {
				dispatchEvent(new KeyboardEvent('keydown', { key: LOCK_KEY }))
			} else if (said.kind === 'failed') {
				drawn = true
				setFailed(said.why)
			} else {
				drawn = true
				setPages(said.pages)
				setHeight(said.height)
			}
		}
		addEventListener('message', hear)
		return () => {
			clearTimeout(late)
			removeEventListener('message', hear)
		}
	}, [as, bytes])

	const turn = (next: View) => {
		setView(next)
		tell({ kind: 'turn', view: next })
	}
	const { page, scale } = view
	const step = SCALES.indexOf(scale)
	if (failed !== null) {
		return (
			<Note kind="bad" title={t('frame-failed')}>
				<p>{t(`frame-${failed}`)}</p>
			</Note>
		)
	}
	return (
		<div className="frame">
			<div className="actions">
				{pages > 1 && (
					<>
						<Button
							isDisabled={page === 1}
							onPress={() => turn({ page: page - 1, scale })}
						>
							{t('frame-back')}
						</Button>
						<Button
							isDisabled={page === pages}
							onPress={() => turn({ page: page + 1, scale })}
						>
							{t('frame-next')}
						</Button>
					</>
				)}
				<Button
					kind="quiet"
					isDisabled={step === SCALES.length - 1}
					onPress={() => turn({ page, scale: SCALES[step + 1] })}
				>
					{t('frame-larger')}
				</Button>
				<Button
					kind="quiet"
					isDisabled={step === 0}
					onPress={() => turn({ page, scale: SCALES[step - 1] })}
				>
					{t('frame-smaller')}
				</Button>
			</div>
			<p className="hint" role="status">
				{pages > 1 ? t('frame-page', { page, pages }) : ''}
			</p>
			{pages === 0 && <Busy title={t('frame-drawing')} />}
			<iframe
				ref={frame}
				title={t('frame-title')}
				src="/viewer.html"
				sandbox="allow-scripts"
				referrerPolicy="no-referrer"
				height={Math.ceil(height)}
			/>
		</div>
	)
}

/** A file that PDFs need. The frame cannot fetch it by itself. */
async function aid(name: string): Promise<ArrayBuffer | null> {
	try {
		const answer = await fetch(`/pdf/${name}`, { redirect: 'error' })
		return answer.ok ? await answer.arrayBuffer() : null
	} catch {
		return null
	}
}
