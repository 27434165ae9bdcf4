import type { Input } from 'electron';

const FUNCTION_KEY = /^(F\d{1,2}|Browser\w+|Launch\w+|ContextMenu|PrintScreen)$/;

/** Whether a key press is a command to the browser or the system and not typing. AltGr (with Control on some systems) writes letters. */
export function isShortcut(input: Pick<Input, 'key' | 'control' | 'alt' | 'meta'>): boolean {
  if (FUNCTION_KEY.test(input.key)) return true;
  return input.meta || input.control !== input.alt;
}
