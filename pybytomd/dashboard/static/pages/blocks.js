/** The newest blocks, as they come. */
import {blocks} from "../core/chain.js";
import {h, set} from "../core/dom.js";
import {node, ready} from "../core/live.js";
import {tame} from "../core/neu.js";
import {bytes, count, span, t} from "../core/text.js";
import {amount, bars, button, card, free, later, name, notice, pill, sheet, short, swap, table, when} from "../parts/ui.js";

const STEP = 30;
/** Seconds to be compared, and in larger units what is far from usual. */
const lasting = seconds => (seconds < 3600 ? `${Math.round(seconds)}\u00a0s` : span(seconds));

function plot(list) {
	const gaps = list.slice(0, -1).map((one, i) => (one.time - list[i + 1].time) / 1000).reverse();
	if (gaps.length < 5) return null;
	const mean = gaps.reduce((a, b) => a + b) / gaps.length, label = t("chart.interval", {n: gaps.length}), first = list.at(-2).height;
	return card("", h("div", {class: "row"}, h("h2", {}, label), h("span", {class: "note"}, h("span", {class: "key"}), t("chart.target", {time: lasting(150)}), " · ", t("chart.mean", {time: lasting(mean)}), " · ", t("chart.longest", {time: lasting(Math.max(...gaps))}))),
		bars(gaps, {target: 150, label: `${label}. ${t("chart.mean", {time: span(mean)})}`, caption: (v, i) => `${count(first + i)}: ${lasting(v)}`, ticks: [count(first), count(list[0].height)]}));
}
const row = b => [
	h("a", {class: "name num", href: `#/block/${b.height}`}, count(b.height)), [when(b.time), "r fig"], short(b.hash, {href: `#/block/${b.hash}`}), h("span", {}, h("span", {class: "wide"}, count(b.transactions)), h("span", {class: "thin"}, t("count.transactions", {n: b.transactions}))), bytes(b.size),
	b.text ? name(tame(b.text, 24)) : short(b.to, {href: `#/address/${b.to}`, tail: 6}), amount(b.reward, undefined, {full: true})];
/** A block that another took the place of. */
const gone = b => [
	h("del", {}, h("a", {class: "name num", href: `#/block/${b.hash}`}, count(b.height))), [when(b.time), "r fig"], h("del", {}, short(b.hash, {href: `#/block/${b.hash}`})), "", "", pill("bad", t("tx.state.gone")), ""];

export function show(page) {
	const chart = h("div", {}), rows = h("div", {}), news = h("div", {}), state = h("span", {}), said = h("div", {role: "status"});
	let shown = STEP, before = [];
	const left = new Map();
	/** What stood here and is not in the chain any more stays, struck out, until one leaves. */
	const compare = list => {
		const now = new Set(list.map(b => b.hash)), lowest = list.at(-1).height;
		for (const b of before) if (b.height >= lowest && !now.has(b.hash)) left.set(b.hash, b);
		for (const hash of now) left.delete(hash);
		before = list;
		if (left.size) set(said, notice("warn", t("block.replaced")));
	};
	const drawState = () => set(state, node.socket ? pill("good", t("state.live")) : pill("soft", t("state.polling", {time: span(5)})));
	const content = [chart, rows, h("p", {class: "center"}, button(t("do.more"), () => {shown += STEP; box.load(true);}))];
	const box = later(async () => blocks((await ready()).sync.height, shown + 1), list => {
		drawState();
		compare(list);
		swap(chart, list.map(b => b.hash), () => plot(list));
		swap(rows, [list.map(b => b.hash), [...left.keys()]], () => sheet("", "", table([[t("word.height")], [t("word.age"), "r fig"], [t("word.hash"), "hide"], [t("word.transactions"), "r"], [t("word.size"), "r hide"], [t("word.miner"), "by"], [t("block.reward"), "r hide"]], [...list.slice(0, shown), ...left.values()].sort((a, b) => b.height - a.height).map(b => (left.has(b.hash) ? gone(b) : row(b))))));
		return content;
	}, {lines: 12});
	let waiting = 0;
	page.listen(what => {
		drawState();
		if (what.back || (what.block && free(rows))) {waiting = 0; set(news); box.load(true);}
		else if (what.block) {
			waiting++;
			set(news, button(t("count.new", {n: waiting}), () => {waiting = 0; set(news); scrollTo(0, 0); box.load(true);}, "small"));
		}
	});
	return [h("div", {class: "titled"}, h("h1", {}, t("block.list.title")), state, news), said, box];
}
