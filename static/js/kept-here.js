// What autosave.js could not send stays in this browser and comes back into the form on return.
// Never where she said "I share this phone" (data-shared-phone). Newer words on the server are not written over:
// then both versions are offered, by versions.js.
const PREFIX = "kept:";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, copy) {
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

function texts(form) {
  const found = [...form.elements].filter((field) => field.matches("textarea, input:not([type]), input[type=text]") && field.name);
  return Object.fromEntries(found.map((field) => [field.name, field.value]));
}

function tend(form) {
  const key = PREFIX + form.dataset.autosave;
  const version = () => form.elements.namedItem("version")?.value ?? "";
  if ("sharedPhone" in form.dataset) return forget(key);

  form.addEventListener("autosave:failed", () => write(key, { version: version(), fields: texts(form), page: location.pathname }));
  form.addEventListener("autosave:kept", () => forget(key));

  const copy = read(key);
  const now = texts(form);
  const differs = copy && Object.entries(copy.fields).some(([name, value]) => name in now && now[name] !== value);
  if (!differs) return forget(key);
  if (copy.version === version()) {
    for (const [name, value] of Object.entries(copy.fields)) if (name in now) form.elements.namedItem(name).value = value;
    return;
  }
  const detail = { version: version(), fields: now, here: copy.fields };
  form.dispatchEvent(new CustomEvent("autosave:conflict", { detail, bubbles: true }));
}

// Sent and answered: the page that came after the form is proof that nothing needs keeping.
const before = document.referrer ? new URL(document.referrer).pathname : "";
for (const key of Object.keys(localStorageOrNone())) {
  if (key.startsWith(PREFIX) && before && before !== location.pathname && read(key)?.sent && read(key).page === before) forget(key);
}

function localStorageOrNone() {
  try {
    return { ...localStorage };
  } catch {
    return {};
  }
}

// versions.js listens too, so let every script be read first.
addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    tend(form);
    form.addEventListener("submit", () => {
      const copy = read(PREFIX + form.dataset.autosave);
      if (copy) write(PREFIX + form.dataset.autosave, { ...copy, sent: true });
    });
  }
});
