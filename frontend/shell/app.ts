import { startChoiceHelp } from "./choicehelp";
import { startDetails } from "./details";
import { startCopy, startTimeZones } from "./copy";
import { startDrawer } from "./drawer";
import { startFiles } from "./files";
import { startForms } from "./forms";
import { startGrids } from "./grid";
import { startLists } from "./lists";
import htmx from "./htmx";
import { showKeys, startKeys } from "./keys";
import { type Theme, chooseTheme, chosenTheme, railKey } from "./preferences";
import { startMentions } from "./mentions";
import { rememberPage, startCreateMenu } from "./recent";
import { startToasts } from "./toasts";
import { startTrouble } from "./trouble";

function startTheme(): void {
  const show = (): void => {
    for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=theme]")) {
      choice.checked = choice.value === chosenTheme();
    }
  };
  document.addEventListener("change", (event) => {
    const choice = event.target as HTMLInputElement;
    if (choice.name === "theme") chooseTheme(choice.value as Theme);
  });
  document.querySelector("[data-toggle-theme]")?.addEventListener("click", () => {
    chooseTheme(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
    show();
  });
  show();
}

function startRail(): void {
  const root = document.documentElement;
  const button = document.querySelector<HTMLElement>("[data-toggle-rail]");
  const show = (): void => button?.setAttribute("aria-expanded", String(root.dataset.rail !== "collapsed"));
  button?.addEventListener("click", () => {
    if (root.dataset.rail === "collapsed") delete root.dataset.rail;
    else root.dataset.rail = "collapsed";
    localStorage.setItem(railKey, root.dataset.rail ?? "open");
    show();
  });
  show();
}

/** Where a strip of tabs is wider than the page, the one that is open is in sight. */
function startTabs(): void {
  for (const open of document.querySelectorAll<HTMLElement>(":is(.tabs, .views) [aria-current]")) {
    const strip = open.closest<HTMLElement>(".tabs, .views");
    if (!strip) continue;
    const over = open.getBoundingClientRect().right - strip.getBoundingClientRect().right;
    if (over > 0) strip.scrollLeft += over;
  }
}

/** A button that is an icon alone says on hover what its label tells a screen reader. */
function startTooltips(): void {
  document.addEventListener("pointerover", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>(".btn-icon[aria-label]:not([title])");
    if (button) button.title = button.ariaLabel ?? "";
  });
}

function startPalette(): void {
  const open = async (): Promise<void> => (await import("./palette")).openPalette();
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      void open();
    }
  });
  for (const button of document.querySelectorAll("[data-open-palette]")) {
    button.addEventListener("click", () => void open());
  }
}

/** A menu is a `<details>`: open and shut without scripts; with them it also shuts on Esc and when one looks elsewhere. */
function startMenus(): void {
  const shut = (except?: Element | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => shut((event.target as Element).closest("details.menu")));
  document.addEventListener("focusin", (event) => shut((event.target as Element).closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = (event.target as Element).closest?.<HTMLDetailsElement>("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

function startDialogs(): void {
  document.querySelector("[data-show-keys]")?.addEventListener("click", showKeys);
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog.sheet")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || (event.target as Element).closest("[data-close]")) dialog.close();
    });
  }
}

/** An element names the island it needs (`data-island`), also when it arrives later, in the drawer. */
function startIslands(): void {
  htmx.onLoad((root) => {
    const inside = [...(root as Element).querySelectorAll<HTMLElement>("[data-island]")];
    const wanted = (root as Element).matches("[data-island]") ? [root as HTMLElement, ...inside] : inside;
    for (const address of new Set(wanted.map((host) => host.dataset.island!))) void import(address);
  });
}

startTheme();
startRail();
startTabs();
startTooltips();
startPalette();
startMenus();
rememberPage();
startCreateMenu();
startToasts();
startTrouble();
startForms();
startFiles();
startChoiceHelp();
startDetails();
startGrids();
startLists();
startKeys();
startMentions();
startDialogs();
startCopy();
startTimeZones();
startIslands();
if (document.getElementById("drawer")) startDrawer();
