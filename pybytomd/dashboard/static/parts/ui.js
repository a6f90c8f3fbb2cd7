/** The small parts that pages are made of. They know no API. */
import {$, h, icon, put, s, set} from "../core/dom.js";
import {parts, tame, write} from "../core/exact.js";
import {ago, count, date, t, told} from "../core/text.js";

/** A figure with its unit; `sign` shows + or −, `full` keeps every decimal. */
export function amount(neu, {unit = "BTM", decimals = 8} = {}, {sign = false, full = false} = {}) {
	const [whole, rest] = parts(neu, decimals, full), kept = rest.replace(/0+$/, "");
	return h("span", {class: `amount${sign && neu > 0n ? " in" : ""}`},
		h("span", {class: "whole"}, (neu < 0n ? "−" : sign ? "+" : "") + whole),
		rest && h("span", {class: kept ? "rest" : "zeros"}, `.${kept}`, kept.length < rest.length && h("span", {class: "zeros"}, rest.slice(kept.length))),
		h("span", {class: "unit"}, "\u00a0", h("bdi", {}, unit)));
}

/**
 * A hash or address in one line, cut in its middle; copying takes all of it.
 * @param {string} value @param {{href?: string, what?: string, head?: number, tail?: number, copy?: boolean}} [how]
 */
export function short(value, {href, what, head = 8, tail = 8, copy = false} = {}) {
	const cut = value.length > head + tail + 2;
	const body = h(href ? "a" : "span", {class: "short", href, title: value, "data-whole": value},
		cut ? [h("span", {"aria-hidden": "true"}, `${value.slice(0, head)}…${value.slice(-tail)}`), h("span", {class: "sr"}, value)] : value);
	return copy ? h("span", {class: "withcopy"}, body, copyButton(value, what)) : body;
}

/** The whole of a hash or address, in groups of four, six to a line; no spaces get into the clipboard. */
export function whole(value) {
	const groups = value.match(/.{1,4}/g);
	return h("span", {class: "groups", "data-whole": value}, h("span", {class: "sr"}, value),
		h("span", {class: "grid", "aria-hidden": "true"}, groups.map((g, i) => h("span", {class: i === 0 || i >= groups.length - 2 ? "edge" : ""}, g))));
}

async function copied(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const area = h("textarea", {class: "sr", readonly: true});
		area.value = text;
		document.body.append(area);
		area.select();
		const done = document.execCommand("copy");
		area.remove();
		return done;
	}
}
export function copyButton(value, what = t("word.id")) {
	const button = h("button", {class: "iconbutton copy", type: "button", "aria-label": t("do.copy.what", {what}), title: t("do.copy")}, icon("copy"));
	button.addEventListener("click", async () => {
		if (!(await copied(value))) return toast(t("do.copy.not"));
		set(button, icon("tick"));
		setTimeout(() => set(button, icon("copy")), 1500);
		toast(t("do.copied"));
	});
	return button;
}
/** What strangers wrote, in one place of its own direction. */
export const name = text => h("bdi", {class: "alias"}, tame(text, 64));
export const pill = (kind, text, mark) => h("span", {class: `pill ${kind}`}, mark ? icon(mark) : h("span", {class: "dot"}), text);
export const tag = text => h("span", {class: "tag"}, name(text));
export const when = ms => h("time", {datetime: new Date(ms).toISOString(), title: date(ms), "data-at": ms}, ago(ms));
export const card = (title, ...body) => h("section", {class: "card"}, title && h("h2", {}, title), ...body);
/** A card whose list or table reaches its edges; `more` stands right of the title. */
export const sheet = (title, more, ...body) => h("section", {class: "card flush"}, title && h("div", {class: "row head"}, h("h2", {}, title), more), ...body);
/** Label and value in rows; `across` beside each other. */
export const facts = (...rows) => h("dl", {class: "facts"}, rows.filter(Boolean).map(([k, v, note]) => h("div", {}, h("dt", {}, k), h("dd", {}, v, note && h("span", {class: "note"}, note)))));
export const across = (...rows) => {const dl = facts(...rows); dl.classList.add("across"); return dl;};
export const sum = (...rows) => h("dl", {class: "sum"}, rows.filter(Boolean).map(([k, v, strong]) => h("div", {class: strong ? "strong" : ""}, h("dt", {}, k), h("dd", {}, v))));
export const notice = (kind, text, ...more) => h("div", {class: `notice ${kind}`}, icon(kind === "warn" || kind === "bad" ? "warn" : kind === "good" ? "tick" : "info"), h("p", {}, text), ...more);
export const note = (...text) => h("p", {class: "note"}, ...text);
/** Whether a link is offered: the frame knows what the token opens. */
export const offers = {link: href => Boolean(href)};
/** A link that looks like a button; nothing, where it leads to what the token does not open. */
export const link = (href, text, kind = "", ico) => offers.link(href) && h("a", {class: `button ${kind}`, href}, ico && icon(ico), text);
export const button = (text, onclick, kind = "", ico) => h("button", {class: `button ${kind}`, type: "button", onclick}, ico && icon(ico), text);
export const empty = (text, ...more) => h("div", {class: "empty"}, h("p", {}, text), more.some(Boolean) && h("div", {class: "actions start"}, more));
export const more = (title, ...body) => h("details", {class: "card"}, h("summary", {}, icon("right"), title), ...body);

export function confirmations(n, need = 6) {
	if (n <= 0) return pill("soft", t("tx.state.pool"));
	if (n >= need) return pill("good", t("tx.state.confirmed"), "tick");
	return pill("accent", t("tx.state.confirming", {n, need}));
}
/** How sure a block of Bytom 2 is. */
export const sure = state => pill({finalized: "good", justified: "accent"}[state] ?? "soft", t(`finality.${state}`), state === "finalized" && "tick");
export const progress = (part, label) => h("progress", {max: "1", value: String(part), "aria-label": label});

export function toast(text) {
	const el = h("div", {class: "toast"}, text);
	set($(".toasts"), el);
	setTimeout(() => el.remove(), 2500);
}

/**
 * A field with its label, hint and error; the error is tied to the input and announced.
 * @param {any} label @param {any} input @param {{hint?: string, after?: any}} [how]
 */
export function field(label, input, {hint = "", after} = {}) {
	const id = input.id ||= `f${++field.last}`;
	const said = h("p", {class: "hint", id: `${id}-note`, "aria-live": "polite"}, hint);
	input.setAttribute("aria-describedby", said.id);
	const box = h("div", {class: "field"}, h("label", {for: id}, label), h("div", {class: "control"}, input, after), said);
	/** Shows "good", "bad" or "" with a text, none brings the hint back. */
	box.say = (kind = "", text = hint) => {
		said.className = `hint ${kind}`;
		set(said, kind && icon(kind === "good" ? "tick" : "warn"), text && h("span", {}, text));
		input.setAttribute("aria-invalid", String(kind === "bad"));
		return kind !== "bad";
	};
	/** Whether there is something; says that it is needed, and goes there. */
	box.filled = () => {
		if (input.value.trim()) return true;
		box.wrong(t("form.required"));
		return false;
	};
	box.wrong = text => {box.say("bad", text); input.focus(); input.select?.(); return false;};
	box.input = input;
	return box;
}
field.last = 0;
export const line = props => h("input", {autocomplete: "off", spellcheck: "false", autocapitalize: "none", ...props});
export const area = props => h("textarea", {rows: 1, autocomplete: "off", spellcheck: "false", autocapitalize: "none", ...props});
export const choice = (options, chosen, props) => h("select", props, options.map(([value, text]) => h("option", {value, selected: value === chosen}, tame(text, 80))));
export const check = (label, input) => h("label", {class: "check"}, input, h("span", {}, label));

/**
 * A password; `key` lets a manager keep those of several keys apart.
 * @param {string} label @param {{hint?: string, key?: string, made?: boolean}} [how]
 */
export function password(label, {hint, key = "", made = false} = {}) {
	const input = h("input", {type: "password", autocomplete: made ? "new-password" : "current-password", required: true});
	const eye = h("button", {type: "button", class: "iconbutton inside", "aria-label": t("form.pw.show"), "aria-pressed": "false"}, icon("eye"));
	eye.addEventListener("click", () => {
		const hidden = input.type === "password";
		input.type = hidden ? "text" : "password";
		eye.setAttribute("aria-pressed", String(hidden));
	});
	const box = field(label, input, {hint, after: eye});
	box.prepend(h("input", {class: "sr", type: "text", autocomplete: "username", value: key, tabindex: "-1", "aria-hidden": "true", readonly: true}));
	return box;
}
/** Two fields for a password that is made; `both()` gives it, or says what is wrong. */
export function newPassword(label = t("word.password"), key = "") {
	const one = password(label, {hint: t("first.pw.min"), key, made: true}), two = password(t("first.pw.again"), {made: true});
	return {
		fields: [one, two],
		both() {
			one.say(); two.say();
			if (one.input.value.length < 8) return one.wrong(t("form.pw.short")) && "";
			if (one.input.value !== two.input.value) return two.wrong(t("form.pw.differ")) && "";
			return one.input.value;
		},
		clear() {one.input.value = two.input.value = "";},
	};
}

/** An error that only has to be told, in these words. */
export const refuse = text => Object.assign(new Error(text), {known: true});

/**
 * A form whose button works once at a time; what `act` throws is told above the button.
 * @param {any} fields @param {(form: any) => any} act @param {{label?: string, kind?: string, busy?: string, cancel?: any, props?: object}} how
 */
export function form(fields, act, {label, kind = "primary", busy = "", cancel, props} = {}) {
	const words = h("span", {}, label), go = h("button", {class: `button ${kind}`}, words);
	const fault = h("div", {class: "fault", role: "alert"});
	const el = h("form", {class: "fields", novalidate: true, ...props}, fields, fault, h("div", {class: "actions"}, cancel, go));
	el.go = go;
	el.busy = text => {words.textContent = text || label;};
	el.fault = text => set(fault, text && notice("bad", text));
	el.addEventListener("submit", async event => {
		event.preventDefault();
		if (go.disabled) return;
		go.disabled = true;
		el.fault("");
		if (busy) el.busy(busy);
		try {
			await act(el);
		} catch (error) {
			el.fault(told(error));
			if (!(error.code || error.offline || error.known)) console.error(error);
		}
		el.busy("");
		go.disabled = false;
	});
	return el;
}

/**
 * A dialog over everything; `close()` ends it. Nothing that `locked()` is true for is left by Esc.
 * @param {string} title @param {any} body @param {{first?: any, locked?: () => boolean}} [how]
 */
export function dialog(title, body, {first, locked = () => false} = {}) {
	const id = `d${++field.last}`, back = /** @type {HTMLElement} */ (document.activeElement);
	const el = h("dialog", {"aria-labelledby": id}, h("h2", {id, tabindex: "-1"}, title), body);
	el.addEventListener("cancel", event => {if (locked()) event.preventDefault();});
	el.addEventListener("mousedown", event => {if (event.target === el && !locked()) el.close();});
	el.addEventListener("close", () => {
		for (const input of el.querySelectorAll("input")) input.value = "";
		el.remove();
		back?.focus?.();
	});
	document.body.append(el);
	el.showModal();
	(first ?? el.querySelector("input:not(.sr),textarea,select,button") ?? el).focus();
	return el;
}

/** Ends when no button of a pointer is down any more, and its click has been heard: what is pressed is not drawn anew. */
let pressed = null;
const ENDS = ["pointerup", "pointercancel", "dragend", "contextmenu", "blur"];
addEventListener("pointerdown", () => {
	pressed ??= new Promise(/** @param {(value?: any) => void} released */ released => {
		const end = () => {
			for (const kind of ENDS) removeEventListener(kind, end, true);
			setTimeout(() => {pressed = null; released();});
		};
		for (const kind of ENDS) addEventListener(kind, end, true);
	});
}, true);

/** Draws a part anew and leaves what people did to it: the link that has the focus, and the details that are open. */
function redraw(el, content) {
	const at = document.activeElement, href = el.contains(at) && at.getAttribute("href");
	const opened = [...el.querySelectorAll("details[open] > summary")].map(one => one.textContent);
	set(el, content);
	for (const summary of el.querySelectorAll("details > summary")) if (opened.includes(summary.textContent)) summary.parentElement.open = true;
	if (href) /** @type {HTMLElement[]} */ ([...el.querySelectorAll("a")]).find(a => a.getAttribute("href") === href)?.focus({preventScroll: true});
}

/** Whether what is in a place may move: nobody points at it, reads further down, or has marked something. */
export const free = el => scrollY < 200 && !el.matches(":hover, :focus-within") && getSelection().isCollapsed;

/** Content that has to be fetched: grey lines meanwhile, the reason and a way to try again when it fails. */
export function later(fetch, draw, {lines = 3} = {}) {
	const box = h("div", {class: "later"});
	let turn = 0;
	box.load = async quiet => {
		const mine = ++turn, shown = box.drawn;
		const timers = quiet && shown ? [] : [
			setTimeout(() => mine === turn && set(box, h("div", {class: "grey", "aria-hidden": "true"}, Array.from({length: lines}, () => h("i")))), 150),
			setTimeout(() => mine === turn && put(box, note(t("state.slow"))), 3000)];
		let made;
		try {
			made = await draw(await fetch());
		} catch (error) {
			if (!(error.code || error.offline)) console.error(error);
			made = quiet && shown ? box.made : h("div", {class: "empty"}, notice("bad", `${t("state.error")} ${told(error)}`, button(t("do.retry"), () => box.load(), "small")));
		}
		if (quiet) await pressed;
		timers.forEach(clearTimeout);
		if (mine !== turn) return;
		if (made !== box.made || !quiet) redraw(box, box.made = made);
		box.drawn = true;
		box.dataset.drawn = "";
		document.dispatchEvent(new Event("drawn"));
	};
	box.load();
	return box;
}

/** Draws into a place only if what is shown there changed. */
export function swap(el, data, draw) {
	const now = write(data ?? null) + document.documentElement.lang;
	if (el.shown === now) return el;
	el.shown = now;
	if (!pressed) redraw(el, draw());
	else pressed.then(() => el.shown === now && redraw(el, draw()));
	return el;
}

/** A table: heads are `[text, class]`, rows are lists of `[content, class]` or content. */
export function table(heads, rows, caption) {
	return h("div", {class: "scroll"}, h("table", {}, caption && h("caption", {class: "sr"}, caption),
		h("thead", {}, h("tr", {}, heads.map(([text, kind]) => h("th", {scope: "col", class: kind}, text)))),
		h("tbody", {}, rows.map(cells => tableRow(heads, cells)))));
}
/** One row of a table with these heads. */
export const tableRow = (heads, cells) => h("tr", {}, cells.map((cell, i) => {
	const [content, kind] = Array.isArray(cell) ? cell : [cell];
	return h("td", {class: kind ?? heads[i][1]}, content);
}));

/** A button that reads a chosen file and gives its text. */
export function opener(text, got, kind = "") {
	const input = h("input", {type: "file", class: "sr", tabindex: "-1", "aria-hidden": "true"});
	input.addEventListener("change", async () => {
		const file = input.files[0];
		input.value = "";
		if (file) got(await file.text(), file.name);
	});
	return h("span", {}, input, button(text, () => input.click(), kind));
}

/**
 * Bars, and a dashed line for a target: drawn here, readable as text and as a table. `ticks` are what begins and ends below it.
 * @param {number[]} values @param {{target?: number, label: string, caption: (value: number, at: any) => string, ticks?: string[], table?: () => any}} how
 */
export function bars(values, {target, label, caption, ticks, table: rows}) {
	const w = 720, top = 6, base = 104, highest = Math.max(...values), near = target && highest * 8 > target, most = (near ? Math.max(highest, target * 1.25) : highest) || 1, step = w / Math.max(12, values.length);
	const y = v => (base - (v / most) * (base - top)).toFixed(1);
	return h("figure", {class: "plot"}, s("svg", {viewBox: `0 0 ${w} 110`, preserveAspectRatio: "none", role: "img", "aria-label": label},
		values.map((v, i) => s("rect", {class: "bar", x: (i * step + step * 0.16).toFixed(1), width: (step * 0.68).toFixed(1), y: y(v), height: (base - Number(y(v))).toFixed(1)}, s("title", {}, caption(v, i)))),
		near && s("line", {class: "target", x1: 0, x2: w, y1: y(target), y2: y(target)}),
		s("line", {class: "axis", x1: 0, x2: w, y1: base, y2: base})),
	ticks && h("div", {class: "row note"}, ticks.map(text => h("span", {class: "num"}, text))),
	rows && h("details", {class: "figures"}, h("summary", {}, t("chart.table")), rows()));
}
export const counted = n => h("span", {class: "num"}, count(n));

const MARKS = {sent: "up", received: "down", mined: "mining", self: "self", issued: "plus", retired: "close", contract: "contracts"};

/** One line of the wallet's history. */
export function payment(one) {
	const [first] = one.flows;
	const state = one.failed ? pill("bad", t("tx.state.failed")) : one.unripe ? pill("warn", t("tx.state.immature", {n: one.unripe})) :
		one.confirmations < 6 ? confirmations(one.confirmations) : when(one.time);
	return h("li", {},
		h("span", {class: `mark ${one.kind}`}, icon(MARKS[one.kind])),
		h("div", {class: "what"}, h("a", {class: "name", href: `#/tx/${one.id}`}, t(`tx.${one.kind}`)),
			h("span", {class: "note"}, h("span", {class: one.other && "own"}, name(one.account)), one.other && short(one.other, {tail: 6}))),
		h("div", {class: "figure"}, first ? amount(first.neu, first.asset, {sign: true}) : amount(-one.fee), h("span", {class: "note"}, state)));
}

/** Three ways to begin; none is chosen beforehand. */
export const ways = () => [h("h1", {}, t("first.title")), h("p", {class: "intro"}, t("first.lead")),
	h("ul", {class: "ways"}, [["create", "#/first", "plus"], ["restore", "#/restore", "down"], ["without", "#/start?go", "right"]].map(([way, href, ico]) => h("li", {},
		h("a", {class: "card way", href, onclick: way === "without" && (() => {localStorage.without = "1";})}, icon(ico), h("strong", {}, t(`first.${way}`)), h("span", {class: "note"}, t(`first.${way}.why`))))))];
