import type { Scenario } from '../../scenarios/schema.ts';
import type { Chance } from '../chance.ts';

/** A terminal of real processes: what stands in it, and patience so short that nobody who left is waited for long. */
export function drawRealTerminal(chance: Chance, seed: number): Scenario {
  const kind = chance.weighted([['lcdm', 4], ['f53', 4], ['ssp-smart-payout', 2], ['ccnet-bill-to-bill', 2], ['id003-recycler', 2]] as const);
  const isRecycler = kind !== 'lcdm' && kind !== 'f53';
  return {
    name: `walk-${seed}`, title: `a walk on ${kind}`, language: 'kk', faults: [], without: [], steps: [{ touch: true }], expect: {},
    loaded: { cassettes: [{ denomination: 5_000, notes: 60 }, { denomination: 2_000, notes: 60 }] },
    limits: { ordinaryMs: 6_000, cashInMs: 8_000, warningMs: 2_000, resultMs: 3_000, takeCashMs: 4_000, takeReceiptMs: 1_500, deliveryWaitMs: 2_000, answerTimeoutMs: 3_000, resendAfterMs: 1_000 },
    ...(kind === 'f53' ? { dispenser: 'fujitsu-f53' as const } : {}),
    ...(isRecycler ? { recycler: { protocol: kind, denominations: [1_000, 2_000], alone: chance.isOnce(60) } } : {}),
    ...(kind !== 'f53' && chance.isOnce(25) ? { coins: { denomination: 100, count: 200 } } : {}),
  };
}

/** Targets of hands, by their weight: what moves money before what prints. */
export function devicesOf({ recycler, coins }: Scenario): readonly (readonly [string, number])[] {
  return [
    ['acceptor', 4],
    ...(recycler?.alone === true ? [] : [['dispenser', 4] as const]),
    ['printer', 1],
    ...(coins === undefined ? [] : [['coin-acceptor', 2] as const, ['coin-dispenser', 2] as const]),
  ];
}
