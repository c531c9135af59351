// Put before every script of this crate. `find` is added around it: a function that gives the
// element or null.
const isElement = (el) => el instanceof Element && el.ownerDocument === document;
const name = (el) => {
  if (!(el instanceof Element)) return "nothing";
  const id = el.id ? "#" + el.id : "";
  const classes = [...el.classList].slice(0, 3).map((c) => "." + c).join("");
  return (el.tagName.toLowerCase() + id + classes).slice(0, 80);
};
const box = (el) =>
  [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0) || null;
const visible = (el) =>
  el.isConnected &&
  box(el) !== null &&
  getComputedStyle(el).visibility === "visible" &&
  (!el.checkVisibility || el.checkVisibility());
const enabled = (el) =>
  !el.matches(":disabled") && !el.closest('[aria-disabled="true"], [inert]');
// Two frames; hidden tabs draw none.
const frames = () =>
  Promise.race([
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    new Promise((done) => setTimeout(done, 250)),
  ]);
const deepest = (x, y) => {
  let at = document.elementFromPoint(x, y);
  while (at && at.shadowRoot) {
    const inner = at.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === at) break;
    at = inner;
  }
  return at;
};
const within = (node, el) => {
  for (let at = node; at; at = at.parentNode || at.host) if (at === el) return true;
  return false;
};
// A click on its label is a click on the element.
const hits = (node, el) =>
  within(node, el) || [...(el.labels || [])].some((label) => within(node, label));
const inView = (r) =>
  r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth;
const show = (el) => {
  const r = box(el);
  if (!r || !inView(r)) el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
};
