/** All transactions of the wallet, with filters in the address bar, and as a file. */
import {h, save, set} from "../core/dom.js";
import {parts} from "../core/exact.js";
import {node} from "../core/live.js";
import {date, t, told} from "../core/text.js";
import {accounts, history} from "../core/wallet.js";
import {button, card, choice, empty, later, line, link, note, notice, payment, sheet} from "../parts/ui.js";
import {windowed} from "../parts/windowed.js";

/** Fetched at once: for the eye, and when much of it does not fit. */
const CHUNK = 100, SCAN = 500;
const KINDS = ["sent", "received", "self", "mined", "issued", "retired", "contract"];

/** A cell of a table for other programs, none of which may take it for a formula. */
const cell = text => (/[",\n]/.test(text) || /^[=+\-@]/.test(text) ? `"${/^[=+\-@](?!\d)/.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"` : text);
const exact = flow => `${flow.neu < 0n ? "-" : ""}${parts(flow.neu, flow.asset.decimals, true).join(".").replaceAll(",", "").replace(/\.$/, "")}`;

function csv(list) {
	const rows = [["time", "kind", "account", "amount", "asset", "asset_id", "fee_btm", "address", "height", "confirmations", "id"]];
	for (const one of list) for (const flow of one.flows) rows.push([one.height ? new Date(one.time).toISOString() : "", one.kind, one.account, exact(flow), flow.asset.unit, flow.asset.id,
		exact({neu: one.kind === "received" ? 0n : one.fee, asset: {decimals: 8}}), one.other, String(one.height), String(one.confirmations), one.id]);
	return `\ufeff${rows.map(row => row.map(cell).join(",")).join("\n")}\n`;
}

/** All that the wallet has of an account, fetched as it is wanted: `all` so far, `done` when there is no more. */
function ledger(account, height) {
	const at = {all: [], done: false};
	const ask = (from, count) => history({account_id: account, from, count}, height());
	const add = list => {
		const known = new Set(at.all.map(one => one.id));
		at.all.push(...list.filter(one => !known.has(one.id)));
	};
	at.more = async count => {
		const found = await ask(at.all.length, count);
		at.done = found.length < count;
		add(found);
		return found;
	};
	/** What came on top, and what is no longer there; the rest only has more confirmations. */
	at.refresh = async () => {
		const head = await ask(0, CHUNK), ids = new Set(head.map(one => one.id)), lowest = head.at(-1)?.height ?? 0;
		const meets = head.length < CHUNK || at.all.some(one => ids.has(one.id));
		const rest = meets ? at.all.filter(one => !ids.has(one.id) && one.height && one.height <= lowest) : [];
		for (const one of rest) one.confirmations = height() - one.height + 1;
		at.all = [...head, ...(head.length < CHUNK ? [] : rest)];
		at.done = meets ? at.done || head.length < CHUNK : false;
	};
	return at;
}

export function show(page) {
	const {query} = page, height = () => node.status?.sync.height ?? 0;
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
		if (key === "account") book = ledger(value, height);
		list.load(true);
	}
	const place = hash => window.history.replaceState(null, "", hash);
	const fits = one => (!query.get("kind") || one.kind === query.get("kind")) &&
		(!query.get("from") || (one.time && date(one.time).slice(0, 10) >= query.get("from"))) && (!query.get("to") || (one.time && date(one.time).slice(0, 10) <= query.get("to")));
	const filtered = () => ["kind", "from", "to"].some(key => query.get(key));

	let book = ledger(query.get("account") ?? "", height), busy = null;
	const rows = h("ul", {class: "list"}), foot = h("div", {class: "center", role: "status"});
	const view = windowed({place: rows, row: payment, key: one => `${one.id} ${one.confirmations < 101 ? one.confirmations : ""}`, near: () => more(), closing: page.closing});
	const found = () => book.all.filter(fits);
	/** Goes on until there is something more to be seen, or no more. */
	async function grow() {
		const mine = book;
		let seen = 0;
		while (!mine.done && mine === book && seen < CHUNK) seen += (await mine.more(filtered() ? SCAN : CHUNK)).filter(fits).length;
	}
	function more() {
		if (busy || book.done) return;
		set(foot, note(t("state.loading")));
		busy = grow().then(() => set(foot), error => {
			if (!(error.code || error.offline)) throw error;
			set(foot, notice("bad", told(error), button(t("do.retry"), () => {busy = null; more();}, "small")));
			return "failed";
		}).then(failed => {
			if (failed !== "failed") busy = null;
			view.set(found());
		});
	}
	const list = later(async () => {
		if (!found().length) await grow();
		return found();
	}, shown => {
		if (!shown.length) return card("", empty(t(query.size ? "history.none" : "start.payments.none"), query.size ? link("#/wallet/history", t("do.clear")) : link("#/wallet/receive", t("nav.wallet.receive"))));
		view.set(shown);
		return list.sheet ??= [sheet("", "", rows), foot];
	}, {lines: 10});
	page.listen(async news => {
		if (!(news.back || news.block || news.pool)) return;
		try {
			await book.refresh();
			list.load(true);
		} catch (error) {
			// What was known stays; the frame says that the node does not answer.
			if (!(error.code || error.offline)) throw error;
		}
	});
	const everything = async () => {
		const whole = ledger(query.get("account") ?? "", height);
		while (!whole.done) await whole.more(SCAN);
		return whole.all.filter(fits);
	};
	const bar = later(accounts, known => h("div", {class: "filters"}, filter("kind", t("history.filter.kind"), KINDS.map(kind => [kind, t(`tx.${kind}`)])),
		known.length > 1 && filter("account", t("history.filter.account"), known.map(one => [one.id, one.alias || one.id])), day("from", t("history.filter.since")), day("to", t("history.filter.until")),
		button(t("do.csv"), async () => save(csv(await everything()), `bytom-${date(Date.now()).slice(0, 10)}.csv`, "text/csv"), "end")), {lines: 1});
	return [h("h1", {}, t("history.title")), bar, list, note(t("history.csv.lead"))];
}
