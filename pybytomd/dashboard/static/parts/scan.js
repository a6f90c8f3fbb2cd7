/** QR codes read by the camera, or from pictures, as far as the browser can. */
import {collector} from "../core/frames.js";
import {h, icon, set} from "../core/dom.js";
import {t} from "../core/text.js";
import {button, dialog, note, notice, progress} from "./ui.js";

const PACE = 100, SHOWN = 12;

async function reader() {
	const {BarcodeDetector} = /** @type {any} */ (window);
	const kinds = (await BarcodeDetector?.getSupportedFormats()) ?? [];
	return kinds.includes("qr_code") ? new BarcodeDetector({formats: ["qr_code"]}) : null;
}

/** Opens a dialog that looks for the frames of one payment; `got` is given its text. */
export async function scan(got) {
	const detector = await reader(), state = h("div", {class: "stack", role: "status"}), video = h("video", {muted: true, playsinline: true, "aria-label": t("sign.scan.camera")}), frames = collector();
	let stream = null, over = false;
	const close = button(t("do.cancel"), () => open.close());
	const files = h("input", {type: "file", accept: "image/*", multiple: true, class: "sr", tabindex: "-1", "aria-hidden": "true"});
	const say = (kind, text) => set(state, notice(kind, text));

	async function seen(codes) {
		for (const {rawValue: code} of codes) {
			if (over) return;
			const at = frames.take(code);
			if (!at) continue;
			const {have, count, missing} = at;
			set(state, progress(have / count, t("sign.scan")), h("p", {class: "num"}, t("sign.scan.state", {have, count}), missing.length > 0 && h("span", {class: "note"}, " ", t("sign.scan.missing", {list: missing.slice(0, SHOWN).join(" ") + (missing.length > SHOWN ? " …" : "")}))));
			if (missing.length) continue;
			const text = await frames.whole(at);
			over = true;
			open.close();
			got(text);
		}
	}
	const look = codes => seen(codes).catch(error => {
		if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error;
		say("bad", t("sign.scan.bad"));
	});
	files.addEventListener("change", async () => {
		const chosen = [...files.files];
		files.value = "";
		let found = 0;
		for (const file of chosen) {
			try {
				const picture = await createImageBitmap(file), codes = await detector.detect(picture);
				picture.close();
				found += codes.length;
				await look(codes);
			} catch (error) {
				if (error.name !== "InvalidStateError") throw error;
			}
		}
		if (!found) say("warn", t("sign.scan.nothing"));
	});
	async function watch() {
		if (!navigator.mediaDevices) return say("info", t("sign.scan.insecure"));
		try {
			stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}});
		} catch (error) {
			video.remove();
			return say("info", t("sign.scan.nocamera", {reason: error.name}));
		}
		if (over) return end();
		video.srcObject = stream;
		await video.play();
		while (!over) {
			if (video.readyState >= video.HAVE_CURRENT_DATA) await look(await detector.detect(video).catch(() => []));
			await new Promise(done => setTimeout(done, PACE));
		}
	}
	const end = () => {
		over = true;
		for (const track of stream?.getTracks() ?? []) track.stop();
		video.srcObject = null;
	};
	const open = dialog(t("sign.scan"), h("div", {class: "stack scan"}, note(t("sign.scan.lead")), detector ? [video, state, files] : notice("info", t("sign.scan.nodetector")),
		h("div", {class: "actions"}, close, detector && button(t("sign.scan.pictures"), () => files.click(), "", "qr"))), {first: close});
	open.addEventListener("close", end);
	if (!detector) return;
	if (!navigator.mediaDevices) video.remove();
	await watch();
}
export const scanButton = got => h("button", {class: "button small", type: "button", onclick: () => scan(got)}, icon("qr"), t("sign.scan"));
