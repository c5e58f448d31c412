// [data-count="id"] on a control with a maxlength: the element of that id says how many characters are left, near the end.
for (const control of document.querySelectorAll("[data-count]")) {
  const place = document.getElementById(control.dataset.count);
  const most = Number(control.getAttribute("maxlength"));
  if (!place || !most) continue;
  const before = place.textContent;
  const say = () => {
    const over = most - control.value.length;
    const near = over <= Math.max(20, most / 5);
    place.textContent = near ? place.dataset.text.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(over)) : before;
    place.toggleAttribute("data-low", over <= 5);
  };
  control.addEventListener("input", say);
  say();
}
