// The desk by keyboard: [data-shortcuts="queue"] steps through its rows, [data-shortcuts="case"] has a key for each
// element with [data-key]. Never while something is typed, never with Ctrl, Alt or Meta.
const desk = document.querySelector("[data-shortcuts]");
const rows = desk ? [...desk.querySelectorAll(".queue-row")] : [];
let at = -1;

function step(by) {
  at = Math.min(Math.max(at + by, 0), rows.length - 1);
  const link = rows[at]?.querySelector(".queue-title a");
  link?.focus();
  rows[at]?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  const row = document.activeElement?.closest?.(".queue-row");
  if (key === "x") return row?.querySelector("input[type=checkbox]")?.click();
  if (key === "c" && row) return row.querySelector('form[action$="/claim"] button')?.click();
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return undefined;
  target.focus();
  return target.matches("input, button, a") ? target.click() : target.scrollIntoView({ block: "nearest" });
}

if (desk) {
  document.addEventListener("keydown", (event) => {
    const typed = event.target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
    if (typed || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    at = Math.max(at, rows.indexOf(document.activeElement?.closest?.(".queue-row")));
    press(event.key.toLowerCase());
  });
}
