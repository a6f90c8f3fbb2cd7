/** Contracts that the node follows over the chain: where each is now. */
import {call, may} from "../core/api.js";
import {h} from "../core/dom.js";
import {asset} from "../core/exact.js";
import {found as whereIs} from "../core/pay.js";
import {t} from "../core/text.js";
import {amount, button, card, empty, field, form, later, line, link, notice, pill, short, toast} from "../parts/ui.js";

const STATES = {1: ["accent", "busy"], 2: ["good", "here"], 3: ["soft", "ended"], 4: ["bad", "off"]};

export function show(page) {
	const id = field(t("word.transaction"), line({class: "mono"}));
	const list = later(async () => {
		try {
			return (await call("list-contract-instances")) ?? [];
		} catch (error) {
			if (error.offline || !/trace/i.test(error.detail)) throw error;
			return {off: error.detail};
		}
	}, found => {
		if (found.off) return card("", notice("info", found.off));
		if (!found.length) return card("", empty(t("contracts.none")));
		return found.map(one => h("section", {class: "card"}, h("div", {class: "row"}, h("h2", {}, short(one.trace_id)), pill(STATES[one.status]?.[0] ?? "soft", t(`contracts.state.${STATES[one.status]?.[1] ?? "busy"}`))),
			one.tx_hash && h("p", {}, t("word.transaction"), " ", short(one.tx_hash, {href: `#/tx/${one.tx_hash}`})),
			h("ul", {class: "plain"}, (one.utxos ?? []).map(x => h("li", {}, short(x.hash, {copy: true}), " ", amount(BigInt(x.amount), asset(x.asset_id)), " ", link(`#/contracts/unlock?output=${x.hash}`, t("contracts.unlock"), "small")))),
			may.wallet && h("div", {class: "actions start"}, button(t("do.remove"), async () => {await call("remove-contract-instance", {trace_id: one.trace_id}); toast(t("do.saved")); list.load(true);}, "small"))));
	});
	page.fresh(list, news => news.block);
	return [h("h1", {}, t("nav.contracts.followed")), list, may.wallet && card(t("contracts.follow"), form([id], async () => {
		const tx = id.input.value.trim().toLowerCase();
		if (!/^[0-9a-f]{64}$/.test(tx)) return id.wrong(t("contracts.arg.wrong", {type: "Hash"}));
		if (!(await whereIs(tx))) return id.wrong(t("contracts.follow.block"));
		const {block_hash} = await call("get-transaction", {tx_id: tx});
		await call("create-contract-instance", {tx_hash: tx, block_hash});
		id.input.value = "";
		list.load(true);
	}, {label: t("contracts.follow")}))];
}
