import { element } from "./icon";
import { singleKeysOn, switchSingleKeys } from "./preferences";

const editing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=combobox]"));

/** What a key presses: the page's own action before one of the frame. */
function answering(key: string): HTMLElement | null {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  return document.querySelector<HTMLElement>(`main ${wanted}`) ?? document.querySelector<HTMLElement>(wanted);
}

const rowOf = (element: Element | null): HTMLElement | null => element?.closest<HTMLElement>("[data-rows] :is(tr, li)") ?? null;

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>("main [data-rows] [data-row]")];
  const at = links.indexOf(rowOf(document.activeElement)?.querySelector<HTMLElement>("[data-row]") as HTMLElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  rowOf(next ?? null)?.scrollIntoView({ block: "nearest" });
}

/** A list that was answered by its like: whoever was at its third row is at the third row again. */
function startRows(): void {
  let at = -1;
  document.addEventListener("htmx:beforeSwap", () => {
    const links = [...document.querySelectorAll<HTMLElement>("main [data-rows] [data-row]")];
    at = links.indexOf(rowOf(document.activeElement)?.querySelector<HTMLElement>("[data-row]") as HTMLElement);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (at < 0 || document.activeElement !== document.body) return;
    const links = [...document.querySelectorAll<HTMLElement>("main [data-rows] [data-row]")];
    links[Math.min(at, links.length - 1)]?.focus();
  });
}

const name = (target: HTMLElement): string =>
  target.dataset.keyLabel ?? target.getAttribute("aria-label") ?? target.textContent?.trim() ?? "";

function row(label: string, keys: string[]): HTMLElement {
  const pressed = element("dd", "", ...keys.map((key) => element("kbd", "", key.toUpperCase())));
  return element("div", "", element("dt", "", label), pressed);
}

/** The list shows what this very page answers to: every element with `data-key`, and the rooms after `g`. */
function list(): void {
  const here = [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((target) => answering(target.dataset.key!) === target);
  const ofRow = [...(document.querySelector("[data-rows] :is(tr, li)")?.querySelectorAll<HTMLElement>("[data-row-key]") ?? [])];
  const rooms = [...document.querySelectorAll<HTMLElement>("[data-go]")];
  const place = document.getElementById("keys-here")!;
  place.replaceChildren(...[...here, ...ofRow].map((target) => row(name(target), [target.dataset.key ?? target.dataset.rowKey!])));
  (place.previousElementSibling as HTMLElement).hidden = here.length + ofRow.length === 0;
  const goes = rooms.map((target) => row(name(target), ["g", target.dataset.go!]));
  document.getElementById("keys-rooms")!.replaceChildren(...goes);
}

let going = 0;

function answer(event: KeyboardEvent): boolean {
  if (going && Date.now() - going < 1500) {
    going = 0;
    const room = document.querySelector<HTMLElement>(`[data-go="${CSS.escape(event.key)}"]`);
    room?.click();
    return room !== null;
  }
  const inRows = document.activeElement?.closest("[data-rows]") != null;
  if (event.key === "j" || (event.key === "ArrowDown" && inRows)) step(1);
  else if (event.key === "k" || (event.key === "ArrowUp" && inRows)) step(-1);
  else if (event.key === "g") going = Date.now();
  else if (event.key === "?") showKeys();
  else {
    const ofRow = rowOf(document.activeElement)?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(event.key)}"]`);
    const target = ofRow ?? answering(event.key);
    if (!target) return false;
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
  }
  return true;
}

export function showKeys(): void {
  list();
  (document.getElementById("keys") as HTMLDialogElement).showModal();
}

export function startKeys(): void {
  startRows();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || editing(event.target)) return;
    if (document.querySelector("dialog[open]") || (event.target as Element).closest?.("[data-own-keys]")) return;
    if (!singleKeysOn() && !event.key.startsWith("Arrow")) return;
    if (answer(event)) event.preventDefault();
  });
  const choice = document.querySelector<HTMLInputElement>("#single-keys");
  if (!choice) return;
  choice.checked = singleKeysOn();
  choice.addEventListener("change", () => switchSingleKeys(choice.checked));
}
