/** Who may use this node: tokens with roles and an end; how the API can be reached. */
import {call, tokenName} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {date, t} from "../core/text.js";
import {opening} from "../flows/opening.js";
import {button, card, choice, copyButton, dialog, empty, field, form, later, line, name, note, notice, sheet, table, toast} from "../parts/ui.js";

const ROLES = ["read", "wallet", "spend", "mining", "admin"], ENDS = [[0, "never"], [86400, "day"], [604800, "week"], [31536000, "year"]];
const local = () => /^(localhost|127\.|\[::1\])/.test(location.hostname);

export function show(page) {
	const made = h("div", {}), id = field(t("access.token.name"), line({maxlength: 64, pattern: "[\\w-]+"}));
	const role = choice(ROLES.map(one => [one, t(`access.role.${one}`)]), "read"), end = choice(ENDS.map(([seconds, key]) => [String(seconds), t(`access.end.${key}`)]), "0"), warning = h("div", {});
	role.addEventListener("change", () => set(warning, role.value === "admin" && notice("warn", t("access.role.admin.warn"))));
	const fresh = card(t("access.token.new"), form([id, field(t("access.token.role"), role), warning, field(t("access.token.expiry"), end)], async () => {
		if (!id.filled()) return;
		if (!/^[\w-]+$/.test(id.input.value.trim())) return id.wrong(t("access.token.letters"));
		const token = await call("create-access-token", {id: id.input.value.trim(), type: role.value, expires_in: Number(end.value)});
		set(made, notice("good", [t("access.token.once"), h("br"), h("code", {class: "mono alias"}, token.token)], copyButton(token.token, t("login.token"))));
		id.input.value = "";
		list.load(true);
	}, {label: t("access.token.do")}), made);
	const drop = one => {
		const view = form([h("p", {}, t("access.token.delete", {name: one.id}))], async () => {
			await call("delete-access-token", {id: one.id});
			open.close();
			toast(t("do.saved"));
			list.load(true);
		}, {label: t("access.token.drop"), kind: "danger", cancel: button(t("do.cancel"), () => open.close())});
		const open = dialog(t("access.token.drop"), view, {first: view.querySelector(".actions .button")});
	};
	const list = later(() => call("list-access-tokens"), found => (found?.length ? sheet("", "", table([[t("access.token.name")], [t("access.token.role"), "fig r"], [t("access.token.expiry"), "hide"], [h("span", {class: "sr"}, t("do.delete")), "r"]], found.map(one => [
		name(one.id), ROLES.some(x => one.type?.split(",").includes(x)) ? one.type : t("access.every"), one.expires_at ? date(Date.parse(one.expires_at)) : t("access.end.never"), one.id === tokenName() ? note(t("access.token.own")) : button(t("do.delete"), () => drop(one), "small")]))) : card("", empty(t("access.none")))));
	return [h("h1", {}, t("access.title")), local() ? notice("info", t("access.local.page")) : notice("warn", t("access.remote", {address: location.host})), !local() && location.protocol === "http:" && notice("bad", t("access.plain")),
		h("div", {class: "two"}, h("div", {class: "stack"}, list, opening(page)), fresh)];
}
