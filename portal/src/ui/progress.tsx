import { Label, ProgressBar } from 'react-aria-components'
import type { Far } from '../records/download'
import { size, t } from './text'

/** Work whose end is known. */
export function Progress({ title, far }: { title: string; far: Far }) {
	const part = far.size === 0 ? 100 : Math.floor((100 * far.done) / far.size)
	const text = t('progress', { done: size(far.done), size: size(far.size) })
	return (
		<ProgressBar value={part} valueLabel={text} className="busy">
			<Label className="note-title">{title}</Label>
			<div className="bar known">
				<span style={{ width: `${part}%` }} />
			</div>
			<p className="hint">{text}</p>
		</ProgressBar>
	)
}
