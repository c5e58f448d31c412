// [data-read-aloud]: the device reads the text of [data-aloud] aloud, one paragraph at a time, with a voice of its own.
// Only voices that live on the device (localService): a network voice would send the story to somebody else's server.
// Hidden where there is none for the story's language.
const reader = document.querySelector("[data-read-aloud]");

function watchVoices(speech, use) {
  const look = () => use(speech.getVoices());
  look();
  speech.addEventListener("voiceschanged", look);
}

if (reader && "speechSynthesis" in window) {
  const speech = window.speechSynthesis;
  const play = reader.querySelector("[data-aloud-play]");
  const stop = reader.querySelector("[data-aloud-stop]");
  const word = reader.querySelector("[data-aloud-word]");
  const begin = word.textContent;
  let voices = [];
  let parts = [];
  let at = -1; // the paragraph being read; -1: none
  let turn = 0; // what an older reading still reports is not heard

  const codeOf = (lang) => lang.toLowerCase().split(/[-_]/)[0];
  const voiceOf = (lang) => voices.find((voice) => codeOf(voice.lang) === codeOf(lang));

  function paragraphs() {
    const blocks = "p, li, h2, h3, h4, pre";
    return [...document.querySelectorAll("[data-aloud]")]
      .filter((words) => !words.closest("details:not([open])"))
      .flatMap((words) => [...words.querySelectorAll(blocks)])
      .filter((one) => one.textContent.trim() && !one.querySelector(blocks))
      .filter((one) => voiceOf(one.closest("[lang]").lang));
  }

  function show(is_playing) {
    play.setAttribute("aria-pressed", String(is_playing));
    word.textContent = is_playing ? reader.dataset.textPause : at >= 0 ? reader.dataset.textGoOn : begin;
    stop.hidden = at < 0;
    document.querySelector(".is-aloud")?.classList.remove("is-aloud");
    if (at >= 0) parts[at].classList.add("is-aloud");
  }

  function end() {
    turn += 1;
    at = -1;
    speech.cancel();
    show(false);
  }

  // A long paragraph is cut at its sentences: some voices fall silent after a quarter of a minute.
  const sentences = (text) => text.match(/[^.!?…]+[.!?…]*["”’»)]*\s*/g) || [text];

  function read() {
    if (at >= parts.length) return end();
    const mine = (turn += 1);
    speech.cancel();
    show(true);
    const lang = parts[at].closest("[lang]").lang;
    const said = sentences(parts[at].textContent.trim());
    said.forEach((text, number) => {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voiceOf(lang);
      words.lang = words.voice.lang;
      words.onend = () => {
        if (mine !== turn || number < said.length - 1) return;
        at += 1;
        read();
      };
      words.onerror = () => {
        if (mine === turn) end();
      };
      speech.speak(words);
    });
  }

  play.addEventListener("click", () => {
    if (play.getAttribute("aria-pressed") === "true") {
      // A pause ends the paragraph and begins it again: many devices can't go on in the middle.
      turn += 1;
      speech.cancel();
      show(false);
      return;
    }
    if (at < 0) {
      parts = paragraphs();
      if (!parts.length) return;
      at = 0;
    }
    read();
  });
  stop.addEventListener("click", end);
  addEventListener("pagehide", () => speech.cancel());
  watchVoices(speech, (found) => {
    voices = found.filter((voice) => voice.localService);
    reader.hidden = !voiceOf(reader.dataset.language);
  });
}
