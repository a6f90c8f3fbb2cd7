/** An address to be paid at: the newest of an account, with its QR code; a new one; those before it. */
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {t} from "../core/text.js";
import {accounts} from "../core/wallet.js";
import {button, card, choice, copyButton, empty, field, later, link, more, note, short, whole} from "../parts/ui.js";
import {qr} from "../parts/qr.js";

export function show(page) {
	return later(accounts, list => {
		const title = h("h1", {}, t("receive.title"));
		if (!list.length) return [title, card("", empty(t("accounts.none"), link("#/first", t("first.create"), "primary")))];
		const account = choice(list.map(one => [one.id, one.alias || one.id]), page.query.get("account")), place = h("div", {class: "stack"});
		const make = async () => {
			await call("create-account-receiver", {account_id: account.value});
			await box.load(true);
		};
		const box = later(async () => {
			const all = (await call("list-addresses", {account_id: account.value, from: 0, count: 0})) ?? [], own = all.filter(one => !one.change);
			if (own.length) return own;
			return [await call("create-account-receiver", {account_id: account.value})];
		}, own => {
			const {address} = own.at(-1), before = own.slice(0, -1).reverse();
			return [card("", h("div", {class: "address"}, qr(address, t("receive.qr")), h("div", {class: "stack"}, note(t("receive.lead")), whole(address), h("div", {class: "actions start"}, copyButton(address, t("word.address")), button(t("receive.new"), make, "small", "plus")), note(t("receive.new.why"))))),
				before.length > 0 && more(t("accounts.addresses"), h("ul", {class: "plain"}, before.slice(0, 200).map(one => h("li", {}, short(one.address, {copy: true, what: t("word.address"), href: `#/address/${one.address}`, head: 12, tail: 10})))))];
		});
		account.addEventListener("change", () => box.load());
		set(place, list.length > 1 && card("", field(t("word.account"), account)), box);
		return [title, place];
	});
}
