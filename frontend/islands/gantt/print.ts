import type { Ask } from "./ask";
import type { Settings } from "./settings";

const YES: [string, string][] = [["", "Yes"], ["not", "No"]];

/** Asks how the plan is to be printed, and opens it as a PDF beside this page. */
export function askToPrint(ask: Ask, settings: Settings, address: string): void {
  const overlay = (name: string, label: string, shown: boolean) =>
    ({ name, label, type: "choice", value: shown ? "" : "not", choices: YES }) as const;
  ask.open("Export plan as PDF", "Create PDF", [
    { name: "paper", label: "Paper (landscape)", type: "choice", value: "a4", choices: [["a4", "A4"], ["a3", "A3"]] },
    {
      name: "wide", label: "Page width", type: "choice", value: "",
      choices: [["", "Readable, on several pages"], ["one", "Fit to one page wide"]],
    },
    {
      name: "columns", label: "Columns", type: "choice", value: "few",
      choices: [["few", "Name, duration, start and finish"], ["shown", "Visible columns"]],
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
