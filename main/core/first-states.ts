import type { TimerHandle } from '../foundation/clock.ts';
import type { CoreParts } from './core-parts.ts';
import { allDevices } from './core-parts.ts';

/**
 * Waits until each device has shown its first state, a recycler's units are set and counted, and the bank was asked once, so that the greeting does not begin
 * with operations missing that are only slow to come up. A device that never answers holds nobody longer than the limit.
 *
 * @param limitMs  from now
 */
export function firstStates(parts: Pick<CoreParts, 'devices' | 'recyclerDesk' | 'gateway' | 'clock'>, limitMs: number): Promise<void> {
  const { devices, recyclerDesk, gateway, clock } = parts;
  const isKnown = () => gateway.isLinkKnown && allDevices(devices).every((device) => ['ready', 'busy', 'faulty'].includes(device.status().state));
  if (limitMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const waiting: { timer: TimerHandle | null; readonly unsubscribe: (() => void)[] } = { timer: null, unsubscribe: [] };
    const finish = () => {
      if (waiting.timer !== null) clock.clearTimeout(waiting.timer);
      for (const unsubscribe of waiting.unsubscribe.splice(0)) unsubscribe();
      resolve();
    };
    const look = () => {
      if (!isKnown()) return;
      if (recyclerDesk === null) finish();
      else void recyclerDesk.recognise().then(finish);
    };
    waiting.timer = clock.setTimeout(finish, limitMs);
    waiting.unsubscribe.push(gateway.onLink(look), gateway.onFirstWord(look), ...allDevices(devices).map((device) => device.onStatus(look)));
    look();
  });
}
