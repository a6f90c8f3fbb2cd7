/** The backup file: saved, and read again before anybody relies on it. */
import {call} from "./api.js";
import {save} from "./dom.js";
import {parse} from "./exact.js";
import {node} from "./live.js";

/** What a file holds: `{keys, accounts, assets, text}` with the parts as lists; null if it is no backup. `text` is what restore-wallet takes. */
export function opened(text) {
	try {
		const all = parse(text), image = all.data ?? all;
		const keys = image.key_images?.xkeys ?? [], accounts = image.account_image?.slices ?? [], assets = image.asset_image?.assets ?? [];
		if (!(image.key_images || image.account_image)) return null;
		return {keys: keys.map(key => ({alias: key.alias, xpub: key.xpub})), accounts: accounts.map(one => one.account ?? one), assets, text};
	} catch {
		return null;
	}
}

/** Saves the file, and remembers the day in this browser. */
export async function saveBackup() {
	const text = await call("backup-wallet", {}, {raw: true, seconds: 120});
	if (!opened(text)) throw new Error("backup-wallet");
	save(text, `bytom-${node.status?.network ?? "wallet"}-${new Date().toISOString().slice(0, 10)}.json`);
	localStorage.backup = new Date().toISOString();
	return text;
}
