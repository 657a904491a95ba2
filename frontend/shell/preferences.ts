export type Theme = "system" | "light" | "dark";

const themeKey = "accord.theme";
const singleKeysKey = "accord.single-keys";
export const railKey = "accord.rail";

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(themeKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(themeKey, theme);
  applyTheme();
}

/** Tabler reads `data-bs-theme`; islands that paint on a canvas listen to `accord:theme`. */
export function applyTheme(): void {
  const theme = chosenTheme();
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.dataset.themeChoice = theme;
  document.dispatchEvent(new CustomEvent("accord:theme", { detail: dark ? "dark" : "light" }));
}

/** Shortcuts of one letter can be switched off, as speech input needs (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  return localStorage.getItem(singleKeysKey) !== "off";
}

export function switchSingleKeys(on: boolean): void {
  localStorage.setItem(singleKeysKey, on ? "on" : "off");
}

export type Density = "comfortable" | "compact";
const densityKey = "accord.density";

export function chosenDensity(): Density {
  return localStorage.getItem(densityKey) === "compact" ? "compact" : "comfortable";
}

export function chooseDensity(density: Density): void {
  localStorage.setItem(densityKey, density);
  applyDensity();
}

export function applyDensity(): void {
  document.documentElement.dataset.density = chosenDensity();
}
