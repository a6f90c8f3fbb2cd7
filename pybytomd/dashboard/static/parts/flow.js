/** Where the money of a transaction goes: ribbons from inputs to outputs, as wide as their share of an asset. */
import {s} from "../core/dom.js";

const ROW = 64, GAP = 8, THICK = 40, HUES = ["", " other", " third", " fourth"];

/** Ends are `{asset, neu}`, fees have `fee`. `flat` lays it on its side, for narrow screens. */
export function ribbons(inputs, outputs, flat) {
	const rows = Math.max(inputs.length, outputs.length), length = flat ? 320 : rows * (ROW + GAP) - GAP, depth = flat ? 56 : 120, paths = [];
	[...new Set(inputs.map(x => x.asset))].forEach((asset, hue) => {
		const ins = inputs.filter(x => x.asset === asset), outs = outputs.filter(x => x.asset === asset), total = Number(ins.reduce((sum, x) => sum + x.neu, 0n)) || 1;
		const place = (list, x) => {
			const i = list.indexOf(x);
			return flat ? ((i + 0.5) * length) / list.length : i * (ROW + GAP) + ROW / 2;
		};
		const size = neu => Math.max(1.5, (Number(neu) / total) * THICK);
		const left = new Map(ins.map(x => [x, place(inputs, x) - size(x.neu) / 2])), right = new Map(outs.map(x => [x, place(outputs, x) - size(x.neu) / 2]));
		for (const i of ins) for (const o of outs) {
			const w = Math.max(0.8, (Number(i.neu) / total) * size(o.neu)), a = left.get(i), b = right.get(o), m = depth / 2;
			const p = (d, l) => (flat ? `${l.toFixed(1)} ${d}` : `${d} ${l.toFixed(1)}`);
			paths.push(s("path", {class: `ribbon${HUES[hue % 4]}${o.fee ? " fee" : ""}`, d: `M${p(0, a)}C${p(m, a)} ${p(m, b)} ${p(depth, b)}L${p(depth, b + w)}C${p(m, b + w)} ${p(m, a + w)} ${p(0, a + w)}Z`}));
			left.set(i, a + w);
			right.set(o, b + w);
		}
	});
	return s("svg", {class: flat ? "flow flat" : "flow", viewBox: flat ? `0 0 ${length} ${depth}` : `0 0 ${depth} ${length}`, preserveAspectRatio: "none", "aria-hidden": "true", ...(flat ? {} : {height: length})}, paths);
}
