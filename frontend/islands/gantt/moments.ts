/** Local ISO without a zone, read as the same clock face here. */
export function parseDate(iso: string): Date {
  return new Date(iso.length === 10 ? `${iso}T00:00` : iso.slice(0, 19));
}

export function isoDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:00`;
}
