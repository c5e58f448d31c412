// form[data-read-mark="post-123"] sends itself quietly once the end of that post came into sight, and steps aside.
for (const form of document.querySelectorAll("form[data-read-mark]")) {
  const post = document.getElementById(form.dataset.readMark);
  const watcher = new IntersectionObserver(async (seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (answer.ok) form.hidden = true;
    } catch {
      // The button is still there.
    }
  });
  watcher.observe(post?.querySelector(".post-actions") ?? form);
}
