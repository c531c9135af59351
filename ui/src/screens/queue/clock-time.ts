/** A time of day as people type it ("19", "19h", "19 h 30", "19:30", "7.30 pm") as `HH:MM`; null for anything else. */
export function parseClock(text: string): string | null {
  const found = /^\s*(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?\s*(am|pm)?\s*$/i.exec(text.replace(/[\u00a0\u202f]/g, " "));
  if (!found) return null;
  const [, hours = "", minutes = "0", half] = found;
  const twelve = half?.toLowerCase();
  const hour = twelve ? (Number(hours) % 12) + (twelve === "pm" ? 12 : 0) : Number(hours);
  if (hour > 23 || Number(minutes) > 59 || (twelve && Number(hours) > 12)) return null;
  return `${String(hour).padStart(2, "0")}:${String(Number(minutes)).padStart(2, "0")}`;
}
