/** What was found, when it is not exactly one thing. */
import {h} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {search} from "../core/search.js";
import {t} from "../core/text.js";
import {card, empty, later, name, note, sheet, short} from "../parts/ui.js";

export function show({query}) {
	const text = query.get("q") ?? "";
	return [h("h1", {}, t("frame.search.short")), later(async () => (text ? search(text) : []), found => (found.length ?
		sheet("", "", h("ul", {class: "list"}, found.map(one => h("li", {}, h("span", {class: "note"}, t(`word.${one.kind}`)), h("a", {class: "name", href: one.href}, /^[0-9a-z]{40,}$/.test(one.id) ? short(one.id) : name(one.id)))))) :
		card("", text && empty(t("frame.search.none", {query: tame(text, 80)})), note(t("frame.search.hint")))))];
}
