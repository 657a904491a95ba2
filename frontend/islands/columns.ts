// The columns of a list are put in order by mouse or by the buttons beside them. The form sends them in the order of
// the page; the address it leads to names them once, in a line.
import Sortable from "sortablejs";

function start(): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-columns]")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, { animation: 120, draggable: "[data-column]", handle: ".column-grip" });
  }
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-up], [data-down]");
  const row = button?.closest<HTMLElement>("[data-column]");
  if (!button || !row) return;
  if (button.hasAttribute("data-up")) row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  // At either end one of the two buttons is hidden: the other keeps the focus in the row.
  const shown = [button, ...row.querySelectorAll<HTMLElement>("[data-up], [data-down]")];
  shown.find((each) => getComputedStyle(each).visibility === "visible")?.focus();
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches(".column-choice")) return;
  event.preventDefault();
  const data = new FormData(form);
  const query = new URLSearchParams();
  data.delete("density"); // is kept in the browser
  for (const [name, value] of data) if (name !== "columns" && typeof value === "string" && value) query.append(name, value);
  query.set("columns", data.getAll("columns").join(","));
  location.assign(`${form.action}?${query.toString().replaceAll("%2C", ",")}`);
});

start();
document.addEventListener("htmx:afterSettle", start);
