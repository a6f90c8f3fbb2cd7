/** Elements without markup strings: text stays text, whatever it holds. */
const SVG = "http://www.w3.org/2000/svg";

function fill(el, props, children) {
	for (const [name, value] of Object.entries(props || {})) {
		if (value === false || value == null) continue;
		if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
		else el.setAttribute(name, value === true ? "" : String(value));
	}
	put(el, ...children);
	return el;
}
/** Appends children, however nested; what is null or false is left out. */
export const put = (el, ...children) => {el.append(...children.flat(4).filter(c => c != null && c !== false)); return el;};
/** The same in place of what is there. */
export const set = (el, ...children) => {el.replaceChildren(); return put(el, ...children);};
/** @returns {any} */
export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
/** @returns {any} */
export const s = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);
/** @returns {any} */
export const $ = query => document.querySelector(query);

const PATHS = {
	start: "M3 9.5 10 3.5l7 6M5 8v8.5h10V8",
	wallet: "M3 6h12.5a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5V5.2L13 3.5V6M13.4 11h.2",
	explorer: "M3 3.5h8v5H3zM9 11.5h8v5H9zM5.5 8.5v5.5H9",
	mining: "M4 17 12.5 8.5M6.5 4.2C11 3 16 6 16.5 12M10 6.5l3.5 3.5",
	contracts: "M7.5 3.5C5 3.5 6.5 9 4 10c2.5 1 1 6.5 3.5 6.5M12.5 3.5C15 3.5 13.5 9 16 10c-2.5 1-1 6.5-3.5 6.5",
	network: "M10 5.5v3.2M8 11.5 5.7 14M12 11.5l2.3 2.5M8.5 4a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M8 10.2a2 2 0 1 0 4 0 2 2 0 1 0-4 0M3 15.2a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M14 15.2a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0",
	more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
	search: "M4 8.8a4.8 4.8 0 1 0 9.6 0 4.8 4.8 0 1 0-9.6 0M12.4 12.4 16.5 16.5",
	copy: "M7 7h9v9H7zM13 7V4H4v9h3",
	tick: "M4.5 10.5 8.5 14.5 15.5 6",
	up: "M10 16V4.5M5.5 9 10 4.5 14.5 9",
	down: "M10 4v11.5M5.5 11 10 15.5 14.5 11",
	self: "M4 7.5h11l-3-3M16 12.5H5l3 3",
	warn: "M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2v.1",
	info: "M3 10a7 7 0 1 0 14 0 7 7 0 1 0-14 0M10 9.2v4M10 6.6v.1",
	sun: "M7 10a3 3 0 1 0 6 0 3 3 0 1 0-6 0M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4",
	moon: "M15.5 12.2A6.5 6.5 0 0 1 7.8 4.5a6.5 6.5 0 1 0 7.7 7.7z",
	eye: "M2.5 10C5 5.5 15 5.5 17.5 10 15 14.5 5 14.5 2.5 10zM8 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
	plus: "M10 4.5v11M4.5 10h11",
	close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
	lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
	key: "M3 13.5a3 3 0 1 0 6 0 3 3 0 1 0-6 0M8.2 11.3 15.5 4M12.5 7l2.5 2.5",
	right: "M8 5l5 5-5 5",
	qr: "M4 4h4.5v4.5H4zM11.5 4H16v4.5h-4.5zM4 11.5h4.5V16H4zM11.5 11.5h.01M16 11.5V13M12 16h4",
};
const box = (...paths) => s("svg", {class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true"}, paths);
export const icon = name => box(s("path", {d: PATHS[name]}));
export const logo = () => box(s("path", {d: "M2 3.5h10V9H2z"}), s("path", {class: "pale", d: "M8 11h10v5.5H8z"}));

/** Saves text as a file of the browser. */
export function save(text, filename, type = "application/json") {
	const url = URL.createObjectURL(new Blob([text], {type}));
	const a = h("a", {href: url, download: filename});
	document.body.append(a);
	a.click();
	a.remove();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}
