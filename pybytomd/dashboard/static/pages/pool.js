/** What waits for a block, by what it pays for its size. */
import {call, ifKnown} from "../core/api.js";
import {feeOf} from "../core/chain.js";
import {h} from "../core/dom.js";
import {bytes, count, t} from "../core/text.js";
import {across, amount, card, empty, later, note, sheet, short, table} from "../parts/ui.js";

const MOST = 200;

async function found() {
	const {total, tx_ids: ids} = await call("list-unconfirmed-transactions");
	const list = await Promise.all((ids ?? []).slice(0, MOST).map(id => ifKnown(call("get-unconfirmed-transaction", {tx_id: id}))));
	return {total, list: list.filter(Boolean).map(tx => ({id: tx.id, size: tx.size, fee: feeOf(tx), ends: tx.inputs.length + tx.outputs.length})).map(tx => ({...tx, rate: tx.fee / BigInt(tx.size)})).sort((a, b) => Number(b.rate - a.rate))};
}

export function show(page) {
	const box = later(found, ({total, list}) => {
		if (!total) return [card("", empty(t("pool.none")))];
		return [card("", across([t("word.transactions"), count(total)], [t("word.size"), bytes(list.reduce((sum, tx) => sum + tx.size, 0))], [t("word.fee"), amount(list.reduce((sum, tx) => sum + tx.fee, 0n))])),
			sheet("", "", table([[t("word.id")], [t("word.fee"), "r fig"], [t("word.size"), "r"], [t("pool.rate"), "r"]], list.map(tx => [short(tx.id, {href: `#/tx/${tx.id}`}), amount(tx.fee, undefined, {full: true}), bytes(tx.size), t("txpage.feerate", {n: count(tx.rate)})]))),
			total > list.length && note(t("count.shown", {shown: list.length, total}))];
	}, {lines: 6});
	page.fresh(box, news => news.block || news.pool);
	return [h("h1", {}, t("pool.title")), box];
}
