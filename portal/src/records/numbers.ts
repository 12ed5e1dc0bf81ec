/** Professional numbers: a UPIN is a letter and five digits, an NPI ten digits with a check digit. */

export type NumberFault = 'Malformed' | 'WrongCheckDigit'

/** A number as the chain has it, however a person wrote it. */
export const plainNumber = (given: string): string => given.toUpperCase().replaceAll(/[\s-]/g, '')

/** What is wrong with a number; `null`: nothing. The chain checks the same. */
export function numberFault(number: string): NumberFault | null {
	if (/^[A-Z]\d{5}$/.test(number)) return null
	if (!/^[12]\d{9}$/.test(number)) return 'Malformed'
	// Luhn's sum over the prefix 80840, which adds 24, and the number.
	let sum = 24
	for (const [place, digit] of [...number].reverse().entries()) {
		const value = place % 2 === 0 ? Number(digit) : 2 * Number(digit)
		sum += value > 9 ? value - 9 : value
	}
	return sum % 10 === 0 ? null : 'WrongCheckDigit'
}

/** Whether a professional name can be one. The chain looks closer. */
export const isProfessionalName = (name: string): boolean =>
	[...name].length <= 64 &&
	/\p{L}/u.test(name) &&
	/^[\p{L}\p{M}\p{N}.,&()/'\-\u200c\u200d]+(?: [\p{L}\p{M}\p{N}.,&()/'\-\u200c\u200d]+)*$/u.test(
		name,
	)
