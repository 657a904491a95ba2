import { element } from "../../shell/icon";
import type { Choice } from "./api";

/** A field that finds what time can be logged on: arrow keys choose, Enter takes, Escape leaves. */
export class Chooser {
  private found: Choice[] = [];
  private at = 0;
  private timer = 0;
  private asked = 0;

  constructor(
    readonly input: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly find: (words: string) => Promise<Choice[]>,
    private readonly on: { words(): string; shown?(choice: Choice | null): void; taken(choice: Choice): void; left(): void },
  ) {
    input.addEventListener("input", () => this.later());
    input.addEventListener("focus", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    if (input.value && document.activeElement === input) this.later(); // typed before the script was there
    list.addEventListener("mousedown", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.take(Number(option.dataset.place));
    });
  }

  get chosen(): Choice | null {
    return this.found[this.at] ?? null;
  }

  close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), 120);
  }

  /** Look the words up now; what was asked before and answers later is not shown. */
  async ask(): Promise<void> {
    const mine = ++this.asked;
    const words = this.on.words();
    const found = words || this.input.id === "add-row-words" ? await this.find(words).catch(() => []) : [];
    if (mine !== this.asked) return;
    this.found = found;
    this.at = 0;
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const count = this.found.length;
      if (count) this.at = (this.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      this.show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(this.timer);
      void this.answered().then(() => this.take(this.at));
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
      this.on.left();
    }
  }

  /** Enter before the answer came waits for it; a choice made by arrow keys stays. */
  private async answered(): Promise<void> {
    if (!this.found.length) await this.ask();
  }

  private take(place: number): void {
    const choice = this.found[place];
    if (choice) this.on.taken(choice);
  }

  private show(): void {
    this.list.replaceChildren(
      ...this.found.map((choice, place) => {
        const option = element("li", "", element("b", "", choice.name), element("span", "cell-sub", choice.about));
        option.id = `${this.list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(place === this.at));
        option.dataset.place = String(place);
        return option;
      }),
    );
    const isOpen = this.found.length > 0 && document.activeElement === this.input;
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    this.on.shown?.(this.chosen);
  }
}
