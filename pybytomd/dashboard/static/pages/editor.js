/** A contract written, compiled as one types, and a value locked with it. */
import {ifKnown, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {argument, coloured, compile, TEMPLATES} from "../core/equity.js";
import {BTM, plain, read} from "../core/exact.js";
import {plan} from "../core/pay.js";
import {t, told} from "../core/text.js";
import {accounts, assets, balances, keys} from "../core/wallet.js";
import {argumentField} from "../flows/arguments.js";
import {confirm, why} from "../flows/confirm.js";
import {amount, card, choice, field, form, line, link, name, note, notice, refuse, sum} from "../parts/ui.js";

async function gathered() {
	const [list, known, held, money] = await Promise.all([accounts(), assets(), keys(), balances()].map(ifKnown));
	return {accounts: list ?? [], assets: known ?? [], held: held ?? [], money: money ?? []};
}

export function show(page) {
	const chosen = page.query.get("template"), area = h("textarea", {class: "mono", spellcheck: "false", autocomplete: "off", "aria-label": t("nav.contracts.editor"), rows: 16}), shadow = h("pre", {"aria-hidden": "true"});
	const side = h("div", {class: "stack", role: "status"}), below = h("div", {class: "stack"});
	area.value = TEMPLATES[chosen] ?? TEMPLATES.LockWithPublicKey;
	let timer = 0, turn = 0, own = null;
	/** Coloured, or with a mark at `[from, to]`. */
	const paint = wrong => {
		const {value} = area;
		if (wrong) set(shadow, value.slice(0, wrong[0]), h("mark", {}, value.slice(...wrong) || " "), value.slice(wrong[1]), "\n");
		else set(shadow, coloured(value).map(([kind, text]) => h("span", {class: kind}, text)), "\n");
	};
	/** Where an error is: the compiler tells the end of what it understood, so it is what comes next. */
	function place(text) {
		const [, line, column] = /line (\d+), col (\d+)/.exec(text) ?? [];
		if (!line) return null;
		const end = area.value.split("\n").slice(0, Number(line) - 1).reduce((sum, one) => sum + one.length + 1, 0) + Number(column) - 1;
		const [skipped] = /^.?\s*/s.exec(area.value.slice(end)) ?? [""], from = /\s/.test(skipped) ? end + skipped.length : end, size = /^\w+|^./s.exec(area.value.slice(from))?.[0].length ?? 0;
		return [from, from + size];
	}
	async function check() {
		const mine = ++turn;
		try {
			const made = await compile(area.value);
			if (mine !== turn) return;
			paint();
			set(side, notice("good", t("contracts.compile.ok")), card(t("contracts.opcodes"), h("pre", {tabindex: "0", class: "wrap"}, made.opcodes)), card(t("contracts.clauses"), h("ul", {class: "plain"}, made.clause_info.map(one => h("li", {}, h("strong", {}, one.name), " ", h("span", {class: "note mono"}, (one.params ?? []).map(p => `${p.name}: ${p.type}`).join(", ")))))));
			if (may.spend && own?.accounts.length) set(below, lock(made));
		} catch (error) {
			if (mine !== turn) return;
			const text = error.detail || told(error), wrong = place(text);
			paint(wrong);
			set(side, notice("bad", wrong ? t("contracts.compile.err", {line: area.value.slice(0, wrong[0]).split("\n").length, message: text.replace(/^.*?col \d+: /s, "")}) : text));
			set(below);
		}
	}
	area.addEventListener("input", () => {
		paint();
		clearTimeout(timer);
		timer = setTimeout(check, 300);
	});
	area.addEventListener("scroll", () => {shadow.scrollTop = area.scrollTop; shadow.scrollLeft = area.scrollLeft;});
	area.addEventListener("keydown", event => {
		if (event.key !== "Tab" || event.shiftKey || !area.dataset.typing) {
			if (event.key !== "Tab") area.dataset.typing = event.key === "Escape" ? "" : "1";
			return;
		}
		event.preventDefault();
		area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
		area.dispatchEvent(new Event("input"));
	});

	function lock(made) {
		// Nodes pass on no BTM that a contract holds, so it could not be sent.
		const holdings = own.money.filter(one => one.asset.id !== BTM && one.neu > 0n);
		if (!holdings.length) return card(t("contracts.lock.title"), note(t("contracts.btm")), h("div", {class: "actions start"}, link("#/wallet/assets/new", t("assets.new"))));
		const holding = choice(holdings.map((one, i) => [String(i), `${plain(one.neu, one.asset)} — ${one.account}`])), much = field(t("word.amount"), line({class: "num", inputmode: "decimal"}));
		const fields = (made.params ?? []).map(param => argumentField(param, own));
		return card(t("contracts.lock.title"), note(t("contracts.lock.lead"), " ", t("contracts.btm")), form([field(t("word.asset"), holding), much, fields], async () => {
			const {asset: about, id, neu: have} = holdings[Number(holding.value)], {neu, wrong} = read(much.input.value, about.decimals);
			if (wrong) return much.wrong(t(`send.err.${wrong}`, {asset: about.unit, n: about.decimals}));
			if (neu > have) return much.wrong(t("send.err.funds", {amount: plain(neu - have, about)}));
			const values = [];
			for (const one of fields) {
				const value = one.value();
				if (value === null) return;
				values.push(argument(one.param.type, value));
			}
			const {program} = await compile(area.value, values), from = own.accounts.find(one => one.id === id);
			const spend = (asset_id, value) => ({type: "spend_account", account_id: from.id, asset_id, amount: value});
			const payment = {account: from.id, asset: {id: about.id}, receivers: [{program, neu}], wish: fee => [
				spend(BTM, fee), spend(about.id, neu), {type: "control_program", control_program: program, asset_id: about.id, amount: neu}]};
			const ready = await plan(payment).catch(error => {throw refuse(why(error));});
			if (!ready) throw refuse(t("send.err.nofee"));
			const words = plain(neu, about);
			confirm({ready, held: own.held, account: from, title: `${t("contracts.lock", {amount: words})}?`, lead: t("contracts.lock.lead"), label: t("contracts.lock", {amount: words}),
				about: h("div", {class: "payee"}, h("strong", {}, made.name), sum(...(made.params ?? []).map((param, i) => [param.name, h("span", {class: "mono alias"}, String(Object.values(values[i])[0]))]))),
				sums: fee => sum([t("word.from"), name(from.alias || from.id)], [t("word.amount"), amount(neu, about, {full: true})], [t("word.fee"), amount(fee, undefined, {full: true})]), what: h("p", {class: "big"}, amount(neu, about))});
		}, {label: t("contracts.lock.check")}));
	}

	const pick = choice(Object.keys(TEMPLATES).map(one => [one, one]), chosen ?? "LockWithPublicKey", {"aria-label": t("nav.contracts.library")});
	pick.addEventListener("change", () => {area.value = TEMPLATES[pick.value]; check();});
	gathered().then(found => {own = found; check();}).catch(error => set(side, notice("bad", told(error))));
	paint();
	return [h("div", {class: "row"}, h("h1", {}, t("contracts.title")), h("div", {class: "filters"}, pick)), h("div", {class: "two"}, h("div", {class: "stack"}, h("div", {class: "editor"}, shadow, area), below), side)];
}
