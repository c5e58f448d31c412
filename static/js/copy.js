// button[data-copy="id"]: copies the words of #id and says so in [data-copied] beside it. Where the clipboard is closed
// to us, the words are selected, ready to be copied by hand.
addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  const status = button.parentElement.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    if (status) status.textContent = button.dataset.textCopied;
  } catch {
    getSelection().selectAllChildren(source);
  }
});
