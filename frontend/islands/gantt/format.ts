import { midnight } from "./calendar";
import { isoDate, parseDate } from "./moments";
import type { PlanModel } from "./model";
import type { Id, LagUnit, LinkRow, LinkType, TaskRow } from "./types";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MARKUP: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** The chart library writes its templates as markup: every word of a user passes here first. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => MARKUP[mark]!);
}

export function showDay(iso: string): string {
  const date = parseDate(iso);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/** Fits a narrow column: "Mon 2 Mar", with the year when it is not the one that goes without saying. */
export function shortDay(iso: string, usualYear = 0): string {
  const date = parseDate(iso);
  const year = date.getFullYear() === usualYear ? "" : ` ${String(date.getFullYear()).slice(-2)}`;
  return `${WEEKDAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}${year}`;
}

/** Reads "2026-03-02" and what `shortDay` and `showDay` write; a date of figures alone could mean two days. Throws. */
export function readDay(text: string, usualYear: number): string {
  const clean = text.trim();
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:]*)?$/.exec(clean);
  const spoken = /^(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})\.?\s+([a-z]{3,9})\.?(?:\s+(\d{2}|\d{4}))?(?:,.*)?$/i.exec(clean);
  const month = spoken ? MONTHS.findIndex((name) => spoken[2]!.toLowerCase().startsWith(name.toLowerCase())) + 1 : 0;
  const year = spoken?.[3] ? Number(spoken[3]) + (spoken[3].length === 2 ? 2000 : 0) : usualYear;
  const [y, m, d] = iso ? iso.slice(1).map(Number) : [year, month, Number(spoken?.[1])];
  const date = new Date(y!, m! - 1, d);
  if ((!iso && month === 0) || date.getMonth() !== m! - 1 || date.getDate() !== d) {
    throw new Error(`“${clean}” isn't a date. Use 2026-03-02 or 2 Mar 2026.`);
  }
  return isoDate(date).slice(0, 10);
}

export function showMoment(iso: string): string {
  const date = parseDate(iso);
  const minutes = String(date.getMinutes()).padStart(2, "0");
  return `${WEEKDAYS[date.getDay()]} ${showDay(iso)}, ${date.getHours()}:${minutes}`;
}

export function daysApart(from: string, to: string): number {
  return Math.round((midnight(parseDate(to)).getTime() - midnight(parseDate(from)).getTime()) / 86_400_000);
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Minutes as "3 d", "4 h" or "30 min"; an elapsed duration counts days of 24 hours and is marked "ed". */
export function showDuration(minutes: number | null, perDay: number, elapsed = false): string {
  if (minutes === null) return "–"; // not computed yet
  const day = elapsed ? 1440 : perDay;
  const mark = elapsed ? "e" : "";
  const size = Math.abs(minutes);
  if (size === 0 || size >= day || (size * 4) % day === 0) return `${trim(minutes / day)} ${mark}d`;
  if (size >= 60) return `${trim(minutes / 60)} ${mark}h`;
  return `${trim(minutes)} ${mark}min`;
}

const UNITS: [RegExp, (perDay: number) => number, number][] = [
  [/^(m|min|mins|minute|minutes)$/, () => 1, 1],
  [/^(h|hr|hrs|hour|hours)$/, () => 60, 60],
  [/^(d|dy|day|days|)$/, (perDay) => perDay, 1440],
  [/^(w|wk|wks|week|weeks)$/, (perDay) => perDay * 5, 10_080],
  [/^(mo|mon|mons|month|months)$/, (perDay) => perDay * 20, 43_200],
];

/** Reads "3", "3d", "1:30", "1.5 weeks", "4 h", "30min", "2ed"; null when it is none of these. */
export function parseDuration(text: string, perDay: number): { minutes: number; elapsed: boolean } | null {
  const clock = /^([0-9]{1,4}):([0-5][0-9])\s*h?$/i.exec(text.trim());
  if (clock) return { minutes: Number(clock[1]) * 60 + Number(clock[2]), elapsed: false };
  const found = /^([0-9]+(?:[.,][0-9]+)?)\s*(e?)([a-z]*)\??$/i.exec(text.trim());
  if (!found) return null;
  const amount = Number(found[1]!.replace(",", "."));
  const elapsed = found[2] !== "";
  for (const [pattern, working, clock] of UNITS) {
    if (pattern.test(found[3]!.toLowerCase())) {
      return { minutes: Math.round(amount * (elapsed ? clock : working(perDay))), elapsed };
    }
  }
  return null;
}

export interface Lag {
  lag: number;
  lag_unit: LagUnit;
}

/** "+2 d", "-1 ed", "+50 %", or nothing for no lag. */
export function showLag({ lag, lag_unit }: Lag, perDay: number): string {
  if (lag === 0) return "";
  const sign = lag > 0 ? "+" : "-";
  if (lag_unit === "percent") return `${sign}${trim(Math.abs(lag))}%`;
  if (lag_unit === "elapsed_percent") return `${sign}${trim(Math.abs(lag))}e%`;
  return `${sign}${showDuration(Math.abs(lag), perDay, lag_unit === "elapsed").replace(" ", "")}`;
}

export function parseLag(text: string, perDay: number): Lag | null {
  const clean = text.replace(/\s+/g, "").replace("−", "-");
  if (clean === "") return { lag: 0, lag_unit: "working" };
  const sign = clean.startsWith("-") ? -1 : 1;
  const size = clean.replace(/^[+-]/, "");
  const share = /^([0-9]+(?:[.,][0-9]+)?)(e?)%$/.exec(size);
  if (share) {
    const lag = sign * Number(share[1]!.replace(",", "."));
    return { lag, lag_unit: share[2] ? "elapsed_percent" : "percent" };
  }
  const duration = parseDuration(size, perDay);
  return duration && { lag: sign * duration.minutes, lag_unit: duration.elapsed ? "elapsed" : "working" };
}

/** The predecessors of a row as a planner writes them: "3FS+2d, 7SS"; a plain finish-to-start is just the number. */
export function showPredecessors(model: PlanModel, task: TaskRow): string {
  const perDay = model.project.minutes_per_day;
  return model
    .predecessors(task.id)
    .map((link) => ({ link, number: model.number(link.source) }))
    .sort((a, b) => a.number - b.number)
    .map(({ link, number }) => {
      const lag = showLag(link, perDay);
      return `${number}${link.type === "FS" && lag === "" ? "" : link.type}${lag}`;
    })
    .join(", ");
}

export interface WrittenLink extends Lag {
  source: { id: Id };
  type: LinkType;
}

/** The task of a row number, or of a WBS code with dots. */
export function numbered(model: PlanModel, name: string): TaskRow | undefined {
  return name.includes(".") ? model.inOrder().find((task) => task.wbs === name) : model.byNumber(Number(name));
}

/** Reads what `showPredecessors` writes; `find` knows the rows by their numbers. Throws the reason. */
export function parsePredecessors(
  model: PlanModel,
  text: string,
  find: (name: string) => { id: Id } | undefined = (name) => numbered(model, name),
): WrittenLink[] {
  const links: WrittenLink[] = [];
  for (const part of text.split(/[,;]/).map((piece) => piece.trim()).filter(Boolean)) {
    const found = /^([0-9]+(?:\.[0-9]+)*)\s*(FS|SS|FF|SF)?\s*([+\-−].*)?$/i.exec(part);
    const example = "Enter row numbers, such as 3, 4SS or 5FS+2d.";
    if (!found) throw new Error(`Can't read “${part}”. ${example}`);
    const name = found[1]!;
    const source = find(name);
    if (!source) throw new Error(`Row ${name} doesn't exist.`);
    const lag = parseLag(found[3] ?? "", model.project.minutes_per_day);
    if (!lag) throw new Error(`“${found[3]}” isn't a lag. Use +2d, -4h, +1ed or +50%.`);
    if (links.some((link) => link.source.id === source.id)) throw new Error(`Row ${name} appears twice.`);
    links.push({ source, type: (found[2]?.toUpperCase() ?? "FS") as LinkType, ...lag });
  }
  return links;
}

export function sameLink(a: Lag & { type: LinkType }, b: LinkRow): boolean {
  return a.type === b.type && a.lag === b.lag && (a.lag === 0 || a.lag_unit === b.lag_unit);
}

/** A value of a field of which only its name is known. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "Not set";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return String(value);
}

/** Minutes of work as hours. */
export function showWork(minutes: number): string {
  return `${trim(minutes / 60)} h`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
