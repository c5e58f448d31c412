// button[data-print]: the browser's own print dialogue.
addEventListener("click", (event) => {
  if (event.target.closest("button[data-print]")) print();
});
