// [data-kept-here="/address"], a form or a part of one: what is typed into its fields stays in this browser until it is
// sent, and comes back on return. For words that the server keeps nowhere: an appeal, a report, a verdict, other words.
// Of a visitor only while her tab is open. Never where she said "I share this phone"; gone when she signs out.
const PREFIX = "kept:";
const who = document.querySelector('.header-account a[href$="/me"]')?.textContent ?? "";
const parts = [...document.querySelectorAll("[data-kept-here]")];
const keys = new Set(parts.map((part) => PREFIX + part.dataset.keptHere));
let isClosed = "sharedPhone" in document.documentElement.dataset;

function store() {
  try {
    return who ? localStorage : sessionStorage;
  } catch {
    return null; // closed: the words are still in the form before her
  }
}

function read(key) {
  try {
    return JSON.parse(store().getItem(key));
  } catch {
    return null;
  }
}

function write(key, copy) {
  try {
    if (!copy) store().removeItem(key);
    else if (!isClosed) store().setItem(key, JSON.stringify(copy));
  } catch {
    // Full or closed.
  }
}

function tend(part) {
  const key = PREFIX + part.dataset.keptHere;
  const fields = () => [...part.querySelectorAll("textarea[name], input[type=text][name]")].filter((field) => !field.closest(".field--trap"));

  function keep(sent) {
    const copy = { page: location.pathname, who, sent, fields: {} };
    for (const field of fields()) if (field.value !== field.defaultValue) copy.fields[field.name] = [field.value, field.defaultValue];
    write(key, Object.keys(copy.fields).length && copy);
  }

  const copy = read(key);
  for (const field of copy?.who === who ? fields() : []) {
    const [typed, before] = copy.fields[field.name] ?? [];
    // Where the page brings other words by now, those stand: the words that were sent, or somebody's newer ones.
    if (typed === undefined || field.value !== field.defaultValue || before !== field.defaultValue) continue;
    field.value = typed;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  part.addEventListener("input", () => keep(false));
  (part.closest("form") ?? part).addEventListener("submit", () => keep(true));
}

// Sent and answered: a page that came after it, without its form, is proof that nothing needs keeping.
const before = document.referrer ? new URL(document.referrer).pathname : "";
const isAnswered = (performance.getEntriesByType("navigation")[0]?.responseStatus || 200) < 400;
for (const key of isAnswered && before ? Object.keys({ ...store() }).filter((one) => one.startsWith(PREFIX)) : []) {
  const copy = read(key);
  if (copy?.sent && copy.page === before && !keys.has(key)) write(key, null);
}

if (isClosed) keys.forEach((key) => write(key, null));
// The fields of parts that come with the page's other scripts are there by then.
else addEventListener("DOMContentLoaded", () => parts.forEach(tend));

document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/sign-out") || event.defaultPrevented) return;
  keys.forEach((key) => write(key, null));
  isClosed = true;
});
