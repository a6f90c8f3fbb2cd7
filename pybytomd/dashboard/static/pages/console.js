/** Any method of the API by hand: completion, history, and a question before what changes something. */
import {call, may, methods as described} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {parse, Raw, write} from "../core/exact.js";
import {t, told} from "../core/text.js";
import {area, button, card, copyButton, field, form, later, line, more, note, notice} from "../parts/ui.js";

const HARMLESS = /^(get|list|is|net|node|check|estimate|decode|validate|verify)-|^(search|gas-rate|wallet-info|compile|error)$/;
/** Secrets stay out of what was typed before. */
const SECRET = /password|mnemonic|secret/i;
const typed = [];

export function show() {
	return [h("h1", {}, t("console.title")), later(described, all => {
		const methods = Object.entries(all.paths).filter(([, one]) => may[one.post?.["x-role"]] ?? true).map(([path, one]) => ({name: path.slice(1), about: one.post?.summary ?? one.get?.summary ?? "", body: one.post?.requestBody?.content?.["application/json"]?.schema})).sort((a, b) => a.name.localeCompare(b.name));
		const method = field(t("console.method"), line({list: "methods", class: "mono"})), args = field(t("contracts.args"), area({class: "mono", rows: 4})), hint = h("p", {class: "note"}), out = h("div", {class: "stack", "aria-live": "polite"}), before = h("div", {});
		args.input.value = "{}";
		const known = () => methods.find(one => one.name === method.input.value.trim());
		const resolve = schema => (schema?.$ref ? schema.$ref.split("/").slice(1).reduce((at, step) => at?.[step], all) : schema);
		method.input.addEventListener("input", () => {
			const one = known();
			hint.textContent = one?.about ?? "";
			if (one) args.input.value = write(Object.fromEntries(Object.keys(resolve(one.body)?.properties ?? {}).map(key => [key, ""])), "  ").replace(/: ""/g, ": null");
		});
		const run = async (name, text) => {
			const began = performance.now();
			set(out, note(t("state.loading")));
			const answer = await call(name, new Raw(text), {raw: true, seconds: 300}).catch(told);
			let shown = answer;
			try {
				shown = write(parse(answer), "  ");
			} catch {
				// not JSON: as it came
			}
			if (!SECRET.test(text) && typed.at(-1)?.text !== text) typed.push({name, text});
			set(out, h("div", {class: "row"}, note(`${Math.round(performance.now() - began)}\u00a0ms`), copyButton(answer, t("do.json"))), h("pre", {tabindex: "0"}, shown.slice(0, 200000)));
			set(before, typed.length > 0 && more(t("console.history"), h("ul", {class: "plain"}, typed.slice(-20).reverse().map(one => h("li", {}, button(`${one.name} ${one.text.replace(/\s+/g, " ").slice(0, 60)}`, () => {method.input.value = one.name; args.input.value = one.text;}, "plain mono"))))));
		};
		const view = form([method, hint, h("datalist", {id: "methods"}, methods.map(one => h("option", {value: one.name}, one.about))), args], async () => {
			if (!method.filled()) return;
			const name = method.input.value.trim();
			let text;
			try {
				// What is null was not filled in; numbers go out as they stand.
				text = write(Object.fromEntries(Object.entries(parse(args.input.value || "{}")).filter(([, value]) => value !== null)));
			} catch (error) {
				return args.wrong(t("form.json", {message: error.message}));
			}
			args.say();
			if (!/^[a-z-]+$/.test(name)) return method.wrong(t("console.none"));
			if (HARMLESS.test(name)) return run(name, text);
			set(out, notice("warn", t("console.spends"), button(t("console.run"), () => run(name, text), "small danger"), button(t("do.cancel"), () => set(out), "small")));
		}, {label: t("console.run")});
		return [card("", view), out, before, note(h("a", {href: "/docs"}, t("console.docs")))];
	})];
}
