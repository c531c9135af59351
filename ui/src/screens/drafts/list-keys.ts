import type { Virtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";

/** The element that stands for an item: links carry `data-item` with their place. */
function focusItem(root: HTMLElement, place: number): boolean {
  const item = root.querySelector<HTMLElement>(`[data-item="${place}"]`);
  item?.focus();
  return item !== null;
}

/**
 * Arrow keys inside a virtual list or grid of links; Home and End too. `columns` is 1 for a list.
 * An item that is not drawn yet is scrolled to first.
 */
export function listKeys<T extends HTMLElement>(virtual: Virtualizer<T, Element>, count: number, columns = 1) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const root = event.currentTarget;
    const from = (event.target as HTMLElement).closest<HTMLElement>("[data-item]")?.dataset.item;
    if (from === undefined) return;
    const place = Number(from);
    const steps: Record<string, number> = {
      ArrowDown: place + columns,
      ArrowUp: place - columns,
      ArrowRight: columns > 1 ? place + 1 : place,
      ArrowLeft: columns > 1 ? place - 1 : place,
      Home: 0,
      End: count - 1,
    };
    const to = steps[event.key];
    if (to === undefined || to < 0 || to >= count || to === place) return;
    event.preventDefault();
    virtual.scrollToIndex(columns > 1 ? Math.floor(to / columns) : to);
    if (!focusItem(root, to)) requestAnimationFrame(() => focusItem(root, to));
  };
}
