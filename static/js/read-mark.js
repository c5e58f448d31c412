// form[data-read-mark] stands after the last post: coming into view, it sends itself quietly and steps aside.
for (const form of document.querySelectorAll("form[data-read-mark]")) {
  const watcher = new IntersectionObserver(async ([seen]) => {
    if (!seen.isIntersecting) return;
    watcher.disconnect();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) form.hidden = true;
    } catch {
      // The button is still there.
    }
  });
  watcher.observe(form);
}
