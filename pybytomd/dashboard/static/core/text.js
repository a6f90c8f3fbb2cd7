/** The words on the page: one table for each language, loaded when it is needed. */
let table = {};
export const lang = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
export const load = async () => {table = (await import(`../texts/${lang()}.js`)).default;};

function find(key) {
	const dot = key.indexOf(".");
	return table[key.slice(0, dot)]?.[key.slice(dot + 1)];
}
/** The text of a key; a number `n` chooses the plural form. */
export function t(key, values = {}) {
	let text = find(key);
	if (text === undefined && "n" in values) text = find(`${key}.${new Intl.PluralRules(lang()).select(Number(values.n))}`) ?? find(`${key}.other`);
	if (text === undefined) return `[${key}]`;
	return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? count(values[name]) : values[name]));
}
export const has = key => find(key) !== undefined;
export const count = n => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
export const percent = part => `${(part * 100).toFixed(1)}\u2009%`;

/** A number with three figures and a unit of thousands. */
export function scaled(n, unit) {
	let step = 0;
	for (; n >= 1000 && step < 6; step++) n /= 1000;
	return `${step ? n.toPrecision(3) : Math.round(n)}\u00a0${" kMGTPE"[step].trim()}${unit}`;
}
export const rate = n => scaled(n, "H/s");
export const bytes = n => scaled(n, "B");

/** A duration in its largest unit. */
export function span(seconds) {
	const x = Math.max(0, Math.round(seconds));
	const [unit, size] = x < 60 ? ["s", 1] : x < 3600 ? ["m", 60] : x < 86400 ? ["h", 3600] : ["d", 86400];
	return t(`time.${unit}`, {n: Math.round(x / size)});
}
/** Local time as 2026-11-30 01:40:21, in every language. */
export const date = ms => new Date(ms).toLocaleString("sv");
/** How long ago, or after a week the day. */
export function ago(ms) {
	const seconds = (Date.now() - ms) / 1000;
	return seconds < 5 ? t("time.now") : seconds < 604800 ? t("time.ago", {time: span(seconds)}) : date(ms).slice(0, 10);
}
/** What went wrong, in words, with the code at the end that people search for. */
export function told(error) {
	if (!error.code) return error.offline ? t("state.offline.now") : String(error.message || error);
	const known = has(`error.${error.code}`) && !(error.code === "BTM000" && !error.detail);
	const text = known ? t(`error.${error.code}`, {detail: error.detail}) : t("error.other", {code: error.code, message: error.detail || error.message});
	return error.code === "BTM000" ? text : `${text} (${error.code})`;
}
