// A link that leads to something folded opens the fold; a fold just opened hands its words to the reader's software.
function unfold() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = place && place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (place && place.closest("details")) place.scrollIntoView();
}

document.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.open || !fold.classList.contains("fold") || !fold.contains(document.activeElement)) return;
  const words = fold.querySelector(".words");
  if (!words) return;
  words.tabIndex = -1;
  words.focus({ preventScroll: true });
}, true);

addEventListener("hashchange", unfold);
unfold();
