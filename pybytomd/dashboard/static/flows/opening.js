/** How the API is opened to other machines, step by step: what to set, in which order, and what that means. The node itself changes nothing. */
import {call, ifKnown} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {t} from "../core/text.js";
import {card, copyButton, field, later, line, note, notice, pill, swap} from "../parts/ui.js";

const SECONDS = 5, LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\]):\d+$/i, ADDRESS = /^(?:[a-z0-9.-]*|\[[0-9a-f:.]+\]):\d{1,5}$/i;
const certificate = host => `openssl req -x509 -newkey rsa:3072 -nodes -days 365 -keyout api.key -out api.crt -subj "/CN=${host}" -addext "subjectAltName=${/^[\d.]+$|:/.test(host) ? "IP" : "DNS"}:${host}"`;
const code = text => h("div", {class: "withcopy"}, h("pre", {tabindex: "0", class: "wrap source"}, text), copyButton(text, t("open.lines")));

/** What is in force, as far as it matters here. */
async function found() {
	const [settings, tokens] = await Promise.all([call("list-settings"), ifKnown(call("list-access-tokens"))]), of = key => settings.find(one => one.key === key);
	const file = settings.find(one => one.source === "file")?.place.replace(/, line \d+$/, "") ?? "config.toml", address = String(of("api_addr").value);
	return {
		file, address, isOpen: !LOOPBACK.test(address), isOverridden: of("api_addr").source === "environment" && of("api_addr").place === "LISTEN", port: address.split(":").at(-1),
		token: (tokens ?? []).length > 0, tls: Boolean(of("api.tls_certificate").value), origins: of("api.origins").value, unguarded: of("auth.disable").value === true,
	};
}

export function opening(page) {
	const host = field(t("open.host"), line({class: "mono", value: "node.example"})), address = field(t("open.address.type"), line({class: "mono"}));
	const command = h("div", {}), last = h("div", {class: "stack"}), states = [0, 1, 2, 3].map(() => h("span", {})), above = h("div", {class: "stack"}), where = h("p", {class: "note"});
	let now = null;
	const drawCommand = () => {
		const name = host.input.value.trim();
		set(command, /^[\w.:-]+$/.test(name) ? code(certificate(name)) : "");
	};
	host.input.addEventListener("input", drawCommand);
	drawCommand();
	/** The lines stand there only after the address was typed. */
	const drawLast = () => {
		const text = address.input.value.trim(), hint = t("open.address.hint", {port: now.port});
		address.input.disabled = !now.isOpen && !(now.token && now.tls);
		set(last);
		if (address.input.disabled) return address.say("", t("open.address.first"));
		if (!text) return address.say("", hint);
		if (!ADDRESS.test(text) || LOOPBACK.test(text)) return address.say("bad", t("open.address.wrong", {port: now.port}));
		address.say("", hint);
		set(last, note(t("open.address.top", {file: now.file})), code(`api_addr = "${text}"`), now.isOverridden && notice("warn", t("open.address.listen")), notice("info", t("open.restart")));
	};
	address.input.addEventListener("input", drawLast);
	const state = (place, done, optional) => swap(place, [done, optional], () => (done ? pill("good", t("open.done"), "tick") : pill("soft", t(optional ? "open.choice" : "open.todo"))));
	const step = (n, title, ...body) => h("li", {class: "stack"}, h("div", {class: "row"}, h("h3", {}, `${n}. ${title}`), states[n - 1]), ...body);
	const steps = [
		h("div", {class: "row"}, h("h2", {}, t("open.title"))), above, where,
		h("ol", {class: "steps"},
			step(1, t("open.token.title"), h("p", {}, t("open.token.why"))),
			step(2, t("open.tls.title"), h("p", {}, t("open.tls.why")), host, command, code('[api]\ntls_certificate = "api.crt"\ntls_key = "api.key"')),
			step(3, t("open.origins.title"), h("p", {}, t("open.origins.why")), code(t("open.origins.line"))),
			step(4, t("open.address.title"), notice("warn", t("open.address.danger")), address, last)),
	];
	const box = later(found, fresh => {
		const first = !now;
		now = fresh;
		state(states[0], now.token);
		state(states[1], now.tls);
		state(states[2], Boolean(now.origins), true);
		state(states[3], now.isOpen);
		swap(above, [now.unguarded, now.isOpen, now.address], () => [now.unguarded && notice("bad", t("open.unguarded")), now.isOpen ? notice(now.tls ? "good" : "bad", t(now.tls ? "open.holds" : "open.plain", {address: now.address})) : notice("info", t("open.closed", {address: now.address}))]);
		where.textContent = t("open.lead", {file: now.file});
		if (first || address.input.disabled === Boolean(now.isOpen || (now.token && now.tls))) drawLast();
		return box.made ?? card("", ...steps);
	});
	page.every(SECONDS, () => document.hidden || box.load(true));
	return box;
}
