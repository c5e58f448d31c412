// form[data-autosave="/address"]: its fields are posted there some seconds after a change and on leaving the page.
// In: 200 {"version": n}, 409 {"version": n, "fields": {…}} or {"reason": "…"}. Out, as events on the form:
// autosave:kept, autosave:failed and autosave:conflict, for kept-here.js and versions.js. Texts come from
// [data-autosave-status]. Nobody is signed out before what was typed is kept.
const EVERY = 4000;
const SELDOM = 60000;
const CARRIED = 60000; // letters that a browser sends on for a page that is gone (64 KB)

function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  for (const secret of form.querySelectorAll("input[type=password]")) fields.delete(secret.name);
  return fields;
}

function textOf(form) {
  const fields = fieldsOf(form);
  fields.delete("version");
  return String(fields);
}

// An answer that was lost on its way: what the server has is what this window sent.
const one = (values) => String([...values].sort()).trim();
const isOurs = (fields, sent) => sent && Object.entries(fields).every(([name, value]) => one([value].flat()) === one(sent.getAll(name).filter(Boolean)));

// Words that may say how heavy it is: the quiet link stands below them, once, and nothing is in her way.
function offerCare(form, status) {
  const link = document.querySelector("template[data-care-link]");
  if (!link || form.querySelector(".care-link")) return;
  const place = status?.closest(".form-send, .reply-send, .writing-state") ?? status;
  if (place) place.after(link.content.cloneNode(true));
  else form.append(link.content.cloneNode(true));
}

const keepers = new Set();

function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  const version = form.elements.namedItem("version");
  let kept = textOf(form);
  let busy = false;
  let pause = EVERY;
  let notBefore = 0;
  let lost = null;
  let last = Promise.resolve(true);

  function say(which, words) {
    if (!status) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, "en-GB"), { timeStyle: "short" }).format(new Date());
    status.textContent = words || (status.dataset[which] || status.dataset.textOffline || "").replace("{time}", time);
  }

  function isKept(text, detail) {
    kept = text;
    pause = EVERY;
    lost = null;
    if (version && detail.version !== undefined) version.value = detail.version;
    say("textSaved");
    form.dispatchEvent(new CustomEvent("autosave:kept"));
  }

  function save(leaving) {
    return (last = send(leaving));
  }

  async function send(leaving) {
    const text = textOf(form);
    if (text === kept || "conflict" in form.dataset || "sending" in form.dataset || (!leaving && (busy || Date.now() < notBefore))) return text === kept;
    const sent = fieldsOf(form);
    // A page that is going may not hear the answer: what a browser won't carry, or an answer under way, stays here.
    if (leaving && (busy || String(sent).length > CARRIED)) form.dispatchEvent(new CustomEvent("autosave:failed"));
    busy = true;
    let signedOut = false;
    let reason = "";
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: sent, headers: { Accept: "application/json" }, keepalive: leaving && String(sent).length <= CARRIED });
      signedOut = answer.status === 401;
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      const detail = await answer.json();
      if (answer.headers.get("Care")) offerCare(form, status);
      if (answer.ok) return isKept(text, detail), true;
      reason = detail.reason || "";
      if (!detail.fields) throw new Error(reason);
      if (isOurs(detail.fields, lost)) {
        if (version) version.value = detail.version;
        notBefore = 0;
        return false;
      }
      say("textConflict");
      form.dispatchEvent(new CustomEvent("autosave:conflict", { detail, bubbles: true }));
    } catch {
      lost = sent;
      notBefore = Date.now() + pause;
      pause = Math.min(pause * 2, SELDOM);
      say(signedOut ? "textSignedOut" : "textOffline", reason);
      form.dispatchEvent(new CustomEvent("autosave:failed"));
    } finally {
      busy = false;
    }
    return false;
  }

  keepers.add({ status, saveAfterAll: () => last.then(() => save(true)), isDone: () => textOf(form) === kept });
  setInterval(save, EVERY, false);
  addEventListener("online", () => { notBefore = 0; save(false); });
  addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
}

const watched = new WeakSet();

function begin(form) {
  if (!form || watched.has(form)) return;
  watched.add(form);
  watch(form);
}

document.querySelectorAll("form[data-autosave]").forEach(begin);
// A box that came into the page later is watched from its first touch.
document.addEventListener("focusin", ({ target }) => begin(target.closest("form[data-autosave]")));

// Signing out leaves nothing in the browser, so the words go to the server first; a second press goes on all the same.
let asked = false;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const waiting = [...keepers].filter((one) => !one.isDone());
  if (!form.action.endsWith("/sign-out") || !waiting.length || asked) return;
  event.preventDefault();
  asked = true;
  const all = await Promise.all(waiting.map((one) => one.saveAfterAll()));
  if (all.every(Boolean)) return form.requestSubmit ? form.requestSubmit() : form.submit();
  waiting[0].status?.scrollIntoView({ block: "center" });
});
