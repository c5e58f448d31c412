// textarea[data-mention="/address"]: after "@b" the names that begin so are looked up there and offered in a list below
// the box; chosen with the arrows and Enter or Tab, or by a tap. The address answers `?q=` with [{name, form, here}].
// Escape closes the list; what is typed and not chosen stays as it is.
const TYPED = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N}\p{M}'’.-]{0,39})$/u;
const set = (element, names) => Object.entries(names).forEach(([name, value]) => element.setAttribute(name, value));

function begin(box) {
  const list = document.createElement("ul");
  const status = document.getElementById(`${box.id}-names`);
  let found = [];
  let at = -1;
  let turn = 0;
  let timer;
  set(list, { class: "topics-list", id: `${box.id}-list`, role: "listbox", "aria-label": status.dataset.textList, hidden: "" });
  set(box, { "aria-autocomplete": "list", "aria-controls": list.id });
  status.before(list);

  const typed = () => (box.selectionStart === box.selectionEnd && TYPED.exec(box.value.slice(0, box.selectionStart))?.[1]) || "";

  function point(place) {
    at = place;
    [...list.children].forEach((option, number) => set(option, { "aria-selected": number === at }));
    if (at < 0) return box.removeAttribute("aria-activedescendant");
    set(box, { "aria-activedescendant": list.children[at].id });
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function show(people) {
    found = people;
    list.replaceChildren(...people.map((person, place) => {
      const option = document.createElement("li");
      set(option, { id: `${list.id}-${place}`, role: "option" });
      option.textContent = person.here ? `${person.name} (${status.dataset.textHere})` : person.name;
      option.onclick = () => choose(person);
      return option;
    }));
    list.hidden = !people.length;
    status.textContent = people.length ? status.dataset.textFound.replace("{n}", people.length) : "";
    point(people.length ? 0 : -1);
  }

  function choose(person) {
    const end = box.selectionStart;
    const start = end - typed().length - 1;
    turn += 1;
    box.focus();
    box.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, `${person.form} `)) {
      box.setRangeText(`${person.form} `, start, end, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    show([]);
  }

  async function look() {
    const word = typed();
    const mine = (turn += 1);
    const answer = word && (await fetch(`${box.dataset.mention}${box.dataset.mention.includes("?") ? "&" : "?"}q=${encodeURIComponent(word)}`).catch(() => 0));
    const people = answer.ok ? await answer.json() : [];
    if (mine === turn) show(people);
  }

  box.addEventListener("input", () => { clearTimeout(timer); if (typed()) timer = setTimeout(look, 150); else if (found.length) { turn += 1; show([]); } });
  box.addEventListener("blur", () => show([]));
  list.onmousedown = (event) => event.preventDefault(); // a slow press on a name must not close the list
  box.addEventListener("keydown", (event) => {
    if (!found.length || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) point((at + step + found.length) % found.length);
    else if (event.key === "Escape") show([]);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && !event.shiftKey) choose(found[at]);
    else return;
    event.preventDefault();
  });
}

// A box that came into the page later is watched from its first touch.
const watched = new WeakSet();
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.("textarea[data-mention]") || watched.has(target)) return;
  watched.add(target);
  begin(target);
});
