/** The state of the node, as it changes: told by a WebSocket, and asked for at intervals. */
import {call, hasToken, may, Offline} from "./api.js";
import {t} from "./text.js";

/** @type {{status: any, offline: boolean, again: number, socket: boolean}} */
export const node = {status: null, offline: false, again: 0, socket: false};
const listeners = new Set();
let timer = 0, socket = null, asked = 0, wait = 0, running = false;

/** The signed payment of which it is not known whether it arrived. */
export const unsure = {payment: null};

/** Whether there is a wallet, and one may look into it. */
export const hasWallet = () => Boolean(node.status?.wallet) && may.wallet;

/** Whether the chain is that of Bytom 2: validators make its blocks, and there is no proof of work. */
export const isBytom2 = () => Boolean(node.status?.consensus);
/** Milliseconds of a time that a block or the wallet tells: Bytom 2 counts in these, Bytom in seconds. The index tells seconds of both. */
export const millis = time => (isBytom2() ? time : time * 1000);
/** Blocks after which a reward can be spent. */
export const maturity = () => (isBytom2() ? 10 : 100);
const LIKE = {"bytom2": "mainnet", "bytom2-testnet": "wisdom", "bytom2-solonet": "solonet", "bytom2-dev": "dev"};
/** Which of the networks it is, main, test or private, of whichever chain. */
export const network = () => LIKE[node.status.network] ?? node.status.network;
/** A network as people call it; this one, if none is named. */
export const named = (one = node.status.network) => `${LIKE[one] ? "Bytom 2 · " : ""}${t(`frame.network.${LIKE[one] ?? one}`)}`;

/** `what` is told: `block` after a new best block, `pool` when the pool changed, `returned` when a payment of the wallet lost its block, `status` each time. Gives what ends it. */
export function listen(what) {
	listeners.add(what);
	return () => listeners.delete(what);
}
const tell = news => {for (const listener of [...listeners]) listener(news);};

/** The state, asked for if it was not yet. */
export const ready = async () => (node.status ??= await call("node-status"));

/** Ask now, but not more than four times a second. */
export function refresh() {
	clearTimeout(timer);
	timer = setTimeout(ask, Math.max(0, asked + 250 - Date.now()));
}

async function ask() {
	if (running) return;
	running = true;
	asked = Date.now();
	const before = node.status;
	try {
		const status = node.status = await call("node-status", {}, {seconds: 15});
		const back = node.offline;
		node.offline = false;
		wait = 0;
		tell({
			status: true, back,
			// The wallet may have read a block only after it was told of.
			block: !before || before.sync.block_hash !== status.sync.block_hash || before.wallet?.height !== status.wallet?.height,
			pool: !before || before.pool.transactions !== status.pool.transactions,
		});
		connect();
		timer = setTimeout(ask, document.hidden ? 30000 : status.sync.is_behind ? 2000 : 5000);
	} catch (error) {
		wait = [1, 2, 5, 10, 30].find(x => x > wait) ?? 30;
		node.again = Date.now() + wait * 1000;
		node.offline = error instanceof Offline;
		tell({status: true});
		timer = setTimeout(ask, wait * 1000);
		if (!(error.code || error.offline)) console.error(error);
	}
	running = false;
}

/** Blocks are told of when the node has caught up; while it catches up there are too many. A browser cannot send a token here. */
function connect() {
	const behind = node.status.sync.is_behind;
	if (behind && socket) socket.close();
	if (behind || socket || hasToken() || document.hidden) return;
	socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/websocket-subscribe`);
	socket.onopen = () => {
		node.socket = true;
		const subscribe = (id, topic, filter) => socket.send(JSON.stringify({action: "subscribe", id, topic, filter}));
		subscribe("b", "blocks", {detail: "summary"});
		if (node.status.wallet) subscribe("w", "wallet_transactions", {});
	};
	socket.onmessage = event => {
		const {event: kind, id} = JSON.parse(event.data);
		if (id === "w" && kind === "transaction_disconnected") tell({returned: true});
		if (id === "w" && kind.startsWith("transaction")) tell({pool: true});
		if (/^block|^transaction/.test(kind)) refresh();
	};
	socket.onclose = () => {node.socket = false; socket = null;};
}
document.addEventListener("visibilitychange", () => {if (!document.hidden) refresh();});
