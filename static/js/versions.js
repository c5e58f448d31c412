// Two windows, one text: [data-autosave-conflict] shows both, and nothing is overwritten until she has chosen.
// In: the event autosave:conflict with {version, fields} of the server, and perhaps {here}, words kept in this browser.
function words(fields) {
  return Object.entries(fields).filter(([name, value]) => name !== "version" && value).map(([, value]) => value).join("\n\n");
}

function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field && field.type !== "hidden" && field.type !== "checkbox") field.value = value;
  }
}

function offer(form, { version, fields, here }) {
  const notice = form.querySelector("[data-autosave-conflict]");
  if (!notice) return;
  const mine = here || Object.fromEntries(Object.keys(fields).map((name) => [name, form.elements.namedItem(name)?.value ?? ""]));
  notice.querySelector("[data-version-here]").textContent = words(mine);
  notice.querySelector("[data-version-there]").textContent = words(fields);
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
