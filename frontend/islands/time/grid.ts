import { toast } from "../../shell/toasts";
import { type CellChange, type Choice, type RowCode, type SavedCell, type TimeApi, Refused } from "./api";
import { Chooser } from "./choose";
import { clock, minutesIn } from "./duration";
import { read } from "./quick";
import { Saver, Waiting } from "./saver";
import { addUp } from "./totals";

type Cell = HTMLInputElement;

/** The grid of a week: typing in a cell edits it, and what was typed is saved when the cell is left. */
export class WeekGrid {
  private readonly saver: Saver;
  private readonly today: string;
  private noted: Cell | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly api: TimeApi,
  ) {
    this.today = root.dataset.today!;
    const waiting = new Waiting(localStorage, `accord:time:${document.body.dataset.user}:${root.dataset.person}`);
    this.saver = new Saver(api, waiting, {
      saved: (change, cell) => this.onSaved(change, cell),
      refused: (change, message) => this.onRefused(change, message),
      state: (count, isOffline) => this.say(count, isOffline),
    });
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focusin", (event) => this.onFocus(event.target as Element));
    root.addEventListener("change", (event) => this.onChange(event.target as Element));
    root.addEventListener("click", (event) => this.onClick(event.target as Element));
    root.parentElement?.addEventListener("click", (event) => this.onOffer(event.target as Element));
    this.startForms();
    this.restore(waiting.all());
  }

  private get cells(): Cell[] {
    return [...this.root.querySelectorAll<Cell>("[data-cell]")];
  }

  private cell(row: RowCode, day: string): Cell | null {
    return this.root.querySelector<Cell>(`[data-cell][data-row="${CSS.escape(row)}"][data-day="${day}"]`);
  }

  /** What was typed before the connection or the page was lost. */
  private restore(changes: CellChange[]): void {
    for (const change of changes) {
      const cell = this.cell(change.row, change.day);
      if (cell && change.minutes !== undefined) this.show(cell, change.minutes);
      cell?.toggleAttribute("data-unsaved", true);
    }
    if (changes.length) void this.saver.flush();
    addUp(this.root);
  }

  private show(cell: Cell, minutes: number): void {
    cell.value = minutes ? clock(minutes) : "";
    cell.dataset.minutes = String(minutes);
    cell.removeAttribute("aria-invalid");
  }

  /** Store what stands in `cell`, if it can be read; an empty cell removes the hours. */
  private commit(cell: Cell): boolean {
    const typed = cell.value.trim();
    const minutes = typed === "" ? 0 : minutesIn(typed);
    const trouble =
      minutes === null ? "Enter hours, for example 7:30, 7.5 or 90m." : minutes > 1440 ? "A day has 24 hours." : this.ahead(cell, minutes);
    this.trouble(trouble);
    if (minutes) settle(cell);
    if (trouble) {
      cell.setAttribute("aria-invalid", "true");
      return false;
    }
    const was = Number(cell.dataset.minutes);
    this.show(cell, minutes!);
    if (minutes !== was) {
      cell.toggleAttribute("data-unsaved", true);
      this.saver.save({ row: cell.dataset.row!, day: cell.dataset.day!, minutes: minutes!, was });
    }
    addUp(this.root);
    return true;
  }

  private ahead(cell: Cell, minutes: number): string {
    return minutes && cell.dataset.day! > this.today ? "This day is in the future. Log time once it has come." : "";
  }

  private onSaved(change: CellChange, saved: SavedCell): void {
    const cell = this.cell(change.row, change.day);
    if (!cell) return;
    cell.removeAttribute("data-unsaved");
    cell.dataset.note = saved.note;
    this.mark(cell);
  }

  private onRefused(change: CellChange, message: string): void {
    const cell = this.cell(change.row, change.day);
    if (cell) {
      cell.removeAttribute("data-unsaved");
      cell.setAttribute("aria-invalid", "true");
      cell.dataset.minutes = String(change.was ?? 0);
      addUp(this.root);
    }
    this.trouble(message);
  }

  private say(waiting: number, isOffline: boolean): void {
    const place = this.root.querySelector("[data-save-state]");
    if (!place) return;
    const kept = waiting === 1 ? "1 cell isn't saved yet." : `${waiting} cells aren't saved yet.`;
    place.textContent = isOffline ? `No connection. ${kept} Kept in this browser and sent again.` : waiting ? "Saving…" : "Saved.";
    place.classList.toggle("tone-warn", isOffline);
  }

  private trouble(text: string): void {
    const place = this.root.querySelector("[data-save-trouble]");
    if (place) place.textContent = text;
  }

  private onChange(target: Element): void {
    if (target.matches("[data-cell]")) this.commit(target as Cell);
    if (target.id === "cell-note" && this.noted) this.saveNote((target as HTMLInputElement).value);
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      void this.submit(target);
    } else if (target.id === "cell-note" && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      this.noted?.focus();
    } else if (target.matches("[data-cell]")) {
      this.onCellKey(event, target as Cell);
    }
  }

  private onCellKey(event: KeyboardEvent, cell: Cell): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") {
      event.preventDefault();
      this.fillRight(cell);
    } else if (event.shiftKey && event.key === "F2") {
      event.preventDefault();
      this.root.querySelector<HTMLInputElement>("#cell-note")?.focus();
    } else if (event.key === "Tab" && !event.shiftKey && cell.dataset.suggested && cell.value === "") {
      this.accept(cell); // and Tab moves on as always
    } else if (event.key === "Escape") {
      this.show(cell, Number(cell.dataset.minutes));
      this.trouble("");
    } else if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(cell, 0, event.key === "ArrowUp" || event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowLeft" && atStart(cell)) {
      event.preventDefault();
      this.move(cell, -1, 0);
    } else if (event.key === "ArrowRight" && atEnd(cell)) {
      event.preventDefault();
      this.move(cell, 1, 0);
    }
  }

  private move(cell: Cell, across: number, down: number): void {
    if (!this.commit(cell)) return; // what can't be read is put right first
    const day = cell.dataset.day!;
    const line = down ? this.cells.filter((each) => each.dataset.day === day) : this.cells.filter((each) => each.dataset.row === cell.dataset.row);
    const next = line[line.indexOf(cell) + across + down];
    next?.focus();
  }

  /** Copy the hours to the later working days of the row that are empty and have come. */
  private fillRight(cell: Cell): void {
    if (!this.commit(cell)) return;
    const working = new Set([...this.root.querySelectorAll<HTMLElement>("[data-total]")].filter((each) => Number(each.dataset.target)).map((each) => each.dataset.total));
    for (const each of this.cells) {
      if (each.dataset.row !== cell.dataset.row || each.dataset.day! <= cell.dataset.day!) continue;
      if (each.value || !working.has(each.dataset.day) || each.dataset.day! > this.today) continue;
      each.value = cell.value;
      this.commit(each);
    }
  }

  private accept(cell: Cell): void {
    cell.value = clock(Number(cell.dataset.suggested));
    cell.removeAttribute("data-suggested");
    cell.removeAttribute("aria-description");
    this.commit(cell);
  }

  private onFocus(target: Element): void {
    if (target.id === "cell-note") return;
    const bar = this.root.querySelector<HTMLElement>("[data-note-bar]")!;
    const cell = target.matches("[data-cell]") ? (target as Cell) : null;
    cell?.select();
    this.noted = cell && (Number(cell.dataset.minutes) || cell.dataset.note) ? cell : null;
    bar.hidden = this.noted === null;
    if (!this.noted) return;
    bar.querySelector("[data-note-of]")!.textContent = ` · ${this.noted.getAttribute("aria-label")}`;
    bar.querySelector<HTMLInputElement>("#cell-note")!.value = this.noted.dataset.note ?? "";
  }

  private saveNote(note: string): void {
    const cell = this.noted!;
    if (note === cell.dataset.note) return;
    cell.dataset.note = note;
    this.mark(cell);
    this.saver.save({ row: cell.dataset.row!, day: cell.dataset.day!, note });
  }

  /** The corner that says that a cell has a note. */
  private mark(cell: Cell): void {
    cell.parentElement!.querySelector(".note-mark")?.remove();
    if (!cell.dataset.note) return;
    const corner = document.createElement("span");
    corner.className = "note-mark";
    corner.title = cell.dataset.note;
    cell.after(corner);
  }

  private onClick(target: Element): void {
    const add = target.closest<HTMLElement>("[data-add-row]");
    if (add) {
      const box = this.root.querySelector<HTMLElement>("#add-row")!;
      box.hidden = !box.hidden;
      add.setAttribute("aria-expanded", String(!box.hidden));
      if (!box.hidden) box.querySelector("input")!.focus();
    }
  }

  /** The card of suggestions: one is accepted, or all. */
  private onOffer(target: Element): void {
    const all = target.closest("[data-accept-all]");
    const one = target.closest("[data-accept-one]")?.closest<HTMLElement>("[data-offer]");
    if (!all && !one) return;
    const card = document.querySelector<HTMLElement>("#suggestions")!;
    for (const offer of one ? [one] : card.querySelectorAll<HTMLElement>("[data-offer]")) {
      const cell = this.cell(offer.dataset.row!, offer.dataset.day!);
      if (cell && cell.dataset.suggested && cell.value === "") this.accept(cell);
    }
    (document.querySelector<HTMLElement>("#suggestions [data-accept-one]") ?? this.cells[0])?.focus();
  }

  private async submit(target: HTMLElement): Promise<void> {
    if (target.matches("[data-cell]") && !this.commit(target as Cell)) return;
    await this.saver.flush();
    const form = document.querySelector<HTMLFormElement>("#submit-week");
    const wrong = this.root.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else if (form && this.saver.isIdle) form.requestSubmit();
  }

  private startForms(): void {
    this.startQuickEntry();
    this.startAdding();
    document.querySelector("#submit-week")?.addEventListener("submit", (event) => {
      if (this.saver.isIdle) return; // otherwise the week would be closed before its last hours arrive
      event.preventDefault();
      event.stopPropagation();
      void this.submit(event.target as HTMLElement);
    });
  }

  private startAdding(): void {
    const input = this.root.querySelector<HTMLInputElement>("#add-row-words")!;
    const close = (): void => {
      this.root.querySelector<HTMLElement>("#add-row")!.hidden = true;
      const button = this.root.querySelector<HTMLElement>("[data-add-row]")!;
      button.setAttribute("aria-expanded", "false");
      button.focus();
    };
    new Chooser(input, this.root.querySelector<HTMLElement>("#add-row-choices")!, (words) => this.api.choices(words), {
      words: () => input.value.trim(),
      taken: (choice) => void this.add(choice),
      left: close,
    });
  }

  private async add(choice: Choice): Promise<void> {
    try {
      await this.api.addRow(this.root.dataset.week!, choice.code);
    } catch (error) {
      this.trouble((error as Error).message);
      return;
    }
    await this.saver.flush();
    await this.reload();
    const cell = this.cell(choice.code, this.today) ?? this.cells.find((each) => each.dataset.row === choice.code);
    cell?.focus();
  }

  private startQuickEntry(): void {
    const input = this.root.querySelector<HTMLInputElement>("#quick-entry")!;
    const reading = this.root.querySelector<HTMLElement>("[data-quick-reading]")!;
    const days = [...this.root.querySelectorAll<HTMLElement>("[data-total]")].map((each) => each.dataset.total!);
    const chooser: Chooser = new Chooser(input, this.root.querySelector<HTMLElement>("#quick-choices")!, (words) => this.api.choices(words), {
      words: () => read(input.value, days, this.today).words,
      shown: (choice) => {
        const { minutes, day, words } = read(input.value, days, this.today);
        const when = new Date(`${day}T12:00`).toLocaleDateString("en-GB", { weekday: "long" });
        reading.textContent = choice
          ? `↵ ${minutes === null ? "how long?" : `${clock(minutes)} h`} ${choice.name}, ${when}`
          : words
            ? "No matching task"
            : "";
      },
      taken: (choice) => {
        const { minutes, day } = read(input.value, days, this.today);
        if (!minutes) reading.textContent = "Enter how long, for example 2h.";
        else void this.enter(choice, day, minutes, input, chooser);
      },
      left: () => {
        input.value = "";
        reading.textContent = "";
      },
    });
  }

  /** Log a quick entry: its minutes are added to those of the cell. */
  private async enter(choice: Choice, day: string, minutes: number, input: HTMLInputElement, chooser: Chooser): Promise<void> {
    await this.saver.flush();
    const cell = this.cell(choice.code, day);
    const was = Number(cell?.dataset.minutes ?? 0);
    try {
      await this.api.saveCell({ row: choice.code, day, minutes: was + minutes, was });
    } catch (error) {
      this.trouble((error as Error).message);
      if (!(error instanceof Refused)) this.say(1, true);
      return;
    }
    chooser.close();
    await this.reload();
    toast(`${clock(minutes)} h logged on ${choice.name}.`, "success");
    this.root.ownerDocument.querySelector<HTMLInputElement>("#quick-entry")?.focus();
    input.value = "";
  }

  /** Fetch the table anew, with rows that were added. */
  private async reload(): Promise<void> {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".week-grid", ".day-picker"]) {
      const fresh = page.querySelector(`#week ${part}`);
      if (fresh) this.root.querySelector(part)!.replaceWith(document.importNode(fresh, true));
    }
    const offers = document.querySelector("#suggestions");
    const left = page.querySelector("#suggestions");
    if (offers && left) offers.replaceWith(document.importNode(left, true));
    else offers?.remove();
    const input = this.root.querySelector<HTMLInputElement>("#quick-entry")!;
    input.value = "";
    this.root.querySelector<HTMLElement>("[data-quick-reading]")!.textContent = "";
    addUp(this.root);
  }
}

/** Take the suggestion of a cell that has hours now out of the card; the card goes with the last. */
function settle(cell: Cell): void {
  const card = document.querySelector<HTMLElement>("#suggestions");
  if (!card) return;
  card.querySelector(`[data-offer][data-row="${CSS.escape(cell.dataset.row!)}"][data-day="${cell.dataset.day!}"]`)?.remove();
  const left = [...card.querySelectorAll<HTMLElement>("[data-offer]")];
  if (!left.length) card.remove();
  else card.querySelector("[data-offer-total]")!.textContent = `${clock(left.reduce((sum, each) => sum + Number(each.dataset.minutes), 0))} h`;
}

const atStart = (cell: Cell): boolean => cell.selectionStart === 0;
const atEnd = (cell: Cell): boolean => cell.selectionEnd === cell.value.length;
