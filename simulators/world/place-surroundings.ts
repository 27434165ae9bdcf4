import type { Transport } from '../../drivers/transport/transport.ts';
import { createIoBoardSimulator } from '../auxiliaries/io-board/simulator.ts';
import { createNutUpsSimulator } from '../auxiliaries/nut-ups/simulator.ts';
import { createMemoryLine } from '../lines/memory-line.ts';
import type { DeviceSimulator } from '../simulator.ts';
import { seededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What tells of the place where the terminal stands: operator's key, doors and tamper contact on a board, mains and battery behind a UPS. */
export interface PlaceSurroundings {
  readonly switches: DeviceSimulator;
  readonly powerSupply: DeviceSimulator;
  readonly transports: { readonly switches: Transport; readonly powerSupply: Transport };
}

/** With chance of their own: what stands beside the devices changes nothing of what these do. */
export function createPlace({ clock, seed }: { readonly clock: VirtualClock; readonly seed: number }): PlaceSurroundings {
  const lines = { switches: createMemoryLine({ name: 'switches', clock }), powerSupply: createMemoryLine({ name: 'power-supply', clock }) };
  const environment = { clock, random: seededRandom(seed), timeFactor: 1 };
  const switches = createIoBoardSimulator({ ...environment, line: lines.switches.line }, {});
  const powerSupply = createNutUpsSimulator({ ...environment, line: lines.powerSupply.line }, {});
  for (const simulator of [switches, powerSupply]) simulator.start();
  return { switches, powerSupply, transports: { switches: lines.switches.transport, powerSupply: lines.powerSupply.transport } };
}
