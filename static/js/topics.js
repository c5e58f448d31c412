// fieldset[data-topics="/address"]: a word typed in [data-topics-input] is looked up there and chosen from a list
// (ARIA 1.2 combobox). What is chosen stands in [data-chosen]; unticked it goes back to [data-all]. A word that nobody
// knows stays as it is, in a row of the fieldset's template, where it has one. Without script: the button and all the boxes.
function begin(part) {
  const find = (what) => part.querySelector(`[data-${what}]`);
  const input = find("topics-input");
  const status = find("topics-status");
  const list = document.createElement("ul");
  const set = (element, names) => Object.entries(names).forEach(([name, value]) => element.setAttribute(name, value));
  let found = [];
  let at = -1;
  let turn = 0;
  let timer;
  set(list, { class: "topics-list", id: `${input.id}-list`, role: "listbox", "aria-label": input.labels[0].textContent, hidden: "" });
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": false });
  input.after(list);

  function show(topics) {
    found = topics;
    at = -1;
    list.replaceChildren(...topics.map((topic, place) => {
      const option = document.createElement("li");
      set(option, { id: `${list.id}-${place}`, role: "option" });
      option.textContent = topic.word === topic.name ? topic.name : `${topic.word} (${topic.name})`;
      option.onclick = () => choose(topic);
      return option;
    }));
    list.hidden = !topics.length;
    set(input, { "aria-expanded": !list.hidden, "aria-activedescendant": "" });
  }

  function move(step) {
    at = (Math.max(at, step < 0 ? 0 : -1) + step + found.length) % found.length;
    [...list.children].forEach((option, place) => set(option, { "aria-selected": place === at }));
    set(input, { "aria-activedescendant": list.children[at].id });
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function choose(topic, said = topic.name) {
    const box = part.form.querySelector(`[data-topics] [type=checkbox][value="${topic.id}"]`);
    if (box && !box.checked) box.click();
    turn += 1;
    input.value = "";
    status.textContent = said;
    show([]);
    input.focus();
  }

  async function look() {
    const mine = (turn += 1);
    const answer = input.value.trim() && (await fetch(`${part.dataset.topics}?q=${encodeURIComponent(input.value)}`).catch(() => 0));
    const topics = answer.ok ? await answer.json() : [];
    if (mine === turn) show(topics);
  }

  async function add() {
    await look();
    const word = input.value.trim();
    const known = found.find((topic) => [topic.word, topic.name].some((name) => name.toLowerCase() === word.toLowerCase()));
    if (known || !word) return known && choose(known);
    const blank = part.querySelector("template");
    const said = status.dataset.text.replace("{word}", word);
    if (!blank) return show([]), (status.textContent = said); // only what the site knows: the word stays to be changed
    const row = blank.content.cloneNode(true);
    row.querySelector("input").value = row.querySelector(".choice-name").textContent = word;
    find("chosen").append(row);
    choose({}, said);
  }

  input.oninput = () => { clearTimeout(timer); timer = setTimeout(look, 150); };
  input.onblur = () => show([]);
  list.onmousedown = (event) => event.preventDefault(); // a slow press on an option must not close the list
  input.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) move(step);
    else if (event.key === "Escape" && found.length) show([]);
    else if (event.key === "Enter" && at >= 0) choose(found[at]);
    else if (event.key === "Enter" && input.value.trim()) add();
    else return;
    event.preventDefault();
  };
  find("topics-add").onclick = (event) => { event.preventDefault(); add(); };
  part.onchange = ({ target }) => {
    const row = target.closest(".choice");
    if (!row) return;
    if (target.name === input.name && !target.checked) return row.remove(), input.focus();
    find(target.checked ? "chosen" : "all").append(row);
    target.focus();
  };
}

document.querySelectorAll("fieldset[data-topics]").forEach(begin);
