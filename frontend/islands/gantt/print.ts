import type { Ask } from "./ask";
import type { Settings } from "./settings";

const YES: [string, string][] = [["", "Yes"], ["not", "No"]];

/** Asks how the plan is to be printed, and opens it as a PDF beside this page. */
export function askToPrint(ask: Ask, settings: Settings, address: string): void {
  const overlay = (name: string, label: string, shown: boolean) =>
    ({ name, label, type: "choice", value: shown ? "" : "not", choices: YES }) as const;
  ask.open("Print the plan", "Make the PDF", [
    { name: "paper", label: "Paper, across", type: "choice", value: "a4", choices: [["a4", "A4"], ["a3", "A3"]] },
    {
      name: "wide", label: "A long plan", type: "choice", value: "",
      choices: [["", "over as many pages as it takes to read it"], ["one", "on the width of one page"]],
    },
    {
      name: "columns", label: "Columns", type: "choice", value: "few",
      choices: [["few", "Name, duration, start and finish"], ["shown", "Those shown on the page"]],
    },
    overlay("critical", "Critical path", settings.shown.critical),
    overlay("baseline", "Baseline", settings.shown.baseline),
    overlay("links", "Links", true),
  ], async (answers) => {
    const query = new URLSearchParams({ paper: answers.paper! });
    if (answers.wide) query.set("wide", answers.wide);
    if (answers.columns === "shown") query.set("columns", settings.columns.join(","));
    const without = ["critical", "baseline", "links"].filter((name) => answers[name] === "not");
    if (without.length > 0) query.set("without", without.join(","));
    window.open(`${address}?${query}`, "_blank", "noopener");
    return "";
  });
}
