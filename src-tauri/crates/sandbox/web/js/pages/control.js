// The control page: what the practice site received, and its faults and traps as toggles.

import { h } from "../dom.js";
import { money } from "../money.js";
import { t } from "../page.js";
import { draw } from "../shell.js";

const REFRESH_MS = 2_000;
const STAGES = ["open", "upload", "title", "category", "brand", "submit", "after_submit", "readback"];
const times = (once) => ({ times: once ? 1 : null });

/** A toggle: `name` labels it, `key` is the switch, `make` its value when on, `is` whether it is this one that is on. */
const toggle = (name, key, make, { is = (value) => Boolean(value), stages = null, counted = true } = {}) => ({ name, key, make, is, stages, counted });
const plain = (name) => toggle(name, name, (once) => times(once));
const challenge = (kind) => toggle(`challenge: ${kind.replace("_", " ")}`, "challenge", (once, stage) => ({ kind, stage, ...times(once) }),
  { is: (value) => value?.kind === kind, stages: STAGES });
const photo = (name, trouble) => toggle(name, "photo_upload", (once) => ({ trouble, ...times(once) }), { is: (value) => value?.trouble === trouble });
const landing = (name, where) => toggle(name, "after_publish", (once) => ({ landing: where, ...times(once) }), { is: (value) => value?.landing === where });
const setting = (name, key, value) => toggle(name, key, () => value, { is: (now) => now === value, counted: false });

const GROUPS = {
  "control.group.guard": [
    ...["datadome_page", "datadome_iframe", "datadome_json", "cloudflare_page", "cloudflare_iframe", "log_in_page"].map(challenge),
    toggle("verification_wall", "verification_wall", (once, stage) => ({ code: 115, stage, ...times(once) }), { stages: ["open", "category", "submit"] }),
    toggle("rate_limited", "rate_limited", (once, stage) => ({ stage, retry_after_s: 900, ...times(once) }), { stages: STAGES }),
  ],
  "control.group.session": [
    toggle("session_expired", "session_expired", (once, stage) => ({ stage, ...times(once) }), { stages: STAGES }),
    plain("stale_access_token"),
  ],
  "control.group.publish": [
    toggle("refused", "refused", (once) => ({ errors: [{ field: "title", value: "Practice: this title is refused." }], ...times(once) })),
    plain("server_error_before"), plain("server_error_after"), plain("answer_lost"),
    toggle("hang", "hang", (once) => ({ stage: "submit", ms: 60_000, ...times(once) })),
    plain("price_stored_as_zero"), landing("after_publish_modal", "modal"), landing("after_publish_profile", "profile"), plain("under_review"),
  ],
  "control.group.form": [
    plain("bounce"), plain("authenticity_modal"), plain("premium_photos"),
    photo("photo_slow", "slow"), photo("photo_fail", "fail"), photo("photo_refuse", "refuse"),
    toggle("swallowed_click", "swallowed_click", (once) => times(once)),
    setting("slow_site", "delay_ms", 1_000), setting("price_late", "price_mount_delay_ms", 1_500),
    setting("rerender", "rerender", true), setting("done_button_when_wide", "done_button_when_wide", true),
    setting("missing_test_ids", "missing_test_ids", true), setting("missing_ids", "missing_ids", true),
  ],
};

async function call(method, path, body) {
  const answer = await fetch(`/practice/${path}`, { method, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error ?? answer.statusText);
  return json;
}

const message = h("p", { class: "control__message", role: "status" });

async function change(body, reload = false) {
  try {
    await call("POST", "switches", body);
    message.textContent = t("control.applied");
    if (reload) location.reload();
  } catch (error) {
    message.textContent = t("control.refused") + error.message;
  }
  await refresh();
}

const rows = [];

function toggleRow(entry) {
  const [kind, name] = entry.name.startsWith("challenge: ") ? ["challenge", entry.name.slice(11)] : [entry.name, null];
  const label = t(`control.switch.${kind}`) + (name ? ` (${name})` : "");
  const stage = entry.stages && h("select", { aria: { label: `${label}: ${t("control.stage")}` } },
    entry.stages.map((value) => h("option", { value }, t(`control.stage.${value}`))));
  const once = entry.counted && h("input", { type: "checkbox" });
  const box = h("input", { type: "checkbox", on: { change: () => apply() } });
  const apply = () => change({ [entry.key]: box.checked ? entry.make(once?.checked, stage?.value) : null });
  stage?.addEventListener("change", () => box.checked && apply());
  if (once) once.addEventListener("change", () => box.checked && apply());
  rows.push((switches) => {
    const value = switches[entry.key];
    box.checked = entry.is(value);
    if (box.checked && stage && value.stage) stage.value = value.stage;
    if (box.checked && once) once.checked = value.times !== null;
  });
  return h("div", { class: "toggle" },
    h("label", { class: "check" }, box, label),
    stage && h("span", { class: "toggle__stage" }, t("control.stage"), " ", stage),
    once && h("label", { class: "check toggle__once" }, once, t("control.times")));
}

function choice(label, key, options, reload) {
  const select = h("select", { on: { change: () => change({ [key]: select.value }, reload) } },
    options.map(([value, text]) => h("option", { value }, text)));
  rows.push((switches) => (select.value = switches[key]));
  return h("label", { class: "choice" }, label, select);
}

const counts = h("dl", { class: "counts" });
const listings = h("div", { class: "listings" });
const all = h("textarea", { rows: "14", spellcheck: "false", class: "c-input__value", aria: { label: t("control.advanced") } });

function count(label, value) {
  return h("div", {}, h("dt", {}, label), h("dd", {}, String(value)));
}

function listingRow(listing) {
  const first = listing.photos[0];
  return h("tr", {},
    h("td", {}, first ? h("img", { src: `/photos/${first.id}`, alt: "", width: 40, height: 52 }) : null),
    h("td", {}, h("a", { href: listing.is_draft ? `/items/${listing.id}/edit` : `/items/${listing.id}` }, listing.title || String(listing.id)),
      h("small", {}, [listing.category, listing.brand, listing.size, listing.condition].filter(Boolean).join(" · "))),
    h("td", {}, money(listing.price_cents)),
    h("td", {}, listing.owner_login),
    h("td", {}, String(listing.photos.length)),
    h("td", {}, listing.is_draft ? t("item.is_draft") : ""));
}

/** Redrawn only when something came in, so that nothing moves under the pointer. */
let lastReceived = "";

async function refresh() {
  const [received, { switches }] = await Promise.all([call("GET", "created"), call("GET", "switches")]);
  for (const row of rows) row(switches);
  if (document.activeElement !== all) all.value = JSON.stringify(switches, null, 2);
  const text = JSON.stringify(received);
  if (text === lastReceived) return;
  lastReceived = text;
  const fired = Object.entries(received.fired).map(([name, times]) => `${name} × ${times}`).join(", ");
  counts.replaceChildren(
    count(t("control.created"), received.created), count(t("control.publish_calls"), received.publish_calls),
    count(t("control.photos"), received.photos_uploaded), count(t("control.drafts"), received.drafts.length),
    count(t("control.fired"), fired || t("control.none")));
  const shown = [...received.listings, ...received.drafts].reverse();
  listings.replaceChildren(shown.length === 0
    ? h("p", { class: "quiet" }, t("site.nothing_yet"))
    : h("table", {}, h("tbody", {}, shown.map(listingRow))));
}

async function reset() {
  if (!confirm(t("control.reset_question"))) return;
  await call("POST", "reset");
  await refresh();
}

async function signIn() {
  await call("POST", "session", {});
  location.assign("/items/new");
}

async function applyAll() {
  let body;
  try {
    body = JSON.parse(all.value);
  } catch (error) {
    message.textContent = t("control.refused") + error.message;
    return;
  }
  await change(body, true);
}

const button = (label, run, kind = "outlined") => h("button", { type: "button", class: `button small ${kind}`, on: { click: run } }, t(label));

draw(
  h("div", { class: "control__top" },
    h("div", {}, h("h1", {}, t("control.title")), h("p", { class: "quiet" }, t("control.hint"))),
    h("div", { class: "control__actions" },
      button("control.sign_in", signIn, ""),
      button("control.off", () => call("DELETE", "switches").then(() => location.reload())),
      button("control.reset", reset, "danger-quiet"))),
  counts,
  h("h2", {}, t("control.listings")), listings,
  h("div", { class: "control__top" }, h("h2", {}, t("control.switches")), message),
  h("div", { class: "control__choices" },
    choice(t("control.language"), "language", ["fr", "en", "de", "es", "it", "nl", "pl", "pt"].map((code) => [code, code]), true),
    choice(t("control.layout"), "layout", ["auto", "wide", "narrow"].map((value) => [value, t(`control.layout_${value}`)]))),
  h("div", { class: "control__groups" }, Object.entries(GROUPS).map(([title, entries]) =>
    h("section", { class: "panel" }, h("h3", {}, t(title)), entries.map(toggleRow)))),
  h("details", { class: "panel" }, h("summary", {}, t("control.advanced")), all, button("control.apply", applyAll, "")),
);

const keepFresh = () => refresh().catch((error) => (message.textContent = error.message));
keepFresh();
setInterval(keepFresh, REFRESH_MS);
