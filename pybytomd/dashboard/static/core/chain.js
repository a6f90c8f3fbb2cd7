/** Blocks and transactions of the chain, as pages show them. */
import {call} from "./api.js";
import {BTM} from "./exact.js";
import {millis, node} from "./live.js";

const kept = new Map();
/** A block by height or hash. Blocks far enough down never change, so they are asked for once. */
export async function block(which) {
	const by = typeof which === "number" ? {block_height: which} : {block_hash: which};
	return call("get-block", by);
}
/** Blocks from a height downwards. */
export async function blocks(from, count) {
	const heights = Array.from({length: Math.min(count, from + 1)}, (_, i) => from - i);
	const found = await Promise.all(heights.map(async height => kept.get(height) ?? slim(await block(height))));
	// One that was kept has been replaced.
	if (kept.size && found.some((one, i) => i && found[i - 1].previous !== one.hash)) {
		kept.clear();
		return blocks(from, count);
	}
	for (const one of found) if (one.height < from - 20) kept.set(one.height, one);
	if (kept.size > 3000) kept.clear();
	return found;
}
/** How sure a block of the main chain of Bytom 2 is. */
export function finality(height) {
	const {finalized_height: final, justified_height: justified} = node.status.consensus;
	return height <= final ? "finalized" : height <= justified ? "justified" : "pending";
}
/** What lists show of a block. */
export function slim(one) {
	const [coinbase] = one.transactions, outputs = coinbase?.outputs ?? [];
	return {
		height: one.height, hash: one.hash, previous: one.previous_block_hash, time: millis(one.timestamp), transactions: one.transactions.length, size: Math.floor(one.size / 2), difficulty: one.difficulty,
		reward: outputs.reduce((sum, x) => sum + BigInt(x.amount), 0n), to: outputs[0]?.address ?? "", text: arbitrary(coinbase?.inputs?.[0]?.arbitrary), validator: one.validator,
	};
}
/** The readable part of free bytes; a miner's name, if there is one. */
export function arbitrary(hex = "") {
	const bytes = new Uint8Array((hex.match(/../g) ?? []).map(x => parseInt(x, 16)));
	const text = new TextDecoder().decode(bytes).replace(/[\p{Cc}\ufffd]+/gu, " ").trim();
	return text.replace(/^\d+\s*/, "");
}
/** Text as free bytes. */
export const hexOf = text => [...new TextEncoder().encode(text)].map(byte => byte.toString(16).padStart(2, "0")).join("");
/** What inputs bring of BTM beyond the outputs; nothing for a coinbase. @returns {bigint} */
export function feeOf(tx) {
	if (tx.inputs.some(x => x.type === "coinbase")) return 0n;
	/** @type {(list: any[]) => bigint} */
	const sum = list => list.reduce((all, x) => (x.asset_id === BTM ? all + BigInt(x.amount ?? 0) : all), 0n);
	return sum(tx.inputs) - sum(tx.outputs);
}
