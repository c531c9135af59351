/** Between a listing and the one that is put before or after it (ms), where there is nothing on its other side. */
const apart = 7 * 60_000;
const minute = 60_000;

/** When a job goes out that is dropped between two others; whole minutes, never in the past. */
export function timeBetween(before: string | null, after: string | null, now: Date): Date {
  const soonest = Math.ceil((now.getTime() + minute) / minute) * minute;
  const from = before === null ? null : Math.max(Date.parse(before), now.getTime());
  const until = after === null ? null : Date.parse(after);
  const wished =
    from !== null && until !== null
      ? (from + until) / 2
      : until !== null
        ? until - apart > soonest
          ? until - apart
          : (now.getTime() + until) / 2
        : (from ?? now.getTime()) + apart;
  return new Date(Math.max(Math.round(wished / minute) * minute, soonest));
}

/** The same time of day, so many days from today; the soonest time today where that is past. */
export function sameTimeOn(planned: string, ahead: number, now: Date): Date {
  const at = new Date(planned);
  const moved = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, at.getHours(), at.getMinutes());
  return moved > now ? moved : timeBetween(null, null, now);
}
