import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';

/** As much as a person pastes from a trace. */
export const HEX_BYTES_MAX = 1024 * 1024;

/**
 * Bytes as people write them: `02 03 06`, `020306`, `0x02,0x03`, `02:03-06`, over several arguments and lines.
 * @error in words: what is no hexadecimal digit and where, a half byte, nothing at all, too much
 */
export function hexBytes(parts: readonly string[]): Result<Uint8Array, string> {
  const groups = parts.join(' ').split(/[\s,:;-]+/).map((group) => group.replace(/^0x/i, '')).filter((group) => group !== '');
  if (groups.length === 0) return err('there are no bytes');
  for (const group of groups) {
    const wrong = /[^0-9a-f]/i.exec(group);
    if (wrong !== null) return err(`${JSON.stringify(wrong[0])} in ${JSON.stringify(group.slice(0, 40))} is no hexadecimal digit`);
  }
  // Digits may be grouped in any way, but single digits between blanks would silently shift every byte behind them.
  const isUngrouped = groups.every((group) => group.length === 1);
  const odd = isUngrouped ? undefined : groups.find((group) => group.length % 2 === 1);
  const digits = groups.join('');
  if (odd !== undefined || digits.length % 2 === 1) return err(`${JSON.stringify((odd ?? digits).slice(0, 40))} has half a byte: two digits make one`);
  if (digits.length / 2 > HEX_BYTES_MAX) return err(`more than ${HEX_BYTES_MAX} bytes`);
  return ok(Uint8Array.from(Buffer.from(digits, 'hex')));
}
