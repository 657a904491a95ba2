import htmx from "./htmx";

const longList = 12;

/**
 * A long list of choices becomes one that can be searched, and one of several choices one that needs no Ctrl key; the
 * library comes only when a page has such a list.
 */
async function searchable(root: ParentNode): Promise<void> {
  const lists = [...root.querySelectorAll<HTMLSelectElement>("select.form-select:not(.tomselected)")].filter(
    (list) => list.multiple || "search" in list.dataset || list.options.length > longList,
  );
  if (lists.length === 0) return;
  const { makeSearchable } = await import("./select");
  lists.forEach(makeSearchable);
}

/** The second press of a submit button is not a second action. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** The bar of actions appears with the first chosen row and says how many are chosen. */
function countChosen(): void {
  const bar = document.getElementById("selection-bar");
  if (!bar) return;
  const boxes = [...document.querySelectorAll<HTMLInputElement>("input[data-choose-row]")];
  const chosen = boxes.filter((box) => box.checked).length;
  bar.hidden = chosen === 0;
  bar.querySelector("[data-count]")!.textContent = `${chosen} selected`;
  const all = document.querySelector<HTMLInputElement>("input[data-choose-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const box of boxes) box.closest("tr")?.toggleAttribute("data-chosen", box.checked);
}

export function startForms(): void {
  htmx.onLoad((root) => {
    void searchable(root as Element);
    countChosen();
  });
  document.addEventListener("submit", sendOnce);
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if ("chooseAll" in box.dataset) {
      for (const row of document.querySelectorAll<HTMLInputElement>("input[data-choose-row]")) row.checked = box.checked;
    }
    if ("chooseAll" in box.dataset || "chooseRow" in box.dataset) countChosen();
  });
}
