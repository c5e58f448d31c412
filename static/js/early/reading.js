// A reader's settings, put on before the first paint: a dark room stays dark.
const root = document.documentElement;
root.dataset.script = "";
try {
  const kept = JSON.parse(localStorage.getItem("reading") || "{}");
  for (const [name, value] of Object.entries(kept)) {
    if (!/^[a-z]+$/.test(name) || !/^[a-z]*$/.test(value)) continue;
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
  }
} catch {
  // Storage is closed to us: the page is read as the system has it.
}
