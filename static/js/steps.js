// The step bar: [data-step="previous"|"next"] puts the answer before or after this one at the top of the screen.
document.addEventListener("click", (event) => {
  const step = event.target.closest?.("[data-step]");
  if (!step) return;
  const posts = [...document.querySelectorAll(".post")];
  const here = posts.findIndex((post) => post.getBoundingClientRect().bottom > 40);
  const current = here < 0 ? posts.length - 1 : here;
  const atTop = Math.abs(posts[current]?.getBoundingClientRect().top ?? 0) < 40;
  const target = step.dataset.step === "next" ? posts[current + 1] : posts[atTop ? current - 1 : current];
  if (!target) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
});
