/**
 * A POLL is open when the line goes, and what answers it later was powered meanwhile: the same unit with another dataset, or another unit. Goal: its events are valued by its own channels,
 * and those of another unit are about no note of the one before. [ssp §4, §15.6]
 */
import { expect, it } from 'vitest';
import { createSspSimulator } from '../../../../simulators/cash-acceptor/ssp/simulator.ts';
import type { DeviceSimulator, SimulatorEnvironment } from '../../../../simulators/simulator.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { sspParts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;
const phaseOf = (unit: DeviceSimulator) => (unit.world() as unknown as { readonly phase: string }).phase;

/** A note past the gate, a POLL without an answer, and then neither cable nor power. */
async function cutOff(channels: number[]) {
  let place: SimulatorEnvironment | null = null;
  const bench = acceptorBench({
    ...sspParts(),
    createSimulator: (environment) => {
      place = environment;
      return createSspSimulator(environment, { channels });
    },
  });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  const noteId = event.kind === 'noteEscrowed' ? event.note.noteId : '';
  const outcome = bench.acceptor.stack(noteId);
  await bench.clock.runUntil(() => phaseOf(bench.simulator) === 'stacking', 5_000);
  bench.hand({ do: 'fault', fault: 'silence', at: 'pollReply', times: 100 });
  await bench.clock.advance(600);
  bench.hand({ do: 'unplug' });
  bench.hand({ do: 'powerOff' });
  bench.hand({ do: 'clearFaults' });
  expect(await bench.until('offline')).toBe(true);
  return { bench, noteId, outcome, environment: place as unknown as SimulatorEnvironment };
}

it('the same unit with other channels: the note of its power-up is what they say', async () => {
  const channels = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
  const { bench } = await cutOff(channels);
  channels.reverse();
  bench.hand({ do: 'powerOn' });
  await bench.clock.advance(10_000);
  bench.hand({ do: 'plug' });
  expect(await bench.untilEvent('noteStacked')).toMatchObject({ denominationMinor: 100_000 });
});

it('another unit: its note is not the one that was ordered', async () => {
  const { bench, noteId, outcome, environment } = await cutOff([200, 500, 1_000, 2_000, 5_000]);
  // It comes from a workshop, with a note behind its gate.
  const other = createSspSimulator(environment, { serialNumber: 427, noteInPathMinor: NOTE_MINOR });
  other.start();
  await bench.clock.advance(10_000);
  bench.hand({ do: 'plug' });
  expect((await bench.settled(outcome)).kind).toBe('uncertain');
  const stacked = await bench.untilEvent('noteStacked');
  expect(stacked).toMatchObject({ note: null, denominationMinor: NOTE_MINOR });
  expect(bench.events.filter((event) => event.kind === 'noteReturned' && event.note?.noteId === noteId)).toEqual([]);
});
