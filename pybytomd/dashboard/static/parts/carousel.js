/** QR codes that are shown one after another, for a camera that collects them. */
import {h, set} from "../core/dom.js";
import {count, t} from "../core/text.js";
import {button, note} from "./ui.js";
import {qr} from "./qr.js";

const PACE = 250;

export function carousel(frames) {
	const place = h("div", {class: "center"}), said = h("span", {class: "num"}), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
	let at = 0, timer = 0;
	const draw = () => {
		set(place, qr(frames[at], t("sign.frame", {n: at + 1, count: frames.length})));
		said.textContent = t("sign.frame", {n: at + 1, count: frames.length});
	};
	const step = by => {
		at = (at + by + frames.length) % frames.length;
		draw();
	};
	const stop = () => {clearInterval(timer); timer = 0; toggle.textContent = t("do.play");};
	const play = () => {
		timer = setInterval(() => (box.isConnected ? step(1) : stop()), PACE);
		toggle.textContent = t("do.pause");
	};
	const by = (n, text) => button(text, () => {stop(); step(n);}, "small");
	const toggle = button("", () => (timer ? stop() : play()), "small");
	const box = h("div", {class: "stack carousel"}, place, h("div", {class: "row"}, said, frames.length > 1 && h("span", {class: "act"}, by(-1, t("do.before")), toggle, by(1, t("do.after")))), note(t("sign.frames.lead", {n: count(frames.length)})));
	draw();
	if (frames.length > 1 && !still) play();
	else stop();
	return box;
}
