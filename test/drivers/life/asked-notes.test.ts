/** Goal: after a unit was exchanged for another the notes that were asked for are taken, under the numbers that this one has for them. */
import { expect, it } from 'vitest';
import { createSspSimulator } from '../../../simulators/cash-acceptor/ssp/simulator.ts';
import type { SimulatorEnvironment } from '../../../simulators/simulator.ts';
import { acceptorBench } from '../../support/acceptor-bench.ts';
import { sspParts } from '../../support/acceptor-parts.ts';

const FIVE_THOUSAND_MINOR = 500_000;

it('asks the unit in place for the same notes, not for the same numbers', async () => {
  let place: SimulatorEnvironment | null = null;
  const bench = acceptorBench({
    ...sspParts(),
    createSimulator: (environment) => {
      place = environment;
      return createSspSimulator(environment, {});
    },
  });
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: [FIVE_THOUSAND_MINOR], currency: 'KZT' }))).kind).toBe('completed');
  bench.hand({ do: 'unplug' });
  bench.hand({ do: 'powerOff' });
  expect(await bench.until('offline')).toBe(true);
  const other = createSspSimulator(place!, { channels: [20_000, 10_000, 5_000, 2_000, 1_000, 500, 200] });
  other.start();
  bench.hand({ do: 'plug' });
  expect(await bench.until('ready')).toBe(true);
  expect(await bench.clock.runUntil(() => (other.world() as unknown as { readonly phase: string }).phase === 'idling', 20_000)).toBe(true);
  expect(other.control({ do: 'insertNote', denominationMinor: FIVE_THOUSAND_MINOR }).ok).toBe(true);
  expect(await bench.untilEvent('noteEscrowed')).toMatchObject({ note: { denominationMinor: FIVE_THOUSAND_MINOR } });
});
