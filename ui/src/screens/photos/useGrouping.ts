import { useLocalStorage } from "@mantine/hooks";
import type { Grouping } from "@/lib/host";

const all: readonly Grouping[] = ["auto", "one", "none"];

/** How the next drop becomes drafts. A preference of this window, kept in it. */
export function useGrouping(): [Grouping, (grouping: Grouping) => void] {
  const [stored, store] = useLocalStorage({
    key: "studio.grouping",
    defaultValue: "auto",
    getInitialValueInEffect: false,
  });
  return [all.find((each) => each === stored) ?? "auto", store];
}
