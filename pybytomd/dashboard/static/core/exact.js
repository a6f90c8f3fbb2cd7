/** What loses no digit: JSON, and amounts, which are BigInt of the smallest unit (neu) and never become a Number. */

/** A part of an answer that stays the text it came as, so that it can go back unchanged. */
export class Raw {
	constructor(text) {this.text = text;}
	get value() {return parse(this.text);}
}

const LONG = /(^|[:,[\s])-?\d{16}/;
const TOKEN = /\s*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)|(true|false|null))/y;

/** @param {string} text @param {string[]} keep names of members whose values stay text (Raw) */
export function parse(text, keep = []) {
	if (!keep.length && !LONG.test(text)) return JSON.parse(text);
	let token, end = 0, begin = 0;
	const next = () => {
		TOKEN.lastIndex = end;
		token = TOKEN.exec(text);
		if (!token) throw new SyntaxError(`JSON, at ${end}`);
		end = TOKEN.lastIndex;
		begin = end - (token[1] ?? token[2] ?? token[3] ?? token[4]).length;
	};
	const must = mark => {if (token[1] !== mark) throw new SyntaxError(`JSON, at ${begin}`);};
	function list(close, item) {
		const items = [];
		next();
		if (token[1] === close) return items;
		for (;;) {
			items.push(item());
			next();
			if (token[1] === close) return items;
			must(",");
			next();
		}
	}
	function member() {
		if (!token[2]) must('"');
		const name = JSON.parse(token[2]);
		next();
		must(":");
		next();
		const from = begin, read = value();
		return [name, keep.includes(name) ? new Raw(text.slice(from, end)) : read];
	}
	function value() {
		if (token[1] === "{") return Object.fromEntries(list("}", member));
		if (token[1] === "[") return list("]", value);
		if (token[1]) must("");
		if (token[3] && /^-?\d{16,}$/.test(token[3])) return BigInt(token[3]);
		return JSON.parse(token[2] ?? token[3] ?? token[4]);
	}
	next();
	const whole = value();
	if (text.slice(end).trim()) throw new SyntaxError(`JSON, at ${end}`);
	return whole;
}

/** Text of a value; Raw as it came. With `step` on several lines. */
export function write(value, step = "", before = "") {
	if (value instanceof Raw) return value.text;
	if (typeof value === "bigint") return String(value);
	if (!value || typeof value !== "object") return JSON.stringify(value) ?? "null";
	const inner = step && `\n${before}${step}`, list = Array.isArray(value);
	const parts = list ? value.map(item => write(item, step, before + step)) :
		Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) => `${JSON.stringify(name)}:${step && " "}${write(item, step, before + step)}`);
	const [open, close] = list ? "[]" : "{}";
	return parts.length ? `${open}${inner}${parts.join(`,${inner}`)}${step && `\n${before}`}${close}` : open + close;
}

export const BTM = "f".repeat(64);
const MOST = 2n ** 63n - 1n;
const NUMBER = /^(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?$/;

/** What somebody typed: `{neu}`, or `{wrong}`, one of "amount" and "decimals". */
export function read(text, decimals = 8) {
	const match = NUMBER.exec(text.trim().replace(/\s/g, ""));
	if (!match || !(match[1] || match[2])) return {wrong: "amount"};
	const rest = (match[2] || "").replace(/0+$/, "");
	if (rest.length > decimals) return {wrong: "decimals"};
	const neu = BigInt((match[1] || "0").replaceAll(",", "") + rest.padEnd(decimals, "0"));
	return neu > 0n && neu <= MOST ? {neu} : {wrong: "amount"};
}

/** Whole part with commas, and decimals; `full` keeps all of them, else at least two stay. */
export function parts(neu, decimals = 8, full = false) {
	const digits = String(neu < 0n ? -neu : neu).padStart(decimals + 1, "0");
	const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
	let rest = decimals ? digits.slice(-decimals) : "";
	if (!full) rest = rest.replace(/0+$/, "").padEnd(Math.min(2, decimals), "0");
	return [whole, rest];
}

/** As somebody would type it. */
export function typed(neu, decimals = 8) {
	const [whole, rest] = parts(neu, decimals, true), kept = rest.replace(/0+$/, "");
	return whole.replaceAll(",", "") + (kept && `.${kept}`);
}

/** As it is read, with its unit. */
export function plain(neu, {unit = "BTM", decimals = 8} = {}) {
	const [whole, rest] = parts(neu, decimals);
	return `${neu < 0n ? "−" : ""}${whole}${rest && "."}${rest}\u00a0${unit}`;
}

/** What is shown of an asset, by what an answer says of it: only one id is BTM, whatever a definition claims. */
export function asset(id, alias, definition) {
	if (id === BTM) return {id, unit: "BTM", decimals: 8};
	const {decimals, symbol} = definition || {};
	const fits = Number.isInteger(decimals) && decimals >= 0 && decimals <= 16;
	const unit = alias ? tame(alias) : typeof symbol === "string" && symbol ? `“${tame(symbol)}”` : id.slice(0, 8);
	return {id, unit, decimals: fits ? decimals : 0};
}

/** Text of strangers for one line: cut, and without characters that steer it. */
export function tame(text, most = 32) {
	const clean = String(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, c => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`);
	const letters = [...clean];
	return letters.length > most ? `${letters.slice(0, most).join("")}…` : clean;
}
