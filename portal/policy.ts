/** Of the style that react-aria-components puts into each page. A test fails when it changes. */
const REACT_ARIA_STYLE = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='"

/** Gateways, whose addresses network files tell: by TLS, or on this machine. */
const GATEWAYS =
	'https: wss: http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*'

/** What a page of the portal may load and do. The server sends it, and each page has it. */
export const policy = [
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	`style-src 'self' ${REACT_ARIA_STYLE}`,
	"img-src 'self'",
	`connect-src 'self' ${GATEWAYS}`,
	"worker-src 'self'",
	// The frame that draws files. It has a stricter policy of its own.
	"frame-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"require-trusted-types-for 'script'",
	'trusted-types salus',
].join('; ')

/** What a server sends with every file. A page cannot say all of it by itself. */
export const headers = {
	'Content-Security-Policy': `${policy}; frame-ancestors 'self'`,
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Permissions-Policy': 'camera=(self), geolocation=(), microphone=()',
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
}
