import encode from 'qr'

/** The rows of a QR code: whether each module is dark. With the white border that readers need. */
export const qrRows = (text: string): boolean[][] =>
	encode(text, 'raw', { ecc: 'medium', border: 4 })
