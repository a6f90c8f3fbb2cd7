/** After the signature: handed in and followed until it is confirmed, looked for while that is not known, or given to the next signer. */
import {$, h, set} from "../core/dom.js";
import {node, unsure} from "../core/live.js";
import {found, submit} from "../core/pay.js";
import {plainly} from "../core/templates.js";
import {t, told} from "../core/text.js";
import {area, button, card, confirmations, copyButton, form, link, note, pill, short, toast} from "../parts/ui.js";
import {network, onward} from "./onward.js";

function page(title, ...body) {
	set($("#main"), h("h1", {tabindex: "-1"}, title), body);
	$("h1").focus();
	scrollTo(0, 0);
}

/** For the next signer: text, file, QR codes. It holds no secret. */
export function moreSigners(signed) {
	const shown = area({class: "mono", readonly: true, rows: 6, "aria-label": t("word.transaction")});
	shown.value = plainly(signed.list, network());
	page(t("send.more.title"), h("p", {class: "intro"}, t("send.more.lead")), card("", h("div", {class: "control"}, shown),
		onward(signed.list, signed.ids.at(-1), "primary"), h("div", {class: "actions start"}, link("#/wallet/sign", t("sign.tx")))));
}

/** Hands a signed payment in; when it is not known whether it arrived, the same bytes wait to be handed in again. */
export async function handIn(signed, how, left = () => {}) {
	try {
		await submit(signed);
	} catch (error) {
		if (!isOpen(error)) throw error;
		left();
		addEventListener("beforeunload", guard);
		unsure.payment = {signed, how, id: signed.ids.at(-1), state: h("div", {role: "status"})};
		setTimeout(look, 1000, unsure.payment);
		return page(...unsettled());
	}
	left();
	done(signed.ids.at(-1), how);
}
/** Whether an error leaves open what became of it. */
const isOpen = error => error.offline || error.code === "BTM001";
const guard = event => event.preventDefault();

function settle() {
	unsure.payment = null;
	removeEventListener("beforeunload", guard);
}
function arrived(one) {
	if (unsure.payment !== one) return;
	settle();
	if (one.state.isConnected) done(one.id, one.how);
	else toast(t("send.done.title"));
}
async function look(one) {
	if (unsure.payment !== one) return;
	try {
		if ((await found(one.id)) !== null) return arrived(one);
		set(one.state, note(t("send.unknown.not")));
	} catch (error) {
		set(one.state, note(told(error)));
	}
	setTimeout(look, 2000, one);
}

/** Title and card of the payment that nobody knows of yet, whatever page was open meanwhile; null if there is none. */
export function unsettled() {
	const one = unsure.payment;
	if (!one) return null;
	const away = h("div", {class: "actions start"});
	const again = form([], async () => {
		try {
			await submit(one.signed);
		} catch (error) {
			if (isOpen(error)) throw error;
			if ((await found(one.id)) === null) {
				set(away, button(t("send.unknown.leave"), () => {settle(); dispatchEvent(new HashChangeEvent("hashchange"));}));
				throw error;
			}
		}
		arrived(one);
	}, {label: t("send.unknown.again")});
	return [t("send.unknown.title"), card("", h("p", {}, t("send.unknown.lead", {id: one.id.slice(0, 12)})), h("p", {class: "mono whole"}, one.id, copyButton(one.id)), one.state, again, away)];
}

async function done(id, {what, to}) {
	const state = h("p", {role: "status"}, confirmations(0));
	page(t("send.done.title"), h("section", {class: "card narrow"}, what, to && h("p", {}, h("span", {class: "note"}, t("word.to"), " "), short(to, {copy: true, what: t("word.address")})), state, note(t("send.done.lead")),
		h("div", {class: "actions start"}, link(`#/tx/${id}`, t("send.done.view"), "primary"), button(t("send.done.again"), () => dispatchEvent(new HashChangeEvent("hashchange"))))));
	const look = async () => {
		if (!state.isConnected) return;
		let n = 0;
		try {
			const at = await found(id);
			n = at ? (node.status?.sync.height ?? at) - at + 1 : 0;
			set(state, at === null ? pill("warn", t("tx.state.gone")) : confirmations(n));
		} catch (error) {
			// What was known last stays; the frame says that the node does not answer.
			if (!error.offline) throw error;
		}
		if (n < 6) setTimeout(look, 3000);
	};
	setTimeout(look, 3000);
}
