// May the element be clicked, and where?
async (el) => {
  if (!visible(el)) return { state: "hidden" };
  show(el);
  const first = box(el);
  await frames();
  const second = el.isConnected && box(el);
  if (!first || !second) return { state: "moving" };
  const sides = ["left", "top", "width", "height"];
  if (sides.some((side) => Math.abs(first[side] - second[side]) > 0.5)) return { state: "moving" };
  if (!enabled(el)) return { state: "disabled" };
  const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
  const x = middle(second.left, second.right, innerWidth);
  const y = middle(second.top, second.bottom, innerHeight);
  const hit = deepest(x, y);
  if (!hit || !hits(hit, el)) return { state: "covered", by: name(hit) };
  return { state: "ready", x, y };
}
