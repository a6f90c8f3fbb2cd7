/** Assets of one's own: which there are, a new one by form or JSON, issued, retired, renamed. */
import {call, may} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {asset, BTM, parse, plain, Raw, read, write} from "../core/exact.js";
import {plan} from "../core/pay.js";
import {count, t} from "../core/text.js";
import {accounts, assets, balances, keys} from "../core/wallet.js";
import {confirm, why} from "../flows/confirm.js";
import {amount, area, button, card, check, choice, empty, facts, field, form, later, line, link, more, name, note, notice, refuse, sheet, short, sum, table, toast} from "../parts/ui.js";

function all() {
	return later(assets, list => {
		const own = list.filter(one => one.id !== BTM);
		return [h("div", {class: "row"}, h("h1", {}, t("assets.title")), link("#/wallet/assets/new", t("assets.new"), "", "plus")),
			own.length ? sheet("", "", table([[t("word.name")], [t("word.id"), "r fig"], [t("assets.new.decimals"), "r hide"], [t("assets.mine"), "hide"]], own.map(one => [h("a", {class: "name", href: `#/wallet/assets/${one.id}`}, name(one.unit)), short(one.id), String(one.decimals), one.xpubs?.length ? t("word.yours") : ""]))) : card("", empty(t("assets.none")))];
	});
}

function fresh() {
	return later(keys, held => {
		if (!held.length) return [h("h1", {}, t("assets.new")), card("", empty(t("keys.none"), link("#/first", t("first.create"), "primary")))];
		const alias = field(t("word.name"), line({maxlength: 64})), symbol = field(t("assets.new.symbol"), line({maxlength: 16})), decimals = field(t("assets.new.decimals"), line({type: "number", min: 0, max: 16, value: 8}));
		const about = field(t("assets.new.about"), line({maxlength: 200})), limit = field(t("assets.new.limit"), line({type: "number", min: 0}), {hint: t("assets.new.limit.why")}), need = field(t("accounts.new.quorum"), line({type: "number", min: 1, max: 6, value: 1}));
		const boxes = held.map(key => h("input", {type: "checkbox", value: key.xpub, checked: held.length === 1}));
		const json = field(t("assets.new.json"), area({class: "mono", rows: 8})), simple = h("div", {class: "fields"}, symbol, decimals, about);
		const definition = () => ({name: alias.input.value.trim(), symbol: symbol.input.value.trim(), decimals: Number(decimals.input.value), description: about.input.value.trim()});
		const asJson = h("input", {type: "checkbox"});
		asJson.addEventListener("change", () => {
			simple.hidden = asJson.checked;
			json.hidden = !asJson.checked;
			if (asJson.checked) json.input.value = write(definition(), "  ");
		});
		json.hidden = true;
		return [h("h1", {}, t("assets.new")), h("div", {class: "wizard"}, notice("info", t("assets.final")), card("", form([alias, simple, check(t("assets.new.json"), asJson), json,
			h("fieldset", {class: "fields"}, h("legend", {}, t("accounts.new.keys")), boxes.map((box, i) => check(name(held[i].alias), box))), need, limit], async () => {
			if (!alias.filled()) return;
			const xpubs = boxes.filter(box => box.checked).map(box => box.value);
			if (!xpubs.length) throw refuse(t("error.BTM202"));
			if (!(need.input.value >= 1 && need.input.value <= xpubs.length)) return need.wrong(t("error.BTM200"));
			let described;
			if (asJson.checked) {
				try {
					if (typeof parse(json.input.value) !== "object") throw new SyntaxError("{}");
					described = new Raw(json.input.value);
				} catch (error) {
					return json.wrong(t("form.json", {message: error.message}));
				}
			} else {
				if (!symbol.filled()) return;
				if (!/^(\d|1[0-6])$/.test(decimals.input.value)) return decimals.wrong("0 – 16");
				described = definition();
			}
			const made = await call("create-asset", {alias: alias.input.value.trim(), root_xpubs: xpubs, quorum: Number(need.input.value), definition: described, limit_height: limit.input.value ? Number(limit.input.value) : undefined});
			location.hash = `#/wallet/assets/${made.id}`;
		}, {label: t("assets.new.do"), cancel: link("#/wallet/assets", t("do.cancel"))})))];
	});
}

async function gathered(id) {
	const [found, list, held, money] = await Promise.all([call("list-assets", {id}), accounts(), keys(), balances()]);
	return {one: found?.[0], list, held, money};
}

function one(id) {
	const box = later(() => gathered(id), ({one: found, list, held, money}) => {
		if (!found) return [h("h1", {}, t("error.BTM710")), link("#/wallet/assets", t("do.back"))];
		const about = asset(found.id, found.alias, found.definition), place = h("div", {}), own = found.xpubs?.length > 0;
		const close = button(t("do.cancel"), () => set(place));
		const rename = () => {
			const alias = field(t("word.name"), line({value: found.alias, maxlength: 64}));
			set(place, form([alias], async () => {
				if (!alias.filled()) return;
				await call("update-asset-alias", {id: found.id, alias: alias.input.value.trim()});
				toast(t("do.saved"));
				box.load(true);
			}, {label: t("do.rename"), cancel: close}));
			alias.input.focus();
		};
		/** Issue to, or retire from, an account, which pays the fee. */
		const move = kind => {
			const account = choice(list.map(x => [x.id, x.alias || x.id]), undefined), much = field(t("word.amount"), line({class: "num", inputmode: "decimal"}), {after: h("span", {class: "unit inside alone"}, about.unit)});
			set(place, kind === "retire" && notice("warn", t("assets.retire.lead")), form([field(t("word.account"), account), much], async () => {
				const {neu, wrong} = read(much.input.value, about.decimals);
				if (wrong) return much.wrong(t(`send.err.${wrong}`, {asset: about.unit, n: about.decimals}));
				const have = money.find(x => x.id === account.value && x.asset.id === found.id)?.neu ?? 0n;
				if (kind === "retire" && neu > have) return much.wrong(t("send.err.funds", {amount: plain(neu - have, about)}));
				const chosen = list.find(x => x.id === account.value);
				const address = kind === "issue" && (await call("list-addresses", {account_id: chosen.id, from: 0, count: 0}))?.filter(x => !x.change).at(-1)?.address;
				const to = address || (kind === "issue" && (await call("create-account-receiver", {account_id: chosen.id})).address);
				const spend = (asset_id, value) => ({type: "spend_account", account_id: chosen.id, asset_id, amount: value});
				const payment = {account: chosen.id, asset: {id: found.id}, receivers: to ? [{address: to, neu}] : [], wish: fee => (kind === "issue" ?
					[spend(BTM, fee), {type: "issue", asset_id: found.id, amount: neu}, {type: "control_address", address: to, asset_id: found.id, amount: neu}] :
					[spend(BTM, fee), spend(found.id, neu), {type: "retire", asset_id: found.id, amount: neu}])};
				let ready;
				try {
					ready = await plan(payment);
				} catch (error) {
					throw refuse(why(error));
				}
				if (!ready) throw refuse(t("send.err.nofee"));
				const words = plain(neu, about);
				confirm({ready, held, account: {xpubs: [...chosen.xpubs, ...(kind === "issue" ? found.xpubs : [])]}, title: t(`assets.${kind}.ask`, {amount: words}), lead: kind === "retire" ? t("assets.retire.lead") : t("assets.issue.lead"), label: t(`assets.${kind}.do`, {amount: words}), about: note(short(found.id)),
					sums: fee => sum([t("word.account"), name(chosen.alias || chosen.id)], [t("word.amount"), amount(neu, about, {full: true})], [t("word.fee"), amount(fee, undefined, {full: true})]), what: h("p", {class: "big"}, amount(neu, about))});
			}, {label: t("do.next"), cancel: close}));
			much.input.focus();
		};
		return [h("div", {class: "row"}, h("h1", {}, name(about.unit)), h("div", {class: "act"}, may.spend && own && list.length > 0 && button(t("assets.issue"), () => move("issue"), "primary", "plus"), link(`#/asset/${found.id}`, t("do.details")))),
			card("", facts([t("word.id"), short(found.id, {copy: true})], [t("assets.new.decimals"), String(about.decimals)], own && [t("accounts.new.quorum"), t("accounts.quorum", {need: found.quorum, of: found.xpubs.length})], found.limit_height > 0 && [t("assets.new.limit"), count(found.limit_height)],
				[t("word.balance"), h("div", {class: "lines"}, money.filter(x => x.asset.id === found.id).map(x => h("span", {}, name(x.account), " ", amount(x.neu, about, {full: true}))))])),
			may.spend && card("", h("div", {class: "actions start"}, button(t("do.rename"), rename, "small"), money.some(x => x.asset.id === found.id) && button(t("assets.retire"), () => move("retire"), "small")), place),
			more(t("asset.definition"), h("pre", {tabindex: "0"}, write(found.definition, "  ")))];
	});
	return box;
}

export const show = ({args: [id]}) => (!id ? all() : id === "new" ? fresh() : one(id));
