// What was typed survives logging in again: it is kept in this tab from sending until the next page of the frame is there.
(() => {
  const typable = "input:not([type=hidden], [type=password], [type=file]), textarea, select";
  const keep = (typed) => {
    try {
      if (typed) sessionStorage.setItem("typed", JSON.stringify(typed));
      else sessionStorage.removeItem("typed");
    } catch { /* a window that keeps nothing */ }
  };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem("typed")); } catch { return null; } };
  const here = location.pathname + location.search;
  const note = document.getElementById("kept");
  const who = note?.dataset.of; // what one person typed is not for the next at this screen
  const between = document.querySelector("main.alone") !== null; // logging in, or told to go back

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (between || form.method !== "post") return;
    const values = [...form.elements].filter((each) => each.matches(typable))
      .map(({ name, value, checked }) => ({ name, value, checked }));
    if (values.length) keep({ here, who, values, form: [...document.forms].indexOf(form) });
  });

  const typed = kept();
  if (between) {
    if (typed) keep({ ...typed, away: true });
    return;
  }
  keep(null);
  const form = typed?.away && typed.here === here && typed.who === who && document.forms[typed.form];
  if (!form) return;
  for (const { name, value, checked } of typed.values) {
    for (const each of form.querySelectorAll(typable)) {
      if (each.name !== name) continue;
      if (each.type !== "checkbox" && each.type !== "radio") each.value = value;
      else if (each.value === value) each.checked = checked;
    }
  }
  document.querySelector(".page-head")?.after(note.content.cloneNode(true));
})();
