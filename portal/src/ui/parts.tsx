import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import {
	Button as AriaButton,
	Dialog as AriaDialog,
	type ButtonProps,
	Disclosure,
	DisclosurePanel,
	FieldError,
	FileTrigger,
	Heading,
	Input,
	Label,
	Modal,
	ModalOverlay,
	ProgressBar,
	Text,
	TextField,
} from 'react-aria-components'
import type { Bytes } from '../format'
import { qrRows } from './qr'
import { t } from './text'

type Kind = 'main' | 'second' | 'quiet' | 'danger'

/** A button. One `main` on a page: the next step. */
export function Button({ kind = 'second', ...props }: ButtonProps & { kind?: Kind }) {
	return <AriaButton {...props} className={`button ${kind}`} />
}

/** Sends a form. While it works it stays where it is, so that the focus does, too. */
export function Submit({
	kind = 'main',
	busy = false,
	children,
}: {
	kind?: Kind
	busy?: boolean
	children: string
}) {
	return (
		<>
			<Button kind={kind} type="submit">
				{busy ? t('working') : children}
			</Button>
			<span className="unseen" role="status">
				{busy ? t('working') : ''}
			</span>
		</>
	)
}

interface FieldProps {
	label: string
	value: string
	onChange(value: string): void
	hint?: string
	/** What is wrong, once the person has tried to go on. */
	error?: string | null
	autoComplete?: string
	autoFocus?: boolean
	/** Hides what is typed, unless the person asks to show it. */
	secret?: boolean
	maxLength?: number
	/** Beside the field. */
	children?: ReactNode
}

/** A line of text: label, hint, then the field; an error says what to do. */
export function Field({ label, hint, error, secret = false, children, ...props }: FieldProps) {
	const [shown, setShown] = useState(false)
	return (
		<TextField
			className="field"
			isInvalid={Boolean(error)}
			validationBehavior="aria"
			type={secret && !shown ? 'password' : 'text'}
			{...props}
		>
			<Label>{label}</Label>
			{hint && (
				<Text slot="description" className="hint">
					{hint}
				</Text>
			)}
			<FieldError className="error">{error}</FieldError>
			<div className="line">
				<Input
					autoCapitalize={secret ? 'off' : undefined}
					spellCheck={secret ? false : undefined}
				/>
				{secret && (
					<AriaButton
						className="button quiet inline"
						onPress={() => setShown(!shown)}
						aria-label={`${t(shown ? 'hide' : 'show')}: ${label}`}
					>
						{t(shown ? 'hide' : 'show')}
					</AriaButton>
				)}
				{children}
			</div>
		</TextField>
	)
}

/** Asks for a file. */
export function FileField({
	label,
	hint,
	error,
	file,
	onChange,
	children,
}: {
	label: string
	hint?: string
	error?: string | null
	file: File | null
	onChange(file: File): void
	/** Other ways to choose one. */
	children?: ReactNode
}) {
	const id = useId()
	return (
		<div className="field" role="group" aria-labelledby={id}>
			<span id={id} className="label">
				{label}
			</span>
			{hint && <span className="hint">{hint}</span>}
			{error && (
				<span className="error" role="alert">
					{error}
				</span>
			)}
			<div className="line">
				<FileTrigger onSelect={(files) => files?.[0] && onChange(files[0])}>
					<Button>{t('choose-file')}</Button>
				</FileTrigger>
				{children}
				<span className="chosen">{file?.name ?? t('no-file')}</span>
			</div>
		</div>
	)
}

export const fileBytes = async (file: File): Promise<Bytes> =>
	new Uint8Array(await file.arrayBuffer())

/** Hands a file to the browser's downloads. */
export function save(name: string, content: BlobPart): void {
	// No type: so no browser shows it as a page.
	const url = URL.createObjectURL(new Blob([content]))
	const link = Object.assign(document.createElement('a'), { href: url, download: name })
	link.click()
	setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const SIGNS = { info: 'i', warn: '!', bad: '×', good: '✓' }

/** Something that a person should know. Told by colour, by sign and by its title. */
export function Note({
	kind,
	title,
	children,
}: {
	kind: keyof typeof SIGNS
	title?: string
	children: ReactNode
}) {
	return (
		<section
			className={`note ${kind}`}
			role={kind === 'bad' ? 'alert' : kind === 'good' ? 'status' : undefined}
		>
			<span className="sign" aria-hidden="true">
				{SIGNS[kind]}
			</span>
			<div>
				<p className="note-title">{title ?? t(`note-${kind}`)}</p>
				{children}
			</div>
		</section>
	)
}

/** A line of a list that a person should not overlook. */
export const Warning = ({ children }: { children: string }) => (
	<span className="warning">
		<span className="sign" aria-hidden="true">
			{SIGNS.warn}
		</span>
		{children}
	</span>
)

/** What did not work, one note each. */
export const Problems = ({ texts }: { texts: (string | null)[] }) =>
	[...new Set(texts)].map(
		(text) =>
			text !== null && (
				<Note key={text} kind="bad">
					<p>{text}</p>
				</Note>
			),
	)

export function Card({ title, children }: { title: string; children: ReactNode }) {
	const id = useId()
	return (
		<section className="card" aria-labelledby={id}>
			<h2 id={id}>{title}</h2>
			{children}
		</section>
	)
}

/** What some people want to see: a question and its answer, or more of a page. Closed at first. */
export function More({
	title,
	level = 2,
	isOpen = false,
	children,
}: {
	title: string
	level?: 2 | 3
	isOpen?: boolean
	children: ReactNode
}) {
	const [opened, setOpened] = useState(isOpen)
	return (
		<Disclosure isExpanded={opened} onExpandedChange={setOpened} className="more">
			<Heading level={level}>
				<Button slot="trigger" kind="quiet">
					{title}
				</Button>
			</Heading>
			<DisclosurePanel>{opened && children}</DisclosurePanel>
		</Disclosure>
	)
}

/**
 * A page's heading. Takes the focus when the page opens, so that it is read out. `tab` is for the
 * browser's tab, and so for its history, which outlasts the lock: no names.
 */
export function Title({
	children,
	above,
	tab = children,
}: {
	children: string
	above?: string
	tab?: string
}) {
	const heading = useRef<HTMLHeadingElement>(null)
	useEffect(() => {
		document.title = t('page-title', { page: tab })
		heading.current?.focus()
	}, [tab])
	return (
		<header className="title">
			{above && <p className="above">{above}</p>}
			<h1 ref={heading} tabIndex={-1}>
				{children}
			</h1>
		</header>
	)
}

/** A text as a QR code, black on white in both schemes, so that every camera reads it. */
export function Qr({ text }: { text: string }) {
	const rows = qrRows(text)
	const path = rows
		.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
		.join('')
	return (
		<svg
			className="qr"
			role="img"
			aria-label={t('qr-of', { text })}
			viewBox={`0 0 ${rows.length} ${rows.length}`}
			shapeRendering="crispEdges"
		>
			<rect width={rows.length} height={rows.length} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	)
}

/** A text to compare or to copy, in groups. */
export function Code({
	text,
	label,
	kind = '',
}: {
	text: string
	label: string
	kind?: 'print' | 'id' | ''
}) {
	const [copied, setCopied] = useState(false)
	return (
		<div className={`code ${kind}`}>
			<code>{text}</code>
			<Button
				kind="quiet"
				aria-label={`${t(copied ? 'copied' : 'copy-text')}: ${label}`}
				onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
			>
				{t(copied ? 'copied' : 'copy-text')}
			</Button>
		</div>
	)
}

/** Work that takes more than a moment. */
export function Busy({ title, children }: { title: string; children?: ReactNode }) {
	return (
		<div className="busy" role="status">
			<ProgressBar isIndeterminate aria-label={title} className="bar">
				<span />
			</ProgressBar>
			<p className="note-title">{title}</p>
			{children}
		</div>
	)
}

/** A question over the page. Escape or `onClose` leaves everything as it is. */
export function Dialog({
	title,
	children,
	actions,
	onClose,
	alert = false,
}: {
	title: string
	children: ReactNode
	actions: ReactNode
	onClose(): void
	alert?: boolean
}) {
	return (
		<ModalOverlay
			className="shade"
			isOpen
			isDismissable={!alert}
			onOpenChange={(open) => open || onClose()}
		>
			<Modal className="modal">
				<AriaDialog role={alert ? 'alertdialog' : 'dialog'} className="dialog">
					<Heading slot="title">{title}</Heading>
					{children}
					<div className="actions">{actions}</div>
				</AriaDialog>
			</Modal>
		</ModalOverlay>
	)
}

/** Runs something slow, once at a time, and keeps what to tell if it fails. */
export function useWork(tell: (error: unknown) => string) {
	const [busy, setBusy] = useState(false)
	const [error, setError] = useState<string | null>(null)
	const mounted = useRef(true)
	useEffect(() => {
		mounted.current = true
		return () => {
			mounted.current = false
		}
	}, [])
	const run = async (work: () => Promise<void>) => {
		if (busy) return
		setBusy(true)
		setError(null)
		try {
			await work()
		} catch (failure) {
			if (mounted.current) setError(tell(failure))
		}
		if (mounted.current) setBusy(false)
	}
	return { busy, error, setError, run }
}
