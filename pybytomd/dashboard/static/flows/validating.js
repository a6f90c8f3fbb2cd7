/** What a validator of Bytom 2 does: whether it makes blocks, whom they pay, and who else takes turns in this epoch. */
import {call, ifKnown, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {hasWallet, node} from "../core/live.js";
import {count, date, t, told} from "../core/text.js";
import {amount, area, button, card, facts, field, form, later, note, notice, pill, sheet, short, swap, table, toast} from "../parts/ui.js";

function state() {
	const {producing: own, consensus} = node.status;
	return [own.is_producing ? pill("good", t("validators.on")) : pill("soft", t("validators.off")), note(t(own.is_validator ? "validators.is" : "validators.not")), own.is_quiet && notice("info", t("validators.quiet")),
		facts([t("word.key"), short(own.xpub, {copy: true, what: t("word.key")})], [t("validators.since"), count(own.blocks_made)],
			[t("validators.justified"), count(consensus.justified_height)], [t("validators.final"), count(consensus.finalized_height)])];
}

function payee(of) {
	if (!of) return notice("warn", t("warn.nopayee"));
	const address = field(t("validators.payee"), area({class: "mono"}));
	address.input.value = of.mining_address;
	return card("", form([address], async () => {
		if (!address.filled()) return;
		await call("set-mining-address", {mining_address: address.input.value.trim()});
		toast(t("do.saved"));
	}, {label: t("mining.save"), kind: ""}));
}

/** A figure, named where no head is over it. */
const figure = (key, n) => h("span", {}, h("span", {class: "thin"}, t(key), " "), count(n));
const epoch = of => sheet(t("validators.epoch", {n: of.epoch}), h("span", {class: "note"}, t("validators.range", {from: count(of.first_height), to: count(of.last_height)})),
	table([[t("word.key")], [t("validators.votes"), "r hide"], [t("validators.made"), "r"], [t("validators.missed"), "r"], [t("validators.next"), "r hide"]], of.validators.map(one => [
		h("span", {}, short(one.xpub), " ", one.is_own && pill("soft", t("word.yours"))), of.is_federation ? "–" : amount(BigInt(one.votes)), figure("validators.made", one.blocks_made), figure("validators.missed", one.turns_missed),
		one.next_turn ? date(one.next_turn).slice(11) : "–"])));

export function validating(page) {
	const shown = h("div", {class: "stack"}), act = h("div", {class: "act"}), fault = h("div", {role: "alert"});
	const toggle = async on => {
		try {
			await call("set-mining", {is_mining: on});
			node.status.producing.is_producing = on;
			set(fault);
			draw();
		} catch (error) {
			set(fault, notice("bad", told(error)));
		}
	};
	const draw = () => {
		const {producing, consensus} = node.status, on = producing.is_producing;
		swap(shown, [producing, consensus], state);
		swap(act, [on], () => may.mining && button(t(on ? "validators.stop" : "validators.start"), () => toggle(!on), on ? "" : "primary"));
	};
	draw();
	page.listen(news => {if (news.status && node.status?.producing) draw();});
	const turns = page.fresh(later(() => call("list-validators"), epoch, {lines: 4}), news => news.block);
	return [h("h1", {}, t("validators.title")), note(t("validators.lead")), h("section", {class: "card hero"}, shown, act), fault, turns,
		hasWallet() && may.spend && later(() => ifKnown(call("get-mining-address")), payee)];
}
