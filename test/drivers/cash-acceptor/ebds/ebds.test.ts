/** Golden frames through driver and simulator, and what is certain after which event [ebds §11–§13], each at its moment, in virtual time. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeNote, decodeReply, inhibitBytes } from '../../../../drivers/cash-acceptor/ebds/codec.ts';
import { decodeEbds } from '../../../../drivers/cash-acceptor/ebds/decode.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/cash-acceptor/ebds/frames.ts';
import { HostReader, frameOf, noteBytes } from '../../../../simulators/cash-acceptor/ebds/wire.ts';
import type { AcceptorBench } from '../../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { ebdsParts } from '../../../support/acceptor-parts.ts';

interface Vector {
  readonly name: string;
  readonly to: 'device' | 'host';
  readonly hex: string;
  readonly decoded: Readonly<Record<string, unknown>>;
}

const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/ebds.json', import.meta.url), 'utf8')) as { readonly vectors: readonly Vector[] };
const bytesOf = (vector: Vector) => Buffer.from(vector.hex.replaceAll(' ', ''), 'hex');

describe('golden frames', () => {
  it.each(vectors)('$name ($to) means what the sheet says, in the driver, and has the same bytes in both encoders', (vector) => {
    const bytes = bytesOf(vector);
    const pieces = decodeEbds(bytes, vector.to === 'device' ? 'host' : 'device') as { readonly control: number; readonly dataHex: string; readonly decoded: unknown }[];
    expect(pieces).toHaveLength(1);
    const { control, dataHex, decoded } = pieces[0]!;
    expect(decoded).toEqual(vector.decoded);
    const data = Buffer.from(dataHex, 'hex');
    expect(encodeFrame(control, data)).toEqual(bytes);
    expect(frameOf(control, [...data])).toEqual(Uint8Array.from(bytes));
    if (vector.to === 'device') expect(new HostReader().push(bytes)).toEqual([{ acknowledgeNumber: control & 1, messageType: control >> 4, data: [...data] }]);
  });

  it('read a note as the simulator writes it, also in thousands', () => {
    for (const value of [1, 200, 999, 2_000, 20_000]) expect(decodeNote(Uint8Array.from(noteBytes(3, { currency: 'KZT', value })))).toEqual({ index: 3, currency: 'KZT', value });
    expect(decodeNote(Uint8Array.from(noteBytes(3, null)))).toBeNull();
  });

  it('know inhibits of both lengths', () => {
    expect(inhibitBytes([1, 7, 8, 50])).toEqual([0x41, 0x01, 0, 0, 0, 0, 0, 0x01]);
    expect(inhibitBytes([57])).toHaveLength(19);
  });

  it('drop one byte after a bad checksum, and read any reply', () => {
    const poll = encodeFrame(0x10, Uint8Array.of(0, 0x1c, 0x10));
    expect(createFrameReader().push(Buffer.concat([Buffer.of(0x02, 0x08, 0x10), poll, Buffer.of(0)])).filter((event) => event.kind === 'frame')).toHaveLength(1);
    for (let control = 0; control < 128; control++) expect(decodeReply(control, Buffer.of(2, 1)).kind).toBeTypeOf('string');
  });
});

const NOTE_MINOR = 500_000;

it('tells a power-up once, however long the device says it, and the next one again', async () => {
  const bench = acceptorBench(ebdsParts());
  expect(await bench.until('ready')).toBe(true);
  const since = bench.events.length;
  for (let cut = 1; cut <= 2; cut++) {
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(3_000);
    bench.hand({ do: 'powerOn' });
    expect(await bench.until('ready')).toBe(true);
    await bench.clock.advance(20_000);
    expect(bench.events.slice(since).filter(({ kind }) => kind === 'poweredUp')).toHaveLength(cut);
  }
});

async function escrowed(options: Parameters<typeof acceptorBench>[1] = {}, simulator: Parameters<typeof ebdsParts>[0] = {}): Promise<{ readonly bench: AcceptorBench; readonly noteId: string }> {
  const bench = acceptorBench(ebdsParts(simulator), options);
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  return { bench, noteId: event.note.noteId };
}

const stackedCount = (bench: AcceptorBench) => bench.events.filter((event) => event.kind === 'noteStacked').length;

describe('money', () => {
  it.each([['beforeGate', 'returned'], ['afterGate', 'stacked']] as const)('a power cut at %s ends as %s, told once', async (at, end) => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: end });
    await bench.clock.advance(20_000);
    expect(stackedCount(bench)).toBe(end === 'stacked' ? 1 : 0);
    expect(bench.sumIn('box')).toBe(end === 'stacked' ? NOTE_MINOR : 0);
  });

  it('a power cut after stacking and before the event is uncertain', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'stacked' });
    expect((await bench.settled(bench.acceptor.stack(noteId))).kind).toBe('uncertain');
    expect(stackedCount(bench)).toBe(0);
  });

  it('a short stacked reply and the extended one behind it are one credit with the value', async () => {
    const { bench, noteId } = await escrowed({}, { tellsShortStackedFirst: true });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(5_000);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toMatchObject([{ denominationMinor: NOTE_MINOR }]);
  });

  it.each([
    ['the next note is at the mouth already', NOTE_MINOR, (bench: AcceptorBench) => void bench.clock.setTimeout(() => bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR }), 900)],
    ['the cable is pulled between them', NOTE_MINOR, (bench: AcceptorBench) => {
      bench.clock.setTimeout(() => bench.hand({ do: 'unplug' }), 900);
      bench.clock.setTimeout(() => bench.hand({ do: 'plug' }), 9_000);
    }],
    ['the extended one names another note, as which it is told', TENGE_NOTES_MINOR[0], (bench: AcceptorBench) => bench.hand({ do: 'fault', fault: 'misread', at: 'stacked' })],
  ])('are one note also where %s', async (_where, denominationMinor, disturb) => {
    for (let offsetMs = 0; offsetMs < 300; offsetMs += 25) {
      const { bench, noteId } = await escrowed({}, { tellsShortStackedFirst: true });
      await bench.clock.advance(offsetMs);
      disturb(bench);
      await bench.settled(bench.acceptor.stack(noteId));
      await bench.clock.advance(20_000);
      expect(bench.events.filter((event) => event.kind === 'noteStacked')).toMatchObject([{ note: { noteId }, denominationMinor }]);
    }
  });

  it('a short stacked reply is the credit of the note in escrow where its power is cut before the extended one', async () => {
    const { bench, noteId } = await escrowed({}, { tellsShortStackedFirst: true });
    const end = bench.acceptor.stack(noteId);
    expect(await bench.clock.runUntil(() => (bench.simulator.world() as { readonly isStackedUntold?: boolean }).isStackedUntold === true, 20_000)).toBe(true);
    await bench.clock.advance(170);
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(1_000);
    bench.hand({ do: 'powerOn' });
    expect(await bench.settled(end)).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(20_000);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toMatchObject([{ note: { noteId }, denominationMinor: NOTE_MINOR }]);
  });

  it.each(['nak', 'lostReply', 'silence'])('a stack order that meets %s is carried out once', async (fault) => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    expect(stackedCount(bench)).toBe(1);
  });

  it('an event that is not durable stays in the device over a lost line', async () => {
    const { bench, noteId } = await escrowed({ acknowledgeAfterMs: null });
    await bench.settled(bench.acceptor.stack(noteId));
    bench.hand({ do: 'unplug' });
    await bench.clock.advance(3_000);
    bench.hand({ do: 'plug' });
    await bench.clock.advance(20_000);
    expect(bench.simulator.world()).toMatchObject({ isStackedUntold: true });
    for (const event of bench.events) if (event.kind === 'noteStacked') event.acknowledge();
    expect(await bench.until('ready')).toBe(true);
    expect(bench.simulator.world()).toMatchObject({ isStackedUntold: false });
    expect(stackedCount(bench)).toBe(1);
  });

  it('an event is told until it is acknowledged and no longer, whatever happens to the next notes meanwhile', async () => {
    for (let offsetMs = 0; offsetMs < 600; offsetMs += 50) {
      const { bench, noteId } = await escrowed({ acknowledgeAfterMs: null });
      await bench.settled(bench.acceptor.stack(noteId));
      bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR, kind: 'counterfeit' });
      await bench.clock.advance(3_000);
      bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
      // Around the moment at which the device does not keep it in escrow any longer.
      await bench.clock.advance(15_700 + offsetMs);
      for (const event of bench.events) if (event.kind === 'noteStacked') event.acknowledge();
      await bench.clock.advance(3_000);
      expect(stackedCount(bench), `${offsetMs} ms later`).toBe(1);
      expect(bench.simulator.world()).toMatchObject({ isStackedUntold: false });
    }
  });

  it('a return that a start finds may be of the note behind the one that the start before ordered: first it is said that nobody saw what became of that one', async () => {
    const { bench, noteId } = await escrowed({ acknowledgeAfterMs: null });
    await bench.settled(bench.acceptor.stack(noteId));
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
    await bench.clock.advance(2_000);
    bench.hand({ do: 'unplug' });
    await bench.settled(bench.acceptor.stop());
    await bench.clock.advance(10_000);
    expect([bench.sumIn('box'), bench.sumIn('customer')]).toEqual([NOTE_MINOR, NOTE_MINOR]);
    bench.hand({ do: 'plug' });
    const next = bench.successor();
    const told: string[] = [];
    next.onEvent((event) => {
      told.push(event.kind === 'poweredUp' ? `poweredUp ${event.position}` : event.kind);
      if (event.kind === 'noteReturned') event.acknowledge();
    });
    next.start();
    expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000)).toBe(true);
    expect(told).toEqual(['poweredUp none', 'noteReturned']);
  });

  it('a jam is uncertain; a soft reset by a person ends it', async () => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'jam', at: 'afterGate' });
    expect((await bench.settled(bench.acceptor.stack(noteId))).kind).toBe('uncertain');
    bench.hand({ do: 'clearPath' });
    bench.acceptor.reset();
    expect(await bench.until('ready')).toBe(true);
  });
});

it('a power-up that cannot be written down and comes with each poll leaves room for the credit behind it', async () => {
  const { bench, noteId } = await escrowed({ acknowledgeAfterMs: null });
  let isDiskFull = true;
  bench.acceptor.onEvent((event) => {
    if (event.kind === 'poweredUp' && isDiskFull) event.postpone();
    // Written down patiently, and given up.
    if (event.kind === 'noteStacked') bench.clock.setTimeout(() => (isDiskFull ? event.postpone() : event.acknowledge()), 5_000);
  });
  bench.hand({ do: 'fault', fault: 'powerCut', at: 'afterGate' });
  void bench.acceptor.stack(noteId);
  await bench.untilEvent('noteStacked');
  await bench.clock.advance(12_000);
  isDiskFull = false;
  await bench.clock.advance(20_000);
  expect(stackedCount(bench)).toBeGreaterThan(1);
  expect(bench.simulator.world()).toMatchObject({ isStackedUntold: false });
  expect(await bench.until('ready')).toBe(true);
});
