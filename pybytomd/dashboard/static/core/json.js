/** JSON that loses no digit: whole numbers of more than 15 digits are read as BigInt and written as they are. */

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
