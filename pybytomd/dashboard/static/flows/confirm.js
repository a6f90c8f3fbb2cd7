/**
 * The moment before money moves: what will happen in words, the password, and then build, sign, submit, in one go. A
 * wrong password is found before anything is built; what may have arrived is handed in again, the same bytes.
 */
import {call} from "../core/api.js";
import {$, h, save, set} from "../core/dom.js";
import {node} from "../core/live.js";
import {plain} from "../core/neu.js";
import {build, feeOf, found, giveUp, plan, sign, submit} from "../core/pay.js";
import {t, told} from "../core/text.js";
import {area, button, card, choice, confirmations, copyButton, dialog, field, form, link, note, notice, password, pill, refuse, short} from "../parts/ui.js";

/** Which of the reasons it is; always says that nothing was sent. */
export function why(error) {
	if (/pool is full|pool/i.test(error.detail ?? "")) return t("send.err.pool.full");
	if (error.code === "BTM712") return t("send.err.spent");
	return `${told(error)} ${t("send.err.nothing")}`;
}

/**
 * @param {{ready: any, account: any, held: any[], title: string, lead: string, label: string, about: Node, sums: (fee: bigint) => any, what: Node, to?: string}} how
 * `ready` is a plan of core/pay.js; `about` and `sums` are what to compare; `what` and `to` stand on the page of the result
 */
export function confirm(how) {
	let ready = how.ready, busy = false;
	const own = how.held.filter(key => how.account.xpubs.includes(key.xpub)), key = choice(own.map(one => [one.xpub, one.alias]));
	const pw = password(t("send.confirm.pw", {key: own[0]?.alias ?? ""}), {hint: t("send.confirm.pw.why"), key: own[0]?.alias});
	key.addEventListener("change", () => {pw.querySelector("label").textContent = t("send.confirm.pw", {key: key.selectedOptions[0].text});});
	const sums = h("div", {class: "stack"}, how.sums(feeOf(ready)));
	const go = form([h("p", {class: "lead"}, how.lead), how.about, sums, own.length > 1 && field(t("word.key"), key), own.length ? pw : notice("warn", t("send.nokey"))], async () => {
		if (own.length && !pw.filled()) return;
		busy = true;
		document.body.dataset.paying = "1";
		let built = null;
		try {
			if (own.length) {
				const {check_result: right} = await call("check-key-password", {xpub: key.value, password: pw.input.value});
				if (!right) return pw.wrong(t("send.err.pw"));
			}
			go.busy(t("send.busy.sign"));
			const again = await plan(ready.payment);
			if (!again) throw refuse(t("send.err.nofee"));
			if (feeOf(again) * 10n > feeOf(ready) * 11n) {
				go.fault(t("send.confirm.changed", {old: plain(feeOf(ready)), new: plain(feeOf(again))}));
				ready = again;
				return set(sums, how.sums(feeOf(ready)));
			}
			built = await build(again);
			const signed = own.length ? await sign(built, pw.input.value) : {...built, complete: false};
			pw.input.value = "";
			if (!signed.complete) {
				shown.close();
				return moreSigners(signed);
			}
			// What fails in its block is taken all the same, and costs its fee.
			const fate = signed.raws.length === 1 && (await call("check-transaction", {raw_transaction: signed.raws[0]}));
			if (fate.status_fail) throw refuse(t("send.err.fails", {reason: fate.failure}));
			go.busy(t("send.busy.submit"));
			await handIn(signed, how, () => shown.close());
		} catch (error) {
			if (built) giveUp(built).catch(() => {});
			go.fault(error.code || error.offline ? why(error) : `${error.message} ${t("send.err.nothing")}`);
		} finally {
			busy = false;
			delete document.body.dataset.paying;
		}
	}, {label: how.label, busy: t("send.busy.sign"), cancel: button(t("do.cancel"), () => shown.close())});
	const shown = dialog(how.title, go, {first: own.length ? pw.input : null, locked: () => busy});
}

function page(title, ...body) {
	set($("#main"), h("h1", {tabindex: "-1"}, title), body);
	$("h1").focus();
	scrollTo(0, 0);
}

/** For the next signer: text, file. It holds no secret. */
export function moreSigners(signed) {
	const text = signed.list.text.slice(1, -1), shown = area({class: "mono", readonly: true, rows: 6, "aria-label": t("word.transaction")});
	shown.value = text;
	page(t("send.more.title"), h("p", {class: "intro"}, t("send.more.lead")), card("", h("div", {class: "control"}, shown),
		h("div", {class: "actions start"}, button(t("do.download"), () => save(text, `transaction-${signed.ids[0].slice(0, 8)}.json`), "primary"), copyButton(text, t("word.transaction")), link("#/wallet/sign", t("sign.tx")))));
}

/** Hands a signed payment in; when it is not known whether it arrived, the same bytes wait to be handed in again. */
export async function handIn(signed, how, left = () => {}) {
	try {
		await submit(signed);
	} catch (error) {
		if (!error.offline && error.code !== "BTM001") throw error;
		left();
		return uncertain(signed, how);
	}
	left();
	done(signed.ids.at(-1), how);
}

function uncertain(signed, how) {
	const id = signed.ids.at(-1), guard = event => event.preventDefault(), state = h("div", {role: "status"});
	addEventListener("beforeunload", guard);
	let over = false;
	const end = () => {over = true; removeEventListener("beforeunload", guard);};
	const look = async () => {
		if (over || !state.isConnected) return end();
		try {
			if ((await found(id)) !== null) {
				end();
				return done(id, how);
			}
			set(state, note(t("send.unknown.not")));
		} catch {
			set(state, note(t("state.offline.now")));
		}
		setTimeout(look, 2000);
	};
	const again = form([], async () => {
		await submit(signed).catch(async error => {
			if (error.offline || error.code === "BTM001" || (await found(id)) === null) throw error;
		});
		end();
		done(id, how);
	}, {label: t("send.unknown.again")});
	page(t("send.unknown.title"), card("", h("p", {}, t("send.unknown.lead", {id: id.slice(0, 12)})), h("p", {class: "mono whole"}, id, copyButton(id)), state, again));
	setTimeout(look, 1000);
}

async function done(id, {what, to}) {
	const state = h("p", {role: "status"}, confirmations(0));
	page(t("send.done.title"), h("section", {class: "card narrow"}, what, to && h("p", {}, h("span", {class: "note"}, t("word.to"), " "), short(to, {copy: true, what: t("word.address")})), state, note(t("send.done.lead")),
		h("div", {class: "actions start"}, link(`#/tx/${id}`, t("send.done.view"), "primary"), button(t("send.done.again"), () => dispatchEvent(new HashChangeEvent("hashchange"))))));
	const look = async () => {
		if (!state.isConnected) return;
		const at = await found(id).catch(() => 0), n = at ? (node.status?.sync.height ?? at) - at + 1 : 0;
		set(state, at === null ? pill("warn", t("tx.state.gone")) : confirmations(n));
		if (n < 6) setTimeout(look, 3000);
	};
	setTimeout(look, 3000);
}
