// The form is filled anew while it is being written in: what was written since it was
// sent, the folds that were opened and the place of the cursor stay as they are.
const form = () => document.getElementById("interaction");
const fields = () => [...form().elements].filter((field) => field.id);
const content = (field) => {
  if (field.type === "checkbox") return field.checked;
  return field.type === "file" ? field.files[0] : field.value;
};
let sent = new Map();
let written = [];
let opened = [];
let cursor = {};
// Suggestions for the contact are asked for on the same page, and fill nothing.
const onFill = (event, act) => document.addEventListener(event, ({ detail }) => {
  if (detail.requestConfig.elt.id === "interaction") act();
});

onFill("htmx:beforeRequest", () => {
  sent = new Map(fields().map((field) => [field.id, content(field)]));
});
onFill("htmx:beforeSwap", () => {
  written = fields().filter((field) => content(field) !== sent.get(field.id));
  opened = [...form().querySelectorAll("details")].map((fold) => fold.open);
  const { id, selectionStart: start, selectionEnd: end } = document.activeElement;
  cursor = { id, start, end };
});
onFill("htmx:afterSwap", () => {
  form().querySelectorAll("details").forEach((fold, at) => { fold.open ||= opened[at]; });
  for (const old of written) {
    const field = document.getElementById(old.id);
    if (!field) continue;
    if (old.type === "checkbox") field.checked = old.checked;
    else if (old.type === "file") field.files = old.files;
    else field.value = old.value;
  }
  const field = form().querySelector(`#${cursor.id || "none"}`);
  field?.focus({ preventScroll: true });
  if (cursor.start != null) field?.setSelectionRange(cursor.start, cursor.end);
});
