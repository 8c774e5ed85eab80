// The list of contacts with the keyboard: from the search into what it found and back.
// Chosen are all on the page at once.
const search = document.querySelector('[hx-target="#contact-hits"]');
const hits = document.getElementById("contact-hits");

function close() {
  htmx.trigger(search, "htmx:abort");  // an answer on its way would open them again
  hits.replaceChildren();
  search.focus();
}

function move(event) {
  const links = [...hits.querySelectorAll("a")];
  const place = links.indexOf(document.activeElement);
  if (event.key === "Escape" && hits.hasChildNodes()) {
    event.preventDefault();
    close();
  } else if (event.key === "ArrowDown" && links.length) {
    event.preventDefault();
    links[Math.min(place + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && place >= 0) {
    event.preventDefault();
    (links[place - 1] ?? search).focus();
  }
}

search.addEventListener("keydown", move);
hits.addEventListener("keydown", move);

const all = document.querySelector("[data-choose-page]");
if (all) {
  const each = [...document.querySelectorAll('input[name="contact"][form="chosen"]')];
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
