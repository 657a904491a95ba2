// Tables of records: how high their rows are, and a head that stays in view while the page is scrolled.
import htmx from "./htmx";
import { type Density, chooseDensity, chosenDensity } from "./preferences";

function showDensity(root: ParentNode): void {
  for (const choice of root.querySelectorAll<HTMLInputElement>("[data-density-choice]")) {
    choice.checked = choice.value === chosenDensity();
  }
}

/** What scrolls sideways holds its head fast to itself and not to the page: only a table that fits lets it stick. */
const fit = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const frame = target.closest<HTMLElement>(".table-scroll");
    const table = frame?.querySelector<HTMLElement>("table");
    if (frame && table) frame.classList.toggle("is-whole", table.scrollWidth <= frame.clientWidth);
  }
});

/** Leaving the search asks for the list anew: a menu that was just opened stays open when its line is renewed. */
function keepOpen(event: Event): void {
  const { target, fragment } = (event as CustomEvent<{ target: Element; fragment: DocumentFragment }>).detail;
  if (target.id !== "list-tools") return;
  const renewed = fragment.querySelectorAll("details");
  target.querySelectorAll("details").forEach((menu, place) => {
    if (menu.open && renewed[place]) renewed[place].open = true;
  });
}

/** The cell whose form is open, by the id of the link that opened it: it has the focus again when the form is gone. */
let edited = "";

function closeCell(): void {
  document.dispatchEvent(new CustomEvent("accord:refresh"));
}

function followCells(): void {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a.cell-edit");
    if (link) edited = link.id;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = (event.target as Element).closest("[data-cell-form]") ?? (event.target as Element).querySelector(".cell > [data-cell-form], :scope > [data-cell-form]");
    if (form) {
      const control = form.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
      control?.focus();
      if (control instanceof HTMLInputElement && control.type === "text") control.select();
    } else if (edited && document.activeElement === document.body) {
      document.getElementById(edited)?.focus();
      edited = "";
    }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-cell-cancel]")) closeCell();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(event.target as Element).closest("[data-cell-form]")) return;
    event.stopPropagation();
    closeCell();
  });
}

export function startLists(): void {
  followCells();
  document.addEventListener("htmx:oobBeforeSwap", keepOpen);
  document.addEventListener("change", (event) => {
    const choice = event.target as HTMLInputElement;
    if (choice.matches("[data-density-choice]")) chooseDensity(choice.value as Density);
  });
  htmx.onLoad((root) => {
    showDensity(root as Element);
    for (const frame of (root as Element).querySelectorAll<HTMLElement>(".list-stacked > .table-scroll")) {
      fit.observe(frame);
      fit.observe(frame.querySelector("table")!);
    }
  });
}
