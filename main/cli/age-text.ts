const UNITS = [
  { ms: 86_400_000, letter: 'd' },
  { ms: 3_600_000, letter: 'h' },
  { ms: 60_000, letter: 'min' },
  { ms: 1_000, letter: 's' },
] as const;

/** A span of time as people say it, in its largest whole unit: `3 d`, `45 s`. Below a second, and when a clock went back: `0 s`. */
export function ageText(ms: number): string {
  const unit = UNITS.find((candidate) => ms >= candidate.ms);
  return unit === undefined ? '0 s' : `${Math.floor(ms / unit.ms)} ${unit.letter}`;
}
