// [data-toolbar="id"]: its buttons put the marks of Markdown around what is selected in that textarea, or take them away
// again. Ctrl or Cmd with B, I and K do the same. Undo of the browser works: the words are typed, not set.
const AROUND = { bold: "**", italic: "*" };
const BEFORE = { list: "- ", quote: "> " };
const KEYS = { b: "bold", i: "italic", k: "link" };

function type(box, from, to, text, select = [text.length, text.length]) {
  box.focus();
  box.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  box.setSelectionRange(from + select[0], from + select[1]);
}

function around(box, mark) {
  let { selectionStart: from, selectionEnd: to } = box;
  const all = box.value;
  // A double click takes the space along; marks stand at the words.
  while (from < to && /\s/.test(all[to - 1])) to -= 1;
  while (from < to && /\s/.test(all[from])) from += 1;
  const words = all.slice(from, to);
  const long = mark.length;
  const has = (text, sign) => text.endsWith(sign) && (sign !== "*" || !text.endsWith("**"));
  if (has(all.slice(0, from), mark) && all.slice(to, to + long) === mark) type(box, from - long, to + long, words, [0, words.length]);
  else type(box, from, to, mark + words + mark, [long, long + words.length]);
}

function before(box, mark) {
  const all = box.value;
  const from = all.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const next = all.indexOf("\n", box.selectionEnd);
  const to = next < 0 ? all.length : next;
  const lines = all.slice(from, to).split("\n");
  const isMarked = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (isMarked ? line.slice(mark.length) : mark + line)).join("\n");
  type(box, from, to, text, lines.length > 1 ? [0, text.length] : undefined);
}

function link(box) {
  const { selectionStart: from, selectionEnd: to, value } = box;
  const words = value.slice(from, to);
  if (/^https?:\/\/\S+$/.test(words)) type(box, from, to, `[](${words})`, [1, 1]);
  else type(box, from, to, `[${words}](https://)`, words ? [words.length + 3, words.length + 11] : [1, 1]);
}

function mark(box, what) {
  if (AROUND[what]) around(box, AROUND[what]);
  else if (BEFORE[what]) before(box, BEFORE[what]);
  else link(box);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-toolbar] [data-mark]");
  const box = button && document.getElementById(button.closest("[data-toolbar]").dataset.toolbar);
  if (box) mark(box, button.dataset.mark);
});

document.addEventListener("keydown", (event) => {
  const what = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key];
  if (!what || !document.querySelector(`[data-toolbar="${event.target.id || "-"}"]`)) return;
  event.preventDefault();
  mark(event.target, what);
});
