/** All assets of the chain. */
import {call} from "../core/api.js";
import {h} from "../core/dom.js";
import {asset} from "../core/exact.js";
import {count, t} from "../core/text.js";
import {isOn, missing, pages} from "../flows/indexed.js";
import {amount, name, sheet, short} from "../parts/ui.js";

export function show() {
	const title = h("h1", {}, t("assets.title"));
	if (!isOn()) return [title, missing()];
	const body = h("tbody", {});
	const list = pages(cursor => call("list-indexed-assets", {count: 50, cursor}), answer => answer.assets.map(one => {
		const about = asset(one.asset_id, "", one.definition);
		return h("tr", {}, h("td", {}, h("a", {class: "name", href: `#/asset/${one.asset_id}`}, name(about.unit))), h("td", {class: "r fig"}, amount(BigInt(one.issued) - BigInt(one.retired), about, {full: true})), h("td", {class: "hide"}, short(one.asset_id)), h("td", {class: "r"}, count(one.holders)), h("td", {class: "r hide"}, count(one.transactions)));
	}), body);
	list.next("");
	return [title, missing(), sheet("", "", h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, [[t("word.name")], [t("asset.supply"), "r"], [t("word.id"), "hide"], [t("asset.holders"), "r"], [t("word.transactions"), "r hide"]].map(([text, kind]) => h("th", {scope: "col", class: kind}, text)))), body)), list.foot)];
}
