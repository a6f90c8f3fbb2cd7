/** Where nothing is, or nothing that one may see. */
import {$, h} from "../core/dom.js";
import {t} from "../core/text.js";

export function show({lacks}) {
	if (lacks) return [h("h1", {}, t("state.role.title")), h("p", {class: "note"}, t("state.role", {role: lacks}))];
	setTimeout(() => $("#search")?.focus());
	return [h("h1", {}, t("state.notfound")), h("p", {class: "note"}, t("frame.search.hint"))];
}
