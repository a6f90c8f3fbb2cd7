/** What needs the index of every address: said where it is missing, and how to turn it on. */
import {h} from "../core/dom.js";
import {node} from "../core/live.js";
import {count, span, t, told} from "../core/text.js";
import {button, card, copyButton, notice} from "../parts/ui.js";

/** Nothing while the index is complete; how far it is; or how it is turned on. */
export function missing() {
	const {index} = node.status ?? {};
	if (!index) return card("", notice("info", t("state.noindex")), h("p", {}, t("state.noindex.do")), h("p", {class: "withcopy"}, h("code", {class: "mono"}, "pybytomd node --index.enable"), copyButton("pybytomd node --index.enable", t("word.command"))));
	if (index.failure) return notice("bad", index.failure);
	if (index.lag > 2) return notice("info", [t("state.indexing", {height: count(Math.max(0, index.height)), highest: count(index.height + index.lag)}), index.seconds_left != null && ` ${t("time.left", {time: span(index.seconds_left)})}`]);
	return null;
}
export const isOn = () => Boolean(node.status?.index);

/** Pages of a list that go on at a cursor: `ask(cursor)` gives an answer, `rows(answer)` its elements, put into `place`. */
export function pages(ask, rows, place) {
	const foot = h("div", {class: "center"});
	const next = async cursor => {
		try {
			const answer = await ask(cursor);
			place.append(...rows(answer));
			foot.replaceChildren(answer.next_cursor ? button(t("do.more"), () => next(answer.next_cursor)) : "");
		} catch (error) {
			if (!(error.code || error.offline)) throw error;
			foot.replaceChildren(notice("bad", told(error), button(t("do.retry"), () => next(cursor), "small")));
		}
	};
	return {next, foot};
}
