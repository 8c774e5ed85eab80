// Buttons that copy what their data-copy says, and tell so. Without this script they
// stay hidden; what there is to copy selects itself as a whole by a click.
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // A page that came without encryption has no clipboard of its own.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const shown = button.querySelector("[data-label]") ?? button;
  const label = shown.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy);
    button.focus();
    shown.textContent = button.dataset.copied;
    const status = button.closest("details")?.querySelector("[data-copy-status]");
    if (status) {
      status.textContent = `${button.dataset.copied}: ${button.dataset.copy}`;
    }
    setTimeout(() => { shown.textContent = label; }, 1500);
  });
}
