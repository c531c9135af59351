import { useCallback, useEffect, useReducer, useRef } from "react";
import { failureOf } from "@/components/Notice";
import { useHost, type Failure, type LogLevel, type LogLine, type LogPage } from "@/lib/host";

/** New lines are asked for this often while the screen is seen (ms). */
const every = 1000;
/** Lines that are kept on the screen; the oldest go first. */
export const mostLines = 5000;

/** A stretch of the log up to its present end. */
export interface Log {
  lines: readonly LogLine[];
  /** There may be older ones. */
  older: string | null;
  pending: boolean;
  failure: Failure | null;
  /** Fetches a stretch of older lines. */
  more: () => void;
  again: () => void;
}

interface State {
  lines: readonly LogLine[];
  older: string | null;
  newest: string | null;
  pending: boolean;
  failure: Failure | null;
}

type Step =
  | { type: "begin" }
  | { type: "first"; page: LogPage }
  | { type: "newer"; page: LogPage }
  | { type: "older"; page: LogPage }
  | { type: "failed"; failure: Failure };

const empty: State = { lines: [], older: null, newest: null, pending: true, failure: null };

/** The state after a step: what is on the screen never holds more than `mostLines` that came by themselves. */
export function step(state: State, action: Step): State {
  switch (action.type) {
    case "begin":
      return empty;
    case "failed":
      return { ...state, pending: false, failure: action.failure };
    case "first": {
      const { lines, older, newest } = action.page;
      return { lines, older, newest, pending: false, failure: null };
    }
    case "older":
      return { ...state, lines: [...action.page.lines, ...state.lines], older: action.page.older };
    case "newer": {
      const { page } = action;
      if (page.lines.length === 0) return state.newest === page.newest ? state : { ...state, newest: page.newest };
      const lines = [...state.lines, ...page.lines];
      if (lines.length <= mostLines) return { ...state, lines, newest: page.newest, failure: null };
      const kept = lines.slice(-mostLines);
      return { ...state, lines: kept, older: kept[0]?.cursor ?? null, newest: page.newest, failure: null };
    }
  }
}

/** The log's newest lines of a level and with a text; further ones as they are written. */
export function useLog(level: LogLevel, search: string): Log {
  const host = useHost();
  const [state, dispatch] = useReducer(step, empty);
  const newest = useRef<string | null>(null);
  const asking = useRef(false);
  /** Which level and text the lines are of; older ones of another come too late. */
  const stretch = useRef(0);
  const fetchingOlder = useRef(false);
  useEffect(() => {
    newest.current = state.newest;
  }, [state.newest]);

  const begin = useCallback(() => {
    let current = true;
    stretch.current += 1;
    fetchingOlder.current = false;
    dispatch({ type: "begin" });
    host
      .ownLog({ level, search })
      .then((page) => current && dispatch({ type: "first", page }))
      .catch((error: unknown) => current && dispatch({ type: "failed", failure: failureOf(error) }));
    return () => {
      current = false;
    };
  }, [host, level, search]);
  useEffect(begin, [begin]);

  useEffect(() => {
    let current = true;
    const timer = window.setInterval(() => {
      if (document.hidden || newest.current === null || asking.current) return;
      asking.current = true;
      host
        .ownLog({ level, search, after: newest.current })
        .then((page) => current && dispatch({ type: "newer", page }))
        // The next look tries again; what is shown stays.
        .catch(() => undefined)
        .finally(() => {
          asking.current = false;
        });
    }, every);
    return () => {
      current = false;
      window.clearInterval(timer);
    };
  }, [host, level, search]);

  const { older } = state;
  const more = useCallback(() => {
    if (older === null || fetchingOlder.current) return;
    const mine = stretch.current;
    const tell = (action: Step) => {
      if (stretch.current !== mine) return;
      fetchingOlder.current = false;
      dispatch(action);
    };
    fetchingOlder.current = true;
    host
      .ownLog({ level, search, before: older })
      .then((page) => tell({ type: "older", page }))
      .catch((error: unknown) => tell({ type: "failed", failure: failureOf(error) }));
  }, [host, level, search, older]);
  return { ...state, more, again: begin };
}
