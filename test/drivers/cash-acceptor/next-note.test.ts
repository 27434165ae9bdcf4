/**
 * A customer puts in the next note while the last one's credit is still on the line: polls were missed, or the disk takes its time. Goal: each note is
 * credited once with its own value, and none is kept. Only where the device takes a further note meanwhile. [ssp §15.5, ebds §5, §11]
 */
import { describe, expect, it } from 'vitest';
import type { CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { AcceptorBench, AcceptorParts } from '../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { ebdsParts, sspParts } from '../../support/acceptor-parts.ts';

const FIRST_MINOR = 500_000;
const SECOND_MINOR = 2_000_000;
const cases: readonly (() => AcceptorParts)[] = [() => sspParts(), () => ebdsParts()];

async function escrowed(parts: AcceptorParts, acknowledgeAfterMs: number | null): Promise<{ readonly bench: AcceptorBench; readonly noteId: string }> {
  const bench = acceptorBench(parts, { acknowledgeAfterMs });
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  bench.hand({ do: 'insertNote', denominationMinor: FIRST_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  return { bench, noteId: event.note.noteId };
}

const told = <Kind extends CashAcceptorEvent['kind']>(bench: AcceptorBench, kind: Kind) => bench.events.filter((event): event is Extract<CashAcceptorEvent, { kind: Kind }> => event.kind === kind);

/** As soon as the mouth opens. */
async function insertNext(bench: AcceptorBench, denominationMinor: number): Promise<void> {
  expect(await bench.clock.runUntil(() => bench.tryHand({ do: 'insertNote', denominationMinor }), 20_000)).toBe(true);
}

describe.each(cases.map((parts) => [parts().name, parts] as const))('%s', (_name, partsOf) => {
  it('put in while the disk takes its time: the first is credited once, the second is offered with its own value and can go back', async () => {
    const { bench, noteId } = await escrowed(partsOf(), null);
    const stacking = bench.acceptor.stack(noteId);
    expect(await bench.settled(stacking)).toEqual({ kind: 'completed', value: 'stacked' });
    await insertNext(bench, SECOND_MINOR);
    await bench.clock.advance(6_000);
    for (const event of told(bench, 'noteStacked')) event.acknowledge();
    expect(await bench.clock.runUntil(() => told(bench, 'noteEscrowed').length === 2, 20_000), 'the second is offered').toBe(true);
    const second = told(bench, 'noteEscrowed')[1]!.note;
    expect(second.denominationMinor).toBe(SECOND_MINOR);
    expect(await bench.settled(bench.acceptor.return(second.noteId))).toEqual({ kind: 'completed', value: 'returned' });
    await bench.clock.advance(5_000);
    expect(told(bench, 'noteStacked').map((event) => event.note?.noteId)).toEqual([noteId]);
    expect(bench.sumIn('box')).toBe(FIRST_MINOR);
  });

  it.each([2, 4, 6, 8])('put in while %s polls are missed, and the disk takes its time then: no credit twice, none with the value of the other', async (missed) => {
    const { bench, noteId } = await escrowed(partsOf(), null);
    const stacking = bench.acceptor.stack(noteId);
    await bench.clock.advance(300);
    bench.hand({ do: 'fault', fault: 'silence', at: 'pollReply', times: missed });
    await insertNext(bench, SECOND_MINOR);
    expect((await bench.settled(stacking)).kind).toBe('completed');
    await bench.clock.advance(6_000);
    expect(told(bench, 'noteStacked').map(({ note, denominationMinor }) => [note?.noteId, denominationMinor])).toEqual([[noteId, FIRST_MINOR]]);
    told(bench, 'noteStacked')[0]!.acknowledge();
    const isDecided = () => told(bench, 'noteEscrowed').length === 2 || bench.sumIn('escrow') === 0;
    await bench.clock.advance(1_500);
    expect(await bench.clock.runUntil(isDecided, 3_000), 'the second is offered, or goes back').toBe(true);
    for (const { note } of told(bench, 'noteEscrowed').slice(1)) expect(note.denominationMinor).toBe(SECOND_MINOR);
    const last = told(bench, 'noteEscrowed').at(-1)!.note;
    if (last.noteId !== noteId) await bench.settled(bench.acceptor.stack(last.noteId).then(() => last));
    await bench.clock.advance(10_000);
    for (const event of told(bench, 'noteStacked')) event.acknowledge();
    await bench.clock.advance(30_000);
    expect(told(bench, 'noteStacked').reduce((sum, event) => sum + event.denominationMinor, 0)).toBe(bench.sumIn('box'));
    expect(bench.sumIn('escrow')).toBe(0);
  });
});
