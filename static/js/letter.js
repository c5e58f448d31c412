// form[data-letter] on a case: the letter beside it reads as it will be sent, while it is being written. A decision that
// needs a reason brings the guideline that suggests itself (select[data-suggested]), a guideline its words (data-words),
// as long as nobody has written words of her own; what came so goes again with a decision that needs none.
const form = document.querySelector("form[data-letter]");

function begin() {
  const chooser = form.querySelector("select[name=guideline], select[data-letter-rule]");
  const note = () => form.querySelector("[data-letter-note]");
  const offered = chooser ? [...chooser.options].map((one) => one.dataset.words).filter(Boolean) : [];
  let brought = "";

  const put = (name, text) => {
    const place = form.querySelector(`[data-letter-${name}]`);
    if (place) place.textContent = text;
  };

  function say() {
    const decision = form.querySelector("[data-opening]:checked");
    if (decision) put("opening", decision.dataset.opening);
    if (note()) put("words", note().value);
    const line = form.querySelector("[data-letter-rule-line]");
    if (line && chooser) line.hidden = chooser.value === "";
    if (chooser?.selectedOptions.length) put("guideline", chooser.selectedOptions[0].textContent.trim());
  }

  function fill() {
    const words = chooser.selectedOptions[0]?.dataset.words || "";
    if (!note() || (note().value.trim() && !offered.includes(note().value.trim()))) return;
    note().value = words;
    note().dispatchEvent(new Event("input", { bubbles: true }));
  }

  function reason() {
    const decision = form.querySelector("[data-opening]:checked")?.dataset ?? {};
    const needs = "needsReason" in decision;
    const itself = decision.rule ?? chooser.dataset.suggested;
    if (needs && itself && (!chooser.value || chooser.value === brought)) chooser.value = brought = itself;
    else if (!needs && brought && chooser.value === brought) chooser.value = brought = "";
    else return;
    fill();
  }

  // The canned replies of what is chosen stand first, unfolded. One that is pressed before anything is chosen brings its
  // decision and its guideline.
  function replies() {
    const chosen = form.querySelector("[data-opening]:checked")?.value;
    const list = form.querySelector("[data-replies]");
    if (!list || !chosen) return;
    for (const group of list.children) group.open = group.dataset.repliesFor === chosen;
    const fitting = list.querySelector(":scope > [open]");
    if (fitting && fitting !== list.firstElementChild) list.prepend(fitting);
  }

  function bring(reply) {
    const decision = reply.closest("[data-replies-for]").dataset.repliesFor;
    const chosen = form.querySelector("input[name=decision]:checked")?.value;
    if (decision && (!chosen || chosen === decision) && chooser && !chooser.value) chooser.value = reply.dataset.replyRule;
    if (decision && !chosen) form.querySelector(`input[name=decision][value=${CSS.escape(decision)}]`)?.click();
  }

  form.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-reply-rule]");
    if (reply) bring(reply);
  }, true);
  form.addEventListener("change", (event) => {
    if (event.target.name === "decision") replies();
    if (!chooser || !offered.length) return;
    if (event.target === chooser) fill();
    if (event.target.name === "decision") reason();
    say();
  });
  form.addEventListener("input", say);
  form.addEventListener("click", (event) => {
    const suggested = event.target.closest("[data-suggests]");
    if (!suggested || !chooser) return;
    event.preventDefault();
    chooser.value = brought = suggested.dataset.suggests;
    form.querySelector(`input[name=decision][value=${CSS.escape(suggested.dataset.decides)}]`)?.click();
    fill();
    say();
    (form.querySelector(`#act-${CSS.escape(suggested.dataset.decides)}`) ?? form.querySelector("#letter-part"))?.scrollIntoView({ block: "nearest" });
  });
  say();
}

if (form) begin();
