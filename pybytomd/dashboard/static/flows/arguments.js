/** Fields for the arguments of contracts and clauses: typed, or filled from accounts. */
import {call, ifKnown} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {fits} from "../core/equity.js";
import {t, told} from "../core/text.js";
import {button, choice, field, line} from "../parts/ui.js";

/**
 * A field for one argument. `own` is what the wallet has: accounts and assets. `value()` gives the text, or says what
 * is wrong and gives null; a signature gives the key that makes it.
 */
export function argumentField({name, type}, own) {
	const input = type === "Asset" ? choice(own.assets.map(one => [one.id, one.unit])) : type === "Boolean" ? choice([["true", "true"], ["false", "false"]]) : line({class: type === "Integer" || type === "Amount" ? "num" : "mono"});
	const box = field(`${name}: ${type}`, input), fill = h("div", {class: "actions start"});
	const account = own.accounts.length > 0 && ["PublicKey", "Program", "Signature"].includes(type) && choice(own.accounts.map(one => [one.id, one.alias || one.id]), undefined, {"aria-label": `${name}: ${t("word.account")}`});
	let signer = null;
	const from = async () => {
		if (type === "Program") input.value = (await call("create-account-receiver", {account_id: account.value})).control_program;
		else {
			const {root_xpub: xpub, pubkey_infos: keys} = await call("list-pubkeys", {account_id: account.value});
			input.value = keys.at(-1).pubkey;
			signer = {xpub, derivation_path: keys.at(-1).derivation_path};
		}
		box.say();
	};
	if (account) set(fill, account, button(t("contracts.arg.generate"), () => from().catch(error => box.say("bad", told(error))), "small"));
	box.append(fill);
	if (type === "Signature") box.say("", t("contracts.arg.signature"));
	box.value = () => {
		const text = input.value.trim();
		if (type === "Signature" ? /^[0-9a-f]{64}$/i.test(text) : fits(type, text)) return text;
		box.wrong(t("contracts.arg.wrong", {type}));
		return null;
	};
	/** The root key and path of a public key of the wallet, among all accounts. */
	box.signer = async () => {
		if (signer) return signer;
		for (const one of own.accounts) {
			const found = await ifKnown(call("list-pubkeys", {account_id: one.id, public_key: input.value.trim()}));
			if (found?.pubkey_infos?.length) return {xpub: found.root_xpub, derivation_path: found.pubkey_infos[0].derivation_path};
		}
		return null;
	};
	box.param = {name, type};
	return box;
}
