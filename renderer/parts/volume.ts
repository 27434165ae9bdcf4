import { moment } from '../text/figures.ts';

const DAY_VOLUME = 0.8;
/** From 22 to 7 o'clock. */
const NIGHT_VOLUME = 0.4;

/** By the clock of whoever lives beside the terminal; the computer's own zone may be another. */
export function volumeAt(atUtcMs: number): number {
  const hour = Number(moment(atUtcMs).time.slice(0, 2));
  return hour >= 22 || hour < 7 ? NIGHT_VOLUME : DAY_VOLUME;
}
