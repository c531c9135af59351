// The first of the ways that finds an element.
(ways) => {
  for (const [way, find] of ways.entries()) {
    let el = null;
    try {
      el = find();
    } catch {
      continue;
    }
    if (!isElement(el)) continue;
    const r = box(el) || el.getBoundingClientRect();
    return {
      way,
      tag: el.tagName.toLowerCase(),
      kind: el instanceof HTMLInputElement ? el.type : "",
      visible: visible(el),
      enabled: enabled(el),
      rect: [r.x, r.y, r.width, r.height],
    };
  }
  return null;
}
