// [data-looks] says to its address, while the page is in sight, that this case is open, and shows who else has it open,
// or what somebody has decided meanwhile: what was typed stays where it is.
const place = document.querySelector("[data-looks]");

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.looks, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { others } = await answer.json();
    if (place.textContent !== others) place.textContent = others;
    place.hidden = !others;
  } catch {
    // Without a line nobody is told; the lease of the case holds.
  }
}

if (place) {
  look();
  setInterval(look, 20000);
  document.addEventListener("visibilitychange", look);
}
