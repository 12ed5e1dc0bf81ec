import { useRef } from 'react'
import { Label, ProgressBar } from 'react-aria-components'
import type { Far } from '../records/download'
import { type Sample, paceOf } from '../records/pace'
import { size, span, t } from './text'

/** Work whose end is known: how far it is, how fast, and how long it still takes. */
export function Progress({ title, far }: { title: string; far: Far }) {
	const samples = useRef<Sample[]>([])
	const pace = paceOf(samples.current, { at: Date.now(), done: far.done }, far.size)
	const part = far.size === 0 ? 100 : Math.floor((100 * far.done) / far.size)
	const text = t('progress', { done: size(far.done), size: size(far.size) })
	return (
		<ProgressBar value={part} valueLabel={text} className="busy">
			<Label className="note-title">{title}</Label>
			<div className="bar known">
				<span style={{ width: `${part}%` }} />
			</div>
			<p className="hint">{text}</p>
			{pace !== null && (
				<p className="hint">
					{t('progress-pace', { rate: size(pace.rate), left: span(pace.left) })}
				</p>
			)}
		</ProgressBar>
	)
}
