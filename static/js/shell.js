// Small manners of every page: what a reader expects and the browser does not do by itself.

// A menu closes when the reader goes elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a narrow screen the page that is open is seen in the navigation, and filters
// that nobody uses are folded.
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (window.matchMedia("(max-width: 48rem)").matches) {
  for (const filters of document.querySelectorAll("details.filters:not([data-used])")) filters.open = false;
}

// A form that comes back with faults is gone on with at the first of them.
document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector("[autofocus]")) return;
  const field = document.querySelector(".field-bad :is(input:not([type=hidden]), select, textarea)");
  const chosen = field?.closest(".field-bad").querySelector("[type=radio]:checked");
  const note = document.querySelector("main .note[role=alert]");
  if (note) note.tabIndex = -1;
  (chosen || field || note)?.focus();
});

// A form is sent once: the second click of a double click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // The page stays, and may be asked again.
  if ("download" in form.dataset || "download" in (event.submitter?.dataset ?? {})) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// Back at a page that the browser kept, its forms can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A page that the browser asks for anew on going back keeps the keys it had, so that
// the server knows what was sent from it before.
document.addEventListener("DOMContentLoaded", () => {
  const keys = [...document.querySelectorAll("input[name=once_key]")];
  if (!keys.length) return;
  const [navigation] = performance.getEntriesByType("navigation");
  const had = navigation?.type === "back_forward" ? history.state?.once : null;
  if (had?.length === keys.length) keys.forEach((key, at) => { key.value = had[at]; });
  else history.replaceState({ ...history.state, once: keys.map((key) => key.value) }, "");
});

// A partial that could not be loaded says so instead of staying silent.
document.addEventListener("htmx:responseError", (event) => {
  const box = document.getElementById("messages");
  const note = document.createElement("p");
  note.className = "note note-bad";
  note.textContent = `${event.detail.xhr.status} ${event.detail.xhr.statusText}`;
  box.replaceChildren(note);
});

// A field that holds so much says so as it fills up, and when it cut a text off.
const NEARLY_FULL = 0.8;
let cutting = false;  // while a text that is too long comes in
const length = (control) => (control.maxLength > 0 ? control.closest(".field")?.querySelector(".length") : null);

document.addEventListener("input", ({ target }) => {
  const said = length(target);
  if (!said) return;
  if (!cutting) said.textContent = target.value.length >= NEARLY_FULL * target.maxLength ? said.dataset.most : "";
});
for (const kind of ["paste", "drop"]) {
  document.addEventListener(kind, (event) => {
    const said = length(event.target);
    if (!said) return;
    const { value, maxLength, selectionStart, selectionEnd } = event.target;
    const coming = (event.clipboardData ?? event.dataTransfer).getData("text").length;
    if (value.length - (selectionEnd - selectionStart) + coming <= maxLength) return;
    said.textContent = said.dataset.cut;
    cutting = true;
    setTimeout(() => { cutting = false; });
  });
}
