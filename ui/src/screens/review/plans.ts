/** The steps as they usually come. The engine tells the real ones; these only say what is still ahead. */
export const plans = {
  filling: [
    "start_browser",
    "open_form",
    "check_account",
    "add_photos",
    "fill_title",
    "fill_description",
    "wait_photos",
    "fill_category",
    "fill_brand",
    "fill_size",
    "fill_condition",
    "fill_color",
    "fill_material",
    "fill_price",
    "fill_package_size",
    "read_back_form",
  ],
  publishing: ["read_own_items", "publish", "await_answer", "read_back_listing"],
  by_hand: ["read_own_items", "await_person", "await_answer", "read_back_listing"],
} as const satisfies Record<string, readonly string[]>;

/** The planned steps behind the furthest one that was told. A told step outside the plan changes nothing. */
export function remaining(plan: readonly string[], told: readonly string[]): string[] {
  const reached = Math.max(-1, ...told.map((code) => plan.indexOf(code)));
  return plan.slice(reached + 1);
}
