/** Goal: what is certain after which event [id003 §13–§15], each at its moment. Method: driver and simulator in virtual time. */
import { describe, expect, it } from 'vitest';
import type { AcceptorBench } from '../../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { id003Parts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;

async function escrowed(options: Parameters<typeof acceptorBench>[1] = {}, simulator: Parameters<typeof id003Parts>[0] = {}): Promise<{ readonly bench: AcceptorBench; readonly noteId: string }> {
  const bench = acceptorBench(id003Parts(simulator), options);
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  return { bench, noteId: event.note.noteId };
}

const kindsOf = (bench: AcceptorBench) => bench.events.map((event) => event.kind);

describe('power cut [id003 §13]', () => {
  it.each([
    ['beforeGate', 'returned', 'inHead'],
    ['afterGate', 'stacked', 'inStackerPath'],
  ] as const)('at %s: %s, told once', async (at, end, position) => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: end });
    await bench.clock.advance(20_000);
    expect(bench.events).toContainEqual(expect.objectContaining({ kind: 'poweredUp', position }));
    expect(bench.sumIn('box')).toBe(end === 'stacked' ? NOTE_MINOR : 0);
    expect(kindsOf(bench).filter((kind) => kind === 'noteStacked')).toHaveLength(end === 'stacked' ? 1 : 0);
  });

  it('behind the gate, and the core cannot write down where: no RESET moves the note until it can', async () => {
    const { bench, noteId } = await escrowed();
    let told = 0;
    bench.acceptor.onEvent((event) => {
      if (event.kind === 'poweredUp' && ++told <= 20) event.postpone();
    });
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'afterGate' });
    const stacking = bench.acceptor.stack(noteId);
    expect(await bench.clock.runUntil(() => told === 10, 60_000)).toBe(true);
    expect([bench.simulator.world(), bench.sumIn('box')]).toMatchObject([{ phase: 'poweredUp' }, 0]);
    expect(await bench.settled(stacking)).toEqual({ kind: 'completed', value: 'stacked' });
    expect(await bench.until('ready')).toBe(true);
    expect(kindsOf(bench).filter((kind) => kind === 'noteStacked')).toHaveLength(1);
    expect(told).toBeLessThan(25);
  });

  it('in the box before VEND VALID was read: uncertain, never a guess', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'stacked' });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 1 } });
    expect(bench.sumIn('box')).toBe(NOTE_MINOR);
    expect(kindsOf(bench)).not.toContain('noteStacked');
  });
});

describe('VEND VALID', () => {
  it('is acknowledged again when the ACK was lost, and credited once', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'acknowledgementLost', times: 3 });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(5_000);
    expect(kindsOf(bench).filter((kind) => kind === 'noteStacked')).toHaveLength(1);
    expect(bench.simulator.world()).toMatchObject({ isVendValidPending: false });
  });

  it('of an earlier start is told with an unknown value and no note, before any RESET', async () => {
    const { bench, noteId } = await escrowed({ acknowledgeAfterMs: null });
    await bench.settled(bench.acceptor.stack(noteId));
    await bench.settled(bench.acceptor.stop());
    const next = bench.successor();
    const told: unknown[] = [];
    next.onEvent((event) => {
      told.push({ ...event });
      if (event.kind === 'noteStacked') event.acknowledge();
    });
    next.start();
    expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000)).toBe(true);
    expect(told).toEqual([expect.objectContaining({ kind: 'noteStacked', note: null, denominationMinor: 0 })]);
    expect(bench.simulator.world()).toMatchObject({ isVendValidPending: false });
    await bench.settled(next.stop());
  });
});

describe('a start of the core finds what became of a note of the one before', () => {
  /** The core dies when the note is past the gate, nobody hears what comes; the next one tells what it finds. */
  async function afterDeath(fault: object, simulator: Parameters<typeof id003Parts>[0] = {}): Promise<{ readonly bench: AcceptorBench; readonly told: readonly string[] }> {
    const { bench, noteId } = await escrowed({}, simulator);
    bench.hand({ do: 'fault', ...fault });
    void bench.acceptor.stack(noteId);
    await bench.clock.advance(100);
    await bench.settled(bench.acceptor.stop());
    await bench.clock.advance(15_000);
    const next = bench.successor();
    const told: string[] = [];
    next.onEvent((event) => {
      told.push(event.kind === 'poweredUp' ? `poweredUp ${event.position}` : event.kind);
      if (event.kind === 'noteStacked') event.acknowledge();
    });
    next.start();
    expect(await bench.clock.runUntil(() => ['ready', 'faulty'].includes(next.status().state), 60_000)).toBe(true);
    await bench.settled(next.stop());
    return { bench, told };
  }

  it('jammed behind the gate: RESET would hide it, so that it is told to lie nowhere that is known', async () => {
    expect((await afterDeath({ fault: 'jam', at: 'afterGate' })).told).toEqual(['poweredUp none']);
  });

  it('the box was out and in again, and the note in it without a word: its settings tell', async () => {
    const { bench, told } = await afterDeath({ fault: 'boxOut', at: 'afterGate' });
    expect(bench.sumIn('box')).toBe(NOTE_MINOR);
    expect(told).toEqual(['poweredUp none']);
  });

  it('nothing went wrong: VEND VALID, and nothing else', async () => {
    expect((await afterDeath({ fault: 'slow', at: 'pollReply' })).told).toEqual(['noteStacked']);
  });

  it('a device that takes no bits of notes that it does not have accepts all the same, and leaves it open', async () => {
    expect((await afterDeath({ fault: 'slow', at: 'pollReply' }, { takesUnusedBits: false })).told).toEqual(['poweredUp none', 'noteStacked']);
  });
});

describe('orders', () => {
  it('STACK answered with 4B is sent again while the note waits', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'invalidCommand' });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
  });

  it('a note nobody decides on goes back by the time of the device, and is told as rejected', async () => {
    const { bench } = await escrowed();
    await bench.untilEvent('noteRejected', { limitMs: 20_000 });
    expect(bench.sumIn('box')).toBe(0);
  });

  it('HOLD keeps it', async () => {
    const { bench, noteId } = await escrowed();
    bench.acceptor.hold(noteId);
    await bench.clock.advance(25_000);
    expect(kindsOf(bench)).not.toContain('noteRejected');
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
  });
});

describe('faults of the device', () => {
  it('a jam behind the gate leaves the note uncertain and the device faulty until a person resets it', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'jam', at: 'afterGate' });
    expect((await bench.settled(bench.acceptor.stack(noteId))).kind).toBe('uncertain');
    expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_JAMMED'] });
    bench.hand({ do: 'clearPath' });
    bench.acceptor.reset();
    expect(await bench.until('ready')).toBe(true);
  });

  it('a box taken out and put back is told, and settings are made again', async () => {
    const { bench, noteId } = await escrowed();
    await bench.settled(bench.acceptor.stack(noteId));
    await bench.clock.advance(2_000);
    bench.hand({ do: 'removeBox' });
    expect(await bench.until('faulty')).toBe(true);
    expect(bench.acceptor.status().faults).toEqual(['CIM_BOX_REMOVED']);
    bench.hand({ do: 'insertBox' });
    expect(await bench.until('ready')).toBe(true);
    expect(kindsOf(bench)).toEqual(expect.arrayContaining(['boxRemoved', 'boxInserted']));
    await bench.clock.advance(2_000);
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  });
});
