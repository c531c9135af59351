import { useEffect, useState } from "react";
import { failureOf } from "@/components/Notice";
import { useHost, type Failure } from "@/lib/host";

/** Lines that are kept on the screen, the newest. */
const most = 2000;

/** A line of a job's log: its time, and what was written. */
export interface JobLine {
  at: string;
  text: string;
}

/** The lines of a job's log, and further ones as they are written. */
export function useJobLog(jobId: string): { lines: readonly JobLine[]; pending: boolean; failure: Failure | null } {
  const host = useHost();
  const [lines, setLines] = useState<readonly JobLine[]>([]);
  const [pending, setPending] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    let current = true;
    let offset = 0;
    let rest = "";
    let asking = false;
    let again = false;
    // One question at a time: each begins where the one before ended.
    const ask = async () => {
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      try {
        do {
          again = false;
          const { chunk, offset: next } = await host.queueLogs(jobId, offset);
          if (!current) return;
          // What was read already is no further line.
          if (next <= offset) break;
          again ||= chunk !== "";
          offset = next;
          const texts = (rest + chunk).split("\n");
          rest = texts.pop() ?? "";
          const fresh = texts.map(lineOf);
          if (fresh.length > 0) setLines((old) => [...old, ...fresh].slice(-most));
        } while (again);
        setFailure(null);
      } catch (error) {
        if (current) setFailure(failureOf(error));
      } finally {
        asking = false;
        if (current) setPending(false);
      }
    };
    void ask();
    const stop = host.onEvent((event) => {
      if (event.type === "job_log" && event.job_id === jobId) void ask();
    });
    return () => {
      current = false;
      stop();
    };
  }, [host, jobId]);
  return { lines, pending, failure };
}

/** `2026-11-20T08:00:00.000Z text`. */
export function lineOf(line: string): JobLine {
  const space = line.indexOf(" ");
  return { at: line.slice(0, space), text: line.slice(space + 1) };
}
