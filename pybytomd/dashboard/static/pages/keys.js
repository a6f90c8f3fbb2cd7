/** Keys: which there are, a new one, password tried and changed, a name, and the end of one with what follows said. */
import {call, may} from "../core/api.js";
import {saveBackup} from "../core/backup.js";
import {h, set} from "../core/dom.js";
import {plain} from "../core/exact.js";
import {t} from "../core/text.js";
import {accounts, balances, keys, sums} from "../core/wallet.js";
import {button, card, dialog, empty, field, form, later, line, link, name, newPassword, note, notice, password, short, tag, toast} from "../parts/ui.js";

const wrongPassword = error => /^BTM80[12]$/.test(error.code);

export function show() {
	const box = later(async () => Promise.all([keys(), accounts(), balances()]), ([held, list, money]) => [
		h("div", {class: "row"}, h("h1", {}, t("keys.title")), h("div", {class: "act"}, link("#/first", t("keys.new"), "", "plus"), link("#/restore", t("keys.import")))),
		held.length ? held.map(key => one(key, list.filter(account => account.xpubs.includes(key.xpub)), money)) : card("", empty(t("keys.none"), link("#/first", t("first.create"), "primary")))]);
	const again = () => box.load(true);

	function one(key, needing, money) {
		const place = h("div", {}), close = () => set(place), cancel = () => button(t("do.cancel"), close);
		const open = (...content) => {set(place, content); place.querySelector("input:not(.sr)")?.focus();};
		const check = () => {
			const pw = password(t("word.password"), {key: key.alias});
			open(form([pw], async () => {
				if (!pw.filled()) return;
				const {check_result: right} = await call("check-key-password", {xpub: key.xpub, password: pw.input.value});
				pw.input.value = "";
				pw.say(right ? "good" : "bad", t(right ? "keys.check.ok" : "keys.check.bad"));
			}, {label: t("keys.check"), cancel: cancel()}));
		};
		const reset = () => {
			const old = password(t("keys.old"), {key: key.alias}), made = newPassword(t("keys.new.pw"), key.alias);
			open(note(t("keys.reset.lead")), form([old, made.fields], async () => {
				if (!old.filled()) return;
				const fresh = made.both();
				if (!fresh) return;
				const {changed} = await call("reset-key-password", {xpub: key.xpub, old_password: old.input.value, new_password: fresh});
				if (!changed) return old.wrong(t("keys.check.bad"));
				made.clear();
				toast(t("keys.reset.done"));
				close();
			}, {label: t("keys.reset.do"), cancel: cancel()}));
		};
		const rename = () => {
			const alias = field(t("word.name"), line({value: key.alias, maxlength: 64}));
			open(form([alias], async () => {
				if (!alias.filled()) return;
				try {
					await call("update-key-alias", {xpub: key.xpub, new_alias: alias.input.value.trim()});
				} catch (error) {
					if (error.code !== "BTM800") throw error;
					return alias.wrong(t("form.name.taken"));
				}
				toast(t("do.saved"));
				again();
			}, {label: t("do.rename"), cancel: cancel()}));
		};
		return h("section", {class: "card"}, h("div", {class: "row"}, h("h2", {}, name(key.alias)), h("span", {class: "tags"}, needing.map(account => tag(account.alias || account.id)))),
			h("div", {}, h("span", {class: "note"}, t("keys.xpub"), " "), short(key.xpub, {copy: true, what: t("keys.xpub"), head: 12, tail: 12})),
			h("div", {class: "actions start"}, may.spend && button(t("keys.check"), check, "small"), may.admin && button(t("keys.reset"), reset, "small"), may.spend && button(t("do.rename"), rename, "small"), may.admin && h("span", {class: "end"}, button(t("keys.delete"), () => remove(key, needing, money), "small plain"))), place);
	}

	/** The name is typed, the password given; the safe button has the focus. */
	function remove(key, needing, money) {
		const held = sums(money.filter(one => needing.some(account => account.id === one.id))), risky = held.length > 0 && !localStorage.backup;
		const typed = field(t("keys.delete.type"), line({})), pw = password(t("send.confirm.pw", {key: key.alias}), {key: key.alias});
		const keep = button(t("keys.delete.keep"), () => shown.close());
		const go = form([
			h("p", {}, needing.length ? t("keys.delete.lead", {accounts: needing.map(one => one.alias || one.id).join(", "), balance: held.map(one => plain(one.neu, one.asset)).join(", ") || plain(0n)}) : t("keys.delete.unused")),
			notice("bad", t("keys.delete.rule")), risky && button(t("backup.do"), async () => {await saveBackup(); toast(t("do.saved"));}, "primary"), typed, pw], async () => {
			if (!pw.filled()) return;
			try {
				await call("delete-key", {xpub: key.xpub, password: pw.input.value});
			} catch (error) {
				if (!wrongPassword(error)) throw error;
				return pw.wrong(t("keys.check.bad"));
			}
			shown.close();
			toast(t("keys.delete.done", {key: key.alias}));
			again();
		}, {label: t("keys.delete.do", {key: key.alias}), kind: "danger", cancel: keep});
		go.go.disabled = true;
		typed.input.addEventListener("input", () => {go.go.disabled = typed.input.value !== key.alias;});
		const shown = dialog(t("keys.delete.title", {key: key.alias}), go, {first: keep});
	}
	return box;
}
