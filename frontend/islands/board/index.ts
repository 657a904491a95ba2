// Cards of the board are dragged from lane to lane. A drop presses what the card's own menu has for that lane, so that
// mouse and keyboard do the same: a move that needs no answer is sent, one that does opens its question.
import Sortable from "sortablejs";

import { drop, neighbour } from "./drop";

function start(): void {
  for (const lane of document.querySelectorAll<HTMLElement>("[data-board] [data-lane]")) {
    if (Sortable.get(lane)) continue;
    Sortable.create(lane, {
      group: "board",
      sort: false,
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      draggable: "[data-card]",
      filter: "details, form",
      preventOnFilter: false,
      ghostClass: "is-dragged",
      onStart: () => document.querySelector("[data-board]")?.classList.add("is-dragging"),
      onEnd: (event) => {
        document.querySelector("[data-board]")?.classList.remove("is-dragging");
        drop({ item: event.item, from: event.from, to: event.to, oldIndex: event.oldIndex });
      },
    });
  }
}

/** Alt+Shift+← or → on a card does what dragging it to the lane beside does. */
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  const card = (event.target as Element).closest<HTMLElement>("[data-board] [data-card]");
  const from = card?.closest<HTMLElement>("[data-lane]");
  if (!card || !from) return;
  event.preventDefault();
  const lanes = [...document.querySelectorAll<HTMLElement>("[data-board] [data-lane]")];
  const to = neighbour(lanes, from, event.key === "ArrowRight" ? 1 : -1);
  if (to) drop({ item: card, from, to, oldIndex: [...from.children].indexOf(card) });
});

start();
document.addEventListener("htmx:afterSettle", start);
