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
} from '../src/ui/parts'
import { kindOf } from '../src/records/kinds'
import { Frame } from '../src/ui/frame'
import { t } from '../src/ui/text'
import '../src/ui/style.css'

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
const EXAMPLE = 'Nobody can open this record without a key.'
const ACCOUNT = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

/** Every component, for the tests to photograph and for people to look at. No part of the portal. */
function Components() {
	const [text, setText] = useState('')
	const [open, setOpen] = useState(false)
	return (
		<main id="main">
			<Title above={t('step', { step: 1, steps: 3 })}>Components</Title>
			<p className="lead">{EXAMPLE}</p>
			<Card title="Colours">
				<ul className="swatches">
					{COLOURS.map((name) => (
						<li key={name}>
							<span className={`swatch of-${name}`} aria-hidden="true" />
							<code>{name}</code>
						</li>
					))}
				</ul>
			</Card>
			<Card title="Buttons">
				<div className="actions">
					<Button kind="main">{t('next')}</Button>
					<Button>{t('choose-file')}</Button>
					<Button kind="danger">{t('settings-remove-do')}</Button>
					<Button kind="quiet">{t('back')}</Button>
					<Button isDisabled>Not possible now</Button>
					<Submit busy>{t('next')}</Submit>
				</div>
			</Card>
			<Card title="Fields">
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
			<Card title="Notes">
				{(['info', 'warn', 'bad', 'good'] as const).map((kind) => (
					<Note key={kind} kind={kind}>
						<p>{EXAMPLE}</p>
					</Note>
				))}
				<Busy title={t('create-making')}>
					<p>{t('create-making-text')}</p>
				</Busy>
			</Card>
			<Card title="Cards and rows">
				<ul className="people">
					<li>
						<Button>
							<span className="initial" aria-hidden="true">
								A
							</span>
							{EXAMPLE}
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
			<Card title="Dialog">
				<div className="actions">
					<Button onPress={() => setOpen(true)}>Open a dialog</Button>
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
		<Card title="Files">
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
