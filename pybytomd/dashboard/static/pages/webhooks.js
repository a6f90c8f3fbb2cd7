/** Events posted to addresses of others: which there are, how they fare, a new one, a test. */
import {call} from "../core/api.js";
import {h, set} from "../core/dom.js";
import {parse, tame} from "../core/exact.js";
import {count, t, told} from "../core/text.js";
import {area, button, card, choice, copyButton, empty, field, form, later, line, name, note, notice, pill, toast, when} from "../parts/ui.js";

const TOPICS = ["blocks", "transactions", "wallet_transactions", "account_transactions", "address_transactions", "asset_transactions", "feed_transactions", "confirmations"];

export function show() {
	const label = field(t("word.name"), line({maxlength: 64})), url = field(t("webhooks.url"), line({type: "url"})), topic = choice(TOPICS.map(one => [one, one]), "wallet_transactions"), filter = field(t("do.filter"), area({class: "mono", rows: 2}), {hint: t("webhooks.filter.why")});
	const made = h("div", {});
	filter.input.value = "{}";
	const fresh = card(t("webhooks.new"), form([label, url, field(t("webhooks.topic"), topic), filter], async () => {
		if (!label.filled() || !url.filled()) return;
		let chosen;
		try {
			chosen = parse(filter.input.value || "{}");
		} catch (error) {
			return filter.wrong(t("form.json", {message: error.message}));
		}
		const hook = await call("create-webhook", {name: label.input.value.trim(), url: url.input.value.trim(), topic: topic.value, filter: chosen});
		set(made, hook.secret && notice("good", [t("webhooks.secret"), h("br"), h("code", {class: "mono alias"}, hook.secret)], copyButton(hook.secret, t("webhooks.secret"))));
		list.load(true);
	}, {label: t("do.add")}), made);
	const list = later(() => call("list-webhooks"), found => (found?.length ? found.map(one => {
		const said = h("div", {role: "status"}), test = async () => {
			try {
				await call("test-webhook", {name: one.name}, {seconds: 60});
				set(said, notice("good", t("webhooks.test.ok")));
			} catch (error) {
				set(said, notice("bad", told(error)));
			}
		};
		return h("section", {class: "card"}, h("div", {class: "row"}, h("h2", {}, name(tame(one.name))), one.failures ? pill("warn", t("webhooks.failing.n", {n: one.failures})) : pill("good", t("webhooks.told", {n: count(one.delivered_events)}))),
			h("p", {class: "mono alias"}, one.url || one.program), note(one.topic, one.delivered_at ? [" · ", when(one.delivered_at * 1000)] : ""), one.failure && notice("warn", tame(one.failure, 200)),
			h("div", {class: "actions start"}, button(t("webhooks.test"), test, "small"), !one.is_configured && button(t("do.delete"), () => set(said, notice("warn", t("webhooks.delete"), button(t("do.delete"), async () => {await call("delete-webhook", {name: one.name}); toast(t("do.saved")); list.load(true);}, "small danger"), button(t("do.cancel"), () => set(said), "small"))), "small")), said);
	}) : card("", empty(t("webhooks.none")))));
	return [h("h1", {}, t("webhooks.title")), h("div", {class: "two"}, h("div", {class: "stack"}, list), fresh)];
}
