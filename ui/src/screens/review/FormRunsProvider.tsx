import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { useHost } from "@/lib/host";
import { FormRuns, FormRunsContext } from "./run-store";

/** Holds the filled forms above the screens. */
export function FormRunsProvider({ children }: { children: ReactNode }) {
  const host = useHost();
  const cache = useQueryClient();
  const [runs] = useState(() => new FormRuns(host, cache));
  useEffect(() => runs.listen(), [runs]);
  return <FormRunsContext value={runs}>{children}</FormRunsContext>;
}
