import {$, h} from "../core/dom.js";
import {t} from "../core/text.js";

export function show() {
	setTimeout(() => $("#search")?.focus());
	return [h("h1", {}, t("state.notfound")), h("p", {class: "note"}, t("frame.search.hint"))];
}
