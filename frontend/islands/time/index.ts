import { TimeApi } from "./api";
import { WeekGrid } from "./grid";

function start(): void {
  for (const root of document.querySelectorAll<HTMLElement>("#week[data-editable]:not([data-begun])")) {
    root.dataset.begun = "yes";
    new WeekGrid(root, new TimeApi(root.dataset.csrf ?? "", Number(root.dataset.person)));
  }
}

start();
document.addEventListener("htmx:afterSettle", start);
