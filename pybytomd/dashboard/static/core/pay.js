/**
 * A payment from the wish to the pool. The fee is found by trial; what was built is compared with what was wished; the
 * signed bytes are kept, so that an uncertain payment is handed in again and never built twice.
 */
import {call} from "./api.js";
import {BTM, Raw} from "./exact.js";

const TRIAL = 1, KEPT = 600000, ROUNDS = 8, GUESS = 1000000n, MOST = 40000000n;
/** The fee of what uses all gas that a transaction may; more is merged before. */
const pause = ms => new Promise(done => setTimeout(done, ms));

/** @typedef {{account: string, asset: {id: string}, receivers: {address: string, neu: bigint}[], fee?: bigint}} Payment `fee` is where the search begins */
/** @type {(payment: {receivers: {neu: bigint}[]}) => bigint} */
export const amountOf = payment => payment.receivers.reduce((sum, one) => sum + one.neu, 0n);

/** @typedef {Payment & {wish?: (fee: bigint) => object[]}} Wish with actions of its own, for a fee */

function actions({account, asset, receivers, wish}, fee) {
	if (wish) return wish(fee);
	const amount = amountOf({receivers}), spend = (asset_id, neu) => ({type: "spend_account", account_id: account, asset_id, amount: neu});
	return [
		...(asset.id === BTM ? [spend(BTM, amount + fee)] : [spend(BTM, fee), spend(asset.id, amount)]),
		...receivers.map(one => ({type: "control_address", address: one.address, asset_id: asset.id, amount: one.neu})),
	];
}

/** Templates as the text they came as, always a list. */
async function templates(payment, fee, ttl, chained) {
	const data = await call(chained ? "build-chain-transactions" : "build-transaction", {actions: actions(payment, fee), ttl}, {keep: ["data"]});
	return chained ? data : new Raw(`[${data.text}]`);
}
async function price(list, chained) {
	const found = chained ? await call("estimate-chain-transaction-gas", {transaction_templates: list}) : await call("estimate-transaction-gas", {transaction_template: new Raw(list.text.slice(1, -1))});
	return {price: BigInt(found.total_neu), merging: BigInt(found.chain_tx_neu ?? 0)};
}

/** How a payment is made: `{payment, fee, merging, merges, chained}`; null if no fee is enough. */
export async function plan(payment) {
	const simple = payment.asset.id === BTM && !payment.wish;
	for (const chained of simple ? [false, true] : [false]) {
		let fee = payment.fee ?? (simple ? 0n : GUESS);
		for (let round = 0; round < ROUNDS; round++) {
			const list = await templates(payment, fee, TRIAL, chained), found = await price(list, chained);
			if (found.price > MOST) break;
			if (found.price <= fee) return {payment, fee, merging: found.merging, merges: list.value.length - 1, chained};
			fee = found.price;
			await pause(5);
		}
	}
	return null;
}

/** All that an account can spend now of an asset, `{neu, fee}`: less the fee if that is BTM, which the payment then begins with. */
export async function most(payment, height) {
	const outputs = (await call("list-unspent-outputs", {account_id: payment.account})) ?? [], {asset} = payment;
	const whole = outputs.reduce((sum, one) => (one.asset_id === asset.id && one.valid_height <= height ? sum + BigInt(one.amount) : sum), 0n);
	if (asset.id !== BTM) return {neu: whole};
	for (const chained of [false, true]) {
		let fee = GUESS;
		for (let round = 0; round < ROUNDS && fee < whole; round++) {
			const list = await templates({...payment, receivers: [{...payment.receivers[0], neu: whole - fee}]}, chained ? 0n : fee, TRIAL, chained), found = await price(list, chained), need = found.price + found.merging;
			if (found.price > MOST) break;
			if (need <= fee) return {neu: whole - fee, fee: chained ? undefined : fee};
			fee = need;
			await pause(5);
		}
	}
	return {neu: 0n};
}
export const feeOf = made => made.fee + made.merging;

/** What was built and checked: `{list, ids, fee, spends}`; what it spends is held for ten minutes. Throws if it is not what was wished. */
export async function build(made) {
	await pause(5);
	const list = await templates(made.payment, made.fee, KEPT, made.chained), all = list.value;
	const decoded = await Promise.all(all.map(one => call("decode-raw-transaction", {raw_transaction: one.raw_transaction})));
	const left = decoded.at(-1).outputs.map(one => `${one.address || one.control_program} ${one.asset_id} ${one.amount}`);
	for (const one of made.payment.receivers) {
		const at = left.indexOf(`${one.address || one.program} ${made.payment.asset.id} ${one.neu}`);
		if (at < 0) throw new Error("the node built another payment than was asked for");
		left.splice(at, 1);
	}
	return {list, ids: decoded.map(one => one.tx_id), spends: new Set(decoded.flatMap(one => one.inputs.map(x => x.spent_output_id))), fee: decoded.reduce((sum, one) => sum + BigInt(one.fee), 0n)};
}

/** Signed as far as the password goes: `{list, complete, raws}`. */
export async function sign(built, password) {
	const reply = await call("sign-transactions", {password, transactions: built.list}, {keep: ["transaction"]});
	return {...built, list: reply.transaction, complete: reply.sign_complete, raws: reply.transaction.value.map(one => one.raw_transaction)};
}

/** Set free what is held for a payment of which nothing will come. */
export async function giveUp({spends}) {
	const held = await call("list-reservations");
	await Promise.all(held.filter(one => one.outputs.some(output => spends.has(output.id))).map(one => call("release-reservation", {id: one.id})));
}

/** Hand in the signed bytes. An error with `offline`, or BTM001, leaves open whether they arrived. */
export const submit = signed => call("submit-transactions", {raw_transactions: signed.raws});

/** Whether the node answered that it does not know something, and not that one may not ask. */
const isUnknown = error => error.code && !error.code.startsWith("BTM86");
/** Where a transaction is: null if the node does not know it, else its height, 0 while it waits. */
export async function found(id) {
	try {
		await call("get-unconfirmed-transaction", {tx_id: id});
		return 0;
	} catch (error) {
		if (!isUnknown(error)) throw error;
	}
	try {
		return (await call("get-transaction", {tx_id: id})).block_height;
	} catch (error) {
		if (!isUnknown(error)) throw error;
		return null;
	}
}
