// Before the first paint: theme and language, if they were chosen.
const root = document.documentElement;
if (localStorage.theme) root.dataset.theme = localStorage.theme;
root.lang = localStorage.lang || (/^zh/i.test(navigator.language) ? "zh-CN" : "en");
