// A node of an EVM platform: signing, sending, reading.

import { request } from 'node:http'
import { Transaction, WebSocketProvider, toQuantity } from 'ethers'

// More than any block asks for. Accounts have enough for it.
const GAS_PRICE = 20_000_000_000n

export class Chain {
	#url
	#provider
	#chainId
	#nonces = new Map()
	// The transactions that no block has yet, by hash.
	#waiting = new Map()
	#last
	#reading = Promise.resolve()
	#closing = false

	static async connect(url) {
		const chain = new Chain()
		chain.#url = url
		chain.#provider = new WebSocketProvider(url)
		chain.#chainId = BigInt(await chain.rpc('eth_chainId'))
		chain.#last = Number(await chain.rpc('eth_blockNumber'))
		// Without this, the driver would wait for a node that has ended.
		chain.#provider.websocket.onclose = () => {
			if (!chain.#closing) throw new Error('the node closed the connection')
		}
		await chain.#provider.on('block', (number) => {
			if (chain.#closing) return
			const now = performance.now()
			chain.#reading = chain.#reading.then(() => chain.#read(number, now))
		})
		return chain
	}

	async close() {
		this.#closing = true
		await this.#reading
		await this.#provider.destroy()
	}

	rpc(method, ...params) {
		return this.#provider.send(method, params)
	}

	/** By HTTP, without a time limit: for large answers, which ganache does not send over WebSocket. */
	async post(method, ...params) {
		const options = { method: 'POST', headers: { 'content-type': 'application/json' } }
		const answer = await new Promise((resolve, reject) => {
			const sent = request(this.#url.replace('ws:', 'http:'), options, resolve)
			sent.on('error', reject)
			sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
		})
		let text = ''
		for await (const part of answer.setEncoding('latin1')) text += part
		const { result, error } = JSON.parse(text)
		if (error) throw new Error(error.message)
		return result
	}

	// Notes the transactions of the blocks up to this one.
	async #read(number, now) {
		while (this.#last < number) {
			this.#last += 1
			const block = await this.rpc('eth_getBlockByNumber', toQuantity(this.#last), false)
			for (const hash of block.transactions) {
				this.#waiting.get(hash)?.(now)
				this.#waiting.delete(hash)
			}
		}
	}

	/** Signs a call as this wallet. `gas`: the most that it may take. */
	async sign(wallet, { to, data, gas }) {
		let nonce = this.#nonces.get(wallet.address)
		nonce ??= Number(await this.rpc('eth_getTransactionCount', wallet.address, 'latest'))
		this.#nonces.set(wallet.address, nonce + 1)
		const transaction = Transaction.from({
			type: 2,
			chainId: this.#chainId,
			nonce,
			to,
			data,
			gasLimit: gas,
			maxFeePerGas: GAS_PRICE,
			maxPriorityFeePerGas: 0n,
		})
		transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
		return { hash: transaction.hash, bytes: transaction.serialized }
	}

	/** Sends a signed transaction. Returns after how many milliseconds a block included it. */
	async send({ hash, bytes }) {
		const since = performance.now()
		const included = new Promise((resolve) => this.#waiting.set(hash, resolve))
		await this.rpc('eth_sendRawTransaction', bytes)
		return (await included) - since
	}

	/** The gas that a call of this account takes. */
	async gasOf(from, { to, data }) {
		return BigInt(await this.rpc('eth_estimateGas', { from, to, data }))
	}

	/** What a function of the contract at `to` returns. */
	async read(abi, to, name, args) {
		const data = abi.encodeFunctionData(name, args)
		return abi.decodeFunctionResult(name, await this.rpc('eth_call', { to, data }, 'latest'))[0]
	}
}
