/** The backup file saved and checked; a wallet restored; the chain read again. */
import {opened, saveBackup} from "../core/backup.js";
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {count, span, t, told} from "../core/text.js";
import {keys} from "../core/wallet.js";
import {button, card, link, note, notice, opener, progress} from "../parts/ui.js";

export function show(page) {
	const said = h("div", {}), last = h("p", {class: "note"}), scan = h("div", {class: "stack"});
	const drawLast = () => {last.textContent = localStorage.backup ? t("backup.last", {time: span((Date.now() - Date.parse(localStorage.backup)) / 1000)}) : t("backup.never");};
	drawLast();
	const store = async () => {
		try {
			await saveBackup();
			drawLast();
			set(said, notice("good", t("backup.saved")));
		} catch (error) {
			set(said, notice("bad", told(error)));
		}
	};
	const checked = async text => {
		const found = opened(text);
		if (!found) return set(said, notice("bad", t("restore.file.bad")));
		const held = await keys(), missing = held.filter(key => !found.keys.some(one => one.xpub === key.xpub));
		set(said, missing.length ? notice("warn", t("backup.check.old", {names: missing.map(key => key.alias).join(", ")})) : notice("good", t("backup.check.ok", {n: held.length})));
	};
	const rescan = async () => {
		await call("rescan-wallet");
		look();
	};
	const look = async () => {
		const info = await call("wallet-info"), busy = info.wallet_height < info.best_block_height;
		set(scan, busy ? [progress(info.wallet_height / info.best_block_height, t("rescan.do")), h("p", {class: "num"}, t("rescan.progress", {height: count(info.wallet_height), highest: count(info.best_block_height)}))] : note(t("rescan.done", {height: count(info.wallet_height)})), info.error && notice("bad", info.error));
		if (busy && scan.isConnected) setTimeout(again, 1000);
	};
	const again = () => look().catch(error => set(scan, notice("bad", told(error))));
	page.listen(news => (news.block || news.back) && again());
	again();
	return [h("h1", {}, t("backup.title")),
		card(t("backup.do"), h("p", {}, t("backup.lead")), last, h("div", {class: "actions start"}, button(t("backup.do"), store, "primary"), opener(t("backup.check"), checked)), said),
		card(t("restore.title"), h("p", {}, t("restore.file.lead")), h("div", {class: "actions start"}, link("#/restore", t("restore.title")))),
		card(t("rescan.do"), h("p", {}, t("rescan.lead")), scan, h("div", {class: "actions start"}, button(t("rescan.do"), () => rescan().catch(error => set(scan, notice("bad", told(error)))))))];
}
