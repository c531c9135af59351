import { useHost } from "@/lib/host";
import { useAbout } from "./queries";

/**
 * Brings the page at which the site waits for the person to the front; where none is open, the site itself in the
 * person's own browser.
 */
export function useShowBrowser(): () => Promise<void> {
  const host = useHost();
  const site = useAbout().data?.site_url;
  return async () => {
    if (!(await host.showBrowser()) && site !== undefined) await host.openExternal(site);
  };
}
