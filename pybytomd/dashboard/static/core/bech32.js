/** Addresses, checked as they are typed (BIP-173, witness version 0). */
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/** How addresses of each network begin, of Bytom and of Bytom 2. */
export const PREFIXES = {mainnet: "bm", wisdom: "tm", solonet: "sm", dev: "dm", "bytom2": "bn", "bytom2-testnet": "tn", "bytom2-solonet": "sn", "bytom2-dev": "dn"};

/** Prefix and number of bytes of the program's hash; null for what is no address. */
export function decode(text) {
	if (text !== text.toLowerCase() && text !== text.toUpperCase()) return null;
	const at = text.lastIndexOf("1"), prefix = text.slice(0, at).toLowerCase();
	const data = [...text.slice(at + 1).toLowerCase()].map(c => LETTERS.indexOf(c));
	if (at < 1 || data.length < 8 || data.includes(-1) || data[0] !== 0) return null;
	let sum = 1;
	const codes = [...prefix].map(c => c.charCodeAt(0));
	for (const value of [...codes.map(c => c >> 5), 0, ...codes.map(c => c & 31), ...data]) {
		const high = sum >>> 25;
		sum = ((sum & 0x1ffffff) << 5) ^ value;
		[0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((part, i) => {if ((high >> i) & 1) sum ^= part;});
	}
	const size = Math.floor((data.length - 7) * 5 / 8);
	return sum === 1 && (size === 20 || size === 32) ? {prefix, size} : null;
}
