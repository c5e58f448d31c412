// [data-newer="address"] in an open discussion asks now and then whether anything came, and says so in one quiet line at
// the foot of the screen. Nothing that is read moves; what came is fetched when the line is followed. It asks less and
// less often, not while the page is hidden, and tells readers' software once.
const SOON = 20000;
const LATE = 300000;
const line = document.querySelector("[data-newer]");

function watch(words, said) {
  let pause = SOON;
  let timer = 0;
  let asked = 0;
  const wait = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, pause);
  };
  async function ask() {
    asked = Date.now();
    pause = Math.min(pause * 1.4, LATE);
    try {
      const answer = await fetch(line.dataset.newer, { headers: { Accept: "application/json" } });
      if (answer.status === 200) show(await answer.json());
      else if (answer.status !== 204 && answer.status < 500) return; // it can't be read any more
    } catch {
      // No connection: the next time.
    }
    wait();
  }
  function show(found) {
    if (line.hidden) said.textContent = found.words;
    if (words.textContent !== found.words) pause = SOON;
    words.textContent = found.words;
    line.querySelector("a").href = found.address;
    line.hidden = false;
  }
  document.addEventListener("visibilitychange", () => {
    pause = SOON;
    if (!document.hidden && Date.now() - asked > 5000) ask();
    else wait();
  });
  wait();
}

if (line) watch(line.querySelector("[data-newer-words]"), document.querySelector("[data-newer-said]"));
