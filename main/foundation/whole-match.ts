import { RE2JS } from 're2js';

/**
 * Does a pattern from outside, RE2 syntax, match the whole value? In time linear in the value whatever the pattern: one of JavaScript's own, `(a+)+`, would stop the
 * process at a few dozen letters. null: no pattern of that syntax (look-around and back-references are none).
 */
export function matchesWhole(pattern: string, value: string): boolean | null {
  try {
    return RE2JS.compile(pattern).matches(value);
  } catch {
    return null;
  }
}
