/**
 * What several signers hand on, cut into QR codes that are shown one after another, and put together again in any
 * order. A frame is BTMTX1:INDEX:COUNT:CHECK:DATA; the parts together are the compressed document of pybytomcli.
 */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", FRAME = /^BTMTX1:([1-9]\d{0,2}):([1-9]\d{0,2}):([0-9A-F]{8}):([A-Z2-7]{1,2000})$/;
const SLICE = 200, MOST_FRAMES = 500, MOST_BYTES = 8 << 20;

const TABLE = Array.from({length: 256}, (_, n) => {
	for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
	return n;
});
const check = bytes => ((bytes.reduce((crc, byte) => (crc >>> 8) ^ TABLE[(crc ^ byte) & 255], -1) ^ -1) >>> 0).toString(16).toUpperCase().padStart(8, "0");

function base32(bytes) {
	let bits = 0, held = 0, text = "";
	for (const byte of bytes) {
		held = (held << 8) | byte;
		for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
		held &= 255;
	}
	return bits ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}
function unbase32(text) {
	const bytes = [];
	let bits = 0, held = 0;
	for (const letter of text) {
		held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xfff;
		bits += 5;
		if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255);
	}
	return bytes;
}

/** Bytes after a stream has changed them, `most` of them or a RangeError. */
async function through(bytes, stream, most) {
	const parts = [], reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
	let size = 0;
	for (;;) {
		const {done, value} = await reader.read();
		if (done) return new Blob(parts).arrayBuffer();
		size += value.length;
		if (size > most) {
			await reader.cancel();
			throw new RangeError("frames: too long");
		}
		parts.push(value);
	}
}

/** The frames of a text. Throws RangeError for one that takes too many. */
export async function framed(text) {
	const bytes = new Uint8Array(await through(new TextEncoder().encode(text), new CompressionStream("deflate"), MOST_BYTES)), count = Math.ceil(bytes.length / SLICE), sum = check(bytes);
	if (count > MOST_FRAMES) throw new RangeError("frames: too long");
	return Array.from({length: count}, (_, i) => `BTMTX1:${i + 1}:${count}:${sum}:${base32(bytes.subarray(i * SLICE, (i + 1) * SLICE))}`);
}

/** Collects frames as they are seen. What is no frame is passed over; one of several payments at once is no harm. */
export function collector() {
	const found = new Map();
	return {
		/** Takes one code: null if it is no frame, else how far its payment is, `{have, count, missing, parts}`. Throws if two frames contradict. */
		take(code) {
			const match = FRAME.exec(code.trim());
			if (!match) return null;
			const [, index, count, sum, data] = match, key = `${sum} ${count}`;
			if (Number(index) > Number(count) || Number(count) > MOST_FRAMES) return null;
			if (!found.has(key)) {
				if (found.size > 20) found.clear();
				found.set(key, {sum, count: Number(count), parts: new Map()});
			}
			const one = found.get(key), before = one.parts.get(Number(index));
			if (before !== undefined && before !== data) {
				found.delete(key);
				throw new SyntaxError("frames: two differ");
			}
			one.parts.set(Number(index), data);
			return {...one, have: one.parts.size, missing: Array.from({length: one.count}, (_, i) => i + 1).filter(n => !one.parts.has(n))};
		},
		/** The text of a payment of which nothing is missing. */
		async whole({sum, count, parts}) {
			found.delete(`${sum} ${count}`);
			const bytes = new Uint8Array(Array.from({length: count}, (_, i) => unbase32(parts.get(i + 1))).flat());
			if (check(bytes) !== sum) throw new SyntaxError("frames: damaged");
			return new TextDecoder("utf-8", {fatal: true}).decode(await through(bytes, new DecompressionStream("deflate"), MOST_BYTES));
		},
	};
}
