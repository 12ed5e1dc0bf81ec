import { useEffect, useRef, useState } from 'react'
import { loaded } from '../loaded'
import { Busy, Button, Note } from './parts'
import { t } from './text'

/** How often a picture is looked at, in milliseconds, and how wide it is made before. */
const PAUSE = 250
const WIDTH = 480

/** Reads a QR code with the camera. The pictures stay in this page. */
export function Scan({ onText, onClose }: { onText(text: string): void; onClose(): void }) {
	const video = useRef<HTMLVideoElement>(null)
	const [failed, setFailed] = useState(false)
	const [sees, setSees] = useState(false)
	useEffect(() => {
		let stream: MediaStream | null = null
		let timer: ReturnType<typeof setTimeout> | undefined
		let here = true
		const canvas = document.createElement('canvas')
		const look = (decode: Decode) => {
			const picture = video.current
			if (!here || picture === null) return
			const text = picture.videoWidth > 0 ? read(decode, canvas, picture) : null
			if (text !== null) return onText(text)
			timer = setTimeout(look, PAUSE, decode)
		}
		const start = async () => {
			stream = await navigator.mediaDevices.getUserMedia({
				video: { facingMode: 'environment' },
			})
			if (!here || video.current === null) return stop()
			video.current.srcObject = stream
			await video.current.play()
			setSees(true)
			look((await loaded(import('qr/decode.js'))).default)
		}
		const stop = () => stream?.getTracks().forEach((track) => track.stop())
		start().catch(() => here && setFailed(true))
		return () => {
			here = false
			clearTimeout(timer)
			stop()
		}
		// The camera is opened once.
	}, [])
	return (
		<div className="scan">
			{failed ? (
				<Note kind="warn" title={t('scan-failed')}>
					<p>{t('scan-failed-text')}</p>
				</Note>
			) : (
				<>
					{!sees && <Busy title={t('scan-starting')} />}
					<video ref={video} muted playsInline aria-label={t('scan-video')} />
					<p className="hint">{t('scan-text')}</p>
				</>
			)}
			<div className="actions">
				<Button kind="quiet" onPress={onClose}>
					{t('cancel')}
				</Button>
			</div>
		</div>
	)
}

type Decode = (image: ImageData) => string

function read(decode: Decode, canvas: HTMLCanvasElement, picture: HTMLVideoElement): string | null {
	const scale = Math.min(1, WIDTH / picture.videoWidth)
	canvas.width = Math.round(picture.videoWidth * scale)
	canvas.height = Math.round(picture.videoHeight * scale)
	const context = canvas.getContext('2d', { willReadFrequently: true })
	if (context === null) return null
	context.drawImage(picture, 0, 0, canvas.width, canvas.height)
	try {
		return decode(context.getImageData(0, 0, canvas.width, canvas.height))
	} catch {
		// There is no code in this picture.
		return null
	}
}
