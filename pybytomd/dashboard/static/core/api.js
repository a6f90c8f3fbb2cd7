/** Calls of the node's API. An answer keeps every digit; a failure is an error with its code. */
import {parse, write} from "./exact.js";

/** The node refused: `code` is BTM000 and so on, `detail` its own words. */
export class ApiError extends Error {
	constructor({code, msg, error_detail: said, detail}) {
		super(msg);
		this.code = code || "BTM000";
		this.detail = said || detail || "";
	}
}
/** Nothing came back: the node may or may not have done it. */
export class Offline extends Error {
	offline = true;
}

/** The roles of who looks: all of them, until the node has said otherwise. What takes another is not offered. */
export const may = {read: true, wallet: true, spend: true, mining: true, admin: true};
const grant = roles => {for (const role of Object.keys(may)) may[role] = !roles || roles.includes(role);};

/** The role that a section or one of its pages takes, if it is more than to look. */
const NEEDS = {
	wallet: "wallet", "wallet/send": "spend", "wallet/accounts/new": "spend", "wallet/assets/new": "spend", "wallet/sign": "spend", "wallet/backup": "admin", first: "spend", restore: "admin",
	"contracts/unlock": "spend", "network/access": "admin", "network/webhooks": "admin", "network/logs": "admin",
};
/** The role that is missing for a route, if one is. */
export function lacking(route) {
	const steps = route.split("/");
	const fits = steps.map((_, i) => NEEDS[steps.slice(0, steps.length - i).join("/")]).find(Boolean);
	return fits && !may[fits] ? fits : null;
}
/** Asks the node which roles the token has. */
export const learn = async () => grant((await call("own-roles")).roles);
/** What is for the node's own machine alone, whatever the token; it says so itself. */
const LOCAL = /^only local/;
let token = localStorage.token || "";
/** Who shuts the page when the node asks for a token, and who opens it again. */
export const door = {refused() {}, opened() {}};
export const hasToken = () => Boolean(token);
export const tokenName = () => token.split(":")[0];
/** A token for this page; kept in the browser only if asked. */
export function setToken(text, keep = false) {
	token = text;
	grant();
	if (keep) localStorage.token = text;
	else delete localStorage.token;
}

/**
 * @param {string} method @param {object} [values] may hold BigInt and Raw
 * @param {{keep?: string[], seconds?: number, raw?: boolean}} [how] `keep` names what stays text; `raw` gives the whole answer as text
 */
export async function call(method, values, {keep, seconds = 60, raw = false} = {}) {
	const headers = {"Content-Type": "application/json"};
	if (token) headers.Authorization = `Basic ${btoa(token)}`;
	let text, status;
	try {
		const answer = await fetch(`/${method}`, {method: "POST", headers, body: write(values ?? {}), signal: AbortSignal.timeout(seconds * 1000), cache: "no-store"});
		status = answer.status;
		text = await answer.text();
	} catch (error) {
		throw new Offline(error.message);
	}
	let reply;
	try {
		reply = parse(text, keep);
	} catch (error) {
		throw new Offline(`${status}: ${error.message}`);
	}
	if (reply.status !== "success") {
		const error = new ApiError(reply);
		if (error.code === "BTM860" && status === 401 && !LOCAL.test(error.detail)) door.refused();
		if (!raw) throw error;
	}
	return raw ? text : reply.data;
}

/** The answer, or null where the node has none: it does not know it, or one may not ask. */
export const ifKnown = promise => promise.catch(error => {
	if (!error.code) throw error;
	return null;
});

async function fetched(path) {
	const answer = await fetch(path, {headers: token ? {Authorization: `Basic ${btoa(token)}`} : {}, cache: "no-store", signal: AbortSignal.timeout(60000)}).catch(error => {throw new Offline(error.message);});
	const text = await answer.text();
	if (!answer.ok) throw new ApiError(parse(text));
	return text;
}
/** The text of /metrics. */
export const figures = () => fetched("/metrics");
/** What /openapi.json says of all methods. */
export const methods = async () => parse(await fetched("/openapi.json"));
