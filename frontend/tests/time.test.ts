import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { type CellChange, keysOf, Refused, Unreachable } from "../islands/time/api";
import { clock, minutesIn } from "../islands/time/duration";
import { read } from "../islands/time/quick";
import { Saver, Waiting } from "../islands/time/saver";

const days = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"];
const today = "2026-11-26";

const cases = "../tests/core/durations.json"; // the tests run in frontend/

test("times of work are read as the server reads them", () => {
  const { minutes, not } = JSON.parse(readFileSync(cases, "utf8")) as { minutes: Record<string, number>; not: string[] };
  for (const [text, expected] of Object.entries(minutes)) assert.equal(minutesIn(text), expected, text);
  for (const text of not) assert.equal(minutesIn(text), null, text);
  for (let each = 0; each <= 1440; each += 7) assert.equal(minutesIn(clock(each)), each);
});

test("a quick entry says how long, what and when, in any order", () => {
  assert.deepEqual(read("2h complaints back end fri", days, today), { minutes: 120, day: "2026-11-27", words: "complaints back end" });
  assert.deepEqual(read("tuesday acme homepage 7:30", days, today), { minutes: 450, day: "2026-11-24", words: "acme homepage" });
  assert.deepEqual(read("1,5 website", days, today), { minutes: 90, day: today, words: "website" });
  assert.deepEqual(read("website yesterday 90m", days, today), { minutes: 90, day: "2026-11-25", words: "website" });
});

test("numbers and days within the name of a task belong to it", () => {
  assert.deepEqual(read("2h phase 3 sunrise", days, today), { minutes: 120, day: today, words: "phase 3 sunrise" });
  assert.deepEqual(read("review mon plan 1h", days, today), { minutes: 60, day: today, words: "review mon plan" });
  assert.equal(read("website", days, today).minutes, null);
  assert.equal(read("1h website", days, "2026-12-09").day, days[0]);
});

test("a row's code names what it is for", () => {
  assert.deepEqual(keysOf("12-34-0"), { project: 12, task: 34, work_type: null });
});

class Shelf {
  kept = new Map<string, string>();
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  removeItem = (name: string): void => void this.kept.delete(name);
}

const change: CellChange = { row: "1-2-0", day: today, minutes: 60, was: 0 };
const quiet = { saved: () => undefined, refused: () => undefined, state: () => undefined };

Object.assign(globalThis, { addEventListener: () => undefined });

test("what can't be sent is kept, and sent again later", async () => {
  const shelf = new Shelf();
  const waiting = new Waiting(shelf, "time");
  let isOnline = false;
  const sent: CellChange[] = [];
  const api = {
    saveCell: (each: CellChange) => {
      if (!isOnline) return Promise.reject(new Unreachable("offline"));
      sent.push(each);
      return Promise.resolve({ day: each.day, minutes: each.minutes ?? 0, note: "" });
    },
  };
  const timers = globalThis.setTimeout;
  globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
  const saver = new Saver(api, waiting, quiet);
  saver.save(change);
  await saver.flush();
  assert.deepEqual(new Waiting(shelf, "time").all(), [change]); // another page finds it
  saver.save({ ...change, minutes: 90, was: 60 });
  await saver.flush();
  isOnline = true;
  await saver.flush();
  globalThis.setTimeout = timers;
  assert.deepEqual(sent, [{ ...change, minutes: 90 }]); // compared with what was seen first
  assert.ok(saver.isIdle);
});

test("what the server refuses is not sent for ever", async () => {
  const waiting = new Waiting(new Shelf(), "time");
  const refused: string[] = [];
  const api = { saveCell: () => Promise.reject(new Refused("This week is submitted.")) };
  const saver = new Saver(api, waiting, { ...quiet, refused: (_, message) => void refused.push(message) });
  saver.save(change);
  await saver.flush();
  assert.deepEqual(refused, ["This week is submitted."]);
  assert.ok(saver.isIdle);
});
