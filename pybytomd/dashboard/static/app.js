/** The frame around every page: where one is, search, theme, language, lock, and what the node is doing. */
import {door, hasToken, lacking, learn, may, setToken, tokenName} from "./core/api.js";
import {$, h, icon, logo, set} from "./core/dom.js";
import {isBytom2, listen, named, network, node, ready, refresh} from "./core/live.js";
import {ago, count, lang, load, percent, span, t, told} from "./core/text.js";
import {button, offers, pill, progress, toast} from "./parts/ui.js";

const SECTIONS = {
	start: [],
	wallet: ["overview", "send", "receive", "history", "accounts", "assets", "outputs", "keys", "sign", "backup"],
	explorer: ["blocks", "pool", "assets", "charts"],
	mining: [],
	contracts: ["editor", "library", "unlock", "followed"],
	network: ["peers", "access", "settings", "webhooks", "logs", "metrics", "console"],
};
/** Routes and the modules of their pages, by the longest that fits; what follows is the page's argument. */
const PAGES = {start: "start", first: "first", restore: "restore", "wallet/overview": "overview", "wallet/send": "send", "wallet/receive": "receive", "wallet/history": "history", "wallet/accounts": "accounts", "wallet/keys": "keys", "wallet/assets": "assets", "wallet/outputs": "outputs", "wallet/sign": "sign", "wallet/backup": "backup",
	"explorer/blocks": "blocks", "explorer/pool": "pool", "explorer/assets": "allassets", "explorer/charts": "charts",
	block: "block", tx: "tx", address: "address", asset: "asset", search: "search",
	mining: "mining", "network/peers": "peers", "network/access": "access", "network/settings": "settings", "network/webhooks": "webhooks", "network/logs": "logs", "network/metrics": "metrics", "network/console": "console",
	"contracts/editor": "editor", "contracts/library": "library", "contracts/unlock": "unlock", "contracts/followed": "followed"};
const BELONGS = {first: "start", restore: "wallet", block: "explorer", tx: "explorer", address: "explorer", asset: "explorer", search: "explorer"};
const root = document.documentElement;
const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
const closers = new Set();
/** Why nothing is shown, if nothing is. @type {Record<string, string> | null} */
let locked = null;
let turn = 0, used = Date.now();

/** Without a wallet, or the right to look into it, there are no pages about it. */
const sections = () => Object.keys(SECTIONS).filter(name => !lacking(name) && (name !== "wallet" || node.status?.wallet !== null));
const pagesOf = section => (SECTIONS[section] ?? []).filter(page => !lacking(`${section}/${page}`));
const home = name => `#/${[name, ...pagesOf(name).slice(0, 1)].join("/")}`;

/** Where one is: page and section, and what follows. @returns {any} */
function chosen() {
	const [path, search = ""] = (location.hash.slice(2) || "start").split("?");
	const steps = path.split("/").map(decodeURIComponent);
	for (let n = steps.length; n > 0; n--) {
		const route = steps.slice(0, n).join("/");
		if (PAGES[route]) return {route, module: lacking(path) ? "missing" : PAGES[route], lacks: lacking(path), args: steps.slice(n), query: new URLSearchParams(search), section: BELONGS[steps[0]] ?? steps[0], page: steps[1]};
	}
	return {route: "", args: [], query: new URLSearchParams(), section: BELONGS[steps[0]] ?? steps[0]};
}

/* --- the frame --------------------------------------------------------------------------------------------- */

const mark = () => h("a", {class: "logo", href: "#/start"}, logo(), "pybytomd");
function syncPill() {
	const sync = node.status?.sync;
	if (node.offline || !sync) return pill(node.offline ? "bad" : "soft", t(node.offline ? "sync.offline" : "state.loading"));
	if (sync.stuck) return pill("warn", t("sync.stuck"));
	if (sync.is_behind) return pill("accent", `${t("sync.busy")} ${percent(sync.height / sync.highest)}`);
	return node.status.peers.length || ["solonet", "dev"].includes(network()) ? pill("good", t("sync.done")) : pill("warn", t("peers.none"));
}

function drawTop() {
	const input = h("input", {type: "search", id: "search", placeholder: t("frame.search"), "aria-label": t("frame.search"), autocomplete: "off", spellcheck: "false"});
	const find = async event => {
		event.preventDefault();
		const text = input.value.trim();
		if (!text) return;
		const {search} = await import("./core/search.js"), found = await search(text).catch(() => []);
		location.hash = found.length === 1 ? found[0].href : `#/search?q=${encodeURIComponent(text)}`;
		input.value = "";
		input.blur();
	};
	const other = lang() === "zh" ? "en" : "zh-CN";
	set($(".top"), mark(), h("form", {class: "search", role: "search", onsubmit: find}, icon("search"), input, h("kbd", {"aria-hidden": "true"}, "/")),
		h("div", {class: "tools"}, h("a", {class: "syncpill", href: "#/start"}),
			h("button", {class: "iconbutton find", "aria-label": t("frame.search.short"), onclick() {$(".top").classList.toggle("finding"); input.focus();}}, icon("search")),
			h("button", {class: "iconbutton", "aria-label": t("frame.theme"), title: t("frame.theme"), onclick() {localStorage.theme = root.dataset.theme = dark() ? "light" : "dark"; drawTop(); drawStatus();}}, icon(dark() ? "sun" : "moon")),
			h("button", {class: "iconbutton word", lang: other, async onclick() {localStorage.lang = root.lang = other; await load(); draw();}}, other === "en" ? "English" : "中文"),
			h("button", {class: "iconbutton lockbutton", "aria-label": t("frame.lock"), title: t("frame.lock"), onclick: () => lock(0)}, icon("lock"))));
}

function drawSide({section, page}) {
	const a = (href, text, ico, current) => h("a", {href, "aria-current": current && "page"}, ico && icon(ico), h("span", {}, text));
	const side = $(".side");
	side.setAttribute("aria-label", t("nav.label"));
	set(side, mark(), h("ul", {}, sections().map(name => h("li", {class: `to-${name}${name === section ? " open" : ""}`},
		a(home(name), t(name === "mining" && isBytom2() ? "nav.validating" : `nav.${name}`), name, name === section && !pagesOf(name).includes(page)),
		name === section && pagesOf(name).length > 0 && h("ul", {class: "sub"}, pagesOf(name).map(p => h("li", {}, a(`#/${name}/${p}`, t(`nav.${name}.${p}`), null, p === page))))))),
	h("button", {class: "more", "aria-expanded": "false", onclick(event) {event.currentTarget.setAttribute("aria-expanded", String(side.classList.toggle("all")));}}, icon("more"), h("span", {}, t("nav.more"))),
	h("div", {class: "status"}));
}

function drawStatus() {
	const {status, offline} = node, slim = $(".syncpill"), place = $(".side .status");
	if (!slim || !place) return;
	set(slim, syncPill());
	const busy = status?.sync.is_behind && !offline;
	set(place, h("div", {}, syncPill()), busy && progress(status.sync.height / status.sync.highest, t("sync.busy")),
		status && [h("p", {class: "note num"}, count(status.sync.height), " · ", t("count.peers", {n: status.peers.length})),
			h("p", {class: "note"}, `${named()} · ${status.versions.program}`),
			hasToken() && h("p", {class: "note"}, t("login.as", {name: tokenName()}))]);
	document.body.classList.toggle("offline", offline);
	const bar = $(".offlinebar");
	if (!offline) bar?.remove();
	else if (!bar) $("#main").prepend(h("div", {class: "notice bad offlinebar", role: "alert"}, icon("warn"), h("p", {}), button(t("do.retry"), refresh, "small")));
	tick();
}

function tick() {
	const said = $(".offlinebar p");
	if (said) said.textContent = t("state.offline", {time: span(Math.max(1, (node.again - Date.now()) / 1000))});
}

/* --- pages --------------------------------------------------------------------------------------------------- */

function close() {
	for (const closer of closers) closer();
	closers.clear();
	for (const open of document.querySelectorAll("dialog")) open.close();
}

/** What a page is given: its arguments, the question in the address bar, and what ends with it. */
const given = at => ({
	args: at.args, query: at.query, lacks: at.lacks,
	listen: what => closers.add(listen(what)),
	/** Fetches a part again when the news fit, and when the node is back. */
	fresh(box, fits) {closers.add(listen(news => {if (news.back || fits(news)) box.load(true);})); return box;},
	closing: what => closers.add(what),
	every(seconds, what) {const timer = setInterval(what, seconds * 1000); closers.add(() => clearInterval(timer));},
});

const title = () => {document.title = `${$("h1")?.textContent ?? t("state.loading")} · pybytomd`;};
document.addEventListener("drawn", title);

async function show(module, at, mine) {
	const main = $("#main");
	const pages = pagesOf(at.section);
	const tabs = pages.length > 0 && h("nav", {class: "tabs", "aria-label": t("nav.sub.label")}, pages.map(p => h("a", {href: `#/${at.section}/${p}`, "aria-current": p === at.page && "page"}, t(`nav.${at.section}.${p}`))));
	let content;
	try {
		const [page] = await Promise.all([import(`./pages/${module}.js`), locked || ready().catch(() => {})]);
		if (mine !== turn) return;
		content = await page.show(given(at));
	} catch (error) {
		console.error(error);
		content = [h("h1", {}, t("state.error")), h("p", {}, String(error.message)), button(t("do.reload"), () => location.reload())];
	}
	if (mine !== turn) return;
	if (isBytom2() && !locked) drawSide(at);
	set(main, tabs, content);
	main.dataset.route = location.hash;
	$(".tabs [aria-current]")?.scrollIntoView({block: "nearest", inline: "center"});
	title();
	drawStatus();
}

/** Draws everything anew; `moved` after another page was chosen. */
async function draw(moved = false) {
	const mine = ++turn, at = chosen();
	close();
	document.body.classList.toggle("bare", Boolean(locked));
	$(".skip").textContent = t("nav.skip");
	if (locked) {
		for (const place of [$(".top"), $(".side")]) set(place);
		return show("lock", {...at, section: "", query: new URLSearchParams(locked)}, mine);
	}
	drawTop();
	drawSide(at);
	await show(at.module ?? "missing", at, mine);
	if (moved && mine === turn) {
		scrollTo(0, 0);
		$(".side").classList.remove("all");
		if (!$("main :focus")) $("#main").focus({preventScroll: true});
	}
}

/* --- lock, login, keys ----------------------------------------------------------------------------------------- */

const minutes = () => Number(localStorage.lock ?? 10);
function lock(seconds) {
	if (locked || document.body.dataset.paying) return;
	if (!localStorage.token) setToken("");
	locked = {why: "lock", seconds: String(seconds)};
	draw();
}
door.refused = () => {
	if (locked) return;
	locked = {why: "login"};
	draw();
};
door.opened = () => {
	locked = null;
	used = Date.now();
	refresh();
	begin();
};
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => {used = Date.now();}, {passive: true});
const idle = () => {if (minutes() && Date.now() - used > minutes() * 60000) lock(minutes() * 60);};
document.addEventListener("visibilitychange", idle);

const GOES = {s: "start", w: "wallet", e: "explorer", m: "mining", c: "contracts", n: "network"};
/** Milliseconds in which the letter follows the g. */
const PAUSE = 1500;
let going = -PAUSE;
addEventListener("keydown", event => {
	const {key} = event, target = /** @type {any} */ (event.target);
	if (event.ctrlKey && key === "Enter") return target.form?.requestSubmit();
	if (locked || event.metaKey || event.ctrlKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || $("dialog[open]") || localStorage.shortcuts === "off") {
		if (key === "Escape" && target.id === "search") target.blur();
		return;
	}
	const go = hash => {location.hash = hash;};
	const step = by => {
		const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("tbody a:first-child, .list .name")]).filter(a => a.tagName === "A");
		links[Math.min(links.length - 1, Math.max(0, links.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by))]?.focus();
	};
	// By the time at which the keys were pressed: a page that was busy meanwhile has not kept anybody waiting.
	if (event.timeStamp - going < PAUSE && GOES[key]) {going = -PAUSE; return go(sections().includes(GOES[key]) ? home(GOES[key]) : "#/start");}
	going = key === "g" ? event.timeStamp : -PAUSE;
	const acts = {
		"/": () => {$(".top").classList.add("finding"); $("#search").focus();},
		n: () => may.spend && go("#/wallet/send"), r: () => may.wallet && go("#/wallet/receive"), l: () => lock(0), j: () => step(1), k: () => step(-1),
		"[": () => $("[rel=prev]")?.click(), "]": () => $("[rel=next]")?.click(), y: () => $(".idline .copy")?.click(),
		"?": async () => (await import("./parts/shortcuts.js")).show(),
	};
	if (acts[key]) {event.preventDefault(); acts[key]();}
});
document.addEventListener("copy", event => {
	const place = /** @type {any} */ (getSelection().rangeCount && getSelection().getRangeAt(0).commonAncestorContainer);
	const part = place && (place.closest ? place : place.parentElement).closest("[data-whole]");
	if (part) {event.clipboardData.setData("text/plain", part.dataset.whole); event.preventDefault();}
});

// The link to where one is already begins anew.
addEventListener("click", event => {
	const a = /** @type {any} */ (event.target).closest?.("a[href]");
	if (a && a.getAttribute("href") === location.hash) draw(true);
});

// What a button asked for and the node refused, when nothing nearer says so.
addEventListener("unhandledrejection", event => {
	const {reason} = event;
	if (!(reason?.code || reason?.offline || reason?.known)) return;
	event.preventDefault();
	$(".refused")?.remove();
	const bar = h("div", {class: "notice bad refused", role: "alert"}, icon("warn"), h("p", {}, told(reason)), button(t("do.close"), () => bar.remove(), "small"));
	$("#main").prepend(bar);
});

/* --- begin ------------------------------------------------------------------------------------------------------ */

offers.link = href => !lacking(href.slice(2).split("?")[0]);
addEventListener("hashchange", () => draw(true));
listen(news => {
	drawStatus();
	if (news.back) toast(t("state.back"));
	if (news.returned) toast(t("block.replaced"));
});
setInterval(() => {
	for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("time[data-at]"))) el.textContent = ago(Number(el.dataset.at));
	idle();
}, 10000);
setInterval(tick, 1000);
if (!location.hash && location.pathname.startsWith("/equity")) history.replaceState(null, "", "#/contracts/editor");
async function begin() {
	if (hasToken()) await learn().catch(() => {});
	draw(true);
}
await load();
refresh();
begin();
