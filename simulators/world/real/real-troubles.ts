import { BANK_FAULTS } from '../../bank-host/faults.ts';
import type { BankFault } from '../../bank-host/faults.ts';
import type { Chance } from '../chance.ts';
import type { RealPlace } from './real-place.ts';

/** What goes wrong once in a visit, some time after the n-th screen on which money may move. */
export interface RealTrouble {
  readonly name: string;
  readonly moneyStep: number;
  readonly afterMs: number;
  strike(place: RealPlace): Promise<void>;
}

/** Others need minutes, or a bank that never comes back. */
const FAULTS: readonly BankFault[] = (Object.keys(BANK_FAULTS) as BankFault[]).filter((fault) => !['lateAnswer', 'linkDown', 'linkUp', 'clockSkew', 'totalsDiffer', 'refusal', 'rejected', 'notKnown'].includes(fault));
const IN_PROCESS_MS = 3_000;

/** None to three of them. @param devices  targets by weight */
export function drawRealTroubles(chance: Chance, { devices, mayFreeze }: { readonly devices: readonly (readonly [string, number])[]; /** A core that stands still misses what a coin acceptor cannot keep. */ readonly mayFreeze: boolean }): readonly RealTrouble[] {
  const count = chance.weighted([[0, 2], [1, 5], [2, 4], [3, 2]]);
  return Array.from({ length: count }, () => {
    const moneyStep = chance.weighted([[chance.between(0, 3), 3], [chance.between(0, 9), 2]]);
    const afterMs = chance.weighted([[chance.between(0, 120), 4], [chance.between(0, 2_500), 4]]);
    return { moneyStep, afterMs, ...choose(chance, devices, mayFreeze) };
  });
}

function choose(chance: Chance, devices: readonly (readonly [string, number])[], mayFreeze: boolean): Pick<RealTrouble, 'name' | 'strike'> {
  const what = chance.weighted([['kill', 4], ['end', 2], ['freeze', mayFreeze ? 3 : 0], ['cable', 5], ['power', 4], ['cut', 2], ['bank', 4], ['window', 1], ['device', 3]] as const);
  const device = chance.weighted(devices);
  const awayMs = chance.weighted([[chance.between(5, 300), 3], [chance.between(300, 6_000), 2]]);
  switch (what) {
    case 'kill':
      return { name: 'the core is killed', strike: (place) => place.startAgain('kill', awayMs) };
    case 'end':
      return { name: 'the core is asked to end', strike: (place) => place.startAgain('end', awayMs) };
    case 'cut':
      return { name: `the power of everything is gone for ${awayMs} ms`, strike: (place) => place.startAgain('powerCut', awayMs) };
    case 'freeze':
      return { name: `the core stands still for ${awayMs} ms`, strike: (place) => place.freeze(awayMs) };
    case 'cable':
      return { name: `the cable of ${device} is out for ${awayMs} ms`, strike: (place) => place.away(device, ['unplug', 'plug'], awayMs) };
    case 'power':
      return { name: `${device} has no power for ${awayMs} ms`, strike: (place) => place.away(device, ['powerOff', 'powerOn'], awayMs) };
    case 'window':
      return { name: 'the window dies', strike: (place) => place.newWindow() };
    case 'bank': {
      const fault = chance.oneOf(FAULTS);
      const times = chance.between(1, 3);
      return { name: `bank ${fault} ${times} times`, strike: async (place) => void (await place.tried('bank', { do: 'fault', fault, times, ...(fault === 'inProcess' ? { delayMs: IN_PROCESS_MS } : {}) })) };
    }
    case 'device': {
      const [row, moment] = [chance.between(0, 99), chance.between(0, 99)];
      return { name: `${device} fails, fault ${row} at its moment ${moment}`, strike: (place) => place.armFault(device, row, moment) };
    }
  }
}
