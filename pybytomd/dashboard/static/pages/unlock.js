/** What a contract locks, set free: the contract recognised, a clause chosen, its arguments filled, outputs where it wants them. */
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {argument, recognised} from "../core/equity.js";
import {asset, BTM, plain} from "../core/exact.js";
import {t} from "../core/text.js";
import {accounts, assets, keys} from "../core/wallet.js";
import {argumentField} from "../flows/arguments.js";
import {confirm} from "../flows/confirm.js";
import {amount, card, choice, facts, field, form, line, name, note, notice, refuse, short, sum} from "../parts/ui.js";

/** A contract's clause costs gas that no estimate knows; what is left over of it is the miner's. */
const FEE = 20000000n;

async function output(id) {
	const own = (await call("list-unspent-outputs", {id, smart_contract: true, unconfirmed: true}))?.find(one => one.id === id);
	return own ?? null;
}

/** What stands for a name in a contract: an argument, or the value that is locked. */
const meaning = (text, values, locked) => (text === "valueAmount" || text === locked.amountName ? locked.amount : text === "valueAsset" || text === locked.assetName ? locked.asset : values[text]);

export function show(page) {
	const id = field(t("contracts.unlock.output"), line({class: "mono", value: page.query.get("output") ?? ""})), place = h("div", {class: "stack"});
	async function look() {
		const wanted = id.input.value.trim().toLowerCase();
		if (!/^[0-9a-f]{64}$/.test(wanted)) return id.wrong(t("contracts.arg.wrong", {type: "Hash"}));
		const found = await output(wanted);
		if (!found) return id.wrong(t("error.BTM703"));
		id.say();
		const [list, known, held, contract] = await Promise.all([accounts(), assets(), keys(), recognised(found.program)]);
		const about = known.find(one => one.id === found.asset_id) ?? asset(found.asset_id), neu = BigInt(found.amount);
		const base = [[t("word.amount"), amount(neu, about, {full: true})], [t("word.asset"), short(found.asset_id, {href: `#/asset/${found.asset_id}`})]];
		if (!contract) {
			const {instructions} = await call("decode-program", {program: found.program});
			return set(place, card("", facts(...base)), card("", notice("info", t("contracts.unlock.unknown")), h("pre", {tabindex: "0"}, instructions)));
		}
		set(place, card(contract.name, note(t(`contracts.about.${contract.name}`)), facts(...base, ...Object.entries(contract.values).map(([key, value]) => [key, value.length > 24 ? short(value, {copy: true}) : value]))), clauses(found, contract, {accounts: list, assets: known, held, about, neu}));
	}

	function clauses(found, {compiled, values}, own) {
		const all = compiled.clause_info, pick = choice(all.map((one, i) => [String(i), one.name])), account = choice(own.accounts.map(one => [one.id, one.alias || one.id])), inner = h("div", {class: "fields"});
		let fields = [];
		const draw = () => {
			const one = all[Number(pick.value)];
			fields = (one.params ?? []).map(param => argumentField(param, own));
			// The key that must sign stands in the contract, if there is but one.
			const known = (compiled.params ?? []).filter(p => p.type === "PublicKey").map(p => values[p.name]);
			fields.filter(box => box.param.type === "Signature").forEach((box, i) => {box.input.value = known[i] ?? "";});
			set(inner, fields, (one.values ?? []).filter(v => v.program).map(v => note(t("contracts.pays", {amount: meaning(v.amount, values, found) === found.amount ? plain(own.neu, own.about) : String(meaning(v.amount, values, found) ?? v.amount), program: v.program}))));
		};
		pick.addEventListener("change", draw);
		draw();
		return card(t("contracts.unlock"), form([field(t("contracts.clause"), pick), inner, field(t("contracts.to"), account, {hint: t("contracts.to.why")})], async () => {
			const one = all[Number(pick.value)], from = own.accounts.find(x => x.id === account.value), args = [], xpubs = new Set(from.xpubs);
			for (const box of fields) {
				const value = box.value();
				if (value === null) return;
				if (box.param.type === "Signature") {
					const signer = await box.signer();
					if (!signer) return box.wrong(t("contracts.arg.nokey"));
					xpubs.add(signer.xpub);
					args.push({type: "raw_tx_signature", raw_data: signer});
				} else {
					const given = argument(box.param.type, value);
					args.push("integer" in given ? {type: "integer", raw_data: {value: given.integer}} : "boolean" in given ? {type: "boolean", raw_data: {value: given.boolean}} : {type: "data", raw_data: {value: given.string}});
				}
			}
			if (all.length > 1) args.push({type: "integer", raw_data: {value: Number(pick.value)}});
			const {address} = await call("create-account-receiver", {account_id: from.id}), outputs = [], spends = [], receivers = [];
			for (const value of one.values ?? []) {
				const locked = {amount: own.neu, asset: found.asset_id, ...names(compiled)}, asset_id = meaning(value.asset, values, locked), much = BigInt(meaning(value.amount, values, locked) ?? -1n), isOwn = asset_id === found.asset_id && much === own.neu && (value.amount === locked.amountName);
				if (!/^[0-9a-f]{64}$/.test(asset_id ?? "") || much <= 0n) throw refuse(t("contracts.unlock.odd"));
				if (value.program) {
					const program = values[value.program];
					if (!program) throw refuse(t("contracts.unlock.odd"));
					outputs.push({type: "control_program", control_program: program, asset_id, amount: much});
					if (!isOwn) spends.push([asset_id, much]);
				} else {
					outputs.push({type: "control_address", address, asset_id, amount: much});
					receivers.push({address, neu: much});
				}
			}
			const wish = fee => {
				const paid = new Map([[BTM, fee]]);
				for (const [asset_id, much] of spends) paid.set(asset_id, (paid.get(asset_id) ?? 0n) + much);
				return [{type: "spend_account_unspent_output", output_id: found.id, use_unconfirmed: true, arguments: args}, ...outputs, ...[...paid].map(([asset_id, much]) => ({type: "spend_account", account_id: from.id, asset_id, amount: much}))];
			};
			const words = plain(own.neu, own.about), ready = {payment: {account: from.id, asset: {id: found.asset_id}, receivers, wish, fee: FEE}, fee: FEE, merging: 0n, merges: 0, chained: false};
			confirm({ready, held: own.held, account: {xpubs: [...xpubs]}, title: `${t("contracts.unlock.do", {amount: words})}?`, lead: t("contracts.unlock.lead", {clause: one.name}), label: t("contracts.unlock.do", {amount: words}), about: note(short(found.id)),
				sums: fee => sum([t("contracts.clause"), one.name], [t("contracts.to"), name(from.alias || from.id)], [t("word.amount"), amount(own.neu, own.about, {full: true})], ...spends.map(([asset_id, much]) => [t("word.from"), amount(much, own.assets.find(x => x.id === asset_id) ?? asset(asset_id), {full: true})]), [t("word.fee"), amount(fee, undefined, {full: true})]), what: h("p", {class: "big"}, amount(own.neu, own.about))});
		}, {label: t("contracts.unlock.check")}));
	}
	/** The names that the source gives to what it locks. */
	const names = compiled => {
		const [amountName, assetName] = compiled.value.split(" of ");
		return {amountName, assetName};
	};
	const view = card("", form([id], look, {label: t("do.next")}));
	if (id.input.value) setTimeout(() => view.querySelector("form").requestSubmit());
	return [h("h1", {}, t("contracts.unlock")), view, place];
}
