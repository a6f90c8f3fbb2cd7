/** What is to be signed, as it travels: a template, several, or the document of pybytomcli. It stays the text it came as. */
import {PREFIXES} from "./bech32.js";
import {parse, Raw} from "./exact.js";

const TYPE = "bytom transactions to sign", VERSION = 1;
const wrapped = raw => (Array.isArray(raw.value) ? raw : new Raw(`[${raw.text}]`));

/** `{list, network}` of a text: the templates as one Raw list, and the network that the document names, if it does. Throws SyntaxError. */
export function opened(text) {
	const whole = parse(text);
	let list = new Raw(text), network;
	if (whole?.type !== undefined) {
		if (whole.type !== TYPE || whole.version !== VERSION) throw new SyntaxError("type");
		network = Object.keys(PREFIXES).find(one => PREFIXES[one] === whole.address_prefix);
		if (!network) throw new SyntaxError("address_prefix");
		list = parse(text, ["templates"]).templates;
	} else if (whole?.transaction !== undefined) list = parse(text, ["transaction"]).transaction;
	list = wrapped(list);
	const all = list.value;
	if (!all.length || !all.every(one => typeof one?.raw_transaction === "string")) throw new SyntaxError("raw_transaction");
	return {list, network};
}
/** As text for people: a single template stands alone, as others write and read it. */
export const plainly = (list, network) => (list.value.length === 1 ? list.text.trim().slice(1, -1).trim() : documented(list, network));
export const documented = (list, network) => `{"type":${JSON.stringify(TYPE)},"version":${VERSION},"address_prefix":"${PREFIXES[network]}","templates":${list.text}}`;

/** Signatures there are and needed, and the keys that can give them, of all templates together. */
export function signatures(list) {
	const parts = list.value.flatMap(template => template.signing_instructions ?? []).flatMap(one => one.witness_components ?? []).filter(part => part.quorum);
	return {
		need: parts.reduce((all, part) => all + part.quorum, 0), have: parts.reduce((all, part) => all + (part.signatures ?? []).filter(Boolean).length, 0),
		xpubs: new Set(parts.flatMap(part => (part.keys ?? []).map(key => key.xpub))),
	};
}
