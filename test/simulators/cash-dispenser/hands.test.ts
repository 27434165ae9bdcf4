import { beforeEach, describe, expect, it } from 'vitest';
import { createF53Simulator } from '../../../simulators/cash-dispenser/fujitsu-f53/simulator.ts';
import { createLcdmSimulator } from '../../../simulators/cash-dispenser/puloon-lcdm/simulator.ts';
import { createLcdmBSimulator } from '../../../simulators/cash-dispenser/puloon-lcdm-4000/simulator.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, SimulatorEvent } from '../../../simulators/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 40 }, { cassetteNumber: 2, denominationMinor: 500_000, noteCount: 10 }];

/** Goal: hands do the same to the cassettes of every dispenser, and each note stays in one place, under the cassette that it came from. */
describe.each([['puloon-lcdm', createLcdmSimulator], ['puloon-lcdm-4000', createLcdmBSimulator], ['fujitsu-f53', createF53Simulator], ['xfs4iot-cash-dispenser', createXfsDispenserSimulator]] as const)('hands at a simulated %s', (_protocol, create) => {
  let simulator: DeviceSimulator;
  let events: SimulatorEvent[];
  const cassettes = () => (simulator.world() as unknown as { readonly cassettes: readonly { readonly noteCount: number; readonly left: object }[] }).cassettes;

  beforeEach(() => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    events = [];
    simulator = create({ line: createMemoryLine({ name: 'memory', clock }).line, clock, random: seededRandom(1), timeFactor: 1 }, { cassettes: CASSETTES });
    simulator.onEvent((event) => void events.push(event));
    simulator.start();
  });

  it('empty one cassette and leave its neighbour of the same value alone', () => {
    expect(simulator.control({ do: 'emptyCassette', cassetteNumber: 1 })).toEqual({ ok: true, value: { noteCount: 40 } });
    expect(simulator.control({ do: 'emptyCassette', cassetteNumber: 1 })).toEqual({ ok: true, value: { noteCount: 0 } });
    expect(cassettes()).toMatchObject([{ noteCount: 0, left: { underWay: 0, exit: 0, taken: 0, tray: 0, removed: 0, emptied: 40 } }, { noteCount: 10, left: { emptied: 0 } }]);
    expect(simulator.world()).toMatchObject({ removedCount: 40 });
    expect(events).toContainEqual({ event: 'cassetteEmptied', fields: { cassetteNumber: 1, noteCount: 40 } });
  });

  it('load what fits and say so', () => {
    expect(simulator.control({ do: 'emptyCassette', cassetteNumber: 2 })).toMatchObject({ ok: true });
    expect(simulator.control({ do: 'loadCassette', cassetteNumber: 2, noteCount: 1_000 })).toEqual({ ok: true, value: { noteCount: 1_000 } });
    expect(cassettes()[1]).toMatchObject({ noteCount: 1_000, left: { emptied: 10 } });
  });

  it('find no cassette that is not there', () => {
    expect(simulator.control({ do: 'emptyCassette', cassetteNumber: 9 })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control({ do: 'emptyCassette' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control({ do: 'shake' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
  });
});
