// [data-shown-for="name=one,other"]: shown while one of these answers is chosen in its form. Without script: always.
function tend(part) {
  const [name, values] = part.dataset.shownFor.split("=");
  const form = part.closest("form");
  const fold = part.closest("details.acts"); // folded where nothing can show one part alone
  if (fold) fold.open = true;
  const show = () => {
    part.hidden = !values.split(",").includes(form.elements.namedItem(name)?.value) && !part.querySelector("[aria-invalid]");
  };
  form.addEventListener("change", show);
  show();
}

document.querySelectorAll("[data-shown-for]").forEach(tend);
