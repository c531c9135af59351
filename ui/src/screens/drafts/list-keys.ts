import type { Virtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";

/** Frames that a row may take to come from the engine before its focus is given up: about two seconds. */
const patience = 120;

/** What a list does with its selection; the places are those of its rows. */
export interface SelectKeys {
  toggle(place: number): void;
  extend(place: number): void;
  all(): void;
  /** True where there was something to clear. */
  clear(): boolean;
}

/** The element that stands for an item: links carry `data-item` with their place. */
function focusItem(root: HTMLElement, place: number, tries = patience): void {
  const item = root.querySelector<HTMLElement>(`[data-item="${place}"]`);
  if (item) item.focus();
  else if (tries > 0) requestAnimationFrame(() => focusItem(root, place, tries - 1));
}

/**
 * Arrow keys inside a virtual list or grid of links; Home and End too. `columns` is 1 for a list.
 * An item that is not drawn yet is scrolled to first. With Shift the selection goes along; Space adds or takes away,
 * Ctrl+A takes all, Escape none.
 */
export function listKeys<T extends HTMLElement>(
  virtual: Virtualizer<T, Element>,
  count: number,
  columns = 1,
  select?: SelectKeys,
) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const root = event.currentTarget;
    if (select && event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      select.all();
      return;
    }
    if (select && event.key === "Escape" && select.clear()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const from = (event.target as HTMLElement).closest<HTMLElement>("[data-item]")?.dataset.item;
    if (from === undefined) return;
    const place = Number(from);
    if (select && event.key === " ") {
      event.preventDefault();
      select.toggle(place);
      return;
    }
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
    focusItem(root, to);
    if (event.shiftKey) select?.extend(to);
  };
}
