/** A payment in a list, and the ways to a first wallet. */
import {h, icon} from "../core/dom.js";
import {t} from "../core/text.js";
import {amount, confirmations, name, pill, short, when} from "./ui.js";

const MARKS = {sent: "up", received: "down", mined: "mining", self: "self", issued: "plus", retired: "close", contract: "contracts"};

/** One line of the wallet's history. */
export function payment(one) {
	const [first] = one.flows;
	const state = one.failed ? pill("bad", t("tx.state.failed")) : one.kind === "mined" && one.confirmations <= 100 ? pill("warn", t("tx.state.immature", {n: 101 - one.confirmations})) :
		one.confirmations < 6 ? confirmations(one.confirmations) : when(one.time);
	return h("li", {},
		h("span", {class: `mark ${one.kind}`}, icon(MARKS[one.kind])),
		h("div", {class: "what"}, h("a", {class: "name", href: `#/tx/${one.id}`}, t(`tx.${one.kind}`)),
			h("span", {class: "note"}, h("span", {class: one.other && "own"}, name(one.account)), one.other && short(one.other, {tail: 6}))),
		h("div", {class: "figure"}, first ? amount(first.neu, first.asset, {sign: true}) : amount(-one.fee), h("span", {class: "note"}, state)));
}

/** Three ways to begin; none is chosen beforehand. */
export const ways = () => [h("h1", {}, t("first.title")), h("p", {class: "intro"}, t("first.lead")),
	h("ul", {class: "ways"}, [["create", "#/first", "plus"], ["restore", "#/restore", "down"], ["without", "#/start?go", "right"]].map(([way, href, ico]) => h("li", {},
		h("a", {class: "card way", href, onclick: way === "without" && (() => {localStorage.without = "1";})}, icon(ico), h("strong", {}, t(`first.${way}`)), h("span", {class: "note"}, t(`first.${way}.why`))))))];
