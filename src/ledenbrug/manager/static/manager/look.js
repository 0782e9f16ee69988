// Light or dark before the first paint: the person's own choice, else the system's.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("look"); } catch { return null; } };
  const show = () => {
    document.documentElement.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light");
    for (const each of document.querySelectorAll("[data-look]")) {
      each.toggleAttribute("aria-current", each.dataset.look === (chosen() ?? "system"));
    }
  };
  show();
  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-look]");
    if (!button) return;
    try {
      if (button.dataset.look === "system") localStorage.removeItem("look");
      else localStorage.setItem("look", button.dataset.look);
    } catch { /* private window: holds for this page only */ }
    show();
  });
})();
