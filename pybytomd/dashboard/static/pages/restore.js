/** A wallet from its words or from a file, and the search for its accounts. */
import {call} from "../core/api.js";
import {opened} from "../core/backup.js";
import {h, set} from "../core/dom.js";
import {BTM, plain, Raw} from "../core/exact.js";
import {named, node} from "../core/live.js";
import {count, t, told} from "../core/text.js";
import {accounts, balances, keys, sums} from "../core/wallet.js";
import {fits, nearest, wordList} from "../core/words.js";
import {button, card, field, form, later, line, link, name, newPassword, note, notice, opener, progress, refuse} from "../parts/ui.js";

export function show(page) {
	const box = h("div", {class: "stack wizard"});
	const step = (title, ...body) => {
		set(box, h("h1", {tabindex: "-1"}, title), ...body);
		(box.querySelector("input:not(.sr)") ?? box.querySelector("h1")).focus();
	};
	const cancel = () => button(t("do.back"), begin);

	function begin() {
		step(t("restore.title"), h("ul", {class: "ways"}, [["words", fromWords], ["file", fromFile]].map(([how, go]) => h("li", {}, h("button", {class: "card way", type: "button", onclick: go}, h("strong", {}, t(`restore.how.${how}`)))))),
			node.status?.sync.is_behind && notice("info", t("restore.search.wait")));
	}

	async function fromWords() {
		const listed = await wordList();
		const fields = Array.from({length: 12}, (_, i) => line({"aria-label": t("first.words.n", {n: i + 1}), "data-n": i}));
		const said = h("div", {role: "alert"}), alias = field(t("word.name"), line({value: "main"})), made = newPassword(t("restore.pw"));
		let anyway = false;
		const clear = () => {for (const one of fields) one.value = ""; made.clear();};
		page.closing(clear);
		const typed = () => fields.map(one => one.value.trim().toLowerCase());
		fields[0].addEventListener("paste", event => {
			const pasted = event.clipboardData.getData("text").trim().split(/\s+/);
			if (pasted.length < 2) return;
			event.preventDefault();
			pasted.slice(0, 12).forEach((word, i) => {fields[i].value = word;});
			check();
		});
		function check() {
			const words = typed(), strange = words.findIndex(word => word && !listed.includes(word));
			anyway = false;
			fields.forEach((one, i) => one.setAttribute("aria-invalid", String(i === strange)));
			if (strange >= 0) return set(said, notice("bad", t("restore.words.unknown", {word: words[strange].slice(0, 20), near: nearest(words[strange], listed)}))) && false;
			const n = words.filter(Boolean).length;
			if (n < 12) return set(said, note(t("restore.words.count", {n}))) && false;
			set(said);
			return true;
		}
		for (const one of fields) one.addEventListener("change", check);
		const work = form([h("ol", {class: "words typed"}, fields.map(one => h("li", {}, one))), said, alias, made.fields], async () => {
			if (!check()) return (fields.find(one => !one.value || one.getAttribute("aria-invalid") === "true") ?? fields[0]).focus();
			const words = typed();
			if (!fits(words, listed) && !anyway) {
				set(said, notice("bad", t("restore.words.checksum"), button(t("restore.words.anyway"), () => {anyway = true; set(said); work.requestSubmit();}, "small")));
				return;
			}
			if (!alias.filled()) return;
			const secret = made.both();
			if (!secret) return;
			const before = await keys();
			let key;
			try {
				key = await call("create-key", {alias: alias.input.value.trim(), password: secret, mnemonic: words.join(" "), language: "en"});
			} catch (error) {
				if (error.code !== "BTM800") throw error;
				return alias.wrong(t("form.name.taken"));
			}
			clear();
			const twin = before.find(one => one.xpub === key.xpub);
			await call("recovery-wallet", {xpubs: [key.xpub]});
			search(twin && t("restore.words.exists", {name: twin.alias}));
		}, {label: t("restore.do"), cancel: cancel()});
		step(t("restore.how.words"), h("p", {class: "intro"}, t("restore.words.lead")), card("", work));
	}

	function fromFile() {
		const inside = h("div", {class: "stack"});
		step(t("restore.how.file"), h("p", {class: "intro"}, t("restore.file.lead")), card("", opener(t("do.choosefile"), async text => {
			const found = opened(text);
			if (!found) return set(inside, notice("bad", t("restore.file.bad")));
			const here = await keys();
			const known = key => here.some(one => one.xpub === key.xpub);
			set(inside, h("p", {}, t("restore.file.holds", {keys: found.keys.length, accounts: found.accounts.length, assets: found.assets.length})),
				h("ul", {class: "plain"}, found.keys.map(key => h("li", {}, name(key.alias), " ", known(key) && h("span", {class: "note"}, t("restore.file.here"))))),
				form([], async () => {
					await call("restore-wallet", new Raw(found.text), {seconds: 300});
					const now = await keys(), missing = found.keys.filter(key => !now.some(one => one.xpub === key.xpub));
					if (missing.length) throw refuse(t("restore.file.missing", {names: missing.map(key => key.alias).join(", ")}));
					localStorage.backup ||= new Date().toISOString();
					search();
				}, {label: t("restore.do"), cancel: cancel()}));
		}, "primary"), inside), h("div", {class: "actions start"}, cancel()));
	}

	/** The search goes on in the node; this only looks. */
	function search(extra) {
		const seen = h("div", {class: "stack"});
		step(t("restore.search"), extra && notice("info", extra), card("", seen), note(t("restore.search.lead")));
		let done = false;
		const look = async () => {
			const info = await call("wallet-info");
			// On an empty chain the search waits for a first block, and has nothing to find.
			if ((info.recovery && info.best_block_height > 0) || info.wallet_height < info.best_block_height || node.status?.wallet?.is_rescanning) {
				return set(seen, progress(info.wallet_height / Math.max(1, info.best_block_height), t("restore.search")),
					h("p", {class: "num"}, t("restore.search.at", {height: count(info.wallet_height), highest: count(info.best_block_height), n: info.recovery?.addresses_found ?? 0})), info.error && notice("bad", info.error));
			}
			done = true;
			const [found, money] = await Promise.all([accounts(), balances()]);
			const neu = sums(money).find(one => one.asset.id === BTM)?.neu ?? 0n;
			set(seen, found.length ? notice("good", t("restore.done", {n: found.length, balance: plain(neu)})) : notice("warn", t("restore.none", {network: named()})),
				h("div", {class: "actions start"}, link("#/start", t("do.done"), "primary")));
		};
		const again = () => done || look().catch(error => set(seen, notice("bad", told(error))));
		again();
		page.every(1, again);
	}

	return later(async () => node.status, () => {begin(); return box;});
}
