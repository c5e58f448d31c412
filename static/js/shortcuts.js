// The desk by keyboard. .queue-row and [data-row] are stepped through; elsewhere each [data-key] has its key. An answer
// that [data-leads] is only chosen by its key: D sends it, or Ctrl with Enter where it leads into its words. Nothing is
// pressed while somebody types (Esc leaves the field, Ctrl with Enter sends), none with Ctrl, Alt or Meta, none held
// down, and none in the first moment of a page: a key pressed twice never decides what was not yet on the screen.
const desk = document.querySelector("[data-shortcuts]");
const ROW = ".queue-row, [data-row]";
const rows = desk ? [...desk.querySelectorAll(ROW)] : [];
const FIRST_MOMENT = 400;
let at = -1;
let led = null; // the answer that a key has chosen

function step(by) {
  at = Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[at]?.querySelector(".queue-title a, [data-row-first]")?.focus();
  rows[at]?.scrollIntoView({ block: "nearest" });
}

function lead(answer) {
  led = answer;
  const place = answer.dataset.leads === "words" ? answer.form.querySelector("textarea") : answer;
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

function help() {
  const fold = document.getElementById("keys");
  if (!fold) return;
  fold.open = !fold.open;
  if (fold.open) fold.querySelector("summary").focus();
  fold.scrollIntoView({ block: "nearest" });
}

// 3 is guideline 3, 0 the tenth; where no guideline is chosen, the third answer.
function rule(digit) {
  const chooser = document.querySelector("#decide select[name=guideline]");
  const answer = document.querySelectorAll("#decide input[type=radio]")[digit - 1];
  if (!chooser && answer) return choose(answer);
  const number = `${digit === "0" ? 10 : digit}. `;
  const option = chooser && [...chooser.options].find((one) => one.textContent.trim().startsWith(number));
  if (!option) return;
  chooser.value = option.value;
  chooser.dispatchEvent(new Event("change", { bubbles: true }));
  chooser.scrollIntoView({ block: "nearest" });
  return undefined;
}

function choose(box) {
  const fold = box.closest("details");
  if (fold) fold.open = true;
  box.click();
  box.focus();
  const part = document.querySelector(`#act-${CSS.escape(box.value)} input:not([type=hidden]), #act-${CSS.escape(box.value)} textarea`);
  part?.focus();
  box.closest(".choice").scrollIntoView({ block: "nearest" });
  if ("needsReason" in box.dataset && !part) document.querySelector("#guideline")?.closest(".field").scrollIntoView({ block: "nearest" });
}

function press(key) {
  const row = document.activeElement?.closest?.(ROW);
  if (key === "?") return help();
  if (rows.length && key === "j") return step(1);
  if (rows.length && key === "k") return step(-1);
  if (key === "x") return row?.querySelector("input[type=checkbox]")?.click();
  if (key === "c" && row) return row.querySelector('form[action$="/claim"] button')?.click();
  if (/^\d$/.test(key)) return rule(key);
  const here = row ?? rows[0];
  if (key === "w") return (document.querySelector("#decide textarea:is([name=letter], [name=answer])") ?? here?.querySelector("textarea"))?.focus();
  if (key === "d" && led && led === document.activeElement) return led.click();
  const named = `[data-key="${CSS.escape(key)}"]`;
  const target = here?.querySelector(named) ?? document.querySelector(`${named}:not([data-leads])`);
  if (target && "leads" in target.dataset) return lead(target);
  if (target?.matches("input[type=radio]")) return choose(target);
  return target?.click();
}

function away(field) {
  if (field && led?.form === field.form) return led.focus();
  if (field) return field.blur();
  const fold = document.getElementById("keys");
  if (fold?.open) return help();
  return document.querySelector('[data-key="escape"]')?.click();
}

function send(field) {
  if (field && led?.form === field.form) return led.click();
  return field?.form?.querySelector(".form-send [type=submit]:not([data-leads])")?.click();
}

if (desk) {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
    if (event.repeat || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) return send(field);
    if (event.key === "Escape") return away(field);
    if (field || event.ctrlKey || event.key.length !== 1 || event.key === " " || performance.now() < FIRST_MOMENT) return;
    at = Math.max(at, rows.indexOf(document.activeElement?.closest?.(ROW)));
    event.preventDefault(); // a key that leads into a field is not typed there
    press(event.key.toLowerCase());
  });
}
