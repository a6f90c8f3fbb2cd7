const names = list => Object.fromEntries(list.split(" ").map(name => [name, "readonly"]));
const MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "write", "writeln", "setHTMLUnsafe"].map(property => ({property, message: "text of strangers becomes a text node (core/dom.js), never markup"}));

export default [{
	files: ["**/*.js"],
	languageOptions: {ecmaVersion: 2025, sourceType: "module", globals: names(
		"window document location history localStorage navigator matchMedia getSelection innerHeight scrollY scrollTo addEventListener removeEventListener dispatchEvent requestAnimationFrame cancelAnimationFrame " +
		"setTimeout clearTimeout setInterval clearInterval console fetch AbortSignal URL URLSearchParams Blob Event HashChangeEvent WebSocket performance crypto btoa TextEncoder TextDecoder CompressionStream DecompressionStream createImageBitmap")},
	rules: {
		"no-undef": "error", "no-unused-vars": ["error", {argsIgnorePattern: "^_", varsIgnorePattern: "^_"}], "no-shadow-restricted-names": "error", "no-dupe-keys": "error", "no-unreachable": "error", "no-self-assign": "error",
		"no-cond-assign": "error", "no-constant-condition": ["error", {checkLoops: false}], "no-fallthrough": "error", "no-redeclare": "error", "no-import-assign": "error", "no-const-assign": "error", "no-unsafe-finally": "error",
		"no-empty": "error", "prefer-const": ["error", {destructuring: "all"}], eqeqeq: ["error", "always", {null: "ignore"}], "no-var": "error", "no-eval": "error", "no-implied-eval": "error", "no-new-func": "error",
		"no-restricted-properties": ["error", ...MARKUP], "no-loss-of-precision": "error", "no-use-before-define": "off", "valid-typeof": "error", "require-atomic-updates": "off", "no-async-promise-executor": "error",
	},
}];
