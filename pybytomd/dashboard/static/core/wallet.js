/** What pages ask of the wallet: accounts, keys and assets by name, and what a transaction means to its owner. */
import {call} from "./api.js";
import {asset, BTM} from "./exact.js";
import {maturity, millis} from "./live.js";

export const keys = async () => (await call("list-keys")) ?? [];
export const accounts = async () => (await call("list-accounts")) ?? [];
export const assets = async () => (await call("list-assets")).map(one => ({...one, ...asset(one.id, one.alias, one.definition)}));
const shown = one => asset(one.asset_id, one.asset_alias, one.asset_definition);

/** Balances with their asset, BTM first: `{asset, account, id, neu}`. */
export async function balances(values) {
	const found = (await call("list-balances", values)) ?? [];
	return found.map(one => ({asset: shown(one), account: one.account_alias, id: one.account_id, neu: BigInt(one.amount)}))
		.sort((a, b) => Number(b.asset.id === BTM) - Number(a.asset.id === BTM) || a.asset.unit.localeCompare(b.asset.unit));
}

/** Sums by asset of what has `asset` and `neu`, in the order they came. */
export function sums(list) {
	const found = new Map();
	for (const {asset: of, neu} of list) found.set(of.id, {asset: of, neu: (found.get(of.id)?.neu ?? 0n) + neu});
	return [...found.values()];
}

/** Milliseconds of a transaction's time; that of one which waits is in seconds on either chain. */
export const told = tx => (tx.block_height ? millis(tx.block_time) : tx.block_time * 1000);

/** A transaction of the wallet as its owner sees it: kind, amounts that came or went, whom with, fee. */
export function understood(tx, height) {
	const value = x => BigInt(x.amount ?? 0), own = x => x.account_id;
	const inputs = tx.inputs ?? [], outputs = tx.outputs ?? [];
	const mine = inputs.filter(own), foreign = outputs.filter(x => !own(x) && x.type !== "retire");
	const kind = inputs[0]?.type === "coinbase" ? "mined" : inputs.some(x => x.type === "issue") ? "issued" :
		!mine.length ? "received" : outputs.some(x => x.type === "retire") ? "retired" : !foreign.length ? "self" : foreign.some(x => !x.address) ? "contract" : "sent";
	const flows = sums([...mine.map(x => ({asset: shown(x), neu: -value(x)})), ...outputs.filter(own).map(x => ({asset: shown(x), neu: value(x)}))]).filter(x => x.neu);
	const btm = list => list.filter(x => x.asset_id === BTM && x.type !== "coinbase").reduce((sum, x) => sum + value(x), 0n);
	const other = kind === "received" ? inputs.find(x => x.address) : foreign[0];
	const place = outputs.find(own) ?? mine[0];
	flows.sort((a, b) => Number(a.asset.id === BTM) - Number(b.asset.id === BTM));
	const confirmations = tx.block_height ? height - tx.block_height + 1 : 0;
	return {
		id: tx.tx_id, kind, flows, other: other?.address || "", account: place?.account_alias || place?.account_id || "",
		fee: kind === "mined" ? 0n : btm(inputs) - btm(outputs), failed: tx.status_fail, time: told(tx), height: tx.block_height, confirmations,
		unripe: kind === "mined" && flows.length ? Math.max(0, maturity() + 1 - confirmations) : 0,
	};
}

/** Transactions of the wallet, newest first, those that wait before them. */
export async function history(values, height) {
	const found = await call("list-transactions", {unconfirmed: true, detail: true, ...values});
	return (found ?? []).map(tx => understood(tx, height));
}

/** What mining brought and nobody can spend yet, of an account or of all, in transactions that go back 100 blocks. */
export const immature = (list, account) => list.filter(one => one.unripe && (!account || one.account === account.alias || one.account === account.id))
	.reduce((sum, one) => sum + one.flows.reduce((all, flow) => all + flow.neu, 0n), 0n);
