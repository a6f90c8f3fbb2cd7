/** What the wallet holds, by account and by asset. */
import {h} from "../core/dom.js";
import {node} from "../core/live.js";
import {count, t} from "../core/text.js";
import {accounts, balances, sums} from "../core/wallet.js";
import {amount, card, empty, later, link, name, notice, sheet, table, ways} from "../parts/ui.js";

const none = () => card("", empty(t("start.payments.none"), link("#/wallet/receive", t("nav.wallet.receive"))));

export function show(page) {
	const box = later(async () => (await Promise.all([accounts(), balances()])), ([list, money]) => {
		if (!list.length) return ways();
		const of = account => money.filter(one => one.id === account.id);
		const behind = node.status?.sync.is_behind && notice("info", t("sync.balance.short", {height: count(node.status.sync.height)}));
		return [h("div", {class: "row"}, h("h1", {}, t("overview.title")), h("div", {class: "act"}, link("#/wallet/send", t("nav.wallet.send"), "primary", "up"), link("#/wallet/receive", t("nav.wallet.receive"), "", "down"))), behind,
			sheet(t("overview.byaccount"), h("a", {href: "#/wallet/accounts"}, t("accounts.title")), table([[t("word.account")], [t("word.balance"), "r fig"]], list.map(one => [
				h("a", {class: "name", href: `#/wallet/accounts/${one.id}`}, name(one.alias || one.id)), [of(one).length ? h("div", {class: "lines"}, of(one).map(x => amount(x.neu, x.asset, {full: true}))) : "–", "r fig"]]))),
			money.length ? sheet(t("overview.byasset"), "", table([[t("word.asset")], [t("word.total"), "r fig"]], sums(money).map(one => [h("a", {class: "name", href: `#/asset/${one.asset.id}`}, name(one.asset.unit)), [amount(one.neu, one.asset, {full: true}), "r fig"]]))) : none()];
	}, {lines: 6});
	return page.fresh(box, news => news.block || news.pool);
}
