import { TimeApi } from "./api";
import { WeekGrid } from "./grid";
import { runTimer } from "./timer";

/** On a phone a week is shown one day at a time. */
function showDay(root: HTMLElement, target: Element): void {
  const day = target.closest<HTMLElement>("[data-show]");
  if (!day) return;
  root.dataset.shown = day.dataset.show;
  for (const each of root.querySelectorAll("[data-show]")) each.setAttribute("aria-pressed", String(each === day));
}

function start(): void {
  runTimer();
  for (const root of document.querySelectorAll<HTMLElement>("#week:not([data-begun])")) {
    root.dataset.begun = "yes";
    root.addEventListener("click", (event) => showDay(root, event.target as Element));
    if ("editable" in root.dataset) new WeekGrid(root, new TimeApi(root.dataset.csrf ?? "", Number(root.dataset.person)));
  }
}

start();
document.addEventListener("htmx:afterSettle", start);
