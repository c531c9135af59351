// Stands between the mouse and the page for one click: if what gets the press is not the element
// (it was covered or replaced since it was looked at), the page never hears of it.
(el, at) => {
  const hit = deepest(at.x, at.y);
  if (!hit || !hits(hit, el)) return { state: "covered", by: name(hit) };
  let by = null;
  const types = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
  const check = (event) => {
    if (!event.isTrusted) return;
    const target = event.composedPath()[0];
    if (by === null && event.type.endsWith("down") && !hits(target, el)) by = name(target);
    if (by !== null) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  for (const type of types) window.addEventListener(type, check, { capture: true });
  return {
    state: "guarded",
    finish() {
      for (const type of types) window.removeEventListener(type, check, { capture: true });
      return by;
    },
  };
}
