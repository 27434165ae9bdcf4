/** Goal: while it is not known where a note is, another unit is put in its place with a note in its own path: what that one says is about no note of the one before, and the core can tell so when it hears it. [ccnet §13] */
import { expect, it } from 'vitest';
import { createCcnetSimulator } from '../../../../simulators/cash-acceptor/ccnet/simulator.ts';
import type { SimulatorEnvironment } from '../../../../simulators/simulator.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { ccnetParts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;

it.each([[false, 'offline'], [true, 'offline'], [false, 'before the line is given up'], [true, 'before the line is given up']] as const)('that says 81 of it after its reset: %s, %s', async (tellsStackedAfterReset, when) => {
  let place: SimulatorEnvironment | null = null;
  const bench = acceptorBench({ ...ccnetParts(), createSimulator: (environment) => createCcnetSimulator((place = environment), {}) });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  const noteId = event.kind === 'noteEscrowed' ? event.note.noteId : '';
  const outcome = bench.acceptor.stack(noteId);
  expect(await bench.clock.runUntil(() => (bench.simulator.world() as { readonly phase?: string }).phase === 'stacking', 5_000)).toBe(true);
  bench.hand({ do: 'powerOff' });
  if (when === 'offline') expect(await bench.until('offline')).toBe(true);
  else await bench.clock.advance(2_000);
  const serialsAtPowerUp: (string | null)[] = [];
  bench.acceptor.onEvent(({ kind: told }) => told === 'poweredUp' && serialsAtPowerUp.push(bench.acceptor.status().serialNumber));
  createCcnetSimulator(place as unknown as SimulatorEnvironment, { serialNumber: '26QS00000777', noteInPathMinor: NOTE_MINOR, tellsStackedAfterReset }).start();
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(outcome)).kind).toBe('uncertain');
  expect(serialsAtPowerUp).toEqual(['26QS00000777']);
  expect(bench.events.filter((each) => (each.kind === 'noteStacked' || each.kind === 'noteReturned') && each.note !== null)).toEqual([]);
});

it('that tells it to a driver that was started since: who it is comes first', async () => {
  const bench = acceptorBench({ ...ccnetParts(), createSimulator: (environment) => createCcnetSimulator(environment, { serialNumber: '26QS00000777', noteInPathMinor: NOTE_MINOR, tellsStackedAfterReset: true }) });
  const serialsAtEnd: (string | null)[] = [];
  bench.acceptor.onEvent(({ kind: told }) => told === 'noteStacked' && serialsAtEnd.push(bench.acceptor.status().serialNumber));
  expect(await bench.until('ready')).toBe(true);
  expect(serialsAtEnd).toEqual(['26QS00000777']);
});

it('a note that it brings along was in no escrow: the simulator misreads none of those, for nobody could ever tell', async () => {
  const bench = acceptorBench({ ...ccnetParts(), createSimulator: (environment) => createCcnetSimulator(environment, { tellsStackedAfterReset: true }) });
  expect(await bench.until('ready')).toBe(true);
  for (const command of [{ do: 'fault', fault: 'misread', at: 'event' }, { do: 'powerOff' }, { do: 'leaveNote', denominationMinor: NOTE_MINOR }, { do: 'powerOn' }]) bench.hand(command);
  expect(await bench.untilEvent('noteStacked')).toMatchObject({ note: null, denominationMinor: NOTE_MINOR });
});
