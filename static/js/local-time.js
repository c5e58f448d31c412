// time[data-local="moment|time"] with a UTC datetime reads in the reader's own time zone.
// The server writes English dates the British way; a moment must not look American beside them.
const language = document.documentElement.lang.replace(/^en$/, "en-GB");
const FORMS = {
  moment: { day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" },
  time: { hour: "numeric", minute: "2-digit" },
};

for (const time of document.querySelectorAll("time[data-local]")) {
  const form = FORMS[time.dataset.local];
  const moment = new Date(time.dateTime);
  if (form && !Number.isNaN(moment.getTime())) time.textContent = new Intl.DateTimeFormat(language, form).format(moment);
}
