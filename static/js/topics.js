// fieldset[data-topics="/address"]: what is typed in [data-topics-input] is looked up there and chosen from a list
// (ARIA 1.2 combobox); what is chosen stands in [data-chosen] and goes when it is unticked, back into [data-all].
// A word that nobody knows is kept as it is (template in the fieldset). Without script: the button and all the boxes.
const WAIT = 150;

function begin(part) {
  const input = part.querySelector("[data-topics-input]");
  const status = part.querySelector("[data-topics-status]");
  const list = document.createElement("ul");
  Object.assign(list, { className: "topics-list", id: `${input.id}-list`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  input.after(list);
  const mark = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(mark)) input.setAttribute(name, value);
  let found = [];
  let at = -1;
  let timer = 0;
  let asked = 0;

  function show(topics) {
    found = topics;
    at = -1;
    list.replaceChildren(...topics.map((topic, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.textContent = topic.word === topic.name ? topic.name : `${topic.word} (${topic.name})`;
      option.setAttribute("role", "option");
      option.addEventListener("click", () => choose(topic));
      return option;
    }));
    list.hidden = !topics.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    at = (at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function done(words) {
    asked += 1;
    input.value = "";
    status.textContent = words;
    show([]);
    input.focus();
  }

  function choose(topic) {
    const box = part.form.querySelector(`[data-topics] input[type=checkbox][value="${topic.id}"]`);
    if (box) {
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    done(topic.name);
  }

  function add(word) {
    const known = found.find((topic) => [topic.word, topic.name].some((name) => name.toLowerCase() === word.toLowerCase()));
    if (known) return choose(known);
    const row = part.querySelector("template").content.cloneNode(true);
    row.querySelector("input").value = word;
    row.querySelector(".choice-name").textContent = word;
    part.querySelector("[data-chosen]").append(row);
    done(status.dataset.text.replace("{word}", word));
  }

  async function look() {
    const turn = (asked += 1);
    const text = input.value.trim();
    const answer = text && (await fetch(`${part.dataset.topics}?q=${encodeURIComponent(text)}`).catch(() => null));
    const topics = answer && answer.ok ? await answer.json() : [];
    if (turn === asked) show(topics);
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
  input.addEventListener("blur", () => setTimeout(() => list.contains(document.activeElement) || show([]), 200));
  input.addEventListener("keydown", (event) => {
    if (/^Arrow(Down|Up)$/.test(event.key) && found.length) move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape" && found.length) show([]);
    else if (event.key === "Enter" && at >= 0) choose(found[at]);
    else if (event.key === "Enter" && input.value.trim()) look().then(() => add(input.value.trim()));
    else return;
    event.preventDefault();
  });
  part.querySelector("[data-topics-add]").addEventListener("click", (event) => {
    event.preventDefault();
    if (input.value.trim()) look().then(() => add(input.value.trim()));
  });
  part.addEventListener("change", ({ target }) => {
    const row = target.closest(".choice");
    if (!row || target.type !== "checkbox") return;
    if (!target.checked && target.name === input.name) return row.remove(), input.focus();
    const had = document.activeElement === target;
    part.querySelector(target.checked ? "[data-chosen]" : "[data-all]").append(row);
    if (had) target.focus();
  });
}

document.querySelectorAll("fieldset[data-topics]").forEach(begin);
