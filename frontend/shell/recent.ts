import { element, icon } from "./icon";

const keeps = 8;

export interface Viewed {
  label: string;
  sub?: string;
  url: string;
  icon?: string;
}

/** Of this person: the next one at this browser does not see what was viewed. */
const key = (): string => `accord.viewed.${document.body.dataset.user ?? ""}`;

/** The addresses of the records viewed last; what they are called is asked of the server. */
export function viewed(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key()) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** Each record once, whichever of its tabs was opened. */
export function rememberPage(): void {
  const address = document.querySelector<HTMLElement>("[data-record]")?.dataset.record;
  if (!address || !document.body.dataset.user) return;
  const others = viewed().filter((one) => one !== address);
  localStorage.setItem(key(), JSON.stringify([address, ...others].slice(0, keeps)));
}

/** The address of the palette that names them as well. */
export function withViewed(base: string): URL {
  const address = new URL(base, location.href);
  for (const one of viewed()) address.searchParams.append("viewed", one);
  return address;
}

/** The "+" menu ends with them; they are fetched when it is opened for the first time. */
export function startCreateMenu(): void {
  const menu = document.querySelector<HTMLDetailsElement>("[data-create-menu]");
  const place = menu?.querySelector<HTMLElement>("[data-recently-viewed]");
  const base = document.getElementById("palette")?.dataset.url;
  if (!menu || !place || !base) return;
  menu.addEventListener("toggle", () => {
    if (menu.open) menu.querySelector<HTMLElement>("a")?.focus();
  });
  menu.addEventListener(
    "toggle",
    async () => {
      if (viewed().length === 0) return;
      const answer = await fetch(withViewed(base), { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { recent } = (await answer.json()) as { recent: Viewed[] };
      for (const item of recent) {
        const link = element("a", "menu-item", icon(item.icon ?? "history"), element("span", "menu-words", item.label));
        (link as HTMLAnchorElement).href = item.url;
        place.append(link);
      }
      place.hidden = recent.length === 0;
    },
    { once: true },
  );
  menu.addEventListener("click", (event) => {
    if ((event.target as Element).closest("a")) menu.open = false;
  });
}
