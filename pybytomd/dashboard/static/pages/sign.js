/** Messages signed and verified; transactions of several signers: seen, signed, put together, sent. */
import {call} from "../core/api.js";
import {hexOf} from "../core/chain.js";
import {h, set} from "../core/dom.js";
import {asset} from "../core/exact.js";
import {named} from "../core/live.js";
import {opened, plainly, signatures} from "../core/templates.js";
import {count, t, told as why} from "../core/text.js";
import {keys} from "../core/wallet.js";
import {handIn} from "../flows/handin.js";
import {network, onward} from "../flows/onward.js";
import {scanButton} from "../parts/scan.js";
import {amount, area, card, choice, facts, field, form, later, line, note, notice, opener, password, short, sum} from "../parts/ui.js";

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
	const side = (list, kind) => list.map(x => [t({retire: "tx.retired", vote: "tx.vote", veto: "tx.veto"}[x.type] ?? `word.${kind}`), h("span", {}, x.vote && [short(x.vote), " "], x.address ? short(x.address, {copy: true, what: t("word.address")}) : t("tx.contract"), " ", amount(BigInt(x.amount ?? 0), asset(x.asset_id, x.asset_alias, x.asset_definition), {full: true}))]);
	return sum(...side(decoded.inputs, "from"), ...side(decoded.outputs, "to"), [t("word.fee"), amount(BigInt(decoded.fee), undefined, {full: true}), true], [t("word.size"), t("txpage.bytes", {n: count(decoded.size)})]);
}

function signTransaction(held) {
	const text = field(t("word.transaction"), area({class: "mono", rows: 4})), place = h("div", {class: "stack"});
	/** What is there, from whoever it came: shown before anything can be signed. */
	async function read(content) {
		set(place);
		text.input.value = content.trim();
		let found;
		try {
			found = opened(text.input.value);
		} catch (error) {
			if (!(error instanceof SyntaxError)) throw error;
			return text.wrong(t("form.json", {message: error.message}));
		}
		if (found.network && found.network !== network()) return text.wrong(t("send.err.address.net", {other: named(found.network), network: named()}));
		if (found.list.value.some(one => one.allow_additional_actions)) return text.wrong(t("sign.open"));
		text.say();
		await look(found.list);
	}
	/** `list` stays the text it came as; only the node changes it. */
	async function look(list) {
		const all = list.value, decoded = await Promise.all(all.map(one => call("decode-raw-transaction", {raw_transaction: one.raw_transaction}))), {need, have, xpubs} = signatures(list), id = decoded.at(-1).tx_id;
		const own = held.filter(key => xpubs.has(key.xpub)), key = choice(own.map(one => [one.xpub, one.alias])), pw = password(t("word.password"), {key: own[0]?.alias});
		const sign = async () => {
			if (!pw.filled()) return;
			const {check_result: right} = await call("check-key-password", {xpub: key.value, password: pw.input.value});
			if (!right) return pw.wrong(t("send.err.pw"));
			const reply = await call("sign-transactions", {password: pw.input.value, transactions: list}, {keep: ["transaction"]});
			pw.input.value = "";
			if (signatures(reply.transaction).have === have) return pw.wrong(t("sign.nothing"));
			text.input.value = plainly(reply.transaction, network());
			await look(reply.transaction);
		};
		const send = async () => handIn({ids: decoded.map(one => one.tx_id), raws: all.map(one => one.raw_transaction)}, {what: h("p", {}, short(id, {copy: true}))});
		set(place, h("h3", {}, t("sign.does")), decoded.map(told), note(t("send.more.state", {have, need})),
			have < need && own.length > 0 && form([own.length > 1 && field(t("word.key"), key), pw], sign, {label: t("sign.do")}),
			have < need && !own.length && notice("info", t("sign.nokey")),
			have >= need && form([], send, {label: t("sign.submit")}), onward(list, id));
	}
	const take = content => read(content).catch(error => text.say("bad", why(error)));
	text.input.addEventListener("change", () => text.input.value.trim() && take(text.input.value));
	return card(t("sign.tx"), note(t("sign.tx.lead")), text, h("div", {class: "actions start"}, opener(t("do.choosefile"), take, "small"), scanButton(take)), place);
}

export function show() {
	return [h("h1", {}, t("nav.wallet.sign")), later(keys, held => h("div", {class: "stack"}, signTransaction(held), h("div", {class: "two even"}, signMessage(), verifyMessage())))];
}
