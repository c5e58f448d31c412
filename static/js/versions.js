// Two windows, one text: [data-autosave-conflict] shows what differs, and nothing is overwritten until she has chosen.
// In: the event autosave:conflict with {version, fields} of the server, and perhaps {here}, what was kept in this
// browser; autosave:fill with fields, which go into the form. A field is a text, or the values of its ticked boxes.
function controlsOf(form, name) {
  return [...form.elements].filter((field) => field.name === name && field.type !== "hidden");
}

function valueOf(form, name) {
  const controls = controlsOf(form, name);
  const ticked = controls.filter((field) => field.checked || (!/radio|checkbox/.test(field.type) && field.value)).map((field) => field.value);
  return controls.some((field) => field.type === "checkbox") ? ticked : ticked[0] ?? "";
}

function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const controls = controlsOf(form, name);
    const wanted = [value].flat().map(String);
    for (const field of controls) {
      const before = field.checked + field.value;
      if (/radio|checkbox/.test(field.type)) field.checked = wanted.includes(field.value);
      else field.value = wanted.filter((one) => !controls.some((box) => box.type === "checkbox" && box.value === one)).join("; ");
      if (before !== field.checked + field.value) field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

// A value as the page says it: the words beside a box, an option's name, or the text itself.
function words(form, name, value) {
  const said = [value].flat().filter(Boolean).map((one) => {
    const field = controlsOf(form, name).find((control) => control.value === one || control.options);
    if (field?.options) return [...field.options].find((option) => option.value === one)?.text ?? one;
    return field && /radio|checkbox/.test(field.type) ? field.closest("label")?.querySelector(".choice-name")?.textContent ?? one : one;
  });
  const control = controlsOf(form, name)[0];
  if (!control || control.matches("textarea")) return said.join(", ");
  const label = control.closest("fieldset")?.querySelector("legend") ?? control.labels?.[0];
  return `${label?.firstChild?.textContent.trim() ?? name}: ${said.join(", ") || "–"}`;
}

const isSame = (one, other) => String([one].flat().sort()).trim() === String([other].flat().sort()).trim();

function offer(form, { version, fields, here }) {
  const notice = form.querySelector("[data-autosave-conflict]");
  if (!notice) return;
  const mine = here || Object.fromEntries(Object.keys(fields).map((name) => [name, valueOf(form, name)]));
  const differing = Object.keys(fields).filter((name) => controlsOf(form, name).length && name in mine && !isSame(mine[name], fields[name]));
  const told = (values) => differing.map((name) => words(form, name, values[name])).join("\n\n");
  notice.querySelector("[data-version-here]").textContent = told(mine);
  notice.querySelector("[data-version-there]").textContent = told(fields);
  form.dataset.conflict = "";
  notice.hidden = false;
  for (const button of notice.querySelectorAll("[data-keep]")) {
    button.onclick = () => {
      fill(form, button.dataset.keep === "here" ? mine : fields);
      const field = form.elements.namedItem("version");
      if (field) field.value = version;
      delete form.dataset.conflict;
      notice.hidden = true;
      form.querySelector("textarea")?.focus();
    };
  }
}

document.addEventListener("autosave:conflict", ({ target, detail }) => offer(target, detail));
document.addEventListener("autosave:fill", ({ target, detail }) => fill(target, detail));
