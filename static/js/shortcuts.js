// The desk by keyboard. [data-shortcuts="queue"] steps through its rows; elsewhere each [data-key] has its key. Nothing
// is pressed while somebody types (Esc leaves the field, Ctrl with Enter sends), none with Ctrl, Alt or Meta, none held
// down, and none in the first moment of a page: a key pressed twice never decides what was not yet on the screen.
const desk = document.querySelector("[data-shortcuts]");
const rows = desk ? [...desk.querySelectorAll(".queue-row")] : [];
const FIRST_MOMENT = 400;
let at = -1;

function step(by) {
  at = Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[at]?.querySelector(".queue-title a")?.focus();
  rows[at]?.scrollIntoView({ block: "nearest" });
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
  const row = document.activeElement?.closest?.(".queue-row");
  if (key === "?") return help();
  if (rows.length && key === "j") return step(1);
  if (rows.length && key === "k") return step(-1);
  if (key === "x") return row?.querySelector("input[type=checkbox]")?.click();
  if (key === "c" && row) return row.querySelector('form[action$="/claim"] button')?.click();
  if (/^\d$/.test(key)) return rule(key);
  if (key === "w") return document.querySelector("#decide textarea:is([name=letter], [name=answer])")?.focus();
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target?.matches("input[type=radio]")) return choose(target);
  return target?.click();
}

function away(field) {
  if (field) return field.blur();
  const fold = document.getElementById("keys");
  if (fold?.open) return help();
  return document.querySelector('[data-key="escape"]')?.click();
}

if (desk) {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
    if (event.repeat || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) return field?.form?.querySelector(".form-send [type=submit]")?.click();
    if (event.key === "Escape") return away(field);
    if (field || event.ctrlKey || event.key.length !== 1 || event.key === " " || performance.now() < FIRST_MOMENT) return;
    at = Math.max(at, rows.indexOf(document.activeElement?.closest?.(".queue-row")));
    event.preventDefault(); // a key that leads into a field is not typed there
    press(event.key.toLowerCase());
  });
}
