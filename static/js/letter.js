// form[data-letter] on a case: the letter beside it reads as it will be sent, while it is being written.
const form = document.querySelector("form[data-letter]");

if (form) {
  const put = (name, text) => {
    const place = form.querySelector(`[data-letter-${name}]`);
    if (place) place.textContent = text;
  };
  const say = () => {
    const decision = form.querySelector("[data-opening]:checked");
    const note = form.querySelector("[data-letter-note]");
    const guideline = form.querySelector("select[name=guideline], select[data-letter-rule]");
    if (decision) put("opening", decision.dataset.opening);
    if (note) put("words", note.value);
    const line = form.querySelector("[data-letter-rule-line]");
    if (line && guideline) line.hidden = guideline.value === "";
    if (guideline?.selectedOptions.length) put("guideline", guideline.selectedOptions[0].textContent.trim());
  };
  form.addEventListener("input", say);
  say();
}
