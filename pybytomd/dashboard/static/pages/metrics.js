/** The node's figures for monitors, as small plots while one looks. */
import {figures} from "../core/api.js";
import {h} from "../core/dom.js";
import {ago, count, scaled, t} from "../core/text.js";
import {bars, later, note, swap} from "../parts/ui.js";

const KEPT = 40, SECONDS = 5;

/** Rows of Prometheus' text: `{name, labels, help, value}`. */
function read(text) {
	const helps = new Map(), rows = [];
	for (const line of text.split("\n")) {
		const help = /^# HELP (\S+) (.*)$/.exec(line), row = /^(\w+)(\{.*\})? (\S+)$/.exec(line);
		if (help) helps.set(help[1], help[2]);
		if (row) rows.push({name: row[1], labels: row[2] ?? "", value: Number(row[3])});
	}
	return rows.filter(row => !/_bucket$/.test(row.name)).map(row => ({...row, help: helps.get(row.name) ?? helps.get(row.name.replace(/_(sum|count)$/, "")) ?? ""}));
}
const told = (v, name = "") => (/_time_seconds$/.test(name) && v > 1e9 ? ago(v * 1000) : Number.isInteger(v) && v < 1e6 ? count(v) : v < 1000 ? String(Math.round(v * 1000) / 1000) : scaled(v, ""));

export function show(page) {
	const series = new Map(), filter = h("input", {type: "search", placeholder: t("do.filter"), "aria-label": t("do.filter")}), grid = h("div", {class: "metrics"});
	let rows = [];
	const draw = () => swap(grid, [filter.value, [...series.values()].map(list => list.length), rows.map(row => row.value)], () => rows.filter(row => `${row.name}${row.labels}`.includes(filter.value)).slice(0, 60).map(row => {
		const values = series.get(row.name + row.labels);
		return h("section", {class: "card"}, h("div", {class: "row"}, h("h2", {class: "mono alias"}, row.name.replace(/^bytom_/, ""), h("span", {class: "note"}, row.labels.slice(0, 60))), h("strong", {class: "num"}, told(row.value, row.name))), values.length > 2 && bars(values, {label: `${row.name} ${told(row.value)}`, caption: told}), note(row.help));
	}));
	filter.addEventListener("input", draw);
	const box = later(async () => read(await figures()), found => {
		rows = found;
		for (const row of rows) {
			const list = series.get(row.name + row.labels) ?? [];
			series.set(row.name + row.labels, [...list, row.value].slice(-KEPT));
		}
		draw();
		return grid;
	});
	page.every(SECONDS, () => box.load(true));
	return [h("h1", {}, t("metrics.title")), h("div", {class: "filters"}, filter), note(t("metrics.lead")), box];
}
