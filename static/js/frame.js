/* The frame: theme, dialogs, keys. Every page works without it. Stands in the head, not deferred:
   a chosen theme is set before the first paint and never flashes the other one. */
(() => {
const root = document.documentElement;
const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* this page only */ } },
};

const chosen = store.get("assay-theme");
if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

function showTheme() {
  const current = root.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === current));
  }
}

function setTheme(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  store.set("assay-theme", theme);
  showTheme();
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  dialog.showModal();
  return true;
}

function keysOn() { return store.get("assay-keys") !== "off"; }

function showKeys() {
  const box = document.getElementById("keys-on");
  if (box) box.checked = keysOn();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const theme = target.closest("[data-set-theme]");
  if (theme) setTheme(theme.dataset.setTheme);
  const opener = target.closest("[data-dialog]");
  if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
  const closer = target.closest("[data-close]");
  if (closer) {
    const box = closer.closest("dialog");
    if (box) { event.preventDefault(); box.close(); } else closer.closest("li")?.remove();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "keys-on") store.set("assay-keys", event.target.checked ? "on" : "off");
});

let goTo = 0;
function press(event) {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keysOn()) return;
  if (Date.now() - goTo < 1200) {
    goTo = 0;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
  } else if (event.key === "g") goTo = Date.now();
  else if (event.key === "?") { event.preventDefault(); openDialog("keys"); }
  else if (event.key === "/") {
    const search = document.getElementById("search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
}

document.addEventListener("keydown", press);

function reveal(part) {
  for (const found of part.querySelectorAll("[data-script-only]")) found.hidden = false;
}

document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
document.addEventListener("DOMContentLoaded", () => {
  reveal(document);
  document.querySelector(".problem[tabindex]")?.focus();
  showTheme();
  showKeys();
});
})();
