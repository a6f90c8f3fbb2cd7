/** What this browser keeps and does, and what the node is. */
import {call, hasToken, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {named, node} from "../core/live.js";
import {bytes, t} from "../core/text.js";
import {button, card, check, choice, facts, field, later, note, sheet, table, toast} from "../parts/ui.js";

const KEPT = {theme: "frame.theme", lang: "frame.language", lock: "settings.lock", backup: "settings.kept.backup", unproved: "settings.kept.unproved", without: "settings.kept.without", shortcuts: "settings.shortcuts", token: "settings.kept.token"};
const SOURCES = ["default", "file", "environment", "flag"];
const MINUTES = [5, 10, 30, 0];

/** What the node was started with, and where each value comes from; first what somebody has set. */
function inForce() {
	const every = h("input", {type: "checkbox"}), place = h("div", {});
	const value = one => (one.value === "(hidden)" ? t("settings.hidden") : one.value === "" ? t("settings.empty") : h("span", {class: "mono alias"}, tame(String(one.value), 200)));
	const draw = all => {
		const shown = all.filter(one => every.checked || one.source !== "default");
		set(place, shown.length ? table([[t("settings.setting")], [t("settings.value"), "fig r"], [t("settings.from"), "wrap"]], shown.map(one => [h("span", {class: "name mono"}, one.key), value(one), h("span", {}, SOURCES.includes(one.source) ? t(`settings.from.${one.source}`) : one.source, one.place && h("span", {class: "note alias"}, ` ${one.place}`))])) : h("p", {class: "empty"}, t("settings.force.none")));
	};
	return later(() => call("list-settings"), all => {
		every.addEventListener("change", () => draw(all));
		draw(all);
		return [sheet(t("settings.force"), check(t("settings.force.all"), every), place), note(t("settings.force.lead"))];
	});
}

export function show() {
	const root = document.documentElement, place = h("div", {});
	const theme = choice([["", t("frame.theme.system")], ["light", t("frame.theme.light")], ["dark", t("frame.theme.dark")]], localStorage.theme ?? "");
	theme.addEventListener("change", () => {
		if (theme.value) root.dataset.theme = localStorage.theme = theme.value;
		else {
			delete localStorage.theme;
			delete root.dataset.theme;
		}
		drawKept();
	});
	const lock = choice(MINUTES.map(n => [String(n), n ? t("time.m", {n}) : t("settings.lock.never")]), localStorage.lock ?? "10");
	lock.addEventListener("change", () => {localStorage.lock = lock.value; drawKept();});
	const keys = h("input", {type: "checkbox", checked: localStorage.shortcuts !== "off"});
	keys.addEventListener("change", () => {
		if (keys.checked) delete localStorage.shortcuts;
		else localStorage.shortcuts = "off";
		drawKept();
	});
	function drawKept() {
		const rows = Object.keys(localStorage).filter(key => KEPT[key] || key.startsWith("hid.")).map(key => [t(KEPT[key] ?? "settings.kept.hidden"), h("span", {class: "mono alias"}, key === "token" ? "•••" : localStorage[key].slice(0, 40))]);
		set(place, rows.length ? facts(...rows) : note(t("word.none")));
	}
	drawKept();
	const {versions, disk} = node.status ?? {};
	return [h("h1", {}, t("settings.title")), h("div", {class: "two even"},
		card(t("settings.page"), field(t("frame.theme"), theme), field(t("settings.lock"), lock), !hasToken() && note(t("settings.nolock")), check(t("settings.shortcuts"), keys)),
		h("div", {class: "stack"}, card(t("settings.stored"), place, h("div", {class: "actions start"}, button(t("settings.forget"), () => {
			localStorage.clear();
			delete root.dataset.theme;
			toast(t("do.saved"));
			drawKept();
		}))), versions && card(t("start.node"), facts([t("word.version"), versions.program], [t("settings.reference"), versions.reference], [t("nav.network"), named()],
			disk && [t("start.disk"), bytes(disk.free)], ...Object.entries(disk?.databases ?? {}).map(([name, size]) => [name, bytes(size)]))))), may.admin && inForce()];
}
