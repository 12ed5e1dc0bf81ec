/** What a person reads of a gateway that lies. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const TOLD = {
	away: 'This device was away for too long. Get the network’s newest file from your clinic.',
	old: 'Its answer was too old. It may hide something newer. We did not use it.',
	leftOut: 'It left out a part of its answer. We did not use it.',
	untrue: 'Its answer was false. We did not use it.',
	clock: 'Its time and the time of this device do not fit. Check the clock of your device.',
}

/** Waits until the page says this of the only gateway. */
export const isTold = (page: Page, text: string) =>
	expect.poll(() => page.locator('.rows .error').allTextContents()).toEqual([text])

/** Lets the page ask again. Then it says this. */
export async function tells(page: Page, text: string) {
	await page.getByRole('button', { name: 'Try again now', exact: true }).click()
	await isTold(page, text)
}
