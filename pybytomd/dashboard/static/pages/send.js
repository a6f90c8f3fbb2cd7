/** A payment: composed, compared in words, signed, sent. Every step before the last can be left without a trace. */
import {call} from "../core/api.js";
import {decode, PREFIXES} from "../core/bech32.js";
import {h, set} from "../core/dom.js";
import {asset as known, BTM, parts, plain, read, typed} from "../core/exact.js";
import {named, node} from "../core/live.js";
import {amountOf, feeOf, most, plan} from "../core/pay.js";
import {percent, t} from "../core/text.js";
import {accounts, balances, history, immature, keys} from "../core/wallet.js";
import {confirm, why} from "../flows/confirm.js";
import {unsettled} from "../flows/handin.js";
import {amount, area, button, card, choice, empty, field, form, later, line, link, name, note, notice, pill, sum, whole} from "../parts/ui.js";

const network = () => node.status?.network ?? "mainnet";

/** What is wrong with an address, or nothing. */
function wrongAddress(text) {
	const read = decode(text);
	if (!read) return t("send.err.address");
	if (read.prefix === PREFIXES[network()]) return "";
	const other = Object.keys(PREFIXES).find(one => PREFIXES[one] === read.prefix);
	return other ? t("send.err.address.net", {other: named(other), network: named()}) : t("send.err.address");
}

function compose(page, {list, money, held, last}) {
	const query = page.query, account = choice(list.map(one => [one.id, one.alias || one.id]), query.get("account") ?? money.find(one => one.asset.id === BTM)?.id);
	const box = h("div", {class: "receivers"}), side = h("div", {class: "stack"}), assetBox = h("div", {});
	/** @type {any[]} */
	const receivers = [];
	let asset = known(BTM), made = null, timer = 0, turn = 0, least;
	const here = () => money.filter(one => one.id === account.value);
	const have = id => here().find(one => one.asset.id === id)?.neu ?? 0n;
	const accountField = field(t("word.from"), account);

	function receiver(to = "", much = "") {
		const address = area({class: "mono", value: to}), value = line({class: "num", inputmode: "decimal", placeholder: "0.00"});
		address.value = to;
		value.value = much;
		const all = button(t("send.max"), () => everything(one), "small inside"), unit = h("span", {class: "unit inside"});
		const one = {address: field(t("send.to"), address, {hint: t("send.to.hint", {prefix: `${PREFIXES[network()]}1`})}), value: field(t("word.amount"), value, {after: [unit, all]}), unit, all};
		one.to = () => address.value.replace(/\s/g, "");
		one.box = h("fieldset", {class: "receiver"}, h("legend", {class: "sr"}), one.address, one.value);
		address.addEventListener("keydown", event => {if (event.key === "Enter") {event.preventDefault(); value.focus();}});
		address.addEventListener("input", () => {checkAddress(one); changed();});
		value.addEventListener("input", () => {least = undefined; checkAmounts(); changed();});
		receivers.push(one);
		box.append(one.box);
		if (to) checkAddress(one);
		arrange();
	}
	function arrange() {
		receivers.forEach((one, i) => {
			one.box.querySelector("legend").textContent = t("send.receiver", {n: i + 1});
			one.box.querySelector(".drop")?.remove();
			if (receivers.length > 1) one.box.append(h("button", {type: "button", class: "button plain drop", "aria-label": t("send.remove", {n: i + 1}), onclick() {receivers.splice(i, 1); one.box.remove(); arrange(); changed();}}, t("do.remove")));
			one.all.hidden = receivers.length > 1;
			one.unit.textContent = asset.unit;
			one.box.classList.toggle("single", receivers.length === 1);
		});
	}

	async function checkAddress(one) {
		const text = one.to(), mine = one.seen = {};
		if (!text) return one.address.say();
		const wrong = text.length < 8 ? t("send.err.address") : wrongAddress(text);
		if (wrong) return text.length >= 40 || one.late ? one.address.say("bad", wrong) : one.address.say();
		one.address.say("good", t("send.to.ok"));
		try {
			const {valid, is_local: own} = await call("validate-address", {address: text});
			if (mine !== one.seen) return;
			if (!valid) return one.address.say("bad", t("send.err.address"));
			const before = last.filter(tx => tx.other === text && tx.kind === "sent");
			one.about = own ? t("send.to.own") : before.length ? t("send.to.known", {n: before.length}) : t("send.to.new");
			if (mine === one.seen) one.address.say("good", `${t("send.to.ok")} · ${one.about}`);
		} catch (error) {
			if (mine === one.seen) one.address.say("good", t("send.to.ok"));
			if (!error.offline && !error.code) throw error;
		}
	}

	/** Reads all amounts; says what is wrong with the first that is. Null unless all are there. */
	function checkAmounts(late = false) {
		let total = 0n, good = true;
		for (const one of receivers) {
			const text = one.value.input.value;
			one.neu = null;
			if (!text.trim()) {
				one.value.say();
				if (late && good) one.value.wrong(t("form.required"));
				good = false;
				continue;
			}
			const {neu, wrong} = read(text, asset.decimals);
			const over = neu ? total + neu - have(asset.id) : 0n;
			if (wrong) one.value.say("bad", t(`send.err.${wrong}`, {asset: asset.unit, n: asset.decimals}));
			else if (over > 0n) one.value.say("bad", t("send.err.funds", {amount: plain(over, asset)}));
			else one.value.say();
			if (wrong || over > 0n) {
				if (late && good) one.value.input.focus();
				good = false;
			} else {
				one.neu = neu;
				total += neu;
			}
		}
		return good ? total : null;
	}

	const payment = () => ({account: account.value, asset, fee: least, receivers: receivers.map(one => ({address: one.to().toLowerCase(), neu: one.neu}))});

	/** Sums stand from the beginning; the fee comes when it is known. */
	function draw(fee, why) {
		const total = receivers.reduce((all, one) => all + (one.neu ?? 0n), 0n), btm = asset.id === BTM, money = neu => (neu === null ? h("span", {class: "note"}, "–") : amount(neu, asset, {full: true}));
		set(side, sum(
			[t("word.amount"), money(total)],
			[t("send.fee.auto"), fee === null ? h("span", {class: "note"}, why ? "–" : total ? t("send.fee.wait") : "–") : amount(fee, undefined, {full: true})],
			[t("send.total"), btm ? money(fee === null ? null : total + fee) : [money(total), fee !== null && h("div", {}, amount(fee, undefined, {full: true}))], true],
			[t("send.rest", {account: account.selectedOptions[0]?.text ?? ""}), money(fee === null && btm ? null : have(asset.id) - total - (btm ? fee : 0n))]),
		made?.merges > 0 && note(t("send.many", {n: made.merges + 1})), why && notice("bad", why));
	}

	/** The fee is asked for when the typing rests; what it tried is free again at once. */
	function changed() {
		clearTimeout(timer);
		made = null;
		const mine = ++turn, ready = checkAmounts() !== null && receivers.every(one => !wrongAddress(one.to()));
		draw(null);
		if (ready) timer = setTimeout(() => estimate(mine), 400);
	}
	async function estimate(mine = ++turn) {
		try {
			const fresh = await plan(payment());
			if (mine !== turn) return null;
			made = fresh;
			draw(fresh ? feeOf(fresh) : null, fresh ? "" : t("send.err.nofee"));
			return fresh;
		} catch (error) {
			if (mine === turn) draw(null, why(error));
			if (!error.code && !error.offline) throw error;
			return null;
		}
	}
	async function everything(one) {
		const wrong = one.to() ? wrongAddress(one.to()) : t("form.required");
		if (wrong) return one.address.wrong(wrong);
		try {
			const all = await most({account: account.value, asset, receivers: [{address: one.to().toLowerCase()}]}, node.status?.sync.height ?? 0);
			one.value.input.value = typed(all.neu, asset.decimals);
			least = all.fee;
		} catch (error) {
			return draw(null, why(error));
		}
		changed();
	}

	function chooseAsset() {
		const options = here().filter(one => one.asset.id === BTM || one.neu);
		if (!options.some(one => one.asset.id === BTM)) options.unshift({asset: known(BTM), neu: 0n});
		asset = options.find(one => one.asset.id === (query.get("asset") ?? asset.id))?.asset ?? options[0].asset;
		const select = choice(options.map(one => [one.asset.id, `${one.asset.unit} — ${parts(one.neu, one.asset.decimals).join(".").replace(/\.$/, "")}`]), asset.id);
		select.addEventListener("change", () => {
			asset = options.find(one => one.asset.id === select.value).asset;
			arrange();
			changed();
		});
		set(assetBox, options.length > 1 && field(t("word.asset"), select));
		const young = asset.id === BTM ? immature(last, list.find(one => one.id === account.value)) : 0n;
		accountField.say("", [t("send.from.available", {amount: plain(have(asset.id) - young, asset)}), young && t("start.immature", {amount: plain(young)})].filter(Boolean).join(" · "));
		arrange();
	}
	account.addEventListener("change", () => {least = undefined; chooseAsset(); changed();});

	const behind = node.status?.sync.is_behind;
	const view = form(h("div", {class: "two send"},
		h("div", {class: "card fields"}, accountField, assetBox, box, button(t("send.add"), () => {receiver(); receivers.at(-1).address.input.focus(); changed();}, "plain", "plus")),
		h("aside", {class: "card summary"}, side)), async () => {
		for (const one of receivers) {
			one.late = true;
			if (!one.to()) return one.address.wrong(t("form.required"));
			const wrong = wrongAddress(one.to());
			if (wrong) return one.address.wrong(wrong);
		}
		if (checkAmounts(true) === null) return;
		clearTimeout(timer);
		const ready = made ?? (await estimate());
		if (ready) ask(ready);
	}, {label: t("send.check")});
	// The button belongs to the sums.
	side.after(view.querySelector(".fault"), view.querySelector(":scope > .actions"));
	view.go.classList.add("full");
	if (behind) {
		view.go.disabled = true;
		view.go.parentElement.after(note(t("sync.send")));
	}

	function ask(ready) {
		const to = ready.payment.receivers, total = amountOf(ready.payment), btm = asset.id === BTM, words = plain(total, asset), from = account.selectedOptions[0].text, own = have(asset.id);
		const show = neu => amount(neu, asset, {full: true});
		confirm({
			ready, held, account: list.find(one => one.id === account.value), title: t("send.confirm.title", {amount: words}), lead: t("send.confirm.lead"), label: t("send.confirm.do", {amount: words}),
			about: h("ul", {class: "payees"}, to.map((one, i) => h("li", {class: "payee"}, h("div", {class: "row"}, h("span", {class: "label"}, t("word.to")), receivers[i]?.about && pill("accent", receivers[i].about)), whole(one.address), to.length > 1 && h("div", {}, show(one.neu))))),
			sums(fee) {
				const rest = own - total - (btm ? fee : 0n), part = (total * 1000n) / own;
				return [sum([t("word.from"), name(from)], [t("word.amount"), show(total)], [t("word.fee"), amount(fee, undefined, {full: true})],
					[t("send.total"), btm ? show(total + fee) : [show(total), h("div", {}, amount(fee, undefined, {full: true}))], true], [t("send.rest", {account: from}), show(rest)]),
				part >= 900n && notice("warn", t("send.confirm.most", {percent: percent(Number(part) / 1000)}))];
			},
			what: h("p", {class: "big"}, amount(total, asset)), to: to[0].address,
		});
	}

	chooseAsset();
	receiver(query.get("to") ?? "", query.get("amount") ?? "");
	changed();
	return [h("h1", {}, t("send.title")), view];
}

async function gathered() {
	const [list, money, held, last] = await Promise.all([accounts(), balances(), keys(), history({from: 0, count: 300}, node.status?.sync.height ?? 0)]);
	return {list, money, held, last};
}
export function show(page) {
	const [title, question] = unsettled() ?? [];
	if (question) return [h("h1", {}, title), question];
	return later(gathered, all => (all.list.length ? compose(page, all) : [h("h1", {}, t("send.title")), card("", empty(t("accounts.none"), link("#/first", t("first.create"), "primary")))]), {lines: 6});
}
