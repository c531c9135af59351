// A form whose hooks drifted away from the known ones: every choice follows from the seed and the hook's own name, so
// that the same seed gives the same form, however often it is drawn.

import { config } from "./page.js";

const drift = config.hooks.drift;

/** A number from 0 to 1 that belongs to the text (FNV-1a, then mixed). */
export function chance(text) {
  let hash = 0x811c9dc5 ^ (drift?.seed ?? 0);
  for (const char of text) {
    hash ^= char.codePointAt(0);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  hash = Math.imul(hash, 0x297a2d39);
  hash ^= hash >>> 15;
  return (hash >>> 0) / 2 ** 32;
}

function drifted(kind, hook, remove, rename) {
  const roll = chance(`${kind}:${hook}`);
  if (roll < remove) return null;
  if (roll < remove + rename) return `u${Math.floor(chance(`name:${hook}`) * 1e9).toString(36)}`;
  return hook;
}

export function testId(hook) {
  if (!config.hooks.test_ids) return null;
  return drift ? drifted("test", hook, drift.remove_test_ids, drift.rename_test_ids) : hook;
}

export function id(hook) {
  if (!config.hooks.ids) return null;
  return drift ? drifted("id", hook, drift.remove_ids, drift.rename_ids) : hook;
}

/** How many further elements lie around a field. */
export function wrappers(field) {
  return drift && chance(`wrap:${field}`) < drift.wrappers ? 1 + Math.floor(chance(`depth:${field}`) * 3) : 0;
}

/** The fields in the order in which this form has them. */
export function order(fields) {
  if (!drift?.reorder) return fields;
  return [...fields].sort((a, b) => chance(`order:${a}`) - chance(`order:${b}`));
}
