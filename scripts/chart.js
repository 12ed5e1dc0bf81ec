// Draws lines over logarithmic axes as SVG, readable on light and dark pages.
//
// Usage: node chart.js TITLE THINGS <LINES >SVG
//
// LINES: the name of a line, how many things, and milliseconds, between tabs.

import { readFileSync } from 'node:fs'

const [title, things] = process.argv.slice(2)
const lines = new Map()
for (const row of readFileSync(0, 'utf8').trim().split('\n')) {
	const [name, x, y] = row.split('\t')
	if (!lines.has(name)) lines.set(name, [])
	lines.get(name).push([Number(x), Number(y)])
}

const width = 760
const height = 400
const area = { left: 72, right: 520, top: 48, bottom: 340 }
const points = [...lines.values()].flat()

/** An axis from one power of ten to another: the place of a value, and the powers. */
function axis(values, from, to) {
	const least = Math.floor(Math.log10(Math.min(...values)))
	const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))))
	const place = (value) => Math.round(from + ((Math.log10(value) - least) / (most - least)) * (to - from))
	const powers = Array.from({ length: most - least + 1 }, (_, step) => 10 ** (least + step))
	return { place, powers }
}

const across = axis(points.map(([x]) => x), area.left, area.right)
const up = axis(points.map(([, y]) => y), area.bottom, area.top)
const time = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toLocaleString('en-US')} s`)
const text = (x, y, content, anchor = 'start') =>
	`<text x="${x}" y="${y}" text-anchor="${anchor}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`
const rule = (x1, y1, x2, y2) => `<line class="rule" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`

const out = [
	text(area.left, 24, title),
	...across.powers.flatMap((x) => [
		rule(across.place(x), area.top, across.place(x), area.bottom),
		text(across.place(x), area.bottom + 20, x.toLocaleString('en-US'), 'middle'),
	]),
	...up.powers.flatMap((y) => [
		rule(area.left, up.place(y), area.right, up.place(y)),
		text(area.left - 8, up.place(y) + 4, time(y), 'end'),
	]),
	text((area.left + area.right) / 2, area.bottom + 42, things, 'middle'),
]

// Names stand beside the ends of their lines, from the top, and apart from each other.
const ends = [...lines].map(([name, line], place) => ({ name, place, y: up.place(line.at(-1)[1]) }))
ends.sort((a, b) => a.y - b.y)
let free = 0
for (const end of ends) {
	end.y = Math.max(end.y + 4, free)
	free = end.y + 18
}
for (const { name, place, y } of ends) {
	const marks = lines.get(name).map(([x, ms]) => [across.place(x), up.place(ms)])
	out.push(`<g class="line-${place % 4}">`)
	out.push(`<polyline points="${marks.map((mark) => mark.join(',')).join(' ')}"/>`)
	out.push(...marks.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5"/>`))
	out.push(text(area.right + 12, y, name), '</g>')
}

const style = `
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.rule { stroke: #8886; stroke-width: 1 }
polyline { fill: none; stroke-width: 2 }
.line-0 { stroke: #0b62c4; fill: #0b62c4 } .line-1 { stroke: #b3400e; fill: #b3400e }
.line-2 { stroke: #1a7f4b; fill: #1a7f4b } .line-3 { stroke: #8a3fc0; fill: #8a3fc0 }
g text { stroke: none; fill: inherit }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.line-0 { stroke: #6cb0ff; fill: #6cb0ff } .line-1 { stroke: #ff9d66; fill: #ff9d66 }
.line-2 { stroke: #5fd49a; fill: #5fd49a } .line-3 { stroke: #d2a3ff; fill: #d2a3ff }
}
`
console.log(
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>${style}</style>
${out.join('\n')}
</svg>`
)
