import { WorkCalendar, addDays } from "./calendar";

export type ZoomName = "hours" | "day" | "week" | "month" | "quarter" | "year";

interface Scale {
  unit: string;
  step: number;
  format: (date: Date) => string;
}

export interface ZoomLevel {
  name: ZoomName;
  /** Days in one column of the lower scale, and how wide that column is drawn. */
  days: number;
  width: number;
  upper: Scale;
  lower: Scale;
  /** Its columns are as wide as the whole plan needs, not as wide as they are best read. */
  filled?: boolean;
}

const show = (options: Intl.DateTimeFormatOptions): ((date: Date) => string) => {
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (date) => format.format(date);
};
const quarter = (date: Date): string => `Q${Math.floor(date.getMonth() / 3) + 1}`;
const year = show({ year: "numeric" });

export const ZOOM_LEVELS: readonly ZoomLevel[] = [
  {
    name: "hours",
    days: 1 / 24,
    width: 36,
    upper: { unit: "day", step: 1, format: show({ weekday: "long", day: "numeric", month: "long", year: "numeric" }) },
    lower: { unit: "hour", step: 1, format: show({ hour: "numeric" }) },
  },
  {
    name: "day",
    days: 1,
    width: 34,
    upper: { unit: "month", step: 1, format: show({ month: "long", year: "numeric" }) },
    lower: { unit: "day", step: 1, format: show({ day: "numeric" }) },
  },
  {
    name: "week",
    days: 7,
    width: 70,
    upper: { unit: "month", step: 1, format: show({ month: "long", year: "numeric" }) },
    lower: { unit: "week", step: 1, format: show({ day: "numeric", month: "short" }) },
  },
  {
    name: "month",
    days: 30.44,
    width: 76,
    upper: { unit: "year", step: 1, format: year },
    lower: { unit: "month", step: 1, format: show({ month: "short" }) },
  },
  {
    name: "quarter",
    days: 91.3,
    width: 80,
    upper: { unit: "year", step: 1, format: year },
    lower: { unit: "quarter", step: 1, format: quarter },
  },
  {
    name: "year",
    days: 365.25,
    width: 72,
    upper: { unit: "year", step: 5, format: (date) => `${year(date)} –` },
    lower: { unit: "year", step: 1, format: year },
  },
];

export function levelNamed(name: string): ZoomLevel {
  return ZOOM_LEVELS.find((level) => level.name === name) ?? ZOOM_LEVELS[2]!;
}

export function pixelsPerDay(level: ZoomLevel): number {
  return level.width / level.days;
}

/** The closest look in which that many days fit into that many pixels. */
export function levelFitting(days: number, pixels: number): ZoomLevel {
  return ZOOM_LEVELS.find((level) => pixelsPerDay(level) * days <= pixels) ?? ZOOM_LEVELS.at(-1)!;
}

/** Narrower columns of a scale cannot be read; filled weeks show the day of the month only. */
const READABLE: Record<ZoomName, number> = { hours: Infinity, day: 18, week: 17, month: 28, quarter: 24, year: 32 };

export interface Units {
  startOf(date: Date, unit: string): Date;
  after(date: Date, unit: string): Date;
}

/** The finest look that can be read in which the time from `start` to `finish` fills that many pixels, and its range. */
export function filling(start: Date, finish: Date, pixels: number, units: Units): { level: ZoomLevel; from: Date; to: Date } {
  let found: { level: ZoomLevel; from: Date; to: Date } | undefined;
  for (const level of ZOOM_LEVELS) {
    if (found || READABLE[level.name] === Infinity) continue;
    // A scale is made of whole columns.
    const from = units.startOf(start, level.lower.unit);
    let to = from;
    let count = 0;
    for (; to < finish && count * READABLE[level.name] <= pixels; count += 1) to = units.after(to, level.lower.unit);
    const width = pixels / Math.max(1, count);
    if (to < finish || (width < READABLE[level.name] && level !== ZOOM_LEVELS.at(-1))) continue;
    const lower = level.name === "week" && width < 40 ? { ...level.lower, format: show({ day: "numeric" }) } : level.lower;
    found = { level: { ...level, lower, width, filled: true }, from, to };
  }
  const last = ZOOM_LEVELS.at(-1)!;
  return found ?? { level: { ...last, width: READABLE.year, filled: true }, from: units.startOf(start, "year"), to: units.after(finish, "year") };
}

/** Where a dragged start lands: half an hour in the hour view, otherwise whole days, never in a rest. */
export function snapStart(from: Date, to: Date, level: ZoomLevel, calendar: WorkCalendar, elapsed: boolean): Date {
  const shift = to.getTime() - from.getTime();
  if (level.name === "hours") {
    const half = 1_800_000;
    const landed = new Date(Math.round(to.getTime() / half) * half);
    return Math.abs(shift) < half / 2 || elapsed ? landed : nextWorkingMinute(landed, calendar);
  }
  const landed = addDays(from, Math.round(shift / 86_400_000));
  return elapsed || calendar.isWorkingDay(landed) ? landed : calendar.opening(landed);
}

/** Where a dragged finish lands: the close of the working day under the pointer. */
export function snapFinish(start: Date, to: Date, level: ZoomLevel, calendar: WorkCalendar, elapsed: boolean): Date {
  const half = 1_800_000;
  if (level.name === "hours") {
    return new Date(Math.max(Math.round(to.getTime() / half) * half, start.getTime() + half));
  }
  const boundary = addDays(new Date(to.getFullYear(), to.getMonth(), to.getDate()), to.getHours() >= 12 ? 1 : 0);
  const landed = elapsed ? boundary : calendar.closing(addDays(boundary, -1));
  if (landed > start) return landed;
  return elapsed ? addDays(start, 1) : calendar.add(start, Math.max(30, calendar.minutesBetween(start, calendar.closing(start))));
}

function nextWorkingMinute(moment: Date, calendar: WorkCalendar): Date {
  const minute = moment.getHours() * 60 + moment.getMinutes();
  for (const [start, end] of calendar.intervals(moment)) {
    if (minute < start) return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate(), 0, start);
    if (minute < end) return moment;
  }
  return calendar.opening(addDays(moment, 1));
}
