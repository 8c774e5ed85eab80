// Texts with a list to choose from, as one searches them: type, choose with the arrows,
// take with Enter. Short lists stand in the page, of long ones the server is asked.
// Without this file they are plain texts with the browser's own list.
const SHOWN = 50;
let made = 0;

class Combobox {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=text]");
    this.chips = box.querySelector(".chips");
    const list = document.getElementById(this.input.getAttribute("list"));
    this.choices = list && [...list.options].map((option) => [option.value, option.textContent]);
    this.popup = document.createElement("div");
    this.popup.className = "combo-list";
    this.popup.hidden = true;
    this.options = document.createElement("ul");
    this.options.role = "listbox";
    this.options.id = `combo-${++made}`;
    this.options.ariaLabel = this.input.ariaLabel;
    this.remark = document.createElement("p");
    this.status = document.createElement("span");
    this.status.role = "status";
    this.status.className = "visually-hidden";
    this.popup.append(this.options, this.remark);
    box.append(this.popup, this.status);
    this.input.removeAttribute("list");
    this.input.role = "combobox";
    this.input.ariaAutoComplete = "list";
    this.input.ariaExpanded = "false";
    this.input.setAttribute("aria-controls", this.options.id);
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => this.search());
    this.input.addEventListener("blur", () => this.close());
    // The focus stays in the text while the mouse chooses.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.options.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  async search() {
    const text = this.input.value.trim();
    const asked = this.asked = {};
    const { found, more } = this.choices ? this.filter(text) : await this.ask(text);
    if (asked === this.asked && document.activeElement === this.input) this.show(found, more, text);
  }

  filter(text) {
    const words = text.toLowerCase().split(/\s+/);
    const found = this.choices.filter(([value, label]) =>
      words.every((word) => `${value} ${label}`.toLowerCase().includes(word)));
    // What begins as it was typed stands first.
    const begins = ([value, label]) => [value, label].some((each) => each.toLowerCase().startsWith(text.toLowerCase()));
    found.sort((one, other) => begins(other) - begins(one));
    return { found: found.slice(0, SHOWN), more: found.length > SHOWN };
  }

  async ask(text) {
    this.request?.abort();
    this.request = new AbortController();
    try {
      await new Promise((done) => { setTimeout(done, 150); });
      const url = `${this.box.dataset.find}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(url, { signal: this.request.signal });
      return answer.ok ? await answer.json() : { found: [], more: 0 };
    } catch {
      return { found: [], more: 0 };  // replaced by a newer search, or nobody answers
    }
  }

  show(found, more, text) {
    this.options.replaceChildren(...found.map(([value, label], index) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `${this.options.id}-${index}`;
      option.dataset.value = value;
      option.ariaSelected = "false";
      option.textContent = label;
      return option;
    }));
    const { none, more: said, found: count } = this.box.dataset;
    this.remark.textContent = found.length ? (more ? said : "") : none;
    this.remark.hidden = !this.remark.textContent;
    this.options.hidden = !found.length;
    this.status.textContent = found.length ? count.replace("%s", found.length) : none;
    this.popup.hidden = false;
    this.input.ariaExpanded = "true";
    this.point(text ? this.options.firstElementChild : null);
  }

  close() {
    this.asked = null;
    this.popup.hidden = true;
    this.input.ariaExpanded = "false";
    this.status.textContent = "";
    this.point(null);
  }

  point(option) {
    if (this.pointed) this.pointed.ariaSelected = "false";
    this.pointed = option;
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.ariaSelected = "true";
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const { firstElementChild: first, lastElementChild: last } = this.options;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.popup.hidden) this.search();
      else if (event.key === "ArrowDown") this.point(this.pointed?.nextElementSibling || first);
      else this.point(this.pointed?.previousElementSibling || last);
    } else if (event.key === "Escape" && !this.popup.hidden) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && !this.popup.hidden && this.pointed) {
      event.preventDefault();
      this.take(this.pointed);
    }
  }

  take(option) {
    if (!option) return;
    const { value } = option.dataset;
    this.close();
    if (this.chips) {
      this.choose(value, option.textContent);
      this.input.value = "";
    } else {
      this.input.value = value;
      const named = document.getElementById(this.input.getAttribute("aria-describedby").split(" ")[0]);
      named.textContent = option.textContent;
    }
    // The count hears of it; the list stays closed.
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  choose(value, label) {
    const known = [...this.chips.querySelectorAll("input")].find((each) => each.value === value);
    if (known) {
      known.checked = true;
      return;
    }
    const chip = document.createElement("label");
    chip.className = "chip";
    const check = document.createElement("input");
    Object.assign(check, { type: "checkbox", name: this.chips.dataset.name, value, checked: true });
    chip.append(check, ` ${label}`);
    this.chips.append(chip);
  }
}

function enhance(root) {
  for (const box of root.querySelectorAll("[data-combo]:not([data-ready])")) {
    box.dataset.ready = "yes";
    new Combobox(box);
  }
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("htmx:afterSwap", () => enhance(document));
