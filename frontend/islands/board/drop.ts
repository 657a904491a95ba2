export interface Drag {
  item: HTMLElement;
  from: HTMLElement;
  to: HTMLElement;
  oldIndex?: number;
}

/**
 * A drop presses what the card's own menu has for that lane: a form is sent, and what needs an answer opens its question.
 * Until that is answered the card is where it was.
 */
export function drop({ item, from, to, oldIndex }: Drag): void {
  if (from === to) return;
  const way = item.querySelector<HTMLElement>(`[data-to="${to.dataset.lane}"]`);
  if (way && "requestSubmit" in way) {
    (way as HTMLFormElement).requestSubmit();
    return;
  }
  from.insertBefore(item, from.children[oldIndex ?? 0] ?? null);
  way?.click();
}

/** The lane beside `from`, where there is one. */
export function neighbour<T>(lanes: readonly T[], from: T, step: 1 | -1): T | undefined {
  const place = lanes.indexOf(from);
  return place < 0 ? undefined : lanes[place + step];
}
