/** Long lists and tables of which only what is seen, and a little around it, is in the document. */
import {h} from "../core/dom.js";

const MARGIN = 8, MOST = 60, GUESS = 56;

/**
 * Fills `place`, an ul or tbody, with rows of one height, which `row` makes of an item. `key` tells items apart: a row
 * whose key is there stays the element it was. `near` is called when the end comes into sight; `closing` is given what
 * ends it.
 * @param {{place: HTMLElement, row: (item: any) => HTMLElement, key: (item: any) => string, near: () => void, closing: (end: () => void) => void}} how
 */
export function windowed({place, row, key, near, closing}) {
	const inTable = place.tagName === "TBODY", spacer = () => h(inTable ? "tr" : "li", {class: "space", "aria-hidden": "true"}, inTable && h("td", {}));
	const above = spacer(), below = spacer();
	let items = [], shown = new Map(), height = GUESS, measured = false, asked = 0;
	const room = (el, n) => {
		(inTable ? el.firstChild : el).style.setProperty("height", `${n * height}px`);
		return n > 0 && el;
	};
	function draw() {
		asked = 0;
		if (!place.isConnected) return;
		const top = place.getBoundingClientRect().top, seen = Math.ceil(innerHeight / height);
		const count = Math.min(MOST, seen + 2 * MARGIN), from = Math.max(0, Math.min(items.length - count, Math.floor(-top / height) - MARGIN)), to = Math.min(items.length, from + count);
		const kept = new Map();
		for (const item of items.slice(from, to)) {
			const id = key(item);
			kept.set(id, shown.get(id) ?? row(item));
		}
		const now = [room(above, from), ...kept.values(), room(below, items.length - to)].filter(Boolean), old = [...place.children];
		for (const el of old) if (!now.includes(el)) el.remove();
		now.forEach((el, i) => {if (place.children[i] !== el) place.insertBefore(el, place.children[i] ?? null);});
		shown = kept;
		const real = !measured && kept.values().next().value?.getBoundingClientRect().height;
		if (real) {
			measured = true;
			height = real;
			return draw();
		}
		if (to >= items.length - MARGIN) near();
	}
	const later = () => {asked ||= requestAnimationFrame(draw);};
	addEventListener("scroll", later, {passive: true});
	const turned = () => {measured = false; later();};
	addEventListener("resize", turned);
	closing(() => {
		removeEventListener("scroll", later);
		removeEventListener("resize", turned);
		cancelAnimationFrame(asked);
	});
	return {
		/** Other items, or others at some places; those of the same key stay as they are. */
		set(list) {
			items = list;
			if (place.isConnected) draw();
			else later();
		},
	};
}
