(el) => {
  if (!visible(el)) return { state: "hidden" };
  if (!enabled(el)) return { state: "disabled" };
  show(el);
  const root = el.getRootNode();
  if (root.activeElement !== el) el.focus({ preventScroll: true });
  return root.activeElement === el || within(root.activeElement, el)
    ? { state: "done" }
    : { state: "unfocusable" };
}
