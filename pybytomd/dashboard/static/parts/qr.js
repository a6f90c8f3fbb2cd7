/** QR codes (ISO/IEC 18004), made here: bytes or capitals and digits, error correction M, mask 0, up to version 20. */
import {s} from "../core/dom.js";

const CHECKS = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
export const MOST = 600;

/** Places of the small marks along one side. */
function marks(version) {
	if (version === 1) return [];
	const n = Math.floor(version / 7) + 2, step = Math.ceil((version * 4 + 4) / (n * 2 - 2)) * 2;
	return [6, ...Array.from({length: n - 1}, (_, i) => version * 4 + 10 - (n - 2 - i) * step)];
}
/** Modules that are left for data and its checks. */
function room(version) {
	let bits = (16 * version + 128) * version + 64;
	if (version > 1) {
		const n = Math.floor(version / 7) + 2;
		bits -= (25 * n - 10) * n - 55;
		if (version > 6) bits -= 36;
	}
	return bits;
}
const times = (a, b) => {
	let z = 0;
	for (let i = 7; i >= 0; i--) z = (z << 1) ^ ((z >> 7) * 285) ^ (((b >> i) & 1) * a);
	return z;
};
function checks(data, n) {
	const poly = Array(n).fill(0);
	poly[n - 1] = 1;
	for (let i = 0, root = 1; i < n; i++, root = times(root, 2)) for (let j = 0; j < n; j++) poly[j] = times(poly[j], root) ^ (poly[j + 1] ?? 0);
	const rest = Array(n).fill(0);
	for (const byte of data) {
		const factor = byte ^ rest.shift();
		rest.push(0);
		poly.forEach((x, i) => {rest[i] ^= times(x, factor);});
	}
	return rest;
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/** What is written, as `[value, bits]`, and its mode with the width of its length. Two letters of the small alphabet take 11 bits, two bytes 16. */
function written(text) {
	if (!/^[0-9A-Z $%*+\-./:]+$/.test(text)) {
		const data = [...new TextEncoder().encode(text)];
		return {mode: 4, length: data.length, width: version => (version > 9 ? 16 : 8), data: data.map(byte => [byte, 8])};
	}
	const pairs = text.match(/..?/g).map(([a, b]) => (b ? [LETTERS.indexOf(a) * 45 + LETTERS.indexOf(b), 11] : [LETTERS.indexOf(a), 6]));
	return {mode: 2, length: text.length, width: version => (version > 9 ? 11 : 9), data: pairs};
}

/** Rows of modules, true for black. */
export function matrix(text) {
	const {mode, length, width, data} = written(text), size = data.reduce((sum, [, n]) => sum + n, 0);
	let version = 1, total, held;
	for (; ; version++) {
		if (version > 20) throw new RangeError("too long for a QR code");
		total = Math.floor(room(version) / 8);
		held = total - CHECKS[version - 1] * BLOCKS[version - 1];
		if (4 + width(version) + size <= held * 8) break;
	}
	const bits = [];
	const add = (value, n) => {for (let i = n - 1; i >= 0; i--) bits.push((value >> i) & 1);};
	add(mode, 4);
	add(length, width(version));
	for (const [value, n] of data) add(value, n);
	add(0, Math.min(4, held * 8 - bits.length));
	while (bits.length % 8) bits.push(0);
	const words = [];
	for (let i = 0; i < bits.length; i += 8) words.push(parseInt(bits.slice(i, i + 8).join(""), 2));
	for (let pad = 236; words.length < held; pad ^= 253) words.push(pad);
	const n = BLOCKS[version - 1], few = n - (total % n), small = Math.floor(total / n) - CHECKS[version - 1], blocks = [];
	for (let i = 0, at = 0; i < n; i++) {
		const size = small + (i < few ? 0 : 1);
		blocks.push(words.slice(at, at += size));
	}
	const tails = blocks.map(block => checks(block, CHECKS[version - 1])), stream = [];
	for (let i = 0; i <= small; i++) for (const block of blocks) if (i < block.length) stream.push(block[i]);
	for (let i = 0; i < CHECKS[version - 1]; i++) for (const tail of tails) stream.push(tail[i]);

	const side = version * 4 + 17, grid = Array.from({length: side}, () => Array(side).fill(null));
	const put = (x, y, black) => {if (x >= 0 && y >= 0 && x < side && y < side) grid[y][x] = Boolean(black);};
	for (let i = 0; i < side; i++) {put(6, i, i % 2 === 0); put(i, 6, i % 2 === 0);}
	for (const [cx, cy] of [[3, 3], [side - 4, 3], [3, side - 4]]) for (let y = -4; y <= 4; y++) for (let x = -4; x <= 4; x++) {
		const far = Math.max(Math.abs(x), Math.abs(y));
		put(cx + x, cy + y, far !== 2 && far !== 4);
	}
	const places = marks(version), last = places.length - 1;
	places.forEach((cx, i) => places.forEach((cy, j) => {
		if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
		for (let y = -2; y <= 2; y++) for (let x = -2; x <= 2; x++) put(cx + x, cy + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
	}));
	const format = 0x5412; // level M, mask 0
	for (let i = 0; i < 15; i++) {
		const bit = (format >> i) & 1;
		put(8, i < 6 ? i : i < 8 ? i + 1 : side - 15 + i, bit);
		put(i < 8 ? side - 1 - i : i < 9 ? 15 - i : 14 - i, 8, bit);
	}
	put(8, side - 8, true);
	if (version > 6) {
		let rest = version;
		for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
		for (let i = 0; i < 18; i++) {
			const bit = (((version << 12) | rest) >> i) & 1, a = side - 11 + (i % 3), b = Math.floor(i / 3);
			put(a, b, bit);
			put(b, a, bit);
		}
	}
	let at = 0;
	for (let right = side - 1; right > 0; right -= 2) {
		if (right === 6) right = 5;
		for (let step = 0; step < side; step++) for (const x of [right, right - 1]) {
			const y = ((right + 1) & 2) === 0 ? side - 1 - step : step;
			if (grid[y][x] === null) {
				const bit = at < stream.length * 8 ? (stream[at >> 3] >> (7 - (at & 7))) & 1 : 0;
				grid[y][x] = bit !== Number((x + y) % 2 === 0);
				at++;
			}
		}
	}
	return grid;
}

/** One path, black on white in every theme, with the quiet zone of four. */
export function qr(text, label) {
	const rows = matrix(text), size = rows.length + 8;
	const path = rows.map((row, y) => row.map((black, x) => {
		if (!black || row[x - 1]) return "";
		const end = row.indexOf(false, x), run = (end < 0 ? row.length : end) - x;
		return `M${x + 4} ${y + 4}h${run}v1h-${run}z`;
	}).join("")).join("");
	return s("svg", {class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges"},
		s("rect", {width: size, height: size, fill: "#fff"}), s("path", {d: path, fill: "#000"}));
}
