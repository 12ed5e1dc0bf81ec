import { useState } from 'react'
import { Form } from 'react-aria-components'
import { isName } from '../format'
import { firstPage, go, usePrepared, useSession } from './context'
import { Busy, Button, Field, FileField, Note, Submit, Title, fileBytes, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

const STEPS = 2
/** The fewest characters of a passphrase. */
export const LEAST = 12

const isLabel = (label: string): boolean => isName(label.trim(), 60)
const isPassphrase = (passphrase: string): boolean => [...passphrase].length >= LEAST

/** A new passphrase, with what makes a good one. */
export function NewPassphrase({
	label,
	value,
	onChange,
	tried,
}: {
	label: string
	value: string
	onChange(value: string): void
	tried: boolean
}) {
	return (
		<Field
			secret
			label={label}
			value={value}
			onChange={onChange}
			autoComplete="new-password"
			hint={t('create-passphrase-hint', { least: LEAST })}
			error={
				tried && !isPassphrase(value) ? t('create-passphrase-bad', { least: LEAST }) : null
			}
		/>
	)
}

export { isPassphrase }

function LabelField({
	value,
	onChange,
	tried,
}: {
	value: string
	onChange(value: string): void
	tried: boolean
}) {
	return (
		<Field
			label={t('create-label')}
			hint={t('create-label-hint')}
			value={value}
			onChange={onChange}
			autoComplete="off"
			error={tried && !isLabel(value) ? t('create-label-bad') : null}
		/>
	)
}

/** Makes account and key for a new member. */
export function Create() {
	const session = useSession()
	usePrepared(session.invitedTo?.home ?? null)
	const [step, setStep] = useState(1)
	const [name, setName] = useState('')
	const [label, setLabel] = useState('')
	const [passphrase, setPassphrase] = useState('')
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const submit = () => {
		const fits = step === 1 ? isName(name.trim()) && isLabel(label) : isPassphrase(passphrase)
		setTried(!fits)
		if (!fits) return
		if (step === 1) return setStep(2)
		void run(async () => {
			await session.create(label.trim(), name.trim(), passphrase)
			go('copy')
		})
	}
	if (busy) {
		return (
			<>
				<Title above={t('step', { step: 2, steps: STEPS })}>{t('create-title')}</Title>
				<Busy title={t('create-making')}>
					<p>{t('create-making-text')}</p>
				</Busy>
			</>
		)
	}
	return (
		<>
			<Title above={t('step', { step, steps: STEPS })}>
				{t(step === 1 ? 'create-title' : 'create-passphrase-title')}
			</Title>
			<Form
				key={step}
				onSubmit={(event) => {
					event.preventDefault()
					submit()
				}}
			>
				{step === 1 ? (
					<>
						{/* Browsers keep what is typed into other fields, readable, in their profile. */}
						<Field
							label={t('create-name')}
							hint={t('create-name-hint')}
							value={name}
							onChange={setName}
							autoComplete="off"
							error={tried && !isName(name.trim()) ? t('create-name-bad') : null}
						/>
						<LabelField value={label} onChange={setLabel} tried={tried} />
						<p className="hint">{t('create-server')}</p>
					</>
				) : (
					<>
						<p className="lead">{t('create-passphrase-text')}</p>
						<NewPassphrase
							label={t('create-passphrase')}
							value={passphrase}
							onChange={setPassphrase}
							tried={tried}
						/>
						<Note kind="warn" title={t('create-passphrase-keep')}>
							<p>{t('create-passphrase-warn')}</p>
						</Note>
						{error && (
							<Note kind="bad">
								<p>{error}</p>
							</Note>
						)}
					</>
				)}
				<div className="actions">
					<Submit>{t(step === 1 ? 'next' : 'create-make')}</Submit>
					<Button kind="quiet" onPress={() => (step === 1 ? go('') : setStep(1))}>
						{t('back')}
					</Button>
				</div>
			</Form>
		</>
	)
}

/** Takes a member in by a key file. */
export function Import() {
	const session = useSession()
	usePrepared(session.invitedTo?.home ?? null)
	const [file, setFile] = useState<File | null>(null)
	const [label, setLabel] = useState('')
	const [passphrase, setPassphrase] = useState('')
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const submit = () => {
		setTried(true)
		if (file === null || !isLabel(label) || passphrase === '') return
		void run(async () => {
			await session.import(label.trim(), await fileBytes(file), passphrase)
			go(firstPage(session))
		})
	}
	return (
		<>
			<Title>{t('import-title')}</Title>
			<p className="lead">{t('import-text')}</p>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					submit()
				}}
			>
				<FileField
					label={t('copy-file')}
					file={file}
					onChange={setFile}
					error={tried && file === null ? t('need-file') : null}
				/>
				<Field
					secret
					label={t('create-passphrase')}
					value={passphrase}
					onChange={setPassphrase}
					autoComplete="current-password"
					error={tried && passphrase === '' ? t('need-passphrase') : null}
				/>
				<LabelField value={label} onChange={setLabel} tried={tried} />
				{error && (
					<Note kind="bad">
						<p>{error}</p>
					</Note>
				)}
				<div className="actions">
					<Submit busy={busy}>{t('import-open')}</Submit>
					<Button kind="quiet" onPress={() => go('')}>
						{t('back')}
					</Button>
				</div>
			</Form>
		</>
	)
}
