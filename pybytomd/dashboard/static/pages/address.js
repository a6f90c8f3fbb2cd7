/** One address: what it holds, what happened to it. */
import {call, ifKnown} from "../core/api.js";
import {decode} from "../core/bech32.js";
import {h} from "../core/dom.js";
import {asset, BTM} from "../core/exact.js";
import {hasWallet} from "../core/live.js";
import {count, t} from "../core/text.js";
import {assets} from "../core/wallet.js";
import {isOn, missing, pages} from "../flows/indexed.js";
import {qr} from "../parts/qr.js";
import {amount, card, confirmations, copyButton, empty, later, link, more, name, pill, sheet, short, table, tag, when, whole} from "../parts/ui.js";

async function found(address) {
	const local = hasWallet() && (await ifKnown(call("validate-address", {address})));
	if (!isOn()) return {local};
	const [facts, known] = await Promise.all([call("get-address", {address, count: 100}), hasWallet() ? ifKnown(assets()) : null]);
	const shown = new Map((known ?? []).map(one => [one.id, one]));
	await Promise.all(facts.balances.filter(one => !shown.has(one.asset_id)).slice(0, 50).map(async one => {
		const about = one.asset_id === BTM ? null : await ifKnown(call("get-asset-summary", {asset_id: one.asset_id}));
		shown.set(one.asset_id, asset(one.asset_id, "", about?.definition));
	}));
	return {local, facts, of: id => shown.get(id) ?? asset(id)};
}

export function show(page) {
	const [address = ""] = page.args;
	if (!decode(address)) return [h("h1", {}, t("address.title")), card("", empty(t("send.err.address")))];
	return later(() => found(address), ({local, facts, of}) => {
		const head = [h("div", {class: "titled"}, h("h1", {}, t("address.title")), local?.is_local && tag(t("txpage.wallet"))),
			card("", h("div", {class: "address"}, qr(address, t("receive.qr")), h("div", {class: "stack"}, whole(address), h("div", {class: "actions start idline"}, copyButton(address, t("word.address")), hasWallet() && link(`#/wallet/send?to=${address}`, t("address.pay"), "small", "up")))))];
		if (!facts) return [head, missing()];
		const list = h("ul", {class: "list"}), outputs = h("tbody", {});
		const history = pages(cursor => call("list-address-transactions", {address, count: 50, cursor}), answer => answer.transactions.map(tx => h("li", {},
			h("div", {class: "what"}, short(tx.tx_id, {href: `#/tx/${tx.tx_id}`}), h("span", {class: "note"}, when(tx.block_time * 1000), " · ", count(tx.block_height))),
			h("div", {class: "figure"}, tx.changes.slice(0, 4).map(one => amount(BigInt(one.received) - BigInt(one.sent), of(one.asset_id), {sign: true})), tx.status_fail ? pill("bad", t("tx.state.failed")) : confirmations(tx.confirmations)))), list);
		if (facts.transactions) history.next("");
		const unspent = more(t("outputs.title"));
		const rows = pages(cursor => call("list-address-outputs", {address, count: 50, cursor}), answer => answer.outputs.map(one => h("tr", {}, h("td", {}, short(one.output_id, {copy: true})), h("td", {class: "r fig"}, amount(BigInt(one.amount), of(one.asset_id), {full: true})), h("td", {class: "r"}, h("a", {href: `#/tx/${one.tx_id}`, class: "num"}, count(one.block_height))))), outputs);
		unspent.addEventListener("toggle", () => {
			if (!unspent.open || unspent.children.length > 1) return;
			unspent.append(h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {scope: "col"}, t("word.id")), h("th", {scope: "col", class: "r"}, t("word.amount")), h("th", {scope: "col", class: "r"}, t("word.block")))), outputs)), rows.foot);
			rows.next("");
		});
		return [head, missing(),
			facts.balances.length > 0 && sheet(t("word.balance"), "", table([[t("word.asset")], [t("word.balance"), "r fig"], [t("address.received"), "r hide"], [t("address.sent"), "r hide"]], facts.balances.map(one => {
				const about = of(one.asset_id), show = x => amount(BigInt(x), about, {full: true});
				return [h("a", {class: "name", href: `#/asset/${one.asset_id}`}, name(about.unit)), show(one.amount), show(one.received), show(one.sent)];
			}))),
			facts.transactions ? sheet(t("word.transactions"), h("span", {class: "note"}, count(facts.transactions)), list, history.foot) : card("", empty(t("address.none"))), facts.transactions > 0 && unspent];
	}, {lines: 8});
}
