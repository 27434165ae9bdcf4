import type { Cassette } from './hardware.ts';

const MINOR_PER_TENGE = 100;
/** The LCDM-2000 has two. */
const CASSETTES_MAX = 2;
const NOTES_MAX = 1000;

/** `5000:400,2000:500` (tenge and count, upper cassette first); null when it is not of that form or too much for the dispenser. */
export function parseCassettes(text: string): readonly Cassette[] | null {
  const cassettes = text.split(',').map((part, index): Cassette | null => {
    const match = /^(\d{1,6}):(\d{1,4})$/.exec(part.trim());
    if (match === null) return null;
    const [denominationMinor, noteCount] = [Number(match[1]) * MINOR_PER_TENGE, Number(match[2])];
    return denominationMinor > 0 && noteCount <= NOTES_MAX ? { cassetteNumber: index + 1, denominationMinor, noteCount } : null;
  });
  const isRight = cassettes.length <= CASSETTES_MAX && cassettes.every((cassette) => cassette !== null);
  return isRight ? (cassettes as Cassette[]) : null;
}
