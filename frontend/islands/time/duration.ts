/** Times of work as people write them; the server reads them by the same cases (`tests/core/durations.json`). */
const clockTime = /^(\d{1,4}):([0-5]\d)$/;
const decimal = /^(\d{1,5}(?:[.,]\d{1,6})?|[.,]\d{1,6})$/;
const minutesOnly = /^(\d{1,5})\s*(?:minutes|minute|mins|min|m)$/;
const both = /^(\d{1,4})\s*(?:hours|hour|hrs|hr|h)\s*([0-5]?\d)\s*(?:minutes|minute|mins|min|m)?$/;
const unit = /\s*(?:hours|hour|hrs|hr|h)$/;

/** Whole minutes that `typed` means; null where it means none. */
export function minutesIn(typed: string): number | null {
  const text = typed.trim().toLowerCase();
  const short = minutesOnly.exec(text);
  if (short) return Number(short[1]);
  const long = both.exec(text);
  if (long) return Number(long[1]) * 60 + Number(long[2]);
  const bare = text.replace(unit, "");
  const on = clockTime.exec(bare);
  if (on) return Number(on[1]) * 60 + Number(on[2]);
  return decimal.test(bare) ? Math.round(Number(bare.replace(",", ".")) * 60) : null;
}

/** Minutes as a clock shows them: 7:30. */
export function clock(minutes: number): string {
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
