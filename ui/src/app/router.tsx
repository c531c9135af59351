import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { Host } from "@/lib/host";
import { PhotosScreen } from "@/screens/photos/PhotosScreen";
import { Frame } from "./Frame";

// The first screen comes with the page; each other screen is fetched from the app itself when it is first opened.
const root = createRootRoute();
const start = createRoute({
  getParentRoute: () => root,
  path: "/start",
  component: lazyRouteComponent(() => import("@/screens/start/StartScreen"), "StartScreen"),
});
const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });
const photos = createRoute({ getParentRoute: () => frame, path: "/photos", component: PhotosScreen });
const piles = createRoute({
  getParentRoute: () => frame,
  path: "/photos/$planId",
  component: lazyRouteComponent(() => import("@/screens/piles/PilesScreen"), "PilesScreen"),
});
const drafts = createRoute({
  getParentRoute: () => frame,
  path: "/drafts",
  component: lazyRouteComponent(() => import("@/screens/drafts/DraftsScreen"), "DraftsScreen"),
});
const editor = createRoute({
  getParentRoute: () => frame,
  path: "/drafts/$draftId",
  component: lazyRouteComponent(() => import("@/screens/editor/EditorScreen"), "EditorScreen"),
});
const review = createRoute({
  getParentRoute: () => frame,
  path: "/review",
  component: lazyRouteComponent(() => import("@/screens/review/ReviewScreen"), "ReviewScreen"),
});
const reviewOne = createRoute({
  getParentRoute: () => frame,
  path: "/review/$draftId",
  component: lazyRouteComponent(() => import("@/screens/review/ReviewScreen"), "ReviewScreen"),
});
const queue = createRoute({
  getParentRoute: () => frame,
  path: "/queue",
  component: lazyRouteComponent(() => import("@/screens/queue/QueueScreen"), "QueueScreen"),
});
const log = createRoute({
  getParentRoute: () => frame,
  path: "/log",
  validateSearch: (search: Record<string, unknown>): { report?: boolean } =>
    search.report === true ? { report: true } : {},
  component: lazyRouteComponent(() => import("@/screens/log/LogScreen"), "LogScreen"),
});
const settings = createRoute({
  getParentRoute: () => frame,
  path: "/settings",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to redirect
    throw redirect({ to: "/settings/$section", params: { section: "account" }, replace: true });
  },
});
const settingsSection = createRoute({
  getParentRoute: () => frame,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("@/screens/settings/SettingsScreen"), "SettingsScreen"),
});

const routes = root.addChildren([
  start,
  frame.addChildren([photos, piles, drafts, editor, review, reviewOne, queue, log, settings, settingsSection]),
]);

/** The routes over a host. Addresses live behind `#`, so that the desktop serves one file for all of them. */
export function createAppRouter(host: Host, firstStart: boolean) {
  const history = createHashHistory();
  if (history.location.pathname === "/") history.replace(firstStart ? "/start" : "/photos");
  const router = createRouter({ routeTree: routes, history, defaultPreload: false, scrollRestoration: false });
  host.onNavigate((to) => history.push(to));
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
