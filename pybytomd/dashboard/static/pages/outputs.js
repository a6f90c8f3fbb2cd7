/** Unspent outputs of the wallet: what a payment is made of; small ones merged. */
import {call, ifKnown, may} from "../core/api.js";
import {h} from "../core/dom.js";
import {asset} from "../core/exact.js";
import {node} from "../core/live.js";
import {span, t} from "../core/text.js";
import {accounts, assets} from "../core/wallet.js";
import {amount, button, card, choice, empty, later, link, name, note, pill, sheet, short, table} from "../parts/ui.js";

const STEP = 50;

export function show(page) {
	return later(() => Promise.all([accounts(), assets()]), ([list, known]) => {
		if (!list.length) return [h("h1", {}, t("outputs.title")), card("", empty(t("accounts.none")))];
		const account = choice([["", t("start.balance.total")], ...list.map(one => [one.id, one.alias || one.id])], page.query.get("account") ?? "", {"aria-label": t("word.account")});
		let shown = STEP;
		const contracts = h("input", {type: "checkbox"});
		const box = later(() => Promise.all([
			call("list-unspent-outputs", {account_id: account.value, from: 0, count: shown + 1, unconfirmed: true, smart_contract: contracts.checked}), ifKnown(call("list-reservations"))]), ([found, kept]) => {
			const held = new Map((kept ?? []).flatMap(one => one.outputs.map(output => [output.id, one])));
			const state = one => {
				if (held.has(one.id)) return h("span", {class: "act"}, pill("warn", t("outputs.held", {time: span(held.get(one.id).milliseconds / 1000)})), may.spend && button(t("outputs.release"), () => release(held.get(one.id).id), "small"));
				if (one.valid_height > node.status?.sync.height) return pill("warn", t("tx.state.immature", {n: one.valid_height - node.status.sync.height}));
				return contracts.checked ? link(`#/contracts/unlock?output=${one.id}`, t("contracts.unlock"), "small") : "";
			};
			const all = found ?? [];
			if (!all.length) return card("", empty(t("outputs.none")));
			return [sheet("", "", table([[t("word.id")], [t("word.amount"), "r fig"], [t("word.account")], [t("word.address"), "hide"], [t("word.status"), "r"]], all.slice(0, shown).map(one => [
				short(one.id, {copy: true}), amount(BigInt(one.amount), known.find(x => x.id === one.asset_id) ?? asset(one.asset_id), {full: true}),
				h("span", {}, name(one.account_alias || one.account_id), one.change && h("span", {class: "note"}, ` ${t("word.change")}`)), one.address ? short(one.address, {href: `#/address/${one.address}`}) : "–",
				state(one)]))),
			all.length > shown && h("p", {class: "center"}, button(t("do.more"), () => {shown += STEP; box.load(true);}))];
		});
		const release = async id => {
			await call("release-reservation", {id});
			box.load(true);
		};
		for (const one of [account, contracts]) one.addEventListener("change", () => {shown = STEP; box.load();});
		page.fresh(box, news => news.block);
		return [h("h1", {}, t("outputs.title")), h("div", {class: "filters"}, account, h("label", {class: "check"}, contracts, t("contracts.title"))), box, note(t("outputs.merge.how"))];
	});
}
