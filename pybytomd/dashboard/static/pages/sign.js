/** Messages signed and verified; transactions of several signers: seen, signed, put together, sent. */
import {call} from "../core/api.js";
import {hexOf} from "../core/chain.js";
import {h, save, set} from "../core/dom.js";
import {Raw} from "../core/json.js";
import {asset} from "../core/neu.js";
import {count, t, told as why} from "../core/text.js";
import {keys} from "../core/wallet.js";
import {handIn} from "../flows/handin.js";
import {amount, area, button, card, choice, copyButton, facts, field, form, later, line, note, notice, opener, password, short, sum} from "../parts/ui.js";

function signMessage() {
	const address = field(t("word.address"), line({class: "mono"})), message = field(t("sign.text"), area({rows: 3})), pw = password(t("word.password")), place = h("div", {class: "stack"});
	return card(t("sign.message"), note(t("sign.message.lead")), form([address, message, pw], async () => {
		if (!address.filled() || !message.filled() || !pw.filled()) return;
		set(place);
		const made = await call("sign-message", {address: address.input.value.trim(), message: hexOf(message.input.value), password: pw.input.value});
		pw.input.value = "";
		set(place, facts([t("sign.signature"), short(made.signature, {copy: true, what: t("sign.signature")})], [t("keys.xpub"), short(made.derived_xpub, {copy: true, what: t("keys.xpub")})]));
	}, {label: t("sign.do")}), place);
}

function verifyMessage() {
	const address = field(t("word.address"), line({class: "mono"})), message = field(t("sign.text"), area({rows: 3})), signature = field(t("sign.signature"), line({class: "mono"})), xpub = field(t("keys.xpub"), line({class: "mono"})), place = h("div", {role: "status"});
	return card(t("sign.verify"), form([address, message, signature, xpub], async () => {
		for (const one of [address, message, signature, xpub]) if (!one.filled()) return;
		set(place);
		const {result} = await call("verify-message", {address: address.input.value.trim(), message: hexOf(message.input.value), signature: signature.input.value.trim(), derived_xpub: xpub.input.value.trim()});
		set(place, notice(result ? "good" : "bad", t(result ? "sign.verify.ok" : "sign.verify.bad")));
	}, {label: t("sign.verify")}), place);
}

/** What a template does, in words: from whom, to whom, the fee. */
function told(decoded) {
	const side = (list, kind) => list.map(x => [kind === "in" ? t("word.from") : x.type === "retire" ? t("tx.retired") : t("word.to"), h("span", {}, x.address ? short(x.address, {copy: true, what: t("word.address")}) : t("tx.contract"), " ", amount(BigInt(x.amount ?? 0), asset(x.asset_id, x.asset_alias, x.asset_definition), {full: true}))]);
	return sum(...side(decoded.inputs, "in"), ...side(decoded.outputs, "out"), [t("word.fee"), amount(BigInt(decoded.fee), undefined, {full: true}), true], [t("word.size"), t("txpage.bytes", {n: count(decoded.size)})]);
}
const signatures = template => {
	const parts = (template.signing_instructions ?? []).flatMap(one => one.witness_components ?? []).filter(part => part.quorum);
	return {need: parts.reduce((all, part) => all + part.quorum, 0), have: parts.reduce((all, part) => all + (part.signatures ?? []).filter(Boolean).length, 0), xpubs: new Set(parts.flatMap(part => (part.keys ?? []).map(key => key.xpub)))};
};

function signTransaction(held) {
	const text = field(t("word.transaction"), area({class: "mono", rows: 4})), place = h("div", {class: "stack"});
	/** `raw` stays the text it came as; only the node changes it. */
	async function look(raw) {
		let template;
		try {
			template = raw.value;
			if (!template.raw_transaction) throw new SyntaxError("raw_transaction");
		} catch (error) {
			set(place);
			return text.wrong(t("form.json", {message: error.message}));
		}
		text.say();
		const decoded = await call("decode-raw-transaction", {raw_transaction: template.raw_transaction}), {need, have, xpubs} = signatures(template);
		const own = held.filter(key => xpubs.has(key.xpub)), key = choice(own.map(one => [one.xpub, one.alias])), pw = password(t("word.password"), {key: own[0]?.alias});
		const sign = async () => {
			if (!pw.filled()) return;
			const {check_result: right} = await call("check-key-password", {xpub: key.value, password: pw.input.value});
			if (!right) return pw.wrong(t("send.err.pw"));
			const reply = await call("sign-transaction", {password: pw.input.value, transaction: raw}, {keep: ["transaction"]});
			pw.input.value = "";
			if (signatures(reply.transaction.value).have === have) return pw.wrong(t("sign.nothing"));
			text.input.value = reply.transaction.text;
			await look(reply.transaction);
		};
		const send = async () => handIn({ids: [decoded.tx_id], raws: [template.raw_transaction]}, {what: h("p", {}, short(decoded.tx_id, {copy: true}))});
		set(place, h("h3", {}, t("sign.does")), told(decoded), note(t("send.more.state", {have, need})),
			have < need && own.length > 0 && form([own.length > 1 && field(t("word.key"), key), pw], sign, {label: t("sign.do")}),
			have < need && !own.length && notice("info", t("sign.nokey")),
			have >= need && form([], send, {label: t("sign.submit")}),
			h("div", {class: "actions start"}, button(t("do.download"), () => save(raw.text, `transaction-${decoded.tx_id.slice(0, 8)}.json`), "small"), copyButton(raw.text, t("word.transaction"))));
	}
	text.input.addEventListener("change", () => text.input.value.trim() && look(new Raw(text.input.value.trim())).catch(error => text.say("bad", why(error))));
	return card(t("sign.tx"), note(t("sign.tx.lead")), text, h("div", {class: "actions start"}, opener(t("do.choosefile"), content => {
		text.input.value = content.trim();
		text.input.dispatchEvent(new Event("change"));
	}, "small")), place);
}

export function show() {
	return [h("h1", {}, t("nav.wallet.sign")), later(keys, held => h("div", {class: "stack"}, signTransaction(held), h("div", {class: "two even"}, signMessage(), verifyMessage())))];
}
