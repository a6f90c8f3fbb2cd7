/** Contracts that everybody needs, in words and in source. */
import {h} from "../core/dom.js";
import {coloured, TEMPLATES} from "../core/equity.js";
import {t} from "../core/text.js";
import {link} from "../parts/ui.js";

export function show() {
	return [h("h1", {}, t("nav.contracts.library")), Object.entries(TEMPLATES).map(([name, source]) => h("section", {class: "card"}, h("div", {class: "row"}, h("h2", {}, name), link(`#/contracts/editor?template=${name}`, t("contracts.lock.title"), "small")),
		h("p", {}, t(`contracts.about.${name}`)), h("details", {class: "figures"}, h("summary", {}, t("txpage.program")), h("pre", {tabindex: "0", class: "source"}, coloured(source).map(([kind, text]) => h("span", {class: kind}, text))))))];
}
