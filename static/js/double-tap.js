// Dry fingertips tap twice: the second identical tap within 700 ms is ignored, and a form is sent once until answered.
const PAUSE = 700;
const LONGEST_WAIT = 15000;
let last = null;
let lastAt = 0;

document.addEventListener("click", (event) => {
  const tapped = event.target.closest?.("a[href], button, summary");
  if (!tapped) return;
  const now = performance.now();
  if (tapped === last && now - lastAt < PAUSE) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  last = tapped;
  lastAt = now;
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setTimeout(() => {
    if (event.defaultPrevented) return;
    form.dataset.sending = "";
    setTimeout(() => delete form.dataset.sending, LONGEST_WAIT);
  });
}, true);

// Back from the next page: the form is there again, and may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});
