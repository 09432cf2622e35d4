/* Answering one question, or editing the texts of a card: autosave, honest status, drafts on this
   device, single keys. The form works without this file: its buttons post it. */
const form = document.getElementById("answer");
const status = document.getElementById("save-status");
const BASE = "base-";
const FIELDS = [...form.elements].map((e) => e.name).filter((n) => n.startsWith(BASE)).map((n) => n.slice(BASE.length));
const draftKey = form.dataset.draft;
const DRAFTS = "assay:draft:";

let sent = null;         // the values of the request in flight
let sentBase = {};       // what they were based on
let clashing = "";       // the values that clashed: leaving a field without change asks no second time
let timer = 0;           // autosave after a pause in typing
let retry = 0;           // next try after a failure
let failures = 0;
let blocked = "";        // why trying again makes no sense until something changes
let leaveTo = "";        // where to go once everything is saved

const word = (name) => document.getElementById("save-words").content.querySelector(`[data-word="${name}"]`).textContent;
const say = (text) => { status.textContent = text; };
const base = (name) => form.elements[BASE + name];
const plain = (text) => text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
const get = (name) => plain(form.elements[name].value);
const seen = (name) => plain(base(name).value);
const values = () => Object.fromEntries(FIELDS.map((name) => [name, get(name)]));
const bases = () => Object.fromEntries(FIELDS.map((name) => [name, seen(name)]));
const dirty = () => FIELDS.some((name) => get(name) !== seen(name));

/* Drafts: words typed here stay on this device until the server says that it has them. */
function storage(act) { try { return act(localStorage); } catch { return null; } }
function keepDraft() {
  if (dirty()) storage((s) => s.setItem(draftKey, JSON.stringify({ mine: values(), base: bases() })));
  else storage((s) => s.removeItem(draftKey));
}
function dropAllDrafts() {
  storage((s) => Object.keys(s).filter((key) => key.startsWith(DRAFTS)).forEach((key) => s.removeItem(key)));
}
function restoreDraft() {
  const draft = storage((s) => JSON.parse(s.getItem(draftKey) || "null"));
  const lost = draft ? FIELDS.filter((name) => draft.mine[name] !== draft.base[name] && draft.mine[name] !== get(name)) : [];
  for (const name of lost) {
    form.elements[name].value = draft.mine[name];
    base(name).value = draft.base[name];
  }
  keepDraft();
  if (lost.length) { say(word("restored")); soon(700); }
}

/* Saving: htmx posts the form, one request at a time. */
function soon(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}
function save() {
  clearTimeout(timer);
  clearTimeout(retry);
  if (sent) return;      // what changes meanwhile is seen when the answer comes
  if (dirty() && !blocked) window.htmx.trigger(form, "autosave");
  else if (leaveTo && !dirty()) location.assign(leaveTo);
}
function changed(event) {
  const name = event.target.name;
  if (!FIELDS.includes(name)) return;
  if (blocked === "clash" && JSON.stringify(values()) === clashing) return;
  blocked = "";
  keepDraft();
  if (!dirty()) { if (!sent) say(word("clean")); return; }
  say(word("dirty"));
  soon(/^text/.test(event.target.type) && event.type === "input" ? 700 : 0);
}

/* The server's answer: take over what it stored, leave what was typed since. */
function take(answer) {
  const server = JSON.parse(answer.dataset.values);
  const clashed = answer.dataset.clashed.split(" ").filter(Boolean);
  for (const name of FIELDS) {
    if (clashed.includes(name) || !(name in server)) continue;
    if (get(name) === sent[name]) {
      form.elements[name].value = server[name];
      base(name).value = server[name];
    } else if (server[name] === sent[name]) {
      base(name).value = server[name];
    }
  }
  for (const button of document.querySelectorAll("#conflict [data-choose]")) {
    button.dataset.theirs = server[button.dataset.field];
  }
  return clashed;
}
function finished(event) {
  if (event.detail.elt !== form) return;
  const xhr = event.detail.xhr;
  const page = xhr.status ? new DOMParser().parseFromString(xhr.responseText, "text/html") : null;
  const answer = page && page.getElementById("server-answer");
  if (!answer) { failed(xhr.status); return; }
  failures = 0;
  const clashed = take(answer).filter((name) => seen(name) === sentBase[name]);
  if (!clashed.length) document.getElementById("conflict").replaceChildren();  // chosen meanwhile
  sent = null;
  keepDraft();
  const open = FIELDS.filter((name) => get(name) !== seen(name) && !clashed.includes(name));
  if (clashed.length) { blocked = "clash"; clashing = JSON.stringify(values()); leaveTo = ""; document.getElementById("conflict").scrollIntoView({ block: "nearest" }); }
  if (open.length) { blocked = ""; say(word("dirty")); soon(700); }
  else if (leaveTo && !clashed.length) location.assign(leaveTo);
}
function failed(code) {
  sent = null;
  keepDraft();
  if (code === 0 || code >= 500) {
    say(word(code ? "server" : "offline"));
    failures += 1;
    clearTimeout(retry);
    retry = setTimeout(save, Math.min(30000, 1500 * 2 ** failures));
    return;
  }
  leaveTo = "";
  blocked = "refused";
  if (code === 403) say(word("forbidden"));
  else if (code < 400) say(word("login"));
}

/* The conflict panel. */
function choose(button) {
  const name = button.dataset.field;
  if (button.dataset.choose === "theirs") form.elements[name].value = button.dataset.theirs;
  base(name).value = button.dataset.theirs;
  button.closest(".clash").remove();
  if (!document.querySelector("#conflict [data-choose]")) document.getElementById("conflict").replaceChildren();
  blocked = "";
  keepDraft();
  say(word(dirty() ? "dirty" : "clean"));
  form.elements[name].focus?.();
  save();
}

/* Leaving waits for the save. */
function leave(event, href) {
  if (!dirty() && !sent) return;
  event.preventDefault();
  if (blocked) return;
  leaveTo = href;
  say(word("saving"));
  save();
}

/* Single keys, switched off on the page of keys. */
let lastKey = { key: "", at: 0 };
function press(event) {
  const before = lastKey;
  lastKey = { key: event.key, at: Date.now() };
  const off = storage((s) => s.getItem("assay-keys")) === "off";
  if (off || event.ctrlKey || event.metaKey || event.altKey || (before.key === "g" && Date.now() - before.at < 1200)) return;
  if (event.target.closest("textarea, select, dialog, input:not([type=radio])")) return;
  const links = { j: "next", k: "previous", p: "previous", n: "next-open" };
  if (/^[0-4]$/.test(event.key)) {
    event.preventDefault();
    const radio = form.querySelector(`input[name="level"][value="${event.key}"]`);
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (links[event.key]) {
    const link = document.getElementById(links[event.key]);
    if (link) { event.preventDefault(); link.click(); }
  } else if (event.key === "e") {
    event.preventDefault();
    form.elements.text.focus();
  } else if (event.key === "s") {
    event.preventDefault();
    blocked = "";
    save();
  }
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  if (!window.htmx || event.submitter?.formAction.endsWith("#preview")) return;
  event.preventDefault();
  blocked = "";
  if (event.submitter?.value === "next") leaveTo = (document.getElementById("next") || document.querySelector("a[data-leave]")).href;
  save();
});
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt === form) { sent = values(); sentBase = bases(); say(word("saving")); }
});
document.body.addEventListener("htmx:afterRequest", finished);
document.addEventListener("click", (event) => {
  const button = event.target.closest("#conflict [data-choose]");
  if (button) choose(button);
  const link = event.target.closest("a[data-leave]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) leave(event, link.href);
});
document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form || !("partial" in form.dataset)) return;
  for (const name of FIELDS.filter((n) => get(n) === seen(n))) {   // a card is long: only what changed is sent
    delete event.detail.parameters[name];
    delete event.detail.parameters[BASE + name];
  }
});
if (form.elements.level) document.addEventListener("keydown", press);
document.addEventListener("submit", (event) => { if (/logout/.test(event.target.action)) { dropAllDrafts(); sent = values(); } });
addEventListener("online", () => { failures = 0; save(); });
addEventListener("beforeunload", (event) => { if (dirty() && !sent && !leaveTo) event.preventDefault(); });
restoreDraft();
