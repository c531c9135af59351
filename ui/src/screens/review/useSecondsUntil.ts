import { useEffect, useState } from "react";

/** Whole seconds until a time, counting down to 0; null without a time. */
export function useSecondsUntil(at: string | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return undefined;
    const clock = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(clock);
  }, [at]);
  return at === null ? null : Math.max(0, Math.floor((Date.parse(at) - now) / 1000));
}
