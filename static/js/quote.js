// a[data-quote="post-123"]: the words selected in that post, or all of it, go into textarea[data-quote-into].
// Without script the link's own address does it on the server.
let selected = { post: null, text: "" };

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const post = selection.anchorNode?.parentElement?.closest(".post");
  const text = String(selection).trim();
  if (post && text && post.contains(selection.focusNode)) selected = { post: post.id, text };
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-quote]");
  const box = document.querySelector("textarea[data-quote-into]");
  const post = link && document.getElementById(link.dataset.quote);
  if (!box || !post) return;
  event.preventDefault();
  const text = selected.post === post.id ? selected.text : post.querySelector(".post-words").innerText.trim();
  const quoted = text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  box.value = `${box.value}${box.value ? "\n\n" : ""}${quoted}\n\n`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  selected = { post: null, text: "" };
  box.focus();
  box.scrollIntoView({ block: "center" });
});
