import { clock } from "./duration";

const minutesOf = (cell: HTMLElement): number => Number(cell.dataset.minutes ?? 0);

/** Adds up the cells of rows, days and the week, and says on each day how it compares with the target. */
export function addUp(root: HTMLElement): void {
  const days = new Map<string, number>();
  for (const line of root.querySelectorAll<HTMLElement>("[data-line]")) {
    let sum = 0;
    for (const cell of line.querySelectorAll<HTMLElement>("[data-minutes]")) {
      sum += minutesOf(cell);
      days.set(cell.dataset.day!, (days.get(cell.dataset.day!) ?? 0) + minutesOf(cell));
    }
    line.querySelector("[data-row-total]")!.textContent = sum ? clock(sum) : "–";
  }
  let week = 0;
  root.querySelectorAll<HTMLElement>("[data-total]").forEach((total, place) => {
    const logged = days.get(total.dataset.total!) ?? 0;
    const target = Number(total.dataset.target);
    week += logged;
    total.textContent = logged || target ? clock(logged) : "–";
    total.classList.toggle("tone-good", logged > 0 && logged >= target);
    total.classList.toggle("tone-warn", logged > 0 && logged < target);
    root.querySelector(`[data-day-total="${place}"]`)!.textContent = clock(logged);
  });
  root.querySelector("[data-week-total]")!.textContent = clock(week);
  const submit = document.querySelector("[data-submit-total]");
  if (submit) submit.textContent = `${clock(week)} h`;
}
