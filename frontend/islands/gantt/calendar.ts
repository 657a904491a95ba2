import type { CalendarData, Interval } from "./types";

const DAY = 86_400_000;

/** "2026-03-02" of a date in the browser's clock; plan dates carry no zone, so local getters read them back exactly. */
export function dayKey(date: Date): string {
  const month = String(date.getMonth() + 1).padStart(2, "0");
  return `${date.getFullYear()}-${month}-${String(date.getDate()).padStart(2, "0")}`;
}

export function midnight(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, date.getHours(), date.getMinutes());
}

function minuteOfDay(date: Date): number {
  return date.getHours() * 60 + date.getMinutes();
}

function at(day: Date, minute: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, minute);
}

/**
 * The project's working time, for painting and for reading a drag: what the schedule makes of it is
 * the server's business.
 */
export class WorkCalendar {
  private readonly week: Interval[][];
  private readonly exceptions = new Map<string, { intervals: Interval[]; name: string }>();
  private readonly hasWork: boolean;

  constructor(data: CalendarData) {
    this.week = data.week;
    for (const exception of data.exceptions) {
      const last = exception.finish.slice(0, 10);
      let day = new Date(`${exception.start.slice(0, 10)}T00:00`);
      // A stretch of ten years is not a holiday; the bound keeps a bad row from hanging the page.
      for (let count = 0; count < 3660 && dayKey(day) <= last; count += 1) {
        this.exceptions.set(dayKey(day), { intervals: exception.intervals, name: exception.name });
        day = addDays(day, 1);
      }
    }
    this.hasWork = this.week.some((intervals) => intervals.length > 0);
  }

  intervals(day: Date): Interval[] {
    const exception = this.exceptions.get(dayKey(day));
    return exception ? exception.intervals : (this.week[(day.getDay() + 6) % 7] ?? []);
  }

  /** The name of the exception on that day, if there is one. */
  exceptionOn(day: Date): string | undefined {
    return this.exceptions.get(dayKey(day))?.name;
  }

  isWorkingDay(day: Date): boolean {
    return this.intervals(day).length > 0;
  }

  /** First working minute of that day or of the next working day. */
  opening(day: Date): Date {
    for (let cursor = midnight(day), left = 400; left > 0 && this.hasWork; cursor = addDays(cursor, 1), left -= 1) {
      const first = this.intervals(cursor)[0];
      if (first) return at(cursor, first[0]);
    }
    return midnight(day);
  }

  /** Last working minute of that day or of the working day before. */
  closing(day: Date): Date {
    for (let cursor = midnight(day), left = 400; left > 0 && this.hasWork; cursor = addDays(cursor, -1), left -= 1) {
      const last = this.intervals(cursor).at(-1);
      if (last) return at(cursor, last[1]);
    }
    return midnight(day);
  }

  /** Working minutes from one moment to a later one. */
  minutesBetween(from: Date, to: Date): number {
    let total = 0;
    for (let day = midnight(from); day < to; day = addDays(day, 1)) {
      const low = from > day ? minuteOfDay(from) : 0;
      const high = to.getTime() - day.getTime() < DAY && dayKey(to) === dayKey(day) ? minuteOfDay(to) : 1440;
      for (const [start, end] of this.intervals(day)) total += Math.max(0, Math.min(end, high) - Math.max(start, low));
    }
    return total;
  }

  /** The moment that many working minutes later. */
  add(from: Date, minutes: number): Date {
    let left = minutes;
    let low = minuteOfDay(from);
    for (let day = midnight(from), days = 0; days < 20_000 && this.hasWork; day = addDays(day, 1), days += 1) {
      for (const [start, end] of this.intervals(day)) {
        const usable = end - Math.max(start, low);
        if (usable <= 0) continue;
        if (left <= usable) return at(day, Math.max(start, low) + left);
        left -= usable;
      }
      low = 0;
    }
    return from;
  }

  /** Stretches without work between two moments; with `hours`, lunch and nights too, else whole days only. */
  *rests(from: Date, to: Date, hours: boolean): Generator<{ start: Date; finish: Date; name: string | undefined }> {
    let open: { start: Date; name: string | undefined } | null = null;
    for (let day = midnight(from); day < to; day = addDays(day, 1)) {
      const intervals = this.intervals(day);
      if (intervals.length === 0) {
        const name = this.exceptionOn(day);
        if (open && open.name !== name) {
          yield { ...open, finish: day };
          open = null;
        }
        open ??= { start: day, name };
        continue;
      }
      if (!hours) {
        if (open) yield { ...open, finish: day };
        open = null;
        continue;
      }
      open ??= { start: day, name: undefined };
      for (const [start, end] of intervals) {
        const begin: Date = at(day, start);
        if (open.start < begin) yield { ...open, finish: begin };
        open = { start: at(day, end), name: undefined };
      }
    }
    if (open) yield { ...open, finish: to };
  }
}
