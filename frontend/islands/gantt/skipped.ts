import { plural } from "./format";

const NAMED = 4;

/** Cells that could not be set, told by row and column: "Duration and Start in row 4". */
export class Skipped {
  private readonly cells = new Map<number, string[]>();
  /** Why, for the first of them. */
  reason = "";
  count = 0;

  add(row: number, column: string, reason: string): void {
    this.cells.set(row, [...(this.cells.get(row) ?? []), column]);
    this.reason ||= reason;
    this.count += 1;
  }

  /** Empty when nothing was skipped. */
  get text(): string {
    if (this.count === 0) return "";
    const rows = [...this.cells].sort(([a], [b]) => a - b);
    const named = rows.slice(0, NAMED).map(([row, columns]) => `${listed(columns)} in row ${row}`);
    if (rows.length > NAMED) named.push(`and ${plural(rows.length - NAMED, "more row")}`);
    return `Skipped ${plural(this.count, "cell")}: ${named.join("; ")}. ${this.reason}`;
  }
}

function listed(words: string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}
