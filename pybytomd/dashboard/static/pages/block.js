/** One block: what it says of itself, and its transactions. */
import {call, ifKnown} from "../core/api.js";
import {block, feeOf, slim} from "../core/chain.js";
import {h} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {isBytom2, node} from "../core/live.js";
import {bytes, count, date, rate, span, t} from "../core/text.js";
import {across, amount, card, confirmations, copyButton, facts, later, more, name, pill, sheet, short, sure, table, when} from "../parts/ui.js";

async function found(which) {
	const one = await block(/^\d{1,15}$/.test(which) ? Number(which) : which);
	const [before, main, final] = await Promise.all([one.height ? block(one.previous_block_hash) : null, ifKnown(block(one.height)), isBytom2() && call("get-finality", {block_hash: one.hash})]);
	return {one, before, isMain: main?.hash === one.hash, final};
}

export function show(page) {
	const [which = "0"] = page.args;
	const box = later(() => found(which), ({one, before, isMain, final}) => {
		const b = slim(one), height = node.status?.sync.height ?? b.height, gap = before ? (b.time - slim(before).time) / 1000 : null;
		return [
			h("div", {class: "titled"}, h("h1", {}, t("block.title", {height: count(b.height)})), isMain ? final ? sure(final.status) : confirmations(height - b.height + 1) : pill("bad", t("block.orphaned")),
				h("div", {class: "act end"}, b.height > 0 && h("a", {class: "button small", rel: "prev", href: `#/block/${b.height - 1}`}, t("block.prev")), b.height < height && h("a", {class: "button small", rel: "next", href: `#/block/${b.height + 1}`}, t("block.next")))),
			h("p", {class: "idline mono"}, h("span", {}, b.hash), copyButton(b.hash, t("word.hash"))),
			card("", across(
				[t("word.time"), when(b.time), date(b.time)], gap !== null && [t("block.interval"), span(gap)], [t("word.size"), bytes(b.size), t("count.transactions", {n: b.transactions})],
				[t("block.reward"), amount(b.reward)], ...(final ? [
					[t("word.finality"), t(`finality.${final.status}`), t("finality.with", {height: count(final.checkpoint_height)})],
					[t("word.validator"), b.validator ? short(b.validator, {copy: true, what: t("word.key")}) : t("word.none")]] : [
					[t("word.difficulty"), count(b.difficulty), gap !== null && rate(Number(BigInt(b.difficulty) / BigInt(Math.max(1, gap))))],
					[t("word.miner"), b.to ? short(b.to, {href: `#/address/${b.to}`, tail: 6}) : t("word.none"), b.text && name(tame(b.text, 60))]]))),
			sheet(t("word.transactions"), "", table([[t("word.id")], [t("txpage.moved"), "r fig"], [t("txpage.inputs"), "r hide"], [t("txpage.outputs"), "r hide"], [t("word.fee"), "r"]], one.transactions.map(tx => {
				const coinbase = tx.inputs[0]?.type === "coinbase", btm = tx.outputs.filter(x => /^f{64}$/.test(x.asset_id)).reduce((sum, x) => sum + BigInt(x.amount), 0n);
				return [h("span", {}, short(tx.id, {href: `#/tx/${tx.id}?block=${b.hash}`}), " ", coinbase && pill("soft", t("tx.mined")), tx.status_fail && pill("bad", t("tx.state.failed"))), amount(btm, undefined, {full: true}), coinbase ? "–" : count(tx.inputs.length), count(tx.outputs.length), coinbase ? "–" : amount(feeOf(tx), undefined, {full: true})];
			}))),
			more(t("do.details"), facts([t("word.version"), count(one.version)], ...(final ? [] : [["Nonce", String(one.nonce)], ["Bits", String(one.bits)]]),
				["Previous", b.height > 0 ? short(one.previous_block_hash, {href: `#/block/${one.previous_block_hash}`, copy: true, what: t("word.hash")}) : "–"], ["Transactions root", short(one.transaction_merkle_root, {copy: true, what: t("word.hash")})], !final && ["Status root", short(one.transaction_status_hash, {copy: true, what: t("word.hash")})]))];
	}, {lines: 10});
	return page.fresh(box, news => news.block);
}
