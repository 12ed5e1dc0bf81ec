import { free } from '../src/format'
import { cases, files } from './vectors'

Object.assign(globalThis, { free })

const loaded = new Map(
	await Promise.all(
		files.map(async (name) => [name, await (await fetch(`/${name}`)).json()] as const),
	),
)

/** One line for each case: its name, and `passed` or what is wrong. */
for (const { name, run } of cases((file) => structuredClone(loaded.get(file)))) {
	const result = await run().then(
		() => 'passed',
		(error: unknown) => String(error),
	)
	const line = document.createElement('li')
	line.textContent = `${name}: ${result}`
	document.querySelector('ol')?.append(line)
}
document.title = 'done'
