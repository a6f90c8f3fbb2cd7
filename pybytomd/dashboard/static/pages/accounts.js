/** Accounts: which there are, one with its keys and addresses, a new one of one or several keys. */
import {call, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {count, t} from "../core/text.js";
import {accounts, balances, keys} from "../core/wallet.js";
import {amount, button, card, check, copyButton, empty, facts, field, form, later, line, link, more, name, note, notice, refuse, sheet, short, table, toast} from "../parts/ui.js";

const quorum = one => t("accounts.quorum", {need: one.quorum, of: one.xpubs.length});
const held = money => (money.length ? h("div", {class: "lines"}, money.map(x => amount(x.neu, x.asset, {full: true}))) : "–");

function all() {
	return later(async () => Promise.all([accounts(), balances()]), ([list, money]) => [
		h("div", {class: "row"}, h("h1", {}, t("accounts.title")), link("#/wallet/accounts/new", t("accounts.new"), "", "plus")),
		list.length ? sheet("", "", table([[t("word.name")], [t("accounts.new.quorum"), "hide"], [t("word.balance"), "r fig"]], list.map(one => [
			h("a", {class: "name", href: `#/wallet/accounts/${one.id}`}, name(one.alias || one.id)), quorum(one), held(money.filter(x => x.id === one.id))]))) :
			card("", empty(t("accounts.none"), link("#/first", t("first.create"), "primary")))]);
}

function fresh() {
	return later(keys, held => {
		const alias = field(t("word.name"), line({maxlength: 64})), need = field(t("accounts.new.quorum"), line({type: "number", min: 1, max: 6, value: 1}));
		const boxes = held.map(key => h("input", {type: "checkbox", value: key.xpub, checked: held.length === 1})), others = h("div", {class: "fields"});
		const add = () => {
			const one = field(t("keys.xpub"), line({class: "mono"}));
			others.append(one);
			one.input.focus();
		};
		alias.input.addEventListener("input", () => {
			const {value} = alias.input;
			alias.say("", value !== value.toLowerCase() ? t("form.name.case", {name: value.trim().toLowerCase()}) : "");
		});
		return [h("h1", {}, t("accounts.new")), h("div", {class: "wizard"}, card("", form([alias,
			h("fieldset", {class: "fields"}, h("legend", {}, t("accounts.new.keys")), boxes.map((box, i) => check(name(held[i].alias), box)), others, button(t("accounts.new.xpub"), add, "plain", "plus")), need], async () => {
			if (!alias.filled()) return;
			const foreign = [...others.querySelectorAll("input")].map(one => one.value.trim()).filter(Boolean), wrong = foreign.find(one => !/^[0-9a-f]{128}$/i.test(one));
			if (wrong) throw refuse(t("error.BTM201"));
			const xpubs = [...boxes.filter(box => box.checked).map(box => box.value), ...foreign], {value} = need.input;
			if (!xpubs.length) throw refuse(t("error.BTM202"));
			if (!(value >= 1 && value <= xpubs.length)) return need.wrong(t("error.BTM200"));
			if ((await accounts()).some(one => one.alias === alias.input.value.trim().toLowerCase())) return alias.wrong(t("form.name.taken"));
			const made = await call("create-account", {root_xpubs: xpubs, quorum: Number(value), alias: alias.input.value.trim()});
			location.hash = `#/wallet/accounts/${made.id}`;
		}, {label: t("accounts.new.do"), cancel: link("#/wallet/accounts", t("do.cancel"))})), note(t("accounts.new.order")))];
	});
}

function addresses(title, list) {
	return list.length > 0 && more(`${title} (${count(list.length)})`, h("ul", {class: "plain"}, list.slice().reverse().slice(0, 200).map(one => h("li", {}, short(one.address, {copy: true, what: t("word.address"), href: `#/address/${one.address}`, head: 12, tail: 10})))));
}

function one(id) {
	const box = later(async () => {
		const found = (await accounts()).find(account => account.id === id || account.alias === id);
		if (!found) return null;
		const [money, own, list] = await Promise.all([balances({account_id: found.id}), keys(), call("list-addresses", {account_id: found.id, from: 0, count: 0})]);
		return {found, money, own, list: list ?? []};
	}, all => {
		if (!all) return [h("h1", {}, t("error.BTM709")), link("#/wallet/accounts", t("do.back"))];
		const {found, money, own, list} = all, place = h("div", {}), text = found.alias || found.id;
		const rename = () => {
			const alias = field(t("word.name"), line({value: found.alias ?? "", maxlength: 64}));
			set(place, form([alias], async () => {
				if (!alias.filled()) return;
				if ((await accounts()).some(x => x.id !== found.id && x.alias === alias.input.value.trim().toLowerCase())) return alias.wrong(t("form.name.taken"));
				await call("update-account-alias", {account_id: found.id, new_alias: alias.input.value.trim()});
				toast(t("do.saved"));
				box.load(true);
			}, {label: t("do.rename"), cancel: button(t("do.cancel"), () => set(place))}));
			alias.input.focus();
		};
		const remove = () => set(place, notice("warn", t("accounts.delete.lead"), button(t("accounts.delete.do"), async () => {
			await call("delete-account", {account_id: found.id});
			location.hash = "#/wallet/accounts";
		}, "small danger"), button(t("do.cancel"), () => set(place), "small")));
		return [h("div", {class: "row"}, h("h1", {}, name(text)), h("div", {class: "act"}, link(`#/wallet/send?account=${found.id}`, t("nav.wallet.send"), "primary", "up"), link(`#/wallet/receive?account=${found.id}`, t("nav.wallet.receive"), "", "down"))),
			card("", facts(
				[t("word.balance"), held(money)],
				[t("accounts.new.quorum"), quorum(found)],
				...found.xpubs.map(xpub => [t("word.key"), h("span", {}, name(own.find(key => key.xpub === xpub)?.alias ?? t("accounts.foreign")), " ", short(xpub, {copy: true, what: t("keys.xpub")}))]),
				[t("word.id"), h("span", {class: "mono"}, found.id, copyButton(found.id))])),
			card("", h("div", {class: "actions start"}, link(`#/wallet/history?account=${found.id}`, t("history.title"), "small"), may.spend && button(t("do.rename"), rename, "small"), may.admin && button(t("accounts.delete.do"), remove, "small")), place),
			addresses(t("accounts.addresses"), list.filter(x => !x.change)), addresses(t("accounts.addresses.change"), list.filter(x => x.change))];
	});
	return box;
}

export const show = ({args: [id]}) => (!id ? all() : id === "new" ? fresh() : one(id));
