/** Unspent outputs of the wallet: what a payment is made of; small ones merged. */
import {call} from "../core/api.js";
import {h} from "../core/dom.js";
import {node} from "../core/live.js";
import {asset} from "../core/neu.js";
import {count, t} from "../core/text.js";
import {accounts, assets} from "../core/wallet.js";
import {amount, button, card, choice, empty, later, link, name, note, pill, sheet, short, table} from "../parts/ui.js";

const STEP = 50;

export function show(page) {
	return later(() => Promise.all([accounts(), assets()]), ([list, known]) => {
		if (!list.length) return [h("h1", {}, t("outputs.title")), card("", empty(t("accounts.none")))];
		const account = choice([["", t("start.balance.total")], ...list.map(one => [one.id, one.alias || one.id])], page.query.get("account") ?? "", {"aria-label": t("word.account")});
		let shown = STEP;
		const contracts = h("input", {type: "checkbox"});
		const box = later(() => call("list-unspent-outputs", {account_id: account.value, from: 0, count: shown + 1, unconfirmed: true, smart_contract: contracts.checked}), found => {
			const all = found ?? [], height = node.status?.sync.height ?? 0;
			if (!all.length) return card("", empty(t("outputs.none")));
			return [sheet("", "", table([[t("word.id")], [t("word.amount"), "r fig"], [t("word.account")], [t("word.address"), "hide"], [t("word.status"), "r"]], all.slice(0, shown).map(one => [
				short(one.id, {copy: true}), amount(BigInt(one.amount), known.find(x => x.id === one.asset_id) ?? asset(one.asset_id), {full: true}),
				h("span", {}, name(one.account_alias || one.account_id), one.change && h("span", {class: "note"}, ` ${t("word.change")}`)), one.address ? short(one.address, {href: `#/address/${one.address}`}) : "–",
				one.valid_height > height ? pill("warn", t("tx.state.immature", {n: one.valid_height - height})) : one.id && contracts.checked ? link(`#/contracts/unlock?output=${one.id}`, t("contracts.unlock"), "small") : ""]))),
			all.length > shown && h("p", {class: "center"}, button(t("do.more"), () => {shown += STEP; box.load(true);}))];
		});
		for (const one of [account, contracts]) one.addEventListener("change", () => {shown = STEP; box.load();});
		page.fresh(box, news => news.block);
		return [h("h1", {}, t("outputs.title")), h("div", {class: "filters"}, account, h("label", {class: "check"}, contracts, t("contracts.title"))), box, note(t("outputs.merge.how"))];
	});
}
