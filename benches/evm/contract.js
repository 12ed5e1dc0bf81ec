// The contract, compiled by solc.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Interface } from 'ethers'

// Both platforms know the instructions of this version.
const EVM_VERSION = 'paris'

const require = createRequire(import.meta.url)
const file = 'Region.sol'

/** @returns {{ bytecode: string, abi: Interface }} */
export function compile() {
	const solc = require('solc')
	const input = {
		language: 'Solidity',
		sources: { [file]: { content: readFileSync(new URL(file, import.meta.url), 'utf8') } },
		settings: {
			evmVersion: EVM_VERSION,
			optimizer: { enabled: true, runs: 200 },
			outputSelection: { [file]: { Region: ['abi', 'evm.bytecode.object'] } },
		},
	}
	const output = JSON.parse(solc.compile(JSON.stringify(input)))
	const errors = (output.errors ?? []).filter((error) => error.severity === 'error')
	if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
	const { abi, evm } = output.contracts[file].Region
	return { abi: new Interface(abi), bytecode: `0x${evm.bytecode.object}` }
}
