/** What another signer needs: as a file, as text, and as QR codes for a machine without a network. It holds no secret. */
import {h, save, set} from "../core/dom.js";
import {framed} from "../core/frames.js";
import {node} from "../core/live.js";
import {documented, plainly} from "../core/templates.js";
import {t} from "../core/text.js";
import {carousel} from "../parts/carousel.js";
import {button, copyButton, notice} from "../parts/ui.js";

export const network = () => node.status?.network ?? "mainnet";

/** `list` is a Raw list of templates, `id` of the last transaction. */
export function onward(list, id, kind = "small") {
	const place = h("div", {}), text = plainly(list, network());
	const codes = async () => {
		if (place.firstChild) return set(place);
		try {
			set(place, carousel(await framed(documented(list, network()))));
			place.scrollIntoView({block: "nearest"});
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			set(place, notice("warn", t("sign.frames.toomany")));
		}
	};
	return [h("div", {class: "actions start"}, button(t("do.download"), () => save(text, `transaction-${id.slice(0, 8)}.json`), kind), copyButton(text, t("word.transaction")), button(t("sign.frames"), codes, "small", "qr")), place];
}
