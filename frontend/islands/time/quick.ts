import { minutesIn } from "./duration";

/** What a quick entry says: how long, on which day, and the words that name the task. */
export interface Reading {
  minutes: number | null;
  day: string;
  words: string;
}

const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const numberWithUnit = /^(\d+(?:[.,]\d+)?|\d*[.,]\d+)(h|hr|hrs|hours?|m|mins?|minutes?)$|^\d{1,2}:[0-5]\d$/;

/**
 * Read "2h complaints back end fri": `days` are the seven days of the week shown, as ISO dates. Without a day it is
 * `today`, where that is in the week, and its Monday otherwise. A number without a unit counts as hours where it stands
 * first or last; elsewhere it belongs to the name of the task.
 */
export function read(typed: string, days: readonly string[], today: string): Reading {
  const tokens = typed.trim().split(/\s+/).filter(Boolean);
  let minutes: number | null = null;
  let day = days.includes(today) ? today : days[0]!;
  const words: string[] = [];
  tokens.forEach((token, place) => {
    const low = token.toLowerCase();
    const atEdge = place === 0 || place === tokens.length - 1;
    if (minutes === null && (numberWithUnit.test(low) || (atEdge && /^\d{1,2}([.,]\d{1,2})?$/.test(low)))) {
      minutes = minutesIn(low);
    } else if (low === "today" && days.includes(today)) {
      day = today;
    } else if (low === "yesterday" && days.indexOf(today) > 0) {
      day = days[days.indexOf(today) - 1]!;
    } else if (/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$/.test(low) && atEdge && isDay(low)) {
      day = days[names.indexOf(low.slice(0, 3))]!;
    } else {
      words.push(token);
    }
  });
  return { minutes, day, words: words.join(" ") };
}

const whole = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** "fri" and "friday", and what lies between; not "sunrise". */
function isDay(word: string): boolean {
  return whole.some((name) => name.startsWith(word) && word.length >= 3);
}
