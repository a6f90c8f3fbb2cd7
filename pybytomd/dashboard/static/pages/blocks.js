/** The newest blocks, as they come. */
import {blocks, finality} from "../core/chain.js";
import {h, set} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {isBytom2, node, ready} from "../core/live.js";
import {bytes, count, span, t, told} from "../core/text.js";
import {amount, bars, button, card, free, later, name, notice, pill, sheet, short, sure, swap, table, tableRow, when} from "../parts/ui.js";
import {windowed} from "../parts/windowed.js";

const STEP = 30;
const heads = () => [[t("word.height")], [t("word.age"), "r fig"], [t("word.hash"), "hide"], [t("word.transactions"), "r"], [t("word.size"), "r hide"], [t(isBytom2() ? "word.validator" : "word.miner"), "by"], [t(isBytom2() ? "word.finality" : "block.reward"), "r hide"]];
/** Seconds to be compared, and in larger units what is far from usual. */
const lasting = seconds => (seconds < 3600 ? `${Math.round(seconds)}\u00a0s` : span(seconds));

function plot(all) {
	// The first block is of another time.
	const list = all.filter(one => one.height > 0), gaps = list.slice(0, -1).map((one, i) => (one.time - list[i + 1].time) / 1000).reverse();
	if (gaps.length < 5) return null;
	const target = isBytom2() ? undefined : 150;
	const mean = gaps.reduce((a, b) => a + b) / gaps.length, label = t("chart.interval", {n: gaps.length}), first = list.at(-2).height;
	return card("", h("div", {class: "row"}, h("h2", {}, label), h("span", {class: "note"}, target && [h("span", {class: "key"}), t("chart.target", {time: lasting(target)}), " · "], t("chart.mean", {time: lasting(mean)}), " · ", t("chart.longest", {time: lasting(Math.max(...gaps))}))),
		bars(gaps, {target, label: `${label}. ${t("chart.mean", {time: span(mean)})}`, caption: (v, i) => `${count(first + i)}: ${lasting(v)}`, ticks: [count(first), count(list[0].height)]}));
}
const row = b => [
	h("a", {class: "name num", href: `#/block/${b.height}`}, count(b.height)), [when(b.time), "r fig"], short(b.hash, {href: `#/block/${b.hash}`}), h("span", {}, h("span", {class: "wide"}, count(b.transactions)), h("span", {class: "thin"}, t("count.transactions", {n: b.transactions}))), bytes(b.size),
	...(isBytom2() ? [short(b.validator || t("word.none")), sure(finality(b.height))] : [b.text ? name(tame(b.text, 24)) : short(b.to, {href: `#/address/${b.to}`, tail: 6}), amount(b.reward, undefined, {full: true})])];
/** A block that another took the place of. */
const gone = b => [
	h("del", {}, h("a", {class: "name num", href: `#/block/${b.hash}`}, count(b.height))), [when(b.time), "r fig"], h("del", {}, short(b.hash, {href: `#/block/${b.hash}`})), "", "", pill("bad", t("tx.state.gone")), ""];

/** The newest blocks and those below them, as far as one has looked; and those that others took the place of. */
function chain() {
	const at = {list: [], left: new Map()};
	const tip = async () => (await ready()).sync.height;
	const put = list => {
		const now = new Set(list.map(b => b.hash)), lowest = list.at(-1).height;
		for (const b of at.list) if (b.height >= lowest && !now.has(b.hash)) at.left.set(b.hash, b);
		for (const hash of now) at.left.delete(hash);
		at.list = list;
	};
	/** What is new, down to where it meets what is known. */
	at.refresh = async () => {
		const height = await tip();
		let fresh = await blocks(height, STEP + 1);
		const below = () => at.list.filter(b => b.height < fresh.at(-1).height);
		while (below().length && below()[0].hash !== fresh.at(-1).previous && height - fresh.at(-1).height < 10 * STEP) fresh = [...fresh, ...(await blocks(fresh.at(-1).height - 1, STEP))];
		const rest = below();
		put(rest.length && rest[0].hash === fresh.at(-1).previous ? [...fresh, ...rest] : fresh);
	};
	at.more = async () => {
		const last = at.list.at(-1), next = await blocks(last.height - 1, STEP);
		if (at.list.at(-1) !== last) return;
		if (next[0].hash === last.previous) at.list = [...at.list, ...next];
		else await at.refresh();
	};
	at.rows = () => (at.left.size ? [...at.list, ...at.left.values()].sort((a, b) => b.height - a.height) : at.list);
	return at;
}

export function show(page) {
	const chart = h("div", {}), news = h("div", {}), state = h("span", {}), said = h("div", {role: "status"}), foot = h("div", {class: "center"}), known = chain();
	const shown = sheet("", "", table(heads(), [])), rows = shown.querySelector("tbody");
	let busy = false;
	const view = windowed({place: rows, row: b => tableRow(heads(), known.left.has(b.hash) ? gone(b) : row(b)), key: b => `${b.hash} ${known.left.has(b.hash)} ${isBytom2() && finality(b.height)}`, near: () => more(), closing: page.closing});
	const draw = () => {
		if (known.left.size) set(said, notice("warn", t("block.replaced")));
		view.set(known.rows());
	};
	async function more() {
		if (busy || !known.list.at(-1)?.height) return;
		busy = true;
		try {
			await known.more();
			set(foot);
			busy = false;
			draw();
		} catch (error) {
			if (!(error.code || error.offline)) throw error;
			set(foot, notice("bad", told(error), button(t("do.retry"), () => {busy = false; more();}, "small")));
		}
	}
	const drawState = () => set(state, node.socket ? pill("good", t("state.live")) : pill("soft", t("state.polling", {time: span(5)})));
	const content = [chart, shown, foot];
	const box = later(known.refresh, () => {
		drawState();
		swap(chart, known.list.slice(0, STEP + 1).map(b => b.hash), () => plot(known.list.slice(0, STEP + 1)));
		draw();
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
