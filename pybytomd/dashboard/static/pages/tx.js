/** One transaction: from its inputs to its outputs, with programs taken apart. */
import {call, ifKnown} from "../core/api.js";
import {block, feeOf, finality} from "../core/chain.js";
import {h} from "../core/dom.js";
import {asset, BTM, tame, write} from "../core/exact.js";
import {hasWallet, isBytom2, millis, node} from "../core/live.js";
import {count, t} from "../core/text.js";
import {told} from "../core/wallet.js";
import {ribbons} from "../parts/flow.js";
import {across, amount, card, confirmations, copyButton, empty, later, more, pill, short, sure, tag, when} from "../parts/ui.js";

const MOST = 12;
/** Of the pool, the wallet, the index, or a block that is named; the first that knows it. */
async function found(id, hash) {
	const waiting = await ifKnown(call("get-unconfirmed-transaction", {tx_id: id}));
	const mine = hasWallet() ? await ifKnown(call("get-transaction", {tx_id: id})) : null;
	if (waiting) return {tx: {...waiting, ...(mine && {inputs: mine.inputs, outputs: mine.outputs})}, mine};
	if (mine) return {tx: {...mine, id: mine.tx_id}, mine, at: {...mine, time: told(mine)}};
	const indexed = node.status?.index && (await ifKnown(call("get-indexed-transaction", {tx_id: id})));
	if (indexed) return {tx: {...indexed, id: indexed.tx_id}, at: indexed.block_hash && {...indexed, time: indexed.block_time * 1000}};
	const inside = hash && (await ifKnown(block(hash)));
	const tx = inside?.transactions.find(one => one.id === id);
	return tx ? {tx, at: {block_height: inside.height, block_hash: inside.hash, time: millis(inside.timestamp), block_index: inside.transactions.indexOf(tx)}} : null;
}

/** At most a dozen ends: the largest, and one for the others. */
function ends(list) {
	const all = list.map(x => ({...x, neu: BigInt(x.amount ?? 0), shown: asset(x.asset_id, x.asset_alias, x.asset_definition), asset: x.asset_id}));
	if (all.length <= MOST) return all;
	const sorted = [...all].sort((a, b) => Number(b.neu - a.neu)), kept = sorted.slice(0, MOST - 2), rest = sorted.slice(MOST - 2);
	const sums = new Map();
	for (const one of rest) sums.set(one.asset, {shown: one.shown, asset: one.asset, neu: (sums.get(one.asset)?.neu ?? 0n) + one.neu, others: (sums.get(one.asset)?.others ?? 0) + 1});
	return [...kept, ...sums.values()];
}
function end(x) {
	const what = x.fee ? h("span", {class: "label"}, t("word.fee")) : x.others ? h("span", {class: "label"}, t("txpage.others", {n: x.others})) : x.type === "coinbase" ? h("span", {class: "label"}, t("tx.mined")) :
		x.type === "issue" ? h("span", {class: "label"}, t("tx.issued")) : x.type === "retire" ? h("span", {class: "label"}, t("tx.retired")) :
			x.address ? short(x.address, {href: `#/address/${x.address}`, tail: 6}) : h("span", {class: "label"}, t("tx.contract"), " ", short(x.control_program ?? "", {tail: 6}));
	const own = x.account_alias || x.account_id;
	const spent = x.spent_by === undefined || x.type === "retire" ? "" : x.spent_by ? h("a", {class: "note", href: `#/tx/${x.spent_by}`}, t("txpage.spent")) : h("span", {class: "note"}, t("txpage.unspent"));
	return h("li", {class: x.fee ? "end fee" : "end"}, h("div", {}, what, own && tag(own)), h("div", {}, x.type === "coinbase" ? "" : amount(x.neu, x.shown), x.vote && h("span", {class: "note"}, t(`tx.${x.type}`), " ", short(x.vote, {head: 4, tail: 4})), spent));
}

async function programs(tx) {
	const place = [...tx.inputs.map((x, i) => [`${t("txpage.inputs")} ${i}`, x.control_program || x.issuance_program]), ...tx.outputs.map((x, i) => [`${t("txpage.outputs")} ${i}`, x.control_program])].filter(([, program]) => program).slice(0, 40);
	const decoded = await Promise.all(place.map(([, program]) => ifKnown(call("decode-program", {program}))));
	return place.map(([title, program], i) => h("div", {}, h("h3", {}, title), h("pre", {tabindex: "0"}, decoded[i] ? decoded[i].instructions.trim() : program)));
}

export function show(page) {
	const [id = ""] = page.args;
	const box = later(() => found(id, page.query.get("block")), all => {
		if (!all) return [h("h1", {}, t("txpage.title")), h("p", {class: "idline mono"}, h("span", {}, tame(id, 64))), card("", empty(t(hasWallet() ? "txpage.unknown" : "state.notfound.id")))];
		const {tx, mine, at} = all, fee = feeOf(tx), height = node.status?.sync.height ?? 0, n = at?.block_height ? height - at.block_height + 1 : 0;
		const ins = ends(tx.inputs), outs = ends(tx.outputs);
		if (fee > 0n) outs.push({fee: true, asset: BTM, shown: asset(BTM), neu: fee});
		const drawn = x => (x.type === "coinbase" ? {...x, neu: outs.reduce((sum, o) => sum + o.neu, 0n)} : x), from = ins.map(drawn);
		const own = mine && [...tx.inputs, ...tx.outputs].some(x => x.account_id);
		const detail = more(t("txpage.program"));
		detail.addEventListener("toggle", async () => {if (detail.open && detail.children.length === 1) detail.append(...(await programs(tx)));});
		return [
			h("div", {class: "titled"}, h("h1", {}, t("txpage.title")), tx.status_fail ? pill("bad", t("tx.state.failed")) : n > 0 && isBytom2() ? sure(finality(at.block_height)) : confirmations(n), own && tag(t("txpage.wallet"))),
			h("p", {class: "idline mono"}, h("span", {}, tx.id), copyButton(tx.id, t("word.id"))),
			card("", across(
				[t("word.block"), at?.block_height !== undefined && at.block_hash ? h("a", {class: "num", href: `#/block/${at.block_hash}`}, count(at.block_height)) : "–", n > 0 && t("count.confirmations", {n})],
				[t("word.time"), at?.time ? when(at.time) : "–", at?.time ? t("txpage.position", {n: Number(at.block_index) + 1}) : ""],
				[t("word.fee"), amount(fee), fee > 0n && tx.size && t("txpage.feerate", {n: count(fee / BigInt(tx.size))})],
				[t("word.size"), t("txpage.bytes", {n: count(tx.size)})])),
			card("", h("div", {class: "flows"}, h("h2", {}, t("txpage.in", {n: tx.inputs.length})), h("ul", {class: "ends"}, ins.map(end)), ribbons(from, outs, false), ribbons(from, outs, true),
				h("h2", {class: "to"}, t("txpage.out", {n: tx.outputs.length})), h("ul", {class: "ends"}, outs.map(end)))),
			detail, more(t("do.json"), h("pre", {tabindex: "0"}, write(tx, "  ")))];
	}, {lines: 10});
	return page.fresh(box, news => news.block || news.pool);
}
