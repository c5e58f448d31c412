// What autosave.js could not send stays in this browser and comes back into the form on return.
// Never where she said "I share this phone" (data-shared-phone on the form or the page), and gone when she signs out.
// Newer words on the server are not written over: then both versions are offered, by versions.js.
const PREFIX = "kept:";
let isClosed = false;

const who = () => document.querySelector('.header-account a[href$="/me"]')?.textContent ?? "";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, copy) {
  if (isClosed) return;
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // Full or closed: the words are still in the form before her.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

function keys() {
  try {
    return Object.keys({ ...localStorage }).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

// Every field by its name: a text, or the values of ticked boxes.
function fieldsOf(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "password", "file", "submit", "button"].includes(field.type)) continue;
    if (field.type === "radio") fields[field.name] = fields[field.name] || (field.checked ? field.value : "");
    else if (field.type === "checkbox" || Array.isArray(fields[field.name])) fields[field.name] = [...(fields[field.name] || []), ...((field.type === "checkbox" ? field.checked : field.value) ? [field.value] : [])];
    else fields[field.name] = field.value;
  }
  return fields;
}

function tend(form) {
  const key = PREFIX + form.dataset.autosave;
  const version = () => form.elements.namedItem("version")?.value ?? "";
  if ("sharedPhone" in form.dataset || "sharedPhone" in document.documentElement.dataset) return forget(key);

  const keep = (sent) => write(key, { version: version(), fields: fieldsOf(form), page: location.pathname, who: who(), sent });
  form.addEventListener("autosave:failed", () => keep(false));
  form.addEventListener("autosave:kept", () => forget(key));
  form.addEventListener("submit", () => keep(true));

  const copy = read(key);
  const now = fieldsOf(form);
  const differs = copy && copy.who === who() && Object.entries(copy.fields).some(([name, value]) => name in now && String([now[name]].flat().sort()) !== String([value].flat().sort()));
  if (!differs) return forget(key);
  if (copy.version === version()) {
    form.dispatchEvent(new CustomEvent("autosave:fill", { detail: copy.fields, bubbles: true }));
    return;
  }
  const detail = { version: version(), fields: now, here: copy.fields };
  form.dispatchEvent(new CustomEvent("autosave:conflict", { detail, bubbles: true }));
}

// Sent and answered: the page that came after the form is proof that nothing needs keeping.
const before = document.referrer ? new URL(document.referrer).pathname : "";
const isAnswered = (performance.getEntriesByType("navigation")[0]?.responseStatus || 200) < 500;
for (const key of keys()) {
  const copy = read(key);
  if (isAnswered && before && before !== location.pathname && copy?.sent && copy.page === before) forget(key);
}

// versions.js listens too, so let every script be read first.
addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-autosave]").forEach(tend));

// The next one at this machine finds nothing.
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/sign-out") || event.defaultPrevented) return;
  keys().forEach(forget);
  isClosed = true;
});
