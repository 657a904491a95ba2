import { clock } from "./duration";

/** Minutes since `since` (seconds since 1970), rounded up as the server does when the timer is stopped. */
export function minutesSince(since: number, now: number): number {
  return Math.max(1, Math.ceil((now - since) / 60));
}

/** Keep the running timer's time right; it stops with the page that shows it. */
export function runTimer(): void {
  const face = document.querySelector<HTMLElement>("[data-timer-since]:not([data-ticking])");
  if (!face) return;
  face.dataset.ticking = "yes";
  const tick = window.setInterval(() => {
    if (!face.isConnected) window.clearInterval(tick);
    else face.textContent = clock(minutesSince(Number(face.dataset.timerSince), Date.now() / 1000));
  }, 10_000);
}
