/** Goal: devices are exchanged where the operation has money in them, and never those that cannot be. Method: all that the dice give in some hundred sessions, on devices that only remember what they were told. */
import { describe, expect, it } from 'vitest';
import type { OperationCode } from '../../../main/contracts/operations.ts';
import { Chance } from '../../../simulators/world/chance.ts';
import { PlannedActs } from '../../../simulators/world/planned-acts.ts';
import type { FaultTargets } from '../../../simulators/world/random-faults.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { drawSpareUnit } from '../../../simulators/world/spare-units.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

/** @returns what each device was told, and how often the core died */
async function drawn(operation: OperationCode, devices: { readonly acceptor?: string; readonly dispenser?: string; readonly recycler?: { readonly isAlone: boolean }; readonly hasCoins?: boolean }): Promise<ReadonlyMap<string, readonly string[]>> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const told = new Map<string, string[]>();
  const note = (name: string, what: string) => void told.set(name, [...(told.get(name) ?? []), what]);
  const device = (name: string, protocol: string) => ({ protocol, world: () => ({ isPowered: false }), control: ({ do: what }: { readonly do: string }) => note(name, what) });
  const spareHands = new PlannedActs(clock);
  const targets = {
    clock, dieNow: () => note('core', 'died'),
    surroundings: {
      spareHands, acceptor: device('acceptor', devices.acceptor ?? 'ccnet'), dispenser: device('dispenser', devices.dispenser ?? 'puloon-lcdm'), loaded: { recycler: devices.recycler ?? null },
      coins: devices.hasCoins === true ? { acceptor: device('coinAcceptor', 'cctalk-coin-acceptor'), hoppers: [device('hopper', 'cctalk-hopper'), device('hopper2', 'cctalk-hopper')] } : null,
    },
  } as unknown as FaultTargets;
  const chance = new Chance(seededRandom(5));
  for (let session = 0; session < 400; session += 1) for (const { strike } of drawSpareUnit('all', targets, operation, session, chance)) strike();
  expect(drawSpareUnit('some', targets, operation, 1, chance)).toEqual([]);
  spareHands.take([{ kind: 'intent.stack' }, { kind: 'outcome.stack' }, { kind: 'intent.return' }, { kind: 'deposit.accepted' }, { kind: 'coin.accepted' }, { kind: 'intent.dispense' }, { kind: 'outcome.dispense' }]);
  await clock.advance(400_000);
  return told;
}

describe('drawSpareUnit', () => {
  it('exchanges what takes the money of a deposit, and what pays a withdrawal', async () => {
    expect([...(await drawn('op-01', { hasCoins: true })).keys()].sort()).toEqual(['acceptor', 'coinAcceptor', 'core']);
    expect([...(await drawn('op-10', { hasCoins: true })).keys()].sort()).toEqual(['core', 'dispenser', 'hopper', 'hopper2']);
  });

  it('leaves what keeps cash inside, or counts it behind a service, where it is', async () => {
    expect(await drawn('op-01', { recycler: { isAlone: true } })).toEqual(new Map());
    expect(await drawn('op-10', { recycler: { isAlone: true } })).toEqual(new Map());
    expect(await drawn('op-10', { dispenser: 'xfs4iot-cash-dispenser' })).toEqual(new Map());
    expect(await drawn('op-01', { acceptor: 'xfs4iot-cash-acceptor' })).toEqual(new Map());
  });

  it('puts each spare in without power and with nothing in its path or before the customer, and then it has power', async () => {
    const told = (await drawn('op-10', {})).get('dispenser') ?? [];
    const spares = told.filter((what) => what === 'putSpare').length;
    expect(spares).toBeGreaterThan(20);
    expect(told.filter((what) => what === 'powerOn')).toHaveLength(spares);
    told.forEach((what, index) => {
      if (what === 'putSpare') expect(told.slice(index - 5, index + 2)).toEqual(['powerOff', 'takeNotes', 'takeCoins', 'clearPath', 'clearJam', 'putSpare', 'powerOn']);
    });
  });
});
