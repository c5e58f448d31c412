// The check leads back to a place in the text: [data-led-back="12-30"] selects those letters and brings them into view.
for (const field of document.querySelectorAll("[data-led-back]")) {
  const [from, to] = field.dataset.ledBack.split("-").map(Number);
  addEventListener("load", () => {
    field.focus({ preventScroll: true });
    // A text area counts a line's end as one letter, as the server does.
    field.setSelectionRange(from, to);
    field.scrollTop = field.scrollHeight * (from / Math.max(field.value.length, 1)) - field.clientHeight / 3;
    field.scrollIntoView({ block: "center" });
  });
}
