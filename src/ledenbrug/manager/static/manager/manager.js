// The little that a server-rendered page cannot do by itself. Every page works without it.

// A fragment that answers with another page (logged out meanwhile) takes the whole window there.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.finalRequestPath ?? pathInfo.requestPath, location.href);
  const got = new URL(xhr.responseURL || asked, location.href);
  if (asked.pathname !== got.pathname) {
    event.preventDefault();
    location.reload();
  }
});

// A fragment that could not be had says so where it would have stood.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const said = document.getElementById("trouble");
    if (!said) return;
    event.detail.target.replaceChildren(said.content.cloneNode(true));
  });
}

// A button that sends its form says so and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const button = event.submitter;
  if (!button || button.dataset.again !== undefined) return;
  setTimeout(() => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

// After a refusal one stands at the first field that must be mended.
addEventListener("DOMContentLoaded", () => {
  document.querySelector('[aria-invalid="true"], fieldset:has(.errorlist) input:not(:disabled)')?.focus();
});

// Copies an address that must be pasted elsewhere.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard?.writeText(source.value ?? source.textContent.trim());
  button.textContent = button.dataset.copied;
});

// "/" goes to the search field.
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});

// The list of members without a mouse: arrows along the rows, Space ticks, Enter follows the link as ever.
const rowKeys = {
  ArrowDown: (links, at) => links[at + 1]?.focus(),
  ArrowUp: (links, at) => (links[at - 1] ?? document.querySelector("input[type=search]"))?.focus(),
  ArrowRight: () => document.querySelector("#rows a[rel=next]")?.click(),
  ArrowLeft: () => document.querySelector("#rows a[rel=prev]")?.click(),
  " ": (links, at) => links[at].closest("tr").querySelector("input[type=checkbox]")?.click(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const links = [...document.querySelectorAll("#rows [data-row]")];
  const at = links.indexOf(event.target);
  const fromSearch = event.key === "ArrowDown" && event.target.matches("input[type=search]") && links.length > 0;
  if ((at < 0 && !fromSearch) || !(event.key in rowKeys)) return;
  event.preventDefault();
  rowKeys[event.key](links, at);
});
document.addEventListener("change", (event) => {
  const said = document.getElementById("chosen");
  if (!said || event.target.getAttribute("form") !== "ticked") return;
  const number = document.querySelectorAll("#rows input[name=member]:checked").length;
  said.textContent = number ? `${number} ${said.dataset.said}` : "";
});
