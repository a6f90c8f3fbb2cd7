/** Locked, or a token is asked for. Nothing else of the page is left in the document. */
import {call, door, hasToken, setToken} from "../core/api.js";
import {h, logo} from "../core/dom.js";
import {span, t} from "../core/text.js";
import {button, card, check, field, form, line} from "../parts/ui.js";

function login() {
	const token = line({type: "password"}), keep = h("input", {type: "checkbox"});
	const box = field(t("login.token"), token);
	return [h("h1", {}, t("login.title")), h("p", {class: "note"}, t("login.lead")), form([box, check(t("login.keep"), keep)], async () => {
		if (!box.filled()) return;
		setToken(token.value.trim(), keep.checked);
		try {
			await call("node-status");
		} catch (error) {
			setToken("");
			if (error.code !== "BTM860") throw error;
			return box.wrong(t("login.bad"));
		}
		door.opened();
	}, {label: t("login.do")})];
}

function locked(seconds) {
	const open = button(t("lock.open"), () => door.opened(), "primary");
	setTimeout(() => open.focus());
	return [h("h1", {}, t("lock.title")), h("p", {class: "note"}, seconds ? t("lock.lead", {time: span(seconds)}) : t("lock.now")), !hasToken() && h("p", {class: "note"}, t("settings.nolock")), open];
}

export function show({query}) {
	const inside = query.get("why") === "login" ? login() : locked(Number(query.get("seconds")));
	return h("div", {class: "gate"}, h("span", {class: "logo"}, logo(), "pybytomd"), card("", ...inside));
}
