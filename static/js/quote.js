// a[data-quote="post-123"]: the words selected in that post, or all of it, go into textarea[data-quote-into].
// a[data-quote-story="/stories/7"]: the words selected in the story or a chapter; with none, the link is followed.
// A quotation begins with a link to what it quotes: when that is taken back, its words leave the quotation too.
// Without script the link's own address does it on the server.
const WORDS = ".post-words, .words--story";
let selected = null;

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const words = selection.anchorNode?.parentElement?.closest(WORDS);
  if (words?.contains(selection.focusNode) && String(selection).trim()) {
    selected = { words, range: selection.getRangeAt(0).cloneRange() };
  }
});

const plain = (name) => name.trim().replace(/[\\`*_[\]<>#+\-.!~|:@/&()]/g, "\\$&");

// The text of some nodes, paragraphs apart, without what they quote in turn.
const textOf = (nodes) => {
  const kept = document.createElement("div");
  kept.append(nodes);
  for (const quoted of kept.querySelectorAll("blockquote")) quoted.remove();
  for (const line of kept.querySelectorAll("br")) line.replaceWith("\n");
  for (const block of kept.querySelectorAll("p, li, pre")) block.append("\n\n");
  return kept.textContent.replace(/\n\s*\n\s*/g, "\n\n").trim();
};

const quotation = (name, address, text) =>
  text && [`[${plain(name)}](${address})`, "", ...text.split("\n")].map((line) => `> ${line}`.trimEnd()).join("\n");

// Words selected inside a quotation are those of whom it quotes.
const quotedAround = (range) => {
  const from = range.commonAncestorContainer;
  const quote = (from.closest ? from : from.parentElement).closest("blockquote");
  return quote?.querySelector(":scope > p:first-child > a[href^='/']:first-child");
};

const ofSelection = (name, address) => {
  const around = quotedAround(selected.range);
  const text = textOf(selected.range.cloneContents());
  return around ? quotation(around.textContent, around.getAttribute("href"), text) : quotation(name, address, text);
};

const ofPost = (link) => {
  const post = document.getElementById(link.dataset.quote);
  const words = post?.querySelector(".post-words");
  if (!words) return "";
  const name = post.querySelector(".post-name").textContent;
  const address = `/posts/${post.id.slice("post-".length)}`;
  if (selected?.words === words) return ofSelection(name, address);
  const all = document.createRange();
  all.selectNodeContents(words);
  return quotation(name, address, textOf(all.cloneContents()));
};

const ofStory = (link) => {
  if (!selected?.words.matches(".words--story")) return "";
  const chapter = selected.words.closest("[id^='chapter-']");
  return ofSelection(link.dataset.quoteName, link.dataset.quoteStory + (chapter ? `#${chapter.id}` : ""));
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-quote], a[data-quote-story]");
  const box = document.querySelector("textarea[data-quote-into]");
  const words = link && box && (link.dataset.quote ? ofPost(link) : ofStory(link));
  if (!words) return;
  event.preventDefault();
  box.value = `${box.value}${box.value ? "\n\n" : ""}${words}\n\n`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  selected = null;
  box.focus();
  box.scrollIntoView({ block: "center" });
});
