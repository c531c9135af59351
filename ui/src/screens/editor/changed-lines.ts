/** A line that one of two texts has and the other has not. */
export interface ChangedLine {
  kind: "gone" | "come";
  text: string;
}

/** More are not read; the rest shows in the text itself. */
const shown = 8;

/** What differs between two texts, line by line, in the order of the texts; blank lines are left out. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = before.split("\n");
  const fresh = after.split("\n");
  const gone = without(old, fresh).map((text) => ({ kind: "gone" as const, text }));
  const come = without(fresh, old).map((text) => ({ kind: "come" as const, text }));
  return [...gone, ...come].slice(0, shown);
}

/** The lines of one text that the other has not, as often as it has not. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0 && line.trim() !== "";
  });
}
