/** What a text stands for: links to pages, by kind. */
import {call, ifKnown} from "./api.js";
import {decode} from "./bech32.js";
import {hasWallet, node} from "./live.js";
import {accounts, assets, keys} from "./wallet.js";

/** All that fits, as `{kind, id, href}`. Digits are a height first. */
export async function search(text) {
	const found = [], add = (kind, id, href) => {if (!found.some(one => one.href === href)) found.push({kind, id, href});};
	const hex = text.toLowerCase(), {status} = node;
	if (/^[\d,]{1,20}$/.test(text)) {
		const height = Number(text.replaceAll(",", ""));
		if (height <= (status?.sync.height ?? 0)) add("block", String(height), `#/block/${height}`);
	}
	if (decode(text)) add("address", hex, `#/address/${hex}`);
	if (/^[0-9a-f]{64}$/.test(hex)) {
		const pages = {block: "block", transaction: "tx", asset: "asset"};
		const indexed = status?.index && (await ifKnown(call("search", {query: hex})));
		for (const one of indexed?.found ?? []) if (pages[one.kind]) add(one.kind, one.id, `#/${pages[one.kind]}/${one.id}`);
		for (const one of indexed?.found ?? []) if (one.kind === "output") {
			const output = await ifKnown(call("get-indexed-output", {output_id: one.id}));
			if (output) add("transaction", output.tx_id, `#/tx/${output.tx_id}`);
		}
		if (!found.length) {
			const [waiting, own, block, asset] = await Promise.all([ifKnown(call("get-unconfirmed-transaction", {tx_id: hex})), hasWallet() && ifKnown(call("get-transaction", {tx_id: hex})), ifKnown(call("get-block", {block_hash: hex})), hasWallet() && ifKnown(call("list-assets", {id: hex}))]);
			if (waiting || own) add("transaction", hex, `#/tx/${hex}`);
			if (block?.hash === hex) add("block", hex, `#/block/${hex}`);
			if (asset?.length) add("asset", hex, `#/asset/${hex}`);
		}
	} else if (hasWallet() && text) {
		const fits = alias => alias?.toLowerCase().includes(hex);
		const [all, held, known] = await Promise.all([ifKnown(accounts()), ifKnown(keys()), ifKnown(assets())]);
		for (const one of all ?? []) if (fits(one.alias) || one.id === text) add("account", one.alias || one.id, `#/wallet/accounts/${one.id}`);
		for (const one of known ?? []) if (fits(one.alias)) add("asset", one.unit, `#/asset/${one.id}`);
		for (const one of held ?? []) if (fits(one.alias)) add("key", one.alias, "#/wallet/keys");
	}
	return found;
}
