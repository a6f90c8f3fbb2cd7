/** All transactions of the wallet, with filters in the address bar, and as a file. */
import {h, save} from "../core/dom.js";
import {node} from "../core/live.js";
import {parts} from "../core/neu.js";
import {date, t} from "../core/text.js";
import {accounts, history} from "../core/wallet.js";
import {button, card, choice, empty, later, line, link, note, sheet} from "../parts/ui.js";
import {payment} from "../parts/payment.js";

const PAGE = 50, KINDS = ["sent", "received", "self", "mined", "issued", "retired", "contract"];

/** A cell of a table for other programs, none of which may take it for a formula. */
const cell = text => (/[",\n]/.test(text) || /^[=+\-@]/.test(text) ? `"${/^[=+\-@](?!\d)/.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"` : text);
const exact = flow => `${flow.neu < 0n ? "-" : ""}${parts(flow.neu, flow.asset.decimals, true).join(".").replaceAll(",", "").replace(/\.$/, "")}`;

function csv(list) {
	const rows = [["time", "kind", "account", "amount", "asset", "asset_id", "fee_btm", "address", "height", "confirmations", "id"]];
	for (const one of list) for (const flow of one.flows) rows.push([one.height ? new Date(one.time).toISOString() : "", one.kind, one.account, exact(flow), flow.asset.unit, flow.asset.id,
		exact({neu: one.kind === "received" ? 0n : one.fee, asset: {decimals: 8}}), one.other, String(one.height), String(one.confirmations), one.id]);
	return `\ufeff${rows.map(row => row.map(cell).join(",")).join("\n")}\n`;
}

export function show(page) {
	const {query} = page, height = () => node.status?.sync.height ?? 0;
	let count = PAGE, all = [];
	const filter = (key, label, options) => {
		const select = choice([["", `${label}: ${t("history.filter.all")}`], ...options], query.get(key) ?? "", {"aria-label": label});
		select.addEventListener("change", () => change(key, select.value));
		return select;
	};
	const day = (key, label) => {
		const input = line({type: "date", value: query.get(key) ?? ""});
		input.addEventListener("change", () => change(key, input.value));
		return h("label", {class: "check"}, h("span", {class: "note"}, label), input);
	};
	function change(key, value) {
		if (value) query.set(key, value);
		else query.delete(key);
		place(`#/wallet/history${query.size ? `?${query}` : ""}`);
		list.load(true);
	}
	const place = hash => window.history.replaceState(null, "", hash);
	const fits = one => (!query.get("kind") || one.kind === query.get("kind")) &&
		(!query.get("from") || (one.time && date(one.time).slice(0, 10) >= query.get("from"))) && (!query.get("to") || (one.time && date(one.time).slice(0, 10) <= query.get("to")));
	const wanted = most => history({account_id: query.get("account") ?? "", from: 0, count: most}, height());
	const filtered = () => ["kind", "from", "to"].some(key => query.get(key));

	const list = later(async () => {
		all = await wanted(filtered() ? 0 : count + 1);
		return all.filter(fits);
	}, found => {
		if (!found.length) return card("", empty(t(query.size ? "history.none" : "start.payments.none"), query.size ? link("#/wallet/history", t("do.clear")) : link("#/wallet/receive", t("nav.wallet.receive"))));
		return [sheet("", "", h("ul", {class: "list"}, found.slice(0, count).map(payment))),
			found.length > count && h("p", {class: "center"}, button(t("do.more"), () => {count += PAGE; list.load(true);}))];
	}, {lines: 10});
	page.fresh(list, news => news.block || news.pool);
	const bar = later(accounts, found => h("div", {class: "filters"}, filter("kind", t("history.filter.kind"), KINDS.map(kind => [kind, t(`tx.${kind}`)])),
		found.length > 1 && filter("account", t("history.filter.account"), found.map(one => [one.id, one.alias || one.id])), day("from", t("history.filter.since")), day("to", t("history.filter.until")),
		button(t("do.csv"), async () => save(csv((await wanted(0)).filter(fits)), `bytom-${date(Date.now()).slice(0, 10)}.csv`, "text/csv"), "end")), {lines: 1});
	return [h("h1", {}, t("history.title")), bar, list, note(t("history.csv.lead"))];
}
