/** The end of the node's log, as it grows: by level, part and word. */
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {date, t} from "../core/text.js";
import {button, card, choice, empty, free, later, note, pill} from "../parts/ui.js";

const LEVELS = ["debug", "info", "warning", "error", "fatal"], COLOURS = {warning: "warn", error: "bad", fatal: "bad"};
const SECONDS = 2, KEPT = 1000, SHOWN = 200, LONG = 300;

function row(one) {
	const {stack, ...fields} = one.fields, told = Object.entries(fields).map(([key, value]) => `${key} ${value}`).join(" · ");
	return h("li", {class: "record"}, h("div", {class: "row"}, h("span", {lang: "en", class: "alias"}, tame(one.message, LONG)), h("span", {class: "tags"}, pill(COLOURS[one.level] ?? "soft", t(`logs.level.${one.level}`)), h("span", {class: "note"}, one.part), h("time", {class: "note", datetime: one.time}, date(Date.parse(one.time))))),
		told && h("p", {lang: "en", class: "note alias"}, tame(told, LONG)),
		stack && h("details", {class: "figures"}, h("summary", {}, t("do.details")), h("pre", {tabindex: "0", lang: "en"}, stack)));
}

export function show(page) {
	const records = [], place = h("div", {}), news = h("span", {});
	const level = choice(LEVELS.map(one => [one, t(`logs.level.${one}`)]), page.query.get("level") ?? "info", {"aria-label": t("logs.level")}), part = h("select", {"aria-label": t("logs.part")}), word = h("input", {type: "search", placeholder: t("do.filter"), "aria-label": t("do.filter")});
	let newest = 0, waiting = 0, first = true;
	/** Parts that said something; what is chosen stays. */
	const drawParts = () => {
		const names = [...new Set([...records.map(one => one.part), part.value].filter(Boolean))].sort();
		if (names.length + 1 === part.options.length) return;
		const {value} = part;
		set(part, h("option", {value: ""}, t("logs.part.all")), names.map(one => h("option", {value: one, selected: one === value}, one)));
	};
	const draw = () => {
		waiting = 0;
		set(news);
		const least = LEVELS.indexOf(level.value), text = word.value.toLowerCase();
		const found = records.filter(one => LEVELS.indexOf(one.level) >= least && (!part.value || one.part === part.value) && (!text || JSON.stringify([one.message, one.fields]).toLowerCase().includes(text)));
		set(place, found.length ? h("section", {class: "card flush"}, h("ul", {class: "list records"}, found.slice(-SHOWN).reverse().map(row))) : card("", empty(t("logs.none"))));
	};
	for (const one of [level, part]) one.addEventListener("change", draw);
	word.addEventListener("input", draw);
	const box = later(() => call("list-log-records", {after: newest, count: KEPT}), answer => {
		// A node that was started anew counts anew.
		if (answer.newest < newest) {
			newest = 0;
			records.length = 0;
			box.load(true);
			return place;
		}
		newest = answer.newest;
		records.push(...answer.records);
		records.splice(0, records.length - KEPT);
		drawParts();
		if (first || (answer.records.length && free(place))) draw();
		else if (answer.records.length) {
			waiting += answer.records.length;
			set(news, button(t("count.new", {n: waiting}), draw, "small"));
		}
		first = false;
		return place;
	}, {lines: 10});
	page.every(SECONDS, () => document.hidden || box.load(true));
	drawParts();
	return [h("div", {class: "titled"}, h("h1", {}, t("nav.network.logs")), news), h("div", {class: "filters"}, level, part, word), box, note(t("logs.lead"))];
}
