/** The list of keys that do something. */
import {h} from "../core/dom.js";
import {t} from "../core/text.js";
import {button, dialog} from "./ui.js";

const KEYS = [["/", "frame.search.short"], ["g s w e m c n", "keyboard.go"], ["n", "nav.wallet.send"], ["r", "nav.wallet.receive"], ["j k", "keyboard.rows"], ["[ ]", "keyboard.blocks"], ["y", "keyboard.copy"], ["l", "frame.lock"], ["Ctrl Enter", "keyboard.primary"]];

export function show() {
	const close = button(t("do.close"), () => open.close(), "primary");
	const open = dialog(t("frame.keys"), h("div", {class: "stack"}, h("dl", {class: "facts"}, KEYS.map(([keys, what]) => h("div", {}, h("dt", {}, t(what)), h("dd", {}, keys.split(" ").map(key => h("kbd", {}, key)))))), h("div", {class: "actions"}, close)), {first: close});
}
