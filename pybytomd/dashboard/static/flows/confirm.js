/**
 * The moment before money moves: what will happen in words, the password, and then build, sign, submit, in one go. A
 * wrong password is found before anything is built; what may have arrived is handed in again, the same bytes.
 */
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {plain} from "../core/exact.js";
import {isBytom2} from "../core/live.js";
import {build, feeOf, giveUp, plan, sign} from "../core/pay.js";
import {t, told} from "../core/text.js";
import {button, choice, dialog, field, form, notice, password, refuse} from "../parts/ui.js";
import {handIn, moreSigners} from "./handin.js";

/** Which of the reasons it is; always says that nothing was sent. */
export function why(error) {
	if (/pool/i.test(error.detail ?? "")) return t("send.err.pool.full");
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
			// What fails in its block is taken all the same, and costs its fee; Bytom 2 does not take it.
			const fate = signed.raws.length === 1 && !isBytom2() && (await call("check-transaction", {raw_transaction: signed.raws[0]}));
			if (fate.status_fail) throw refuse(t("send.err.fails", {reason: fate.failure}));
			go.busy(t("send.busy.submit"));
			await handIn(signed, how, () => shown.close());
		} catch (error) {
			// What is not given up is free again after ten minutes.
			if (built) giveUp(built).catch(console.warn);
			if (!(error.code || error.offline || error.known)) console.error(error);
			go.fault(why(error));
		} finally {
			busy = false;
			delete document.body.dataset.paying;
		}
	}, {label: how.label, busy: t("send.busy.sign"), cancel: button(t("do.cancel"), () => shown.close())});
	const shown = dialog(how.title, go, {first: own.length ? pw.input : null, locked: () => busy});
}
