import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Label, Radio, RadioGroup } from 'react-aria-components'
import {
	Busy,
	Button,
	Card,
	Code,
	Dialog,
	Field,
	FileField,
	More,
	Note,
	Qr,
	Submit,
	Title,
	fileBytes,
} from './parts'
import { kindOf } from '../records/kinds'
import { Frame } from './frame'
import { t } from './text'
import './style.css'

const COLOURS = [
	'paper',
	'surface',
	'ink',
	'soft',
	'line',
	'main',
	'info',
	'warn',
	'bad',
	'good',
	'focus',
]
const ACCOUNT = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

/** Every component, for the tests to photograph and for people to look at. */
function Components() {
	const [text, setText] = useState('')
	const [open, setOpen] = useState(false)
	const example = t('components-example')
	return (
		<main id="main">
			<Title above={t('step', { step: 1, steps: 3 })}>{t('components-title')}</Title>
			<p className="lead">{example}</p>
			<Card title={t('components-colours')}>
				<ul className="swatches">
					{COLOURS.map((name) => (
						<li key={name}>
							<span className={`swatch of-${name}`} aria-hidden="true" />
							<code>{name}</code>
						</li>
					))}
				</ul>
			</Card>
			<Card title={t('components-buttons')}>
				<div className="actions">
					<Button kind="main">{t('next')}</Button>
					<Button>{t('choose-file')}</Button>
					<Button kind="danger">{t('settings-remove-do')}</Button>
					<Button kind="quiet">{t('back')}</Button>
					<Button isDisabled>{t('components-disabled')}</Button>
					<Submit busy>{t('next')}</Submit>
				</div>
			</Card>
			<Card title={t('components-fields')}>
				<Field
					label={t('create-name')}
					hint={t('create-name-hint')}
					value={text}
					onChange={setText}
				/>
				<Field
					label={t('create-label')}
					hint={t('create-label-hint')}
					value=""
					onChange={setText}
					error={t('create-label-bad')}
				/>
				<Field
					secret
					label={t('create-passphrase')}
					value="four words on paper"
					onChange={setText}
				/>
				<FileField
					label={t('copy-file')}
					file={null}
					onChange={() => {}}
					error={t('need-file')}
				/>
				<RadioGroup className="radios" defaultValue="2">
					<Label>{t('settings-lock-after')}</Label>
					{['2', '5'].map((minutes) => (
						<Radio key={minutes} value={minutes} className="radio">
							<span className="dot" aria-hidden="true" />
							{t('settings-minutes', { minutes: Number(minutes) })}
						</Radio>
					))}
				</RadioGroup>
			</Card>
			<Card title={t('components-notes')}>
				{(['info', 'warn', 'bad', 'good'] as const).map((kind) => (
					<Note key={kind} kind={kind}>
						<p>{example}</p>
					</Note>
				))}
				<Busy title={t('create-making')}>
					<p>{t('create-making-text')}</p>
				</Busy>
			</Card>
			<Card title={t('components-cards')}>
				<ul className="people">
					<li>
						<Button>
							<span className="initial" aria-hidden="true">
								A
							</span>
							{example}
						</Button>
					</li>
				</ul>
				<Qr text={ACCOUNT} />
				<Code text={ACCOUNT} label={t('me-account')} />
				<More title={t('me-more')}>
					<p>{t('me-more-text')}</p>
				</More>
			</Card>
			<Files />
			<Card title={t('components-dialog')}>
				<div className="actions">
					<Button onPress={() => setOpen(true)}>{t('components-open-dialog')}</Button>
				</div>
				{open && (
					<Dialog
						title={t('settings-remove-sure')}
						onClose={() => setOpen(false)}
						actions={
							<>
								<Button kind="danger" onPress={() => setOpen(false)}>
									{t('settings-remove-do')}
								</Button>
								<Button kind="quiet" onPress={() => setOpen(false)}>
									{t('cancel')}
								</Button>
							</>
						}
					>
						<p>{t('settings-remove-text')}</p>
					</Dialog>
				)}
			</Card>
		</main>
	)
}

/** Draws a file that a person chooses, as a record's page does. */
function Files() {
	const [file, setFile] = useState<File | null>(null)
	const [shown, setShown] = useState<{ as: 'pdf' | 'image'; bytes: ArrayBuffer } | null>(null)
	const choose = async (chosen: File) => {
		const bytes = await fileBytes(chosen)
		const kind = kindOf(bytes, bytes.length)
		setFile(chosen)
		setShown(kind === 'pdf' || kind === 'image' ? { as: kind, bytes: bytes.buffer } : null)
	}
	return (
		<Card title={t('components-files')}>
			<FileField
				label={t('frame-title')}
				file={file}
				onChange={(file) => void choose(file)}
			/>
			{file !== null && shown === null && <p>{t('document-other')}</p>}
			{shown !== null && <Frame {...shown} />}
		</Card>
	)
}

createRoot(document.getElementById('page') as HTMLElement).render(<Components />)
