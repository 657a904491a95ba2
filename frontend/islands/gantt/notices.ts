import type { Conflict } from "./api";
import { element, part } from "./dom";
import { showValue } from "./format";

export interface Remedy {
  label: string;
  run: () => void;
}

export interface Spot {
  x: number;
  y: number;
}

/** Everything the plan says to its user: spoken, floating at the foot, or beside the gesture. */
export class Notices {
  private readonly live: HTMLElement;
  private readonly shelf: HTMLElement;
  private readonly bubble: HTMLElement;
  private bubbleTimer = 0;

  constructor(private readonly root: HTMLElement) {
    this.live = part(root, "[data-plan-live]");
    this.shelf = part(root, "[data-plan-toasts]");
    this.bubble = part(root, "[data-plan-bubble]");
    root.addEventListener("pointerdown", () => this.clearRefusal());
  }

  /** Heard, not seen. */
  say(text: string): void {
    this.live.textContent = text;
  }

  toast(text: string, remedy?: Remedy, tone: "plain" | "lasting" | "bad" = "plain"): void {
    const toast = element("div", { class: `plan-toast plan-toast-${tone}`, role: tone === "bad" ? "alert" : "status" });
    const close = (): void => toast.remove();
    toast.append(element("span", {}, text));
    if (remedy) {
      const act = (): void => {
        close();
        remedy.run();
      };
      toast.append(element("button", { type: "button", class: "btn", onclick: act }, remedy.label));
    }
    toast.append(element("button", { type: "button", class: "plan-dismiss", "aria-label": "Dismiss", onclick: close }, "×"));
    for (const old of this.shelf.querySelectorAll(".plan-toast:not(.plan-toast-others)")) old.remove();
    this.shelf.append(toast);
    // A message that asks for something to be done, or tells of a failure, waits to be dismissed.
    if (!remedy && tone === "plain") window.setTimeout(close, 6000);
    else if (remedy && tone === "plain") window.setTimeout(close, 12_000);
  }

  /** What others did: said quietly, beside whatever else there is to say. */
  others(text: string): void {
    this.shelf.querySelector(".plan-toast-others")?.remove();
    const toast = element("div", { class: "plan-toast plan-toast-others", role: "status" }, text);
    this.shelf.prepend(toast);
    window.setTimeout(() => toast.remove(), 8000);
  }

  /** A refusal, said where the hand or the cursor is. */
  refuse(message: string, spot: Spot | Element | null): void {
    const frame = this.bubble.parentElement!.getBoundingClientRect();
    const box = spot instanceof Element ? spot.getBoundingClientRect() : null;
    const x = box ? box.left + Math.min(box.width, 80) / 2 : ((spot as Spot | null)?.x ?? frame.left + frame.width / 2);
    const y = box ? box.bottom : ((spot as Spot | null)?.y ?? frame.top + 80) + 12;
    this.bubble.textContent = message;
    this.bubble.hidden = false;
    const width = this.bubble.offsetWidth;
    const left = Math.max(8, Math.min(x - frame.left - 20, frame.width - width - 8));
    const top = Math.max(8, Math.min(y - frame.top + 6, frame.height - this.bubble.offsetHeight - 8));
    this.bubble.style.left = `${left}px`;
    this.bubble.style.top = `${top}px`;
    window.clearTimeout(this.bubbleTimer);
    this.bubbleTimer = window.setTimeout(() => this.clearRefusal(), 7000);
  }

  clearRefusal(): void {
    window.clearTimeout(this.bubbleTimer);
    this.bubble.hidden = true;
  }

  /** Someone saved first: shows both values; `again` sends ours on top of theirs, `dropped` lets theirs stand. */
  conflict(conflict: Conflict, again: () => void, dropped: () => void): void {
    const dialog = part<HTMLDialogElement>(this.root, "[data-plan-conflict]");
    part(dialog, "[data-plan-conflict-message]").textContent =
      conflict.message || "Someone else changed this task while you were editing. The plan shows the saved values.";
    const rows = conflict.differences.map(({ record, field, yours, theirs }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, record),
        element("td", {}, field.replaceAll("_", " ")),
        element("td", {}, showValue(yours)),
        element("td", {}, showValue(theirs)),
      ),
    );
    part(dialog, "tbody").replaceChildren(...rows);
    part(dialog, "table").hidden = rows.length === 0;
    dialog.onclose = () => {
      if (dialog.returnValue === "again") again();
      else dropped();
    };
    dialog.returnValue = "";
    dialog.showModal();
  }
}
