/** Plots of the chain over a day, a week, a year: difficulty, hash rate, block time, transactions, fees. */
import {call} from "../core/api.js";
import {h} from "../core/dom.js";
import {plain} from "../core/exact.js";
import {isBytom2, node} from "../core/live.js";
import {count, date, rate, scaled, span, t} from "../core/text.js";
import {isOn, missing} from "../flows/indexed.js";
import {bars, card, empty, later, table} from "../parts/ui.js";

const RANGES = {day: 86400, week: 604800, year: 31536000}, POINTS = 60;
/** @type {[string, (point: any) => any, (value: number, raw: any) => string, number?][]} */
const KINDS = [
	["hashrate", p => p.hash_rate, v => rate(v)], ["difficulty", p => p.difficulty, v => scaled(v, "")], ["interval", p => p.block_seconds, v => span(v), 150],
	["transactions", p => p.transactions, v => count(v)], ["fees", p => p.fees, (v, raw) => plain(BigInt(raw))]];
/** Without proof of work, and with blocks of other times. @type {typeof KINDS} */
const OF_BYTOM2 = KINDS.slice(2).map(([kind, read, say]) => [kind, read, say]);

export function show(page) {
	const title = h("h1", {}, t("charts.title"));
	if (!isOn()) return [title, missing()];
	const range = RANGES[page.query.get("of")] ? page.query.get("of") : "week";
	const box = later(() => {
		const end = node.status?.sync.block_time ?? 0, span_ = RANGES[range];
		return call("get-chain-statistics", {start_time: Math.max(0, end - span_), end_time: end, interval_seconds: Math.floor(span_ / POINTS)});
	}, ({points}) => {
		if (!points.length) return card("", empty(t("charts.none")));
		const from = points[0], to = points.at(-1);
		return (isBytom2() ? OF_BYTOM2 : KINDS).map(([kind, read, say, target]) => {
			const raw = points.map(p => read(p) ?? 0), values = raw.map(Number), label = t(`charts.${kind}`), last = values.at(-1);
			return card("", h("div", {class: "row"}, h("h2", {}, label), h("span", {class: "note"}, say(last, raw.at(-1)))),
				bars(values, {target, label: `${label}: ${say(last, raw.at(-1))}`, caption: (v, i) => `${date(points[i].start_time * 1000)}: ${say(v, raw[i])}`, ticks: [from.start_time, to.end_time].map(time => date(time * 1000).slice(0, 16)),
					table: () => table([[t("word.time")], [t("word.height"), "r hide"], [label, "r fig"]], points.map((p, i) => [date(p.start_time * 1000), count(p.first_height), say(values[i], raw[i])]))}));
		});
	}, {lines: 6});
	return [h("div", {class: "row"}, title, h("div", {class: "act"}, Object.keys(RANGES).map(one => h("a", {class: `button small${one === range ? " primary" : ""}`, href: `#/explorer/charts?of=${one}`, "aria-current": one === range && "true"}, t(`charts.${one}`))))), missing(), box];
}
