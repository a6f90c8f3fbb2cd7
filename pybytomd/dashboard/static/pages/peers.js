/** Peers: who is connected, which way, how fast; one added, parted with, banned. */
import {call, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {tame} from "../core/exact.js";
import {node} from "../core/live.js";
import {bytes, count, span, t, told} from "../core/text.js";
import {button, card, empty, field, form, later, line, name, notice, pill, sheet, swap, table, toast} from "../parts/ui.js";

const DAY = 86400;

export function show(page) {
	const list = h("div", {}), ask = h("div", {role: "alert"});
	const act = async (method, values, done) => {
		try {
			await call(method, values);
			set(ask);
			if (done) toast(done);
			bans.load(true);
		} catch (error) {
			set(ask, notice("bad", told(error)));
		}
	};
	/** A bar that asks, no dialog: it can be undone. */
	const ban = peer => set(ask, notice("warn", t("peers.ban.ask", {address: peer.address}), button(t("peers.ban"), () => act("ban", {address: peer.address.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""), seconds: DAY}), "small danger"), button(t("do.cancel"), () => set(ask), "small")));
	const draw = () => {
		const peers = node.status?.peers ?? [];
		swap(list, peers.map(p => [p.peer_id, p.height, p.round_trip, p.bytes_sent, p.bytes_received]), () => (peers.length ? sheet("", "", table([[t("word.address")], [t("word.height"), "r fig"], [t("peers.way"), "hide"], [t("word.version"), "hide"], [t("peers.latency"), "r"], [t("peers.traffic"), "r hide"], [t("peers.since"), "r hide"], [h("span", {class: "sr"}, t("do.change")), "r"]], peers.map(p => [
			h("span", {}, h("span", {class: "name mono"}, p.address)), count(p.height), t(p.is_outbound ? "peers.out" : "peers.in"), name(tame(p.version, 20)), p.round_trip === null ? "–" : `${Math.round(Number(p.round_trip) * 1000)}\u00a0ms`,
			`${bytes(p.bytes_received)} / ${bytes(p.bytes_sent)}`, span(Number(p.connected_for)), may.admin && h("span", {class: "act"}, button(t("peers.drop"), () => act("disconnect-peer", {peer_id: p.peer_id}), "small"), button(t("peers.ban"), () => ban(p), "small"))]))) : card("", empty(t("peers.none")))));
	};
	draw();
	page.listen(draw);
	const address = field(t("peers.address"), line({placeholder: "203.0.113.7:46657"})), keep = h("input", {type: "checkbox"});
	const add = may.admin && card(t("peers.add"), form([address, h("label", {class: "check"}, keep, h("span", {}, t("peers.keep")))], async () => {
		if (!address.filled()) return;
		await call("add-peer", {address: address.input.value.trim(), keep: keep.checked}, {seconds: 90});
		address.input.value = "";
		toast(t("do.saved"));
	}, {label: t("peers.add.do")}));
	const bans = later(() => call("list-bans"), found => found?.length > 0 && sheet(t("peers.bans"), "", h("ul", {class: "list slim"}, found.map(one => h("li", {}, h("span", {class: "mono"}, one.address || one.peer_id), h("span", {class: "note"}, t("time.left", {time: span(one.seconds_left)})), may.admin && h("span", {class: "end"}, button(t("peers.unban"), () => act("unban", {address: one.address, peer_id: one.address ? "" : one.peer_id}), "small")))))));
	return [h("div", {class: "titled"}, h("h1", {}, t("nav.network.peers")), node.status?.listen_address && pill("soft", node.status.listen_address)), ask, list, h("div", {class: "two even"}, add, bans)];
}
