/**
 * The page about the API: opens what a link leads to, finds methods, copies examples, and tries methods out on the node
 * that the page is from. What changes something is asked about first.
 */
import {Offline, call, door, setToken} from "/dashboard/core/api.js";
import {$, h, put, set} from "/dashboard/core/dom.js";
import {Raw, parse, write} from "/dashboard/core/exact.js";

const NODE = "http://127.0.0.1:9888";
const MOST_SHOWN = 200000;
const all = query => [...document.querySelectorAll(query)];

/** Opens the details that the address names, and marks it in the contents. */
function arrive() {
	const id = decodeURIComponent(location.hash.slice(1)), there = id && document.getElementById(id);
	for (const link of all(".contents a[aria-current]")) link.removeAttribute("aria-current");
	if (!there) return;
	if (there.matches("details")) there.open = true;
	there.scrollIntoView();
	all(".contents a").find(link => link.hash === location.hash)?.setAttribute("aria-current", "true");
}

/** Letters that stand in a method's path or in what it does leave it in the contents; Enter leads to the first. */
function finder() {
	const input = h("input", {type: "search", placeholder: "Find a method", "aria-label": "Find a method", "aria-controls": "found"});
	const none = h("p", {class: "note", id: "found", role: "status"});
	const links = all(".contents ul ul a").map(link => ({link, text: `${link.textContent} ${document.getElementById(link.hash.slice(1)).querySelector("summary").textContent}`.toLowerCase()}));
	const find = () => {
		const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
		for (const {link, text} of links) link.parentElement.hidden = !words.every(word => text.includes(word));
		for (const family of all(".contents > ul > li")) family.hidden = words.length > 0 && !family.querySelector("li:not([hidden])");
		$(".contents").classList.toggle("finding", words.length > 0);
		none.textContent = words.length && links.every(({link}) => link.parentElement.hidden) ? "There is no such method." : "";
	};
	input.addEventListener("input", find);
	input.addEventListener("keydown", event => {
		const first = links.find(({link}) => !link.parentElement.hidden);
		if (event.key === "Enter" && first) location.hash = first.link.hash;
	});
	put($("#find"), input, none);
}

const button = (text, onclick, kind = "") => h("button", {type: "button", class: `button small ${kind}`, onclick}, text);

/** An example with a button that copies it. */
function copyable(title) {
	const pre = title.nextElementSibling;
	pre.textContent = pre.textContent.replaceAll(NODE, location.origin);
	const copy = button("Copy", async () => {
		await navigator.clipboard.writeText(pre.textContent);
		copy.textContent = "Copied";
		setTimeout(() => {copy.textContent = "Copy";}, 2000);
	});
	const row = h("div", {class: "titled"});
	title.replaceWith(row);
	put(row, title, navigator.clipboard && copy);
}

/** Asks before something is done; true for yes. */
function agreed(method) {
	const {promise, resolve} = Promise.withResolvers?.() ?? deferred();
	const no = button("Cancel", () => dialog.close()), yes = button("Send it", () => dialog.close("yes"), "danger");
	const dialog = h("dialog", {"aria-labelledby": "question"}, h("h2", {id: "question"}, `Send ${method.dataset.path}?`),
		h("div", {class: "stack"}, h("p", {}, "This is not for show: the node does it. It may spend money, or change or delete what the node has."), h("div", {class: "actions"}, no, yes)));
	dialog.addEventListener("close", () => {
		resolve(dialog.returnValue === "yes");
		dialog.remove();
	});
	document.body.append(dialog);
	dialog.showModal();
	no.focus();
	return promise;
}
function deferred() {
	let resolve;
	const promise = new Promise(done => {resolve = done;});
	return {promise, resolve};
}

/** The form that sends a request to the method, and the answer. */
function form(method) {
	const {path, example} = method.dataset, asks = "asks" in method.dataset;
	const text = h("textarea", {"aria-label": "Request in JSON", spellcheck: "false", autocomplete: "off"});
	text.value = example ?? "{}";
	const out = h("div", {class: "stack", "aria-live": "polite"});
	const token = h("input", {type: "password", "aria-label": "Access token", placeholder: "name:secret", autocomplete: "off"});
	const gate = h("div", {class: "token", hidden: true}, h("p", {class: "note"}, "The node wants an access token, or another one."), token);
	const send = h("button", {class: "button small primary"}, "Send");
	const submit = async event => {
		event.preventDefault();
		let body;
		try {
			body = example === undefined ? undefined : new Raw(write(parse(text.value || "{}")));
		} catch (error) {
			return set(out, h("p", {class: "wrong"}, `That is no JSON: ${error.message}`));
		}
		if (token.value.trim()) setToken(token.value.trim());
		if (asks && !(await agreed(method))) return set(out, h("p", {class: "note"}, "Nothing was sent."));
		send.disabled = true;
		const began = performance.now();
		try {
			gate.hidden = true; // until the node asks for it
			const answer = await call(path.slice(1), body, {raw: true, seconds: 300});
			show(answer, performance.now() - began);
		} catch (error) {
			const wrong = error instanceof Offline ? `The node did not answer: ${error.message}` : String(error);
			set(out, h("p", {class: "wrong"}, wrong));
		}
		send.disabled = false;
	};
	const show = (answer, took) => {
		const pretty = write(parse(answer), "  ");
		set(out, h("p", {class: "note"}, `${Math.round(took)}\u00a0ms`), h("pre", {tabindex: "0"}, pretty.slice(0, MOST_SHOWN)), pretty.length > MOST_SHOWN && h("p", {class: "note"}, "The rest of it is left out here."));
	};
	door.refused = () => {for (const one of all(".token")) one.hidden = false;};
	return h("form", {class: "try", onsubmit: submit}, h("h3", {}, "Try it on this node"), example !== undefined && text, gate,
		h("div", {class: "row"}, send, h("span", {class: "note"}, asks ? "You are asked before it is sent." : "It changes nothing.")), out);
}

function opened(method) {
	const examples = method.querySelector(".examples");
	if (examples.querySelector(".try")) return;
	for (const title of examples.querySelectorAll("h3")) copyable(title);
	examples.append(form(method));
}

// What scrolls can be scrolled by keys.
for (const pre of all("pre")) pre.tabIndex = 0;
finder();
for (const method of all("details.method")) {
	method.addEventListener("toggle", () => {if (method.open) opened(method);});
	if (method.open) opened(method);
}
addEventListener("hashchange", arrive);
arrive();
