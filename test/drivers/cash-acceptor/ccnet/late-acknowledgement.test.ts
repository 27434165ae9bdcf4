/**
 * The disk takes the outcome of a note late, and meanwhile power went, the device forgot its event and stacked another note. Goal: the device keeps that note's event until it is durable
 * itself. Method: the first acknowledgement comes while the second event waits. [ccnet §13]
 */
import { expect, it } from 'vitest';
import type { CashAcceptorEvent } from '../../../../drivers/interfaces/cash-acceptor.ts';
import { TENGE_MINOR, ccnetBench } from '../../../support/ccnet-bench.ts';

it('does not let the device forget a note by the acknowledgement of the one before', async () => {
  const bench = ccnetBench({ eventAfterPowerUp: 'forgotten', acknowledgeAfterMs: null });
  const stacked = () => bench.events.filter((event): event is Extract<CashAcceptorEvent, { kind: 'noteStacked' }> => event.kind === 'noteStacked');
  const untold = () => (bench.simulator.world() as unknown as { readonly untoldEvent: unknown }).untoldEvent;
  expect(await bench.until('ready')).toBe(true);
  void bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' });
  for (const denominationMinor of [500_000, 1_000_000]) {
    const [since, stackedBefore] = [bench.events.length, stacked().length];
    await bench.clock.advance(3_000);
    bench.hand({ do: 'insertNote', denominationMinor });
    const escrowed = await bench.untilEvent('noteEscrowed', { since });
    void bench.acceptor.stack(escrowed.kind === 'noteEscrowed' ? escrowed.note.noteId : '');
    expect(await bench.clock.runUntil(() => stacked().length > stackedBefore, 20_000)).toBe(true);
    if (denominationMinor !== 500_000) continue;
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(1_000);
    bench.hand({ do: 'powerOn' });
    await bench.clock.advance(2_000);
    expect(await bench.until('ready')).toBe(true);
  }
  const [first, second] = stacked();
  first!.acknowledge();
  await bench.clock.advance(2_000);
  expect(untold(), 'the second is not durable yet').not.toBeNull();
  second!.acknowledge();
  await bench.clock.advance(2_000);
  expect(untold()).toBeNull();
});
