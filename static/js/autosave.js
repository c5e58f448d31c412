// form[data-autosave="/address"]: its fields are posted there some seconds after a change and on leaving the page.
// In: 200 {"version": n}, 409 {"version": n, "fields": {…}}. Out, as events on the form: autosave:kept, autosave:failed
// and autosave:conflict, for kept-here.js and versions.js. Texts come from [data-autosave-status].
const EVERY = 4000;
const SELDOM = 60000;

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

function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  const version = form.elements.namedItem("version");
  let kept = textOf(form);
  let busy = false;
  let pause = EVERY;
  let notBefore = 0;

  function say(which) {
    if (!status) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
    status.textContent = (status.dataset[which] || "").replace("{time}", time);
  }

  async function save(leaving) {
    const text = textOf(form);
    if (text === kept || "conflict" in form.dataset || "sending" in form.dataset || (!leaving && (busy || Date.now() < notBefore))) return;
    busy = true;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: fieldsOf(form), headers, keepalive: leaving });
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      const detail = await answer.json();
      if (answer.status === 409) {
        say("textConflict");
        form.dispatchEvent(new CustomEvent("autosave:conflict", { detail, bubbles: true }));
        return;
      }
      kept = text;
      pause = EVERY;
      if (version && detail.version !== undefined) version.value = detail.version;
      say("textSaved");
      form.dispatchEvent(new CustomEvent("autosave:kept"));
    } catch {
      notBefore = Date.now() + pause;
      pause = Math.min(pause * 2, SELDOM);
      say("textOffline");
      form.dispatchEvent(new CustomEvent("autosave:failed"));
    } finally {
      busy = false;
    }
  }

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
