import assert from "node:assert/strict";
import { test } from "node:test";

import { addDays, WorkCalendar } from "../islands/gantt/calendar";
import { isoDate, parseDate } from "../islands/gantt/moments";
import { filling, levelFitting, levelNamed, pixelsPerDay, snapFinish, snapStart, ZOOM_LEVELS } from "../islands/gantt/zoom";
import { OFFICE } from "./plan";

const holiday = { name: "Founding day", start: "2026-03-04", finish: "2026-03-04", intervals: [] };
const calendar = new WorkCalendar({ week: [OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, [], []], exceptions: [holiday] });
const at = parseDate;
const units = {
  startOf: (date: Date, unit: string) =>
    unit === "day" ? new Date(date.getFullYear(), date.getMonth(), date.getDate())
    : unit === "week" ? addDays(new Date(date.getFullYear(), date.getMonth(), date.getDate()), -((date.getDay() + 6) % 7))
    : unit === "year" ? new Date(date.getFullYear(), 0, 1)
    : new Date(date.getFullYear(), unit === "quarter" ? date.getMonth() - (date.getMonth() % 3) : date.getMonth(), 1),
  after: (date: Date, unit: string) =>
    unit === "day" ? addDays(date, 1) : unit === "week" ? addDays(date, 7)
    : new Date(date.getFullYear() + (unit === "year" ? 1 : 0), date.getMonth() + (unit === "month" ? 1 : unit === "quarter" ? 3 : 0), 1),
};

test("working time leaves out lunch, weekends and holidays", () => {
  assert.equal(calendar.minutesBetween(at("2026-03-03T08:00"), at("2026-03-05T12:00")), 720);
  assert.equal(isoDate(calendar.add(at("2026-03-03T13:00"), 480)), "2026-03-05T12:00:00");
  assert.equal(isoDate(calendar.opening(at("2026-03-04"))), "2026-03-05T08:00:00");
  assert.equal(isoDate(calendar.closing(at("2026-03-08"))), "2026-03-06T17:00:00");
  assert.equal(calendar.exceptionOn(at("2026-03-04")), "Founding day");
});

test("a calendar without work ends every search", () => {
  const idle = new WorkCalendar({ week: [[], [], [], [], [], [], []], exceptions: [] });
  assert.equal(isoDate(idle.add(at("2026-03-02T08:00"), 60)), "2026-03-02T08:00:00");
  assert.equal(isoDate(idle.opening(at("2026-03-02"))), "2026-03-02T00:00:00");
});

test("an exception that never ends does not hang the page", () => {
  const endless = { name: "", start: "1000-01-01", finish: "9999-12-31", intervals: [] };
  assert.ok(new WorkCalendar({ week: [OFFICE, [], [], [], [], [], []], exceptions: [endless] }));
});

test("a dragged start lands on working days, in the hour view on half hours", () => {
  const [week, hours] = [levelNamed("week"), levelNamed("hours")];
  const from = at("2026-03-03T10:00");
  assert.equal(isoDate(snapStart(from, at("2026-03-06T12:00"), week, calendar, false)), "2026-03-06T10:00:00");
  assert.equal(isoDate(snapStart(from, at("2026-03-04T09:00"), week, calendar, false)), "2026-03-05T08:00:00", "not on a holiday");
  assert.equal(isoDate(snapStart(from, at("2026-03-04T09:00"), week, calendar, true)), "2026-03-04T10:00:00", "elapsed time knows none");
  assert.equal(isoDate(snapStart(from, at("2026-03-03T12:20"), hours, calendar, false)), "2026-03-03T13:00:00", "not in the lunch hour");
});

test("a dragged finish lands at the close of a day, never before the start", () => {
  const week = levelNamed("week");
  assert.equal(isoDate(snapFinish(at("2026-03-02T08:00"), at("2026-03-03T14:00"), week, calendar, false)), "2026-03-03T17:00:00");
  assert.equal(isoDate(snapFinish(at("2026-03-02T08:00"), at("2026-03-05T03:00"), week, calendar, false)), "2026-03-03T17:00:00");
  assert.ok(snapFinish(at("2026-03-05T08:00"), at("2026-03-01T00:00"), week, calendar, false) > at("2026-03-05T08:00"));
});

test("the closest scale that fits is chosen, and the coarsest fits anything", () => {
  assert.equal(levelFitting(10, 1000).name, "day");
  assert.equal(levelFitting(100, 1000).name, "week");
  assert.equal(levelFitting(100_000, 1000).name, "year");
  for (const [finer, coarser] of ZOOM_LEVELS.slice(1).map((level, index) => [ZOOM_LEVELS[index]!, level] as const)) {
    assert.ok(pixelsPerDay(finer) > pixelsPerDay(coarser), `${finer.name} is finer than ${coarser.name}`);
  }
});

test("a plan fills the width there is, in columns that can be read", () => {
  for (const days of [3, 30, 200, 900, 4000, 40_000]) {
    const start = at("2026-03-04");
    const { level, from, to } = filling(start, addDays(start, days), 1200, units);
    assert.ok(from <= start && to >= addDays(start, days), `${days} days are all shown`);
    const columns = Math.round((to.getTime() - from.getTime()) / 86_400_000 / level.days);
    if (days < 40_000) assert.ok(Math.abs(columns * level.width - 1200) < 60, `${days} days: ${columns} × ${level.width}`);
  }
});
