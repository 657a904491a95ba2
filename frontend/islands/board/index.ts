// Cards of the board are dragged from lane to lane. A drop presses what the card's own menu has for that lane, so that
// mouse and keyboard do the same: a move that needs no answer is sent, one that does opens its question.
import Sortable from "sortablejs";

import { drop } from "./drop";

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

start();
document.addEventListener("htmx:afterSettle", start);
