import { useState } from 'react'
import type { Bytes } from '../format'
import { kindOf, plainWords } from '../records/kinds'
import {
	type Chart,
	type Group,
	type Inside,
	type Lines,
	blocksOf,
	chartOf,
	printable,
} from './fhir'
import { Frame } from './frame'
import { Button, More, save } from './parts'
import { has, t } from './text'

/** How many resources of a group show at once, and how much of a text. */
const STEP = 20
const MOST_TEXT = 200_000

/** A FHIR resource, or a bundle of many. */
export function Resource({ resource }: { resource: Record<string, unknown> }) {
	const [chart] = useState(() => chartOf(resource))
	const { groups, others } = chart
	const one = groups.length === 1 && groups[0].resources.length === 1 && others.length === 0
	return (
		<div className="resource">
			{groups.map((group) => (
				<GroupOf key={group.type} group={group} chart={chart} open={one} />
			))}
			{chart.more && <p className="error">{t('fhir-more')}</p>}
			{others.length > 0 && (
				<p className="hint">
					{t('fhir-others', {
						what: others.map(([type, count]) => `${count} ${type}`).join(', '),
					})}
				</p>
			)}
		</div>
	)
}

/** What people call resources of this type. */
const typeName = (type: string): string => (has(`fhir-${type}`) ? t(`fhir-${type}`) : type)

function GroupOf({ group, chart, open }: { group: Group; chart: Chart; open: boolean }) {
	const { type, resources } = group
	const [shown, setShown] = useState(STEP)
	const title = t('fhir-group', { name: typeName(type), count: resources.length })
	return (
		<More title={title} level={3} isOpen={open}>
			<ul className="rows">
				{resources.slice(0, shown).map((one, index) => (
					<li key={index}>
						<Item lines={chart.lines(one)} />
					</li>
				))}
			</ul>
			{shown < resources.length && (
				<div className="actions">
					<Button onPress={() => setShown(shown + STEP)}>{t('records-more')}</Button>
				</div>
			)}
		</More>
	)
}

function Item({ lines }: { lines: Lines }) {
	const { title, isNamed, when, rows, prose, files, parts, more } = lines
	return (
		<>
			<strong>{isNamed ? title : typeName(title)}</strong>
			{when !== null && <span className="hint">{when}</span>}
			{rows.length > 0 && (
				<dl className="facts">
					{rows.map(([label, text], index) => (
						<div key={index}>
							{label !== '' && <dt>{t(label)}</dt>}
							<dd>{text}</dd>
						</div>
					))}
				</dl>
			)}
			{prose !== null && <Prose text={prose} />}
			{more && <span className="error">{t('fhir-more')}</span>}
			{files.map((file, index) => (
				<FileInside key={index} file={file} />
			))}
			{parts.length > 0 && (
				<ul className="rows">
					{parts.map((part, index) => (
						<li key={index}>
							<Item lines={part} />
						</li>
					))}
				</ul>
			)}
		</>
	)
}

/** The author's own words: lines of text, and tables. */
function Prose({ text }: { text: string }) {
	return (
		<>
			{blocksOf(text).map((block, index) =>
				typeof block === 'string' ? (
					<p key={index} className="prose">
						{block}
					</p>
				) : (
					<div key={index} className="table" tabIndex={0}>
						<table>
							<tbody>
								{block.map((row, place) => (
									<tr key={place}>
										{row.map(({ head, text }, column) =>
											head ? (
												<th key={column}>{text}</th>
											) : (
												<td key={column}>{text}</td>
											),
										)}
									</tr>
								))}
							</tbody>
						</table>
					</div>
				),
			)}
		</>
	)
}

/** Plain text, as far as a page can show it. */
export const Words = ({ text }: { text: string }) => (
	<>
		<p className="prose">{printable(text.slice(0, MOST_TEXT))}</p>
		{text.length > MOST_TEXT && <span className="error">{t('fhir-more')}</span>}
	</>
)

/** A file inside a resource: shown as any other file, by what it is. */
function FileInside({ file }: { file: Inside }) {
	const [shown, setShown] = useState<{ as: 'pdf' | 'image'; bytes: ArrayBuffer } | null>(null)
	const [text, setText] = useState<string | null>(null)
	const [broken, setBroken] = useState(false)
	const open = () => {
		const bytes = fromBase64(file.data)
		if (bytes === null) return setBroken(true)
		const kind = kindOf(bytes, bytes.length)
		if (kind === 'pdf' || kind === 'image') return setShown({ as: kind, bytes: bytes.buffer })
		const words = plainWords(bytes)
		if (words === null) save(t('fhir-file-name'), bytes)
		else setText(words)
	}
	return (
		<>
			<div className="actions">
				<Button onPress={open}>{t('fhir-file', { title: file.title })}</Button>
			</div>
			{broken && <span className="error">{t('fhir-file-broken')}</span>}
			{text !== null && <Words text={text} />}
			{shown !== null && <Frame {...shown} />}
		</>
	)
}

function fromBase64(data: string): Bytes | null {
	try {
		return Uint8Array.from(atob(data.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0))
	} catch {
		return null
	}
}
