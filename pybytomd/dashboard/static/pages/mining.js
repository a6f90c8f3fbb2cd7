/** Mining: on and off, how fast, whom it pays, the text in its blocks, what it found, and how another machine joins. */
import {call, may} from "../core/api.js";
import {arbitrary, hexOf} from "../core/chain.js";
import {h, set} from "../core/dom.js";
import {hasWallet, isBytom2, node} from "../core/live.js";
import {rate, span, t, told} from "../core/text.js";
import {history} from "../core/wallet.js";
import {validating} from "../flows/validating.js";
import {area, bars, button, card, choice, copyButton, empty, field, form, later, line, note, notice, payment, pill, sheet, swap, toast} from "../parts/ui.js";

const KEPT = 60, MOST_TEXT = 107, ON_DEMAND = ["solonet", "dev"];
/** Hash rates seen while the page is open in this tab. */
const seen = [];

/** How long one block takes at a rate, from the difficulty of the newest. */
const expected = (difficulty, hashes) => (hashes > 0 ? span(Number(BigInt(difficulty)) / hashes) : "–");

function payee(of, free) {
	const address = field(t("mining.payee"), area({class: "mono"})), text = field(t("mining.text"), line({maxlength: MOST_TEXT}), {hint: t("mining.text.why")});
	address.input.value = of.mining_address;
	text.input.value = arbitrary(free.arbitrary);
	return (may.spend || may.mining) && card("", may.spend && form([address], async () => {
		if (!address.filled()) return;
		await call("set-mining-address", {mining_address: address.input.value.trim()});
		toast(t("do.saved"));
	}, {label: t("mining.save"), kind: ""}), may.mining && form([text], async () => {
		const hex = hexOf(text.input.value);
		if (hex.length > MOST_TEXT * 2) return text.wrong(t("error.BTM736"));
		await call("set-coinbase-arbitrary", {arbitrary: hex});
		toast(t("do.saved"));
	}, {label: t("do.save"), kind: ""}));
}

/** How many threads search; they are the node's until it ends. */
function threads(fault) {
	const {processors, threads: now} = node.status.mining;
	const select = choice(Array.from({length: processors}, (_, i) => [String(i + 1), t("mining.threads.n", {n: i + 1})]), String(now));
	select.addEventListener("change", async () => {
		try {
			node.status.mining.threads = (await call("set-mining-threads", {threads: Number(select.value)})).threads;
			set(fault);
			toast(t("do.saved"));
		} catch (error) {
			select.value = String(node.status.mining.threads);
			set(fault, notice("bad", told(error)));
		}
	});
	return field(t("mining.threads"), select, {hint: t("mining.threads.why")});
}

export function show(page) {
	if (isBytom2()) return validating(page);
	const title = h("h1", {}, t("mining.title"));
	if (!node.status?.mining) return [title, card("", empty(t("mining.not")))];
	const state = h("div", {}), act = h("div", {class: "act"}), plot = h("div", {}), fault = h("div", {role: "alert"});
	const head = h("section", {class: "card hero"}, h("div", {class: "stack"}, state, may.mining && threads(fault)), act);
	const toggle = async on => {
		try {
			await call("set-mining", {is_mining: on});
			node.status.mining.is_mining = on;
			set(fault);
			draw();
		} catch (error) {
			set(fault, notice("bad", /address/i.test(error.detail) ? t("warn.nopayee") : told(error)));
		}
	};
	const draw = () => {
		const {mining, network} = node.status, one = ON_DEMAND.includes(network);
		swap(state, [mining], () => h("div", {}, mining.is_mining ? pill("good", t("mining.on")) : pill("soft", t("mining.off")), h("p", {class: "big num"}, rate(mining.is_mining ? mining.hashes_per_second : 0)), !may.mining && note(t("mining.threads.n", {n: mining.threads}))));
		swap(act, [mining.is_mining], () => may.mining && [network !== "dev" && button(t(mining.is_mining ? "mining.stop" : "mining.start"), () => toggle(!mining.is_mining), mining.is_mining ? "" : "primary"),
			one && button(t("mining.one"), async () => {await call("generate", {count: 1}); toast(t("mining.one.done"));})]);
		if (seen.length > 2) swap(plot, seen.at(-1).at, () => card(t("word.hashrate"), bars(seen.map(x => x.rate), {label: `${t("word.hashrate")}: ${rate(seen.at(-1).rate)}`, caption: v => rate(v)})));
	};
	page.listen(news => {
		if (!news.status || !node.status?.mining) return;
		seen.push({at: Date.now(), rate: node.status.mining.is_mining ? node.status.mining.hashes_per_second : 0});
		if (seen.length > KEPT) seen.shift();
		draw();
	});
	draw();
	const found = later(async () => {
		const [list, difficulty] = await Promise.all([hasWallet() ? history({from: 0, count: 300}, node.status.sync.height) : [], call("get-difficulty", {block_height: node.status.sync.height})]);
		return {list: list.filter(one => one.kind === "mined").slice(0, 20), difficulty: difficulty.difficulty};
	}, ({list, difficulty}) => sheet(t("mining.found"), h("span", {class: "note"}, t("mining.since", {n: node.status.mining.blocks_found})), list.length ? h("ul", {class: "list"}, list.map(payment)) :
		empty(t("mining.none", {time: expected(difficulty, node.status.mining.hashes_per_second)}))));
	page.fresh(found, news => news.block);
	const who = hasWallet() && later(() => Promise.all([call("get-mining-address"), call("get-coinbase-arbitrary")]), ([of, free]) => payee(of, free));
	const command = `BYTOM_URL=${location.origin} pybytomd miner --threads 4`;
	return [title, head, fault, plot, h("div", {class: "two even"}, h("div", {class: "stack"}, found), h("div", {class: "stack"}, who, card(t("mining.pool"), note(t("mining.pool.why")), h("p", {class: "withcopy"}, h("code", {class: "mono"}, command), copyButton(command, t("word.command"))))))];
}
