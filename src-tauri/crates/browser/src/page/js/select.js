(el) => {
  if (typeof el.select === "function") {
    el.select();
  } else {
    const range = document.createRange();
    range.selectNodeContents(el);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  return { state: "done" };
}
