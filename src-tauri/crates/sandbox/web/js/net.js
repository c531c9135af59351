// Calls to the server, and what the page does when the answer is a challenge, a wall or an ended session.

import { h } from "./dom.js";
import { config } from "./page.js";

/** kind: network | challenge | wall | session | validation | server */
export class CallFailed extends Error {
  constructor(kind, answer = {}) {
    super(kind);
    this.kind = kind;
    this.answer = answer;
  }
}

function headers(extra) {
  return { "X-CSRF-Token": config.CSRF_TOKEN, "X-Anon-Id": config.ANON_ID, Locale: config.lang, ...extra };
}

async function send(method, path, body, extra) {
  const isForm = body instanceof FormData;
  try {
    return await fetch(path, {
      method,
      headers: headers({ ...(body && !isForm ? { "Content-Type": "application/json" } : {}), ...extra }),
      body: body === undefined || isForm ? body : JSON.stringify(body),
    });
  } catch (error) {
    throw new CallFailed("network", { message: String(error) });
  }
}

/** A frame from the guard's site over the page. */
export function showChallengeFrame(address) {
  document.body.append(h("div", { class: "challenge-overlay" },
    h("iframe", { class: "challenge-frame", title: "DataDome CAPTCHA", src: address })));
}

addEventListener("message", (event) => {
  if (event.data === "practice-challenge-solved") location.reload();
});

function isChallenge(text) {
  return text.includes("captcha-delivery.com") || text.includes("__cf_chl") || text.includes("challenges.cloudflare.com")
    || (text.startsWith("<!doctype html>") && text.includes("auth-select-type--"));
}

/**
 * Makes a call and gives {body, headers} of an answer with code 0.
 * Throws CallFailed for everything else. A 401 is tried once more after the tokens were refreshed.
 */
export async function api(method, path, body, extra = {}, retried = false) {
  const answer = await send(method, path, body, extra);
  let text;
  try {
    text = await answer.text();
  } catch (error) {
    throw new CallFailed("network", { message: String(error) });
  }
  if (isChallenge(text)) {
    if (answer.headers.get("content-type")?.startsWith("text/html")) {
      document.open();
      document.write(text);
      document.close();
    } else {
      if (answer.headers.has("x-dd-b")) showChallengeFrame(JSON.parse(text).url);
      window.dispatchEvent(new CustomEvent("DD_BLOCKED_EVENT"));
    }
    throw new CallFailed("challenge");
  }
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CallFailed("server", { status: answer.status });
  }
  if (answer.ok && json.code === 0) return { body: json, headers: answer.headers };
  if (json.code === 115 || json.code === 168) {
    location.assign(json.code === 168 ? "/users/verification/phone" : "/users/verification");
    throw new CallFailed("wall", json);
  }
  if (answer.status === 401) {
    if (!retried && (await send("POST", "/web/api/auth/refresh")).ok) return api(method, path, body, extra, true);
    throw new CallFailed("session", json);
  }
  if (json.code === 99) throw new CallFailed("validation", json);
  throw new CallFailed("server", { ...json, status: answer.status });
}
