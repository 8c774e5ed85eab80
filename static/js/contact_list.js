// The list of contacts with the keyboard: from the search into what it found and back.
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
