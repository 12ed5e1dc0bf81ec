import { blake2b } from '@noble/hashes/blake2.js'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import type { Codecs } from '../chain/codecs'
import { type Bytes, hex } from '../format'
import { copiesWanted, propose } from '../records/council'
import { type Offer, readOffer } from '../records/offer'
import { useDraft, useHome, usePortal } from './context'
import { useLoad } from './load'
import { Button, Card, Code, Field, FileField, Problems, Submit, fileBytes, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

/** Opens motions: a new authority, the number of copies, new rules. */
export function Propose({ authorities, announced }: { authorities: number; announced: boolean }) {
	const { activity } = usePortal()
	const { busy, error, run } = useWork(problem)
	const open: Opens['onOpen'] = (call, onSent) =>
		void run(async () => {
			await propose(activity, authorities, call)
			onSent?.()
		})
	return (
		<>
			<Problems texts={[error]} />
			<Add busy={busy} onOpen={open} />
			<Copies busy={busy} onOpen={open} />
			<Upgrade busy={busy} announced={announced} onOpen={open} />
		</>
	)
}

interface Opens {
	busy: boolean
	onOpen(call: (codecs: Codecs) => Bytes, onSent?: () => void): void
}

function Add({ busy, onOpen }: Opens) {
	const { connection } = useHome()
	const [text, setText] = useDraft('propose-offer', '')
	const [offer, setOffer] = useState<Offer | null>(null)
	const { error, run } = useWork(problem)
	return (
		<Card title={t('propose-add')}>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					setOffer(null)
					if (connection === null) return
					void run(async () => setOffer(await readOffer(text, connection.genesis)))
				}}
			>
				<Field
					label={t('propose-offer')}
					hint={t('propose-offer-hint')}
					value={text}
					onChange={setText}
					autoComplete="off"
					error={error}
				/>
				<div className="actions">
					<Submit kind="second">{t('propose-look')}</Submit>
				</div>
			</Form>
			{offer !== null && (
				<>
					<p>{t('propose-compare')}</p>
					<Code text={offer.account} label={t('account-of')} />
					<Code kind="print" text={offer.print} label={t('propose-keys')} />
					<div className="actions">
						<Button
							isDisabled={busy}
							onPress={() => {
								const { account, keys, proof, signature } = offer
								onOpen(
									(codecs) =>
										codecs.call('Governance.add_authority', {
											account,
											keys,
											proof,
											signature,
										}),
									() => setText(''),
								)
							}}
						>
							{t('council-propose')}
						</Button>
					</div>
				</>
			)}
		</Card>
	)
}

/** The most copies that the pallet takes: its pinners. */
const MOST_COPIES = 64

function Copies({ busy, onOpen }: Opens) {
	const { connection } = useHome()
	const { value: now } = useLoad(
		async () => (connection === null ? null : await copiesWanted(connection)),
		[connection],
	)
	const [text, setText] = useDraft('propose-copies', '')
	const [tried, setTried] = useState(false)
	const number = /^\d{1,2}$/.test(text.trim()) ? Number(text) : 0
	const fits = number > 0 && number <= MOST_COPIES
	return (
		<Card title={t('propose-copies')}>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					setTried(true)
					if (!fits || busy) return
					onOpen(
						(codecs) =>
							codecs.call('Governance.set_parameter', {
								parameter: { type: 'ReplicationTarget', value: number },
							}),
						() => {
							setTried(false)
							setText('')
						},
					)
				}}
			>
				<Field
					label={t('propose-copies-number')}
					hint={now === null ? undefined : t('propose-copies-now', { count: now })}
					value={text}
					onChange={setText}
					autoComplete="off"
					error={tried && !fits ? t('propose-copies-bad', { most: MOST_COPIES }) : null}
				/>
				<div className="actions">
					<Submit kind="second" busy={busy}>
						{t('council-propose')}
					</Submit>
				</div>
			</Form>
		</Card>
	)
}

function Upgrade({ busy, announced, onOpen }: Opens & { announced: boolean }) {
	const [file, setFile] = useState<File | null>(null)
	const [hash, setHash] = useState<string | null>(null)
	const { error, run } = useWork(problem)
	if (announced) {
		return (
			<Card title={t('propose-cancel')}>
				<div className="actions">
					<Button
						isDisabled={busy}
						onPress={() =>
							onOpen((codecs) => codecs.call('Governance.cancel_upgrade', undefined))
						}
					>
						{t('propose-cancel-do')}
					</Button>
				</div>
			</Card>
		)
	}
	return (
		<Card title={t('propose-upgrade')}>
			<FileField
				label={t('propose-code')}
				file={file}
				error={error}
				onChange={(chosen) => {
					setFile(chosen)
					void run(async () => {
						const code = await fileBytes(chosen)
						setHash(`0x${hex(blake2b(code, { dkLen: 32 }) as Bytes)}`)
					})
				}}
			/>
			{hash !== null && (
				<>
					<p>{t('propose-compare-code')}</p>
					<Code text={hash} label={t('propose-code-print')} />
					<div className="actions">
						<Button
							isDisabled={busy}
							onPress={() =>
								onOpen((codecs) =>
									codecs.call('Governance.announce_upgrade', { code_hash: hash }),
								)
							}
						>
							{t('council-propose')}
						</Button>
					</div>
				</>
			)}
		</Card>
	)
}
