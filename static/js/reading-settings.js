// form[data-reading]: each choice takes effect at once and stays on this device (localStorage "reading").
// A member's form is also sent; a visitor's ([data-device-only]) has nowhere to go.
const form = document.querySelector("form[data-reading]");

function kept() {
  try {
    return JSON.parse(localStorage.getItem("reading") || "{}");
  } catch {
    return {};
  }
}

function keep(choices) {
  try {
    localStorage.setItem("reading", JSON.stringify(choices));
    return true;
  } catch {
    return false;
  }
}

if (form) {
  const status = form.querySelector("[data-reading-status]");
  const root = document.documentElement;
  const choices = kept();
  for (const [name, value] of Object.entries(choices)) {
    const box = form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (box) box.checked = true;
  }
  form.addEventListener("change", (event) => {
    const { name, value, type } = event.target;
    if (type !== "radio") return;
    choices[name] = value;
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    if (keep(choices) && status) status.textContent = form.dataset.textKept;
  });
  form.addEventListener("submit", (event) => {
    for (const box of form.querySelectorAll("input[type=radio]:checked")) choices[box.name] = box.value;
    const done = keep(choices);
    if (!("deviceOnly" in form.dataset)) return;
    event.preventDefault();
    if (done && status) status.textContent = form.dataset.textKept;
  });
}
