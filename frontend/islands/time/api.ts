import type { components } from "../../api";

export type Choice = components["schemas"]["BookableOut"];
export type SavedCell = components["schemas"]["TimeCellOut"];

/** A row as the server writes it: project, task and type of work, 0 for none ("12-34-0"). */
export type RowCode = string;

export interface CellChange {
  row: RowCode;
  day: string;
  minutes?: number;
  note?: string;
  was?: number;
}

/** The server said no; the message says why. */
export class Refused extends Error {}

/** No answer: nothing is known to be saved. */
export class Unreachable extends Error {}

export function keysOf(row: RowCode): { project: number | null; task: number | null; work_type: number | null } {
  const [project, task, type] = row.split("-").map((key) => Number(key) || null);
  return { project: project ?? null, task: task ?? null, work_type: type ?? null };
}

export class TimeApi {
  constructor(
    private readonly csrf: string,
    private readonly person: number,
  ) {}

  async saveCell({ row, ...change }: CellChange): Promise<SavedCell> {
    return (await this.call("POST", "/time/cells", { ...keysOf(row), person: this.person, ...change })) as SavedCell;
  }

  async choices(words: string): Promise<Choice[]> {
    return ((await this.call("GET", `/time/choices?q=${encodeURIComponent(words)}`)) as { items: Choice[] }).items;
  }

  async addRow(day: string, row: RowCode): Promise<void> {
    await this.call("POST", "/timesheets/rows", { day, person: this.person, rows: [keysOf(row)] });
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`/api/money${path}`, {
        method,
        credentials: "same-origin",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new Unreachable("Can't reach the server.");
    }
    const answer = (await response.json().catch(() => null)) as { message?: string } | null;
    if (response.ok && answer) return answer;
    if (response.status >= 500 || response.status === 0) throw new Unreachable(`Server error (${response.status}).`);
    if (response.status === 401) throw new Unreachable("Your session has expired. Sign in again in another tab.");
    throw new Refused(answer?.message || "You don't have permission to log this time.");
  }
}
