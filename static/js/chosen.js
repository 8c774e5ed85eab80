// A list that rows are chosen in: all on the page at once.
const all = document.querySelector("[data-choose-page]");
if (all) {
  const each = [...document.querySelectorAll('input[type="checkbox"][form="chosen"]')];
  const agree = () => {
    const chosen = each.filter((one) => one.checked).length;
    all.checked = chosen === each.length;
    all.indeterminate = chosen > 0 && chosen < each.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const one of each) one.checked = all.checked;
  });
  for (const one of each) one.addEventListener("change", agree);
  // Back at the page, the browser may have kept what was chosen.
  window.addEventListener("pageshow", agree);
}
