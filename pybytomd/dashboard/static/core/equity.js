/** Contracts in Equity: a few that everybody needs, and how a program is told to be one of them. */
import {call} from "./api.js";

const head = (name, parameters) => `contract ${name}(${parameters}) locks valueAmount of valueAsset {\n`;
const clause = (name, parameters, ...lines) => `  clause ${name}(${parameters}) {\n${lines.map(line => `    ${line}\n`).join("")}  }\n`;
const FREE = "unlock valueAmount of valueAsset", PAY = to => `lock valueAmount of valueAsset with ${to}`;
const make = (name, parameters, ...clauses) => `${head(name, parameters)}${clauses.join("")}}\n`;

export const TEMPLATES = {
	LockWithPublicKey: make("LockWithPublicKey", "publicKey: PublicKey", clause("spend", "sig: Signature", "verify checkTxSig(publicKey, sig)", FREE)),
	LockWithMultiSig: make("LockWithMultiSig", "publicKey1: PublicKey, publicKey2: PublicKey, publicKey3: PublicKey", clause("spend", "sig1: Signature, sig2: Signature", "verify checkTxMultiSig([publicKey1, publicKey2, publicKey3], [sig1, sig2])", FREE)),
	LockWithPublicKeyHash: make("LockWithPublicKeyHash", "pubKeyHash: Hash", clause("spend", "pubKey: PublicKey, sig: Signature", "verify sha3(pubKey) == pubKeyHash", "verify checkTxSig(pubKey, sig)", FREE)),
	RevealPreimage: make("RevealPreimage", "hash: Hash", clause("reveal", "string: String", "verify sha3(string) == hash", FREE)),
	TradeOffer: make("TradeOffer", "assetRequested: Asset, amountRequested: Amount, seller: Program, cancelKey: PublicKey", clause("trade", "", "lock amountRequested of assetRequested with seller", FREE), clause("cancel", "sellerSig: Signature", "verify checkTxSig(cancelKey, sellerSig)", FREE)),
	Escrow: make("Escrow", "agent: PublicKey, sender: Program, recipient: Program", clause("approve", "sig: Signature", "verify checkTxSig(agent, sig)", PAY("recipient")), clause("reject", "sig: Signature", "verify checkTxSig(agent, sig)", PAY("sender"))),
	LoanCollateral: make("LoanCollateral", "assetLoaned: Asset, amountLoaned: Amount, blockHeight: Integer, lender: Program, borrower: Program", clause("repay", "", "lock amountLoaned of assetLoaned with lender", PAY("borrower")), clause("default", "", "verify above(blockHeight)", PAY("lender"))),
	CallOption: make("CallOption", "strikePrice: Amount, strikeCurrency: Asset, seller: Program, buyerKey: PublicKey, blockHeight: Integer",
		clause("exercise", "buyerSig: Signature", "verify below(blockHeight)", "verify checkTxSig(buyerKey, buyerSig)", "lock strikePrice of strikeCurrency with seller", FREE), clause("expire", "", "verify above(blockHeight)", PAY("seller"))),
};

/** A source compiled; with arguments what can lock a value. */
export const compile = (contract, args) => call("compile", {contract, args});

/** An argument as the node's compiler takes it. */
export function argument(type, text) {
	if (type === "Boolean") return {boolean: text === "true"};
	if (type === "Integer" || type === "Amount") return {integer: BigInt(text)};
	return {string: text};
}
/** What is wrong with the text of an argument, or nothing. */
export function fits(type, text) {
	if (type === "Boolean") return text === "true" || text === "false";
	if (type === "Integer" || type === "Amount") return /^-?\d{1,19}$/.test(text);
	const size = {PublicKey: 64, Asset: 64, Hash: 64, "Sha3(PublicKey)": 64, "Sha3(String)": 64, Signature: 128}[type];
	return /^([0-9a-f]{2})*$/i.test(text) && (size ? text.length === size : text.length > 0);
}

const little = hex => {
	const bytes = (hex.match(/../g) ?? []).reverse().join("");
	return bytes ? String(BigInt(`0x${bytes}`)) : "0";
};
/** Which contract a program is: `{name, compiled, values}`, values by parameter as texts; null for one that is not known. */
export async function recognised(program, sources = TEMPLATES) {
	const {instructions} = await call("decode-program", {program});
	const steps = instructions.trim().split("\n").map(line => line.trim().split(/\s+/));
	for (const [name, source] of Object.entries(sources)) {
		const compiled = await compile(source), at = steps.findIndex(([, data]) => data === compiled.program);
		if (at < 0) continue;
		const given = steps.slice(0, at).filter(([op]) => op !== "DEPTH").map(([, data]) => data ?? "").reverse(), params = compiled.params ?? [];
		if (given.length !== params.length) continue;
		return {name, source, compiled, values: Object.fromEntries(params.map(({name: of, type}, i) => [of, type === "Integer" || type === "Amount" ? little(given[i]) : type === "Boolean" ? String(given[i] !== "" && given[i] !== "00") : given[i]]))};
	}
	return null;
}

const WORDS = /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|\b(contract|locks|clause|verify|lock|unlock|of|with|define|assign|if|else)\b|\b(PublicKey|Signature|Hash|Program|Asset|Amount|Integer|Boolean|String|Time)\b|("[^"\n]*"|'[^'\n]*'|\b\d+\b|0x[0-9a-fA-F]+)/g;
/** A source in pieces `[kind, text]`, to be coloured. */
export function coloured(source) {
	const pieces = [];
	let at = 0;
	for (const match of source.matchAll(WORDS)) {
		pieces.push(["", source.slice(at, match.index)], [match[1] ? "remark" : match[2] ? "word" : match[3] ? "type" : "value", match[0]]);
		at = match.index + match[0].length;
	}
	return [...pieces, ["", source.slice(at)]];
}
