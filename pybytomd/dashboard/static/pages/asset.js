/** One asset of the chain: what it is, how much there is, who has it, where it moved. */
import {call, ifKnown} from "../core/api.js";
import {h} from "../core/dom.js";
import {asset, BTM, write} from "../core/exact.js";
import {hasWallet} from "../core/live.js";
import {count, t} from "../core/text.js";
import {isOn, missing, pages} from "../flows/indexed.js";
import {across, amount, card, copyButton, empty, later, link, more, name, pill, sheet, short, when} from "../parts/ui.js";

async function found(id) {
	const [own, summary] = await Promise.all([hasWallet() ? ifKnown(call("list-assets", {id})) : null, isOn() ? ifKnown(call("get-asset-summary", {asset_id: id})) : null]);
	return {own: own?.[0], summary};
}

export function show(page) {
	const [id = BTM] = page.args;
	return later(() => found(id), ({own, summary}) => {
		if (!own && !summary) return [h("h1", {}, t("asset.title")), missing() ?? card("", empty(t("state.notfound.id")))];
		const definition = summary?.definition ?? own?.definition, about = asset(id, own?.alias === "BTM" && id !== BTM ? "" : own?.alias, definition);
		const show = x => amount(BigInt(x), about, {full: true});
		const holders = h("ul", {class: "list slim"}), moves = h("ul", {class: "list"});
		const who = pages(cursor => call("list-asset-holders", {asset_id: id, count: 25, cursor}), answer => answer.holders.map(one => h("li", {}, one.address ? short(one.address, {href: `#/address/${one.address}`}) : short(one.control_program), h("span", {class: "end"}, show(one.amount)))), holders);
		const where = pages(cursor => call("list-asset-transfers", {asset_id: id, count: 25, cursor}), answer => answer.transfers.map(one => h("li", {}, h("div", {class: "what"}, short(one.tx_id, {href: `#/tx/${one.tx_id}`}), h("span", {class: "note"}, when(one.block_time * 1000))),
			h("div", {class: "figure"}, BigInt(one.issued) > 0n ? [pill("good", t("tx.issued")), show(one.issued)] : BigInt(one.retired) > 0n ? [pill("warn", t("tx.retired")), show(one.retired)] : show(one.moved)))), moves);
		if (summary) {
			who.next("");
			where.next("");
		}
		return [h("div", {class: "titled"}, h("h1", {}, name(about.unit)), own?.xpubs?.length && h("div", {class: "end"}, link(`#/wallet/assets/${id}`, t("assets.manage"), "small"))),
			h("p", {class: "idline mono"}, h("span", {}, id), copyButton(id)),
			card("", across(summary && [t("asset.supply"), show(BigInt(summary.issued) - BigInt(summary.retired))], summary && [t("asset.holders"), count(summary.holders)], summary && [t("word.transactions"), count(summary.transactions)], [t("assets.new.decimals"), String(about.decimals)],
				summary?.first_tx_id && [t("asset.first"), h("a", {class: "num", href: `#/block/${summary.first_height}`}, count(summary.first_height))])),
			missing(),
			summary && h("div", {class: "two even"}, sheet(t("asset.transfers"), "", moves, where.foot), sheet(t("asset.holders"), "", holders, who.foot)),
			definition && Object.keys(definition).length > 0 && more(t("asset.definition"), h("pre", {tabindex: "0"}, write(definition, "  ")))];
	}, {lines: 8});
}
