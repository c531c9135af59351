// What the server sent along with the page.

const element = document.getElementById("site-config");

export const config = element ? JSON.parse(element.textContent) : { labels: {}, hooks: { test_ids: true, ids: true } };
export const data = config.data;
export const viewer = config.viewer;

/** The sentence for a key, with {name} replaced by values.name. */
export function t(key, values = {}) {
  const text = config.labels[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const reported = new Set();

/** Tells the control page that a trap which only the script can see took effect; once a page load. */
export function fired(fault) {
  if (reported.has(fault)) return;
  reported.add(fault);
  fetch("/practice/fired", { method: "POST", body: JSON.stringify({ fault }), keepalive: true });
}
