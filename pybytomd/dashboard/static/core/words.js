/** The twelve words: which there are, and whether they fit together (BIP-39). */

let list;
/** The 2,048 words, in order. */
export const wordList = async () => (list ??= (await (await fetch("/dashboard/words.txt")).text()).trim().split("\n"));

function distance(a, b) {
	let row = [...b].map((_, i) => i + 1);
	[...a].forEach((x, i) => {
		let left = i + 1;
		row = row.map((up, j) => (left = Math.min(up + 1, left + 1, (j ? row[j - 1] : i) + (x === b[j] ? 0 : 1))));
	});
	return row.at(-1);
}
/** The word of the list that is most like another. */
export const nearest = (word, words) => words.reduce((best, one) => {
	const far = distance(word, one);
	return far < best[0] ? [far, one] : best;
}, [99, ""])[1];

/** Whether the checksum of the words is right; all of them are in the list. */
export function fits(twelve, words) {
	const bits = twelve.map(word => words.indexOf(word).toString(2).padStart(11, "0")).join("");
	const size = bits.length * 32 / 33, bytes = bits.slice(0, size).match(/.{8}/g).map(x => parseInt(x, 2));
	return sha256(bytes)[0].toString(2).padStart(8, "0").slice(0, size / 32) === bits.slice(size);
}

/** SHA-256 of at most 55 bytes; what the browser has works only over https and on the same machine. */
export function sha256(bytes) {
	const primes = [];
	for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
	const part = x => ((x - Math.floor(x)) * 2 ** 32) | 0, turn = (x, n) => (x >>> n) | (x << (32 - n));
	const data = [...bytes, 128, ...Array(63 - bytes.length - 2).fill(0), (bytes.length * 8) >> 8, (bytes.length * 8) & 255], w = [];
	for (let i = 0; i < 16; i++) w[i] = (data[4 * i] << 24) | (data[4 * i + 1] << 16) | (data[4 * i + 2] << 8) | data[4 * i + 3];
	const first = primes.slice(0, 8).map(p => part(Math.sqrt(p)));
	let [a, b, c, d, e, f, g, k] = first;
	for (let i = 0; i < 64; i++) {
		if (i > 15) {
			const x = w[i - 15], y = w[i - 2];
			w[i] = (w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
		}
		const one = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + part(Math.cbrt(primes[i])) + w[i]) | 0;
		const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		[k, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
	}
	return [a, b, c, d, e, f, g, k].flatMap((x, i) => {
		const y = (x + first[i]) >>> 0;
		return [y >>> 24, (y >>> 16) & 255, (y >>> 8) & 255, y & 255];
	});
}
