/** The first wallet: a key, its words shown once and asked back, an account. Nothing can be paid to before the words are proved. */
import {saveBackup, opened} from "../core/backup.js";
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {t, told} from "../core/text.js";
import {keys} from "../core/wallet.js";
import {button, card, copyButton, field, form, later, line, link, newPassword, note, notice, opener, password, toast, whole} from "../parts/ui.js";
import {qr} from "../parts/qr.js";

const unproved = () => JSON.parse(localStorage.unproved || "[]");
const mark = xpub => {localStorage.unproved = JSON.stringify([...unproved(), xpub]);};
const proved = xpub => {localStorage.unproved = JSON.stringify(unproved().filter(one => one !== xpub));};

export function show(page) {
	const box = h("div", {class: "stack wizard"});
	let words = [], key = null;
	const guard = event => event.preventDefault();
	const step = (n, title, ...body) => {
		set(box, h("p", {class: "note"}, t("first.step", {n, of: 3})), h("h1", {tabindex: "-1"}, title), ...body);
		(box.querySelector("input:not(.sr)") ?? box.querySelector("h1")).focus();
	};
	const forget = () => {words = []; removeEventListener("beforeunload", guard);};
	page.closing(forget);

	function begin() {
		const alias = line({value: "main", maxlength: 64}), box1 = field(t("word.name"), alias), made = newPassword();
		alias.addEventListener("input", () => box1.say("", alias.value !== alias.value.toLowerCase() ? t("form.name.case", {name: alias.value.trim().toLowerCase()}) : ""));
		step(1, t("first.pw.title"), h("p", {class: "intro"}, t("first.pw.lead")), card("", form([box1, made.fields], async () => {
			if (!box1.filled()) return;
			const secret = made.both();
			if (!secret) return;
			try {
				key = await call("create-key", {alias: alias.value.trim(), password: secret, language: "en"});
			} catch (error) {
				if (error.code !== "BTM800") throw error;
				return box1.wrong(t("form.name.taken"));
			}
			made.clear();
			mark(key.xpub);
			words = key.mnemonic.split(" ");
			key.mnemonic = "";
			addEventListener("beforeunload", guard);
			cover();
		}, {label: t("do.next"), cancel: link("#/start", t("do.cancel"))})));
	}

	function cover() {
		const list = h("ol", {class: "words covered", "aria-hidden": "true"}, words.map(() => h("li", {}, "•••••")));
		const next = button(t("first.words.next"), ask, "primary");
		next.disabled = true;
		const open = button(t("first.words.show"), () => {
			set(list, words.map(word => h("li", {translate: "no"}, word)));
			list.classList.remove("covered");
			list.removeAttribute("aria-hidden");
			open.remove();
			next.disabled = false;
			next.focus();
		}, "", "eye");
		step(2, t("first.words.title"), h("p", {class: "intro"}, t("first.words.lead")), notice("warn", t("first.words.rule")),
			card("", h("div", {class: "cover"}, list, open), h("div", {class: "actions"}, button(t("first.words.skip"), byFile, "plain"), next)));
	}

	function ask() {
		const places = [...words.keys()].sort(() => crypto.getRandomValues(new Uint8Array(1))[0] - 128).slice(0, 3).sort((a, b) => a - b);
		const boxes = places.map(n => field(t("first.words.n", {n: n + 1}), line({})));
		step(3, t("first.words.ask"), h("p", {class: "intro"}, t("first.words.ask.lead")), card("", form(boxes, () => {
			for (const [i, one] of boxes.entries()) {
				one.say();
				if (one.input.value.trim().toLowerCase() !== words[places[i]]) return one.wrong(t("first.words.wrong", {n: places[i] + 1}));
			}
			return account();
		}, {label: t("do.next"), cancel: button(t("first.words.again"), cover)})));
	}

	function byFile() {
		const said = h("div", {});
		step(3, t("first.words.skip"), h("p", {class: "intro"}, t("backup.lead")), card("", note(t("backup.readback")), said, h("div", {class: "actions start"},
			button(t("backup.do"), () => saveBackup().catch(error => set(said, notice("bad", told(error)))), "primary"),
			opener(t("backup.check"), text => (opened(text)?.keys.some(one => one.xpub === key.xpub) ? account() : set(said, notice("bad", t("restore.file.bad"))))),
			words.length > 0 && button(t("do.back"), cover))));
	}

	async function account() {
		forget();
		const made = await call("create-account", {root_xpubs: [key.xpub], quorum: 1, alias: key.alias});
		const {address} = await call("create-account-receiver", {account_id: made.id});
		proved(key.xpub);
		set(box, h("h1", {tabindex: "-1"}, t("first.done.title")), h("p", {class: "intro"}, t("first.done.lead")),
			card("", h("div", {class: "address"}, qr(address, t("receive.qr")), h("div", {class: "stack"}, whole(address), h("div", {}, copyButton(address, t("word.address")))))),
			notice("info", t("first.done.file"), button(t("backup.do"), async () => {await saveBackup(); toast(t("do.saved"));}, "small")),
			h("div", {class: "actions start"}, link("#/start", t("do.done"), "primary")));
		box.querySelector("h1").focus();
	}

	/** The key of an earlier visit whose words nobody proved: away with it, or a backup file. */
	function left() {
		const pw = password(t("send.confirm.pw", {key: key.alias}), {key: key.alias});
		set(box, h("h1", {}, t("first.leave.title")), h("p", {class: "intro"}, t("first.leave.lead")), card("", form([pw], async () => {
			if (!pw.filled()) return;
			try {
				await call("delete-key", {xpub: key.xpub, password: pw.input.value});
			} catch (error) {
				if (!/^BTM80/.test(error.code)) throw error;
				return pw.wrong(t("keys.check.bad"));
			}
			proved(key.xpub);
			begin();
		}, {label: t("first.leave.delete"), cancel: button(t("first.words.skip"), byFile)})));
	}

	return later(keys, held => {
		key = held.find(one => unproved().includes(one.xpub)) ?? null;
		if (key) left(); else begin();
		return box;
	});
}
