import { type Key, keyOf } from "./model";
import type { Answer, Change, ComparisonDates, Conflicting, Dates, Difference, Id, Named, News, PeoplePage, PlanData, Refusal, TaskRow } from "./types";

/** The server understood and said no: bad value or a circle. */
export class Refused extends Error {
  constructor(message: string, readonly field: string | null, readonly tasks: Id[]) {
    super(message);
  }
}

/** Someone saved before us. */
export class Conflict extends Error {
  constructor(message: string, readonly differences: Difference[], readonly tasks: TaskRow[]) {
    super(message);
  }
}

/** No answer, or one that makes no sense: nothing is known to be saved. */
export class Unreachable extends Error {}

/** The session has ended, or the plan is not this person's any more. */
export class ShutOut extends Refused {}

/** The plan's address: read it, change it, step back and forth. */
export class PlanApi {
  constructor(private readonly url: string, private readonly csrf: string) {}

  async load(): Promise<PlanData> {
    return (await this.call("GET", "")) as PlanData;
  }

  async change(changes: Change[]): Promise<Answer> {
    return (await this.call("POST", "/changes", { changes })) as Answer;
  }

  async step(direction: "undo" | "redo"): Promise<Answer> {
    return (await this.call("POST", `/${direction}`, {})) as Answer;
  }

  async news(since: string): Promise<News> {
    return (await this.call("GET", `/changes?since=${encodeURIComponent(since)}`)) as News;
  }

  /** Where the tasks lie in a baseline or in a proposal. */
  async beside(key: string): Promise<Map<Key, Dates>> {
    const { tasks } = (await this.call("GET", `/beside/${key}`)) as ComparisonDates;
    return new Map(tasks.flatMap(({ id, start, finish }) => (start && finish ? [[keyOf(id), { start, finish }]] : [])));
  }

  /** Colleagues of the firm that this person sees. */
  async people(): Promise<Named[]> {
    const { items } = (await this.call("GET", "/api/people?limit=500", undefined, "")) as PeoplePage;
    return items;
  }

  private async call(method: string, path: string, body?: unknown, base = this.url): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        credentials: "same-origin",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new Unreachable("Can't reach the server. Reload the plan to check whether your change was saved.");
    }
    const answer = (await response.json().catch(() => null)) as Partial<Conflicting & Refusal> | null;
    if (response.ok && answer) return answer;
    const message = typeof answer?.message === "string" ? answer.message : "";
    if (response.status === 409 && answer) {
      throw new Conflict(message, answer.differences ?? [], answer.tasks ?? []);
    }
    if (response.status === 422 && answer) {
      throw new Refused(message, answer.field ?? null, (answer.tasks ?? []) as Id[]);
    }
    if ([401, 403, 404].includes(response.status)) {
      throw new ShutOut(message || "You don't have permission to edit this plan, or your session has expired.", null, []);
    }
    throw new Unreachable(message || `Server error (${response.status}). Reload the plan to check whether your change was saved.`);
  }
}
