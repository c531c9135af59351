import { useQuery } from "@tanstack/react-query";
import { useHost } from "@/lib/host";
import { everyDraft, useDraftCounts } from "./rows";

/** Brands offered before anything is typed. */
const offered = 12;

/** Brands for what was typed, the best first, slips of the keys forgiven; those of the drafts where nothing was. */
export function useBrandChoices(typed: string): readonly string[] {
  const host = useHost();
  const own = useDraftCounts(everyDraft).data?.brands ?? [];
  const sought = typed.trim();
  const found = useQuery({
    queryKey: ["brandChoices", sought],
    queryFn: () => host.findBrands(sought),
    enabled: sought !== "",
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  if (sought === "") return own.slice(0, offered).map(({ brand }) => brand);
  return found.data ?? [];
}

/**
 * Paths of the categories for what was typed, the best first; undefined while nothing was typed, or the engine has not
 * answered yet: what an earlier search found is not what was typed now.
 */
export function useCategoryChoices(typed: string, language: string): readonly string[] | undefined {
  const host = useHost();
  const sought = typed.trim();
  return useQuery({
    queryKey: ["categoryChoices", language, sought],
    queryFn: async () => (await host.findCategories(sought, language)).map(({ path }) => path),
    enabled: sought !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  }).data;
}
