import { element } from "./dom";

export interface Offer {
  /** What is put in place of the word being typed. */
  text: string;
  label: string;
  note?: string;
  picked?: () => void;
}

/** What a box offers while it is typed in: the word at the caret, and where it stands. */
export interface Offers {
  from: number;
  to: number;
  list: Offer[];
}

const MOST = 8;

/** A list under a text box, after the ARIA combobox pattern: arrows choose, Enter or Tab takes, Escape closes it. */
export class Suggestions {
  private readonly list = element("ul", { class: "plan-suggestions", id: "plan-suggestions", role: "listbox", hidden: true });
  private offered: Offers = { from: 0, to: 0, list: [] };
  private chosen = -1;

  constructor(
    private readonly input: HTMLInputElement,
    box: HTMLElement,
    label: string,
    private readonly find: (text: string, caret: number) => Offers,
  ) {
    box.append(this.list);
    this.list.setAttribute("aria-label", label);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.show());
  }

  show(): void {
    const caret = this.input.selectionEnd ?? this.input.value.length;
    this.offered = this.find(this.input.value, caret);
    this.offered.list.length = Math.min(this.offered.list.length, MOST);
    this.list.replaceChildren(...this.offered.list.map((offer, index) => this.option(offer, index)));
    this.choose(-1);
    this.open(this.offered.list.length > 0);
  }

  /** True when the key was for the list. */
  onKey(event: KeyboardEvent): boolean {
    if (this.list.hidden || event.isComposing) return false;
    const { length } = this.offered.list;
    if (event.key === "ArrowDown") this.choose((this.chosen + 1) % length);
    else if (event.key === "ArrowUp") this.choose((Math.max(this.chosen, 0) - 1 + length) % length);
    else if ((event.key === "Enter" || event.key === "Tab") && this.chosen >= 0) this.take(this.chosen);
    else if (event.key === "Escape") this.open(false);
    else return false;
    event.preventDefault();
    return true;
  }

  private option({ label, note }: Offer, index: number): HTMLElement {
    const parts: (Node | string)[] = [element("span", {}, label)];
    if (note) parts.push(element("span", { class: "plan-suggestion-note" }, note));
    return element("li", {
      role: "option",
      id: `plan-suggestion-${index}`,
      "aria-selected": "false",
      // Taken before the box loses the focus.
      onpointerdown: (event: Event) => {
        event.preventDefault();
        this.take(index);
      },
    }, ...parts);
  }

  private choose(index: number): void {
    this.chosen = index;
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `plan-suggestion-${index}`);
  }

  private take(index: number): void {
    const offer = this.offered.list[index];
    if (!offer) return;
    const { from, to } = this.offered;
    const { value } = this.input;
    const before = value.slice(0, from).trimEnd();
    const start = before && !before.endsWith("[") ? `${before} ` : before;
    this.input.value = `${start}${offer.text}${value.slice(to)}`;
    const caret = start.length + offer.text.length;
    this.input.setSelectionRange(caret, caret);
    offer.picked?.();
    this.open(false);
    this.input.focus({ preventScroll: true });
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.choose(-1);
  }
}
