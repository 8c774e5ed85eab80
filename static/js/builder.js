// The builder of criteria: what is typed while the rows are exchanged is kept, presses
// that come meanwhile wait their turn, and the counts are put at their rows.
const form = document.getElementById("builder-form");
const builder = () => document.getElementById("builder");
const preview = document.getElementById("preview");
const OWN = "input:not([type=hidden]), select, textarea";
const waiting = [];
let sent = null;  // what the controls held when the request left; null without one
let kept = null;  // what was changed since, and where the reader is

const held = (control) => (["checkbox", "radio"].includes(control.type) ? control.checked : control.value);

function hold() {
  const controls = [...builder().querySelectorAll(OWN)].filter((control) => control.id);
  return new Map(controls.map((control) => [control.id, held(control)]));
}

// The control that a Tab leads to from this one.
function following(id) {
  const stops = [...form.querySelectorAll(`${OWN}, button`)].filter((each) => !each.disabled && each.tabIndex >= 0);
  const place = stops.findIndex((each) => each.id === id);
  return place < 0 ? undefined : stops[place + 1];
}

const exchanges = (event) => event.detail.target?.id === "builder";

form.addEventListener("htmx:confirm", (event) => {
  if (!exchanges(event) || !sent) return;
  event.preventDefault();
  waiting.push(event.detail.elt.id);
});

form.addEventListener("htmx:beforeRequest", (event) => {
  if (!exchanges(event)) return;
  sent = hold();
  kept = { trigger: event.detail.elt, chips: chips() };
});

// A choice that changes the row is sent when it is made: not while somebody still types
// what it begins with, nor later than the Tab that leaves it.
let choice = null;
for (const kind of ["change", "keydown"]) {
  form.addEventListener(kind, (event) => {
    if (!event.target.matches("select[hx-post]")) return;
    if (kind === "change") choice = { select: event.target, turn: choice?.turn };
    if (!choice) return;
    clearTimeout(choice.turn);
    const { select } = choice;
    const after = kind === "change" && !select.dataset.typed ? 50 : 700;
    choice.turn = setTimeout(chosen, event.key === "Tab" ? 0 : after, select);
  });
}
form.addEventListener("keydown", (event) => {
  if (event.target.matches("select")) event.target.dataset.typed = "yes";
});

function chosen(select) {
  choice = null;
  delete select.dataset.typed;
  // The rows may have been exchanged since.
  htmx.trigger(document.getElementById(select.id), "chosen");
}

// A search for codes adds to what was chosen: the chosen of a row, as one text.
function chips() {
  const rows = [...builder().querySelectorAll(".chips")];
  return new Map(rows.map((row) => [row.id, [...row.querySelectorAll("input")].map((each) => `${each.value}${each.checked}`).join()]));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!exchanges(event) || !sent) return;
  const { activeElement } = document;
  kept.values = [...hold()].filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
  kept.rows = [...chips()].filter(([id, value]) => kept.chips.has(id) && kept.chips.get(id) !== value)
    .map(([id]) => document.getElementById(id));
  // What was next when a Tab left the choice may come later now.
  kept.onward = activeElement === following(kept.trigger.id);
  kept.focus = activeElement !== kept.trigger && builder().contains(activeElement) && {
    id: activeElement.id,
    // Numbers and choices have no place in their text.
    from: activeElement.type === "text" ? activeElement.selectionStart : null,
  };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "builder" || !kept?.values) return;
  for (const [id, value] of kept.values) {
    const control = document.getElementById(id);
    if (!control) continue;
    control[typeof value === "boolean" ? "checked" : "value"] = value;
  }
  for (const old of kept.rows) {
    const row = document.getElementById(old.id);
    if (!row) continue;
    for (const input of old.querySelectorAll("input")) input.name = row.dataset.name;
    row.replaceChildren(...old.children);
  }
  const control = kept.focus && document.getElementById(kept.focus.id);
  if (kept.onward) {
    following(kept.trigger.id)?.focus();
  } else if (control) {
    control.focus();
    if (kept.focus.from !== null) control.setSelectionRange(kept.focus.from, kept.focus.from);
    // A search that was open goes on.
    if (kept.values.some(([id]) => id === control.id)) control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  kept = null;
  changed();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!exchanges(event)) return;
  sent = null;
  const next = document.getElementById(waiting.shift());
  if (next) setTimeout(() => htmx.trigger(next, next.matches("button") ? "click" : "chosen"));
});

// The count while one types: a newer question calls the older one off. First how many
// and who, then how many fit each row, which takes the database longer.
let asking = null;
let pause = 0;

async function ask(url) {
  const { signal } = asking;
  const answer = await fetch(url, { method: "POST", body: new FormData(form), signal });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.text();
}

async function count() {
  asking?.abort();
  const own = asking = new AbortController();
  preview.ariaBusy = "true";
  try {
    preview.innerHTML = await ask(preview.dataset.count);
    // The page was refused for want of criteria; now there are some.
    if (!preview.querySelector("[data-lacks-criteria]")) form.querySelector("[data-until-said]")?.remove();
    say([...preview.querySelectorAll("[data-said]")]);
    if (preview.dataset.conditions) {
      document.getElementById("conditions").innerHTML = await ask(preview.dataset.conditions);
      putCounts();
    }
  } catch {
    if (own.signal.aborted) return;
    const failed = document.getElementById("not-counted").content.cloneNode(true);
    preview.replaceChildren(preview.querySelector("h2"), failed);
  }
  preview.ariaBusy = "false";
}

// Who listens hears the figures, not all the names.
function say(parts) {
  const said = document.getElementById("said");
  if (said) said.textContent = parts.map((each) => each.textContent.trim().replace(/\s+/g, " ")).join(" ");
}

function putCounts() {
  for (const fits of form.querySelectorAll(".criteria-fits")) {
    const counted = document.querySelector(`#row-counts > [data-key="${fits.id.replace("-fits", "")}"]`);
    fits.replaceChildren(...(counted?.childNodes ?? []));
    fits.classList.remove("is-stale");
  }
  document.getElementById("row-counts")?.remove();
}

function changed() {
  if (preview.dataset.conditions) for (const fits of form.querySelectorAll(".criteria-fits")) fits.classList.add("is-stale");
  clearTimeout(pause);
  pause = setTimeout(count, 400);
}

// Back at this page the browser shows it as it came: what was filled in when the reader
// left is asked for again. Where the segment stands is what this page says, not that one.
const here = `builder:${location.pathname}${location.search}`;
const ownHidden = () => [...form.querySelectorAll("input[type=hidden]")].filter((each) => !builder().contains(each));

window.addEventListener("pagehide", () => {
  const left = new FormData(form);
  for (const { name } of ownHidden()) left.delete(name);
  sessionStorage.setItem(here, new URLSearchParams(left));
});

async function restore(left) {
  const body = new FormData();
  for (const [name, value] of left) body.append(name, value);
  for (const { name, value } of ownHidden()) body.append(name, value);
  body.set("edit", "refresh");
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = page.getElementById("builder");
  if (!rows) return;
  builder().replaceWith(document.adoptNode(rows));
  htmx.process(builder());
  builder().dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    if (!builder().contains(box)) box.checked = left.has(box.name);
  }
}

async function open() {
  const [visit] = performance.getEntriesByType("navigation");
  const left = visit?.type === "back_forward" && sessionStorage.getItem(here);
  if (left) {
    await restore(new URLSearchParams(left));
    count();
  } else if (!("counted" in preview.dataset)) {
    count();
  }
}

form.addEventListener("input", changed);
open();
