/** Goal: a finger means the screen that it saw. Method: touches at given times on screens that were shown at given times. */
import { expect, it } from 'vitest';
import { TouchGuard } from '../../renderer/bridge/touch-guard.ts';

/** `[time, screen]`: shown · `[time, revision]`: touched. @returns what became of each touch */
function guarded(...steps: readonly (readonly [atMs: number, what: string | number])[]): boolean[] {
  const guard = new TouchGuard();
  return steps.flatMap(([atMs, what]) => {
    if (typeof what === 'number') return [guard.takes(what, atMs)];
    guard.shows(what, atMs);
    return [];
  });
}

it.each([
  ['one for each revision', [[0, 'menu'], [1_000, 1], [1_100, 1], [1_200, 2]], [true, false, true]],
  ['none while the screen changes', [[0, 'menu'], [1_000, 1], [5_000, 'confirm'], [5_149, 2], [5_600, 2]], [true, false, true]],
  ['none that is the second half of the tap that brought the screen', [[0, 'timeout-warning'], [1_000, 1], [1_010, 'confirm'], [1_300, 2]], [true, false]],
  ['nor with a wait between, or of one who goes on tapping', [[0, 'cash-out-amount'], [1_000, 1], [1_010, 'processing'], [1_100, 'confirm'], [1_260, 3], [1_500, 3], [1_899, 3], [2_300, 3]], [true, false, false, false, true]],
  ['but the next one, of who has seen it', [[0, 'timeout-warning'], [1_000, 1], [1_010, 'confirm'], [1_400, 2]], [true, true]],
  ['also quickly where the screen stayed', [[0, 'provider'], [1_000, 1], [1_200, 2], [1_400, 3]], [true, true, true]],
  ['and the first of all', [[0, 'attract'], [150, 1]], [true]],
] as const)('%s', (_, steps, taken) => {
  expect(guarded(...steps)).toEqual(taken);
});
