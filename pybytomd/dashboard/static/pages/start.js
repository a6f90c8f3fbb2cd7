/** How things are: sync, what needs attention, money, last payments, this node, newest blocks. */
import {call, may} from "../core/api.js";
import {h, icon, set} from "../core/dom.js";
import {BTM, plain} from "../core/exact.js";
import {hasWallet, isBytom2, millis, node, ready, unsure} from "../core/live.js";
import {bytes, count, lang, percent, rate, span, t} from "../core/text.js";
import {balances, history, immature, keys, sums} from "../core/wallet.js";
import {amount, empty, facts, later, link, note, notice, payment, pill, progress, sheet, swap, ways, when} from "../parts/ui.js";

function sync() {
	const {sync: at} = node.status, part = at.height / at.highest, {stuck} = at;
	return h("section", {class: `card sync${stuck ? " stuck" : ""}`},
		h("div", {class: "row"}, h("h2", {}, t("sync.title")), h("span", {class: "percent"}, percent(part))),
		progress(part, t("sync.title")),
		h("div", {class: "row figures"},
			h("span", {}, t("sync.block", {height: count(at.height), highest: count(at.highest)})),
			h("span", {}, t("sync.rate", {n: Math.round(at.blocks_per_second)})),
			h("strong", {}, at.seconds_left == null ? t("time.left.unknown") : t("time.left", {time: span(at.seconds_left)}))),
		h("p", {class: "foot"}, icon(stuck ? "warn" : "info"), h("span", {}, stuck || t(isBytom2() ? "sync.reason.signatures" : "sync.reason.verify"))));
}

function warnings(held) {
	const today = new Date().toDateString(), shown = [];
	const hidden = kind => localStorage[`hid.${kind}`] === today;
	const add = (kind, text, act) => !hidden(kind) && shown.push(notice("warn", text, act, h("button", {class: "iconbutton", "aria-label": t("warn.dismiss"), title: t("warn.dismiss"), onclick(event) {
		localStorage[`hid.${kind}`] = today;
		event.currentTarget.parentElement.remove();
	}}, icon("close"))));
	if (unsure.payment) shown.push(notice("warn", t("warn.unsure"), link("#/wallet/send", t("do.details"), "small")));
	const unproved = JSON.parse(localStorage.unproved || "[]");
	if (may.spend && held.some(key => unproved.includes(key.xpub))) shown.push(notice("warn", t("warn.words"), link("#/first", t("do.how"), "small")));
	else if (may.admin && held.length && !localStorage.backup) add("backup", t("warn.backup"), link("#/wallet/backup", t("warn.backup.do"), "small"));
	const {stuck, is_behind: behind} = node.status.sync;
	if (stuck && !behind) add("stuck", stuck);
	const {disk, mining, producing} = node.status;
	if (disk?.low) add("disk", disk.low);
	if ((mining?.is_mining || producing?.is_producing) && !held.length) add("payee", t("warn.nopayee"));
	return shown.slice(0, 3);
}

function money(found, young) {
	const all = sums(found), btm = all.find(one => one.asset.id === BTM)?.neu ?? 0n, {sync: at} = node.status;
	const behind = at.is_behind;
	return h("section", {class: "card hero"},
		h("div", {}, h("h2", {class: "quiet"}, t("start.balance"), h("span", {}, t("start.balance.total"))),
			h("p", {class: "big"}, amount(btm)), young > 0n && note(t("start.immature", {amount: plain(young)})),
			h("ul", {class: "others"}, all.filter(one => one.asset.id !== BTM).map(one => h("li", {}, amount(one.neu, one.asset))))),
		h("div", {class: "act"},
			behind && may.spend ? h("button", {class: "button primary", disabled: true, "aria-describedby": "why"}, icon("up"), t("nav.wallet.send"))
				: link("#/wallet/send", t("nav.wallet.send"), "primary", "up"),
			link("#/wallet/receive", t("nav.wallet.receive"), "", "down")),
		behind && h("p", {class: "foot", id: "why"}, icon("info"), h("span", {}, t("sync.balance", {height: count(at.height), time: span(Date.now() / 1000 - at.block_time)}), lang() === "zh" ? "" : " ", t("sync.send"))));
}

const payments = list => sheet(t("start.payments"), list.length > 0 && h("a", {href: "#/wallet/history"}, t("do.all")),
	list.length ? h("ul", {class: "list"}, list.map(payment)) : empty(t("start.payments.none"), link("#/wallet/receive", t("nav.wallet.receive"), "", "down")));

function machine() {
	const {sync: at, peers, mining, producing, pool, disk} = node.status;
	return h("section", {class: "card"}, h("h2", {}, t("start.node")), facts(
		[t("word.status"), at.stuck ? pill("warn", t("sync.stuck")) : at.is_behind ? pill("accent", t("sync.busy")) : pill("good", t("sync.done"))],
		[t("word.height"), h("a", {href: `#/block/${at.height}`}, count(at.height))],
		[t("word.peers"), count(peers.length)],
		[t("nav.explorer.pool"), t("count.transactions", {n: pool.transactions})],
		mining && [t("nav.mining"), mining.is_mining ? rate(mining.hashes_per_second) : t("do.off")],
		producing && [t("nav.validating"), t(producing.is_producing ? "validators.on" : "do.off")],
		disk && [t("start.disk"), bytes(disk.free)],
		[t("word.version"), node.status.versions.program]));
}

async function newest() {
	const {height} = (await ready()).sync;
	const heights = [0, 1, 2, 3].map(n => height - n).filter(n => n >= 0);
	return Promise.all(heights.map(n => call("get-block", {block_height: n})));
}
const blocks = list => sheet(t("start.blocks"), h("a", {href: "#/explorer/blocks"}, t("do.all")), h("ul", {class: "list slim"}, list.map(b => h("li", {},
	h("a", {class: "name num", href: `#/block/${b.height}`}, count(b.height)), h("span", {class: "note"}, t("count.transactions", {n: b.transactions.length})), h("span", {class: "note end"}, when(millis(b.timestamp)))))));

async function fetched() {
	await ready();
	if (!hasWallet()) return {};
	const held = await keys();
	if (!held.length && !(await call("list-accounts"))?.length) return {none: true};
	const [money, last] = await Promise.all([balances(), history({from: 0, count: 120}, node.status.sync.height)]);
	return {held, money, last: last.slice(0, 5), young: immature(last)};
}

export function show(page) {
	const [top, left, right, here] = ["stack", "stack", "stack", ""].map(kind => h("div", {class: kind}));
	const parts = ["", "", "", ""].map(() => h("div", {class: "stack"}));
	const newestBox = later(newest, list => swap(parts[3], list.map(b => b.hash), () => blocks(list)), {lines: 4});
	const frame = [h("h1", {class: "sr"}, t("start.title")), top, h("div", {class: "two"}, left, right)];
	set(top, parts);
	const box = later(fetched, ({none, held, money: found, last, young}) => {
		if (none && !localStorage.without && !page.query.has("go")) return box.made ?? ways();
		const {is_behind: behind, height, stuck} = node.status.sync;
		swap(parts[0], [behind && height, stuck], () => behind && sync());
		swap(parts[1], [held, none, stuck, unsure.payment?.id], () => (none ? may.spend && notice("info", t("first.title"), link("#/first", t("first.create"), "small primary"), link("#/restore", t("first.restore"), "small")) : held && warnings(held)));
		swap(parts[2], [found, young, behind, behind && height], () => found && money(found, young));
		if (last) swap(left, [last, last.map(one => one.confirmations < 101 && one.confirmations)], () => payments(last));
		else set(left, newestBox);
		set(right, here, last && newestBox);
		return frame;
	}, {lines: 8});
	const drawHere = () => {if (node.status) swap(here, {...node.status, sync: {...node.status.sync, block_time: 0}}, machine);};
	drawHere();
	page.fresh(box, news => news.block || news.pool);
	page.fresh(newestBox, news => news.block);
	page.listen(() => {
		drawHere();
		if (node.status?.sync.is_behind) swap(parts[0], node.status.sync, sync);
	});
	return box;
}
