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

export function startLists(): void {
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
