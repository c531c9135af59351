// Asking the computer: a lost connection is waited out.
import { announce, draw } from "./show.js";
import { page } from "./state.js";
import { say } from "./words.js";

const PATIENCE = 60_000;
const LONGEST_WAIT = 8_000;

const sleepers = new Set();

/** An answer that will not change. */
export class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** One request; `null` where no answer came. */
function once(method, path, body, onSent) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.timeout = PATIENCE;
    if (page.token !== "") request.setRequestHeader("Authorization", "Bearer " + page.token);
    let sent = body ?? null;
    if (body !== undefined && !(body instanceof Blob)) {
      request.setRequestHeader("Content-Type", "application/json");
      sent = JSON.stringify(body);
    }
    if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
    if (onSent) request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Cut off, or not our computer: as no answer.
      }
      resolve(answer === null ? null : { status: request.status, answer, wait: request.getResponseHeader("Retry-After") });
    };
    request.onerror = request.ontimeout = request.onabort = () => resolve(null);
    request.send(sent);
  });
}

/** Asks until there is an answer; throws `Refused` for one that will not change. */
export async function ask(method, path, body, onSent) {
  for (let tries = 0; ; tries += 1) {
    const said = await once(method, path, body, onSent);
    if (said && said.status < 300) {
      setOffline(false);
      return said.answer.data;
    }
    const passing = !said || said.status === 429 || said.status === 408 || said.status === 500;
    if (!passing) {
      setOffline(false);
      throw new Refused(said.status, (said.answer.error && said.answer.error.code) || "");
    }
    if (!said) setOffline(true);
    const asked = said && said.wait ? Number(said.wait) * 1000 : 0;
    await pause(Math.max(asked, Math.min(500 * 2 ** tries, LONGEST_WAIT)));
  }
}

/** Waits; shorter where the phone wakes up or the network is back. */
export function pause(ms) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      sleepers.delete(end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    sleepers.add(end);
  });
}
export function wakeUp() {
  for (const end of [...sleepers]) end();
}

function setOffline(now) {
  if (page.offline === now) return;
  page.offline = now;
  if (!now) announce(say("backOnline"));
  draw();
}
