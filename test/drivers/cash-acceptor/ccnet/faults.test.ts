/**
 * Goal: one physical note = one credit, whatever the line, the power and the mechanism do. Method: the simulator knows where each note is;
 * after each story that truth is compared with what the driver told. Virtual time throughout.
 */
import { describe, expect, it } from 'vitest';
import type { CashAcceptorEvent } from '../../../../drivers/interfaces/cash-acceptor.ts';
import type { DeviceOutcome } from '../../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../../main/foundation/random.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import type { CcnetBench } from '../../../support/ccnet-bench.ts';
import { TENGE_MINOR, ccnetBench } from '../../../support/ccnet-bench.ts';

const NOTE_MINOR = 1_000_000;
type Outcome = DeviceOutcome<'stacked' | 'returned' | 'rejected'>;
type BenchOptions = Parameters<typeof ccnetBench>[0];

async function settled<T>(bench: CcnetBench, command: Promise<T>, limitMs = 200_000): Promise<T> {
  let result: { value: T } | undefined;
  void command.then((value) => (result = { value }));
  expect(await bench.clock.runUntil(() => result !== undefined, limitMs), 'the command settles').toBe(true);
  return result!.value;
}

async function enabledBench(options: BenchOptions = {}): Promise<CcnetBench> {
  const bench = ccnetBench(options);
  expect(await bench.until('ready')).toBe(true);
  expect((await settled(bench, bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  return bench;
}

async function escrow(bench: CcnetBench, denominationMinor: number = NOTE_MINOR): Promise<string> {
  const since = bench.events.length;
  bench.hand({ do: 'insertNote', denominationMinor });
  const event = await bench.untilEvent('noteEscrowed', { since });
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  return event.note.noteId;
}

function stackedMinor(bench: CcnetBench): number {
  return bench.events.reduce((sum, event) => (event.kind === 'noteStacked' ? sum + event.denominationMinor : sum), 0);
}

const idsOf = (bench: CcnetBench, kind: 'noteStacked' | 'noteReturned') => bench.events.filter((event): event is Extract<CashAcceptorEvent, { kind: typeof kind }> => event.kind === kind).map((event) => event.note?.noteId ?? null);

/** Escrow, order a fault, stack, and wait until all is quiet again. */
async function stackThrough(bench: CcnetBench, fault: string, at: string): Promise<{ noteId: string; outcome: Outcome }> {
  const noteId = await escrow(bench);
  bench.hand({ do: 'fault', fault, at });
  const outcome = await settled(bench, bench.acceptor.stack(noteId));
  await bench.clock.advance(60_000);
  return { noteId, outcome };
}

describe('power cut while a note is under way [ccnet §13]', () => {
  it('before the gate: told as 11, the note comes back, no credit', async () => {
    const bench = await enabledBench();
    const { noteId, outcome } = await stackThrough(bench, 'powerCut', 'beforeGate');
    expect(outcome).toEqual({ kind: 'completed', value: 'returned' });
    expect(bench.events).toContainEqual(expect.objectContaining({ kind: 'poweredUp', position: 'inHead' }));
    expect(idsOf(bench, 'noteReturned')).toEqual([noteId]);
    expect(idsOf(bench, 'noteStacked')).toEqual([]);
    expect(bench.places()['customer']).toMatchObject({ sumMinor: NOTE_MINOR });
  });

  it.each([true, false])('behind the gate: told as 12, one credit, whether 81 follows (%s) or not', async (tellsStackedAfterReset) => {
    const bench = await enabledBench({ tellsStackedAfterReset });
    const { noteId, outcome } = await stackThrough(bench, 'powerCut', 'afterGate');
    expect(outcome).toEqual({ kind: 'completed', value: 'stacked' });
    expect(bench.events).toContainEqual(expect.objectContaining({ kind: 'poweredUp', position: 'inStackerPath' }));
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
    expect(bench.places()['box']).toMatchObject({ sumMinor: NOTE_MINOR });
  });

  it('behind the gate with no return event after 11 either: the silent firmware is understood from its states', async () => {
    const bench = await enabledBench({ tellsReturnedAfterReset: false, skipsReturnedEvent: true });
    const { noteId, outcome } = await stackThrough(bench, 'powerCut', 'beforeGate');
    expect(outcome).toEqual({ kind: 'completed', value: 'returned' });
    expect(idsOf(bench, 'noteReturned')).toEqual([noteId]);
  });

  it('in the box before 81 was told, 81 sent again afterwards: one credit', async () => {
    const bench = await enabledBench({ eventAfterPowerUp: 'resent' });
    const { noteId, outcome } = await stackThrough(bench, 'powerCut', 'stacked');
    expect(outcome).toEqual({ kind: 'completed', value: 'stacked' });
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
  });

  it('in the box before 81 was told, 81 forgotten: uncertain, never a guess', async () => {
    const bench = await enabledBench({ eventAfterPowerUp: 'forgotten' });
    const { outcome } = await stackThrough(bench, 'powerCut', 'stacked');
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 1 } });
    expect(bench.events).toContainEqual(expect.objectContaining({ kind: 'poweredUp', position: 'none' }));
    expect(stackedMinor(bench)).toBe(0);
    expect(bench.places()['box']).toMatchObject({ noteCount: 1 });
    expect(bench.acceptor.status().lastFaults.map((fault) => fault.code)).toContain('CIM_STACK_UNCERTAIN');
  });

  it.each(['resent', 'forgotten'] as const)('between 81 and its acknowledgement, 81 then %s: one credit', async (eventAfterPowerUp) => {
    const bench = await enabledBench({ eventAfterPowerUp, acknowledgeAfterMs: null });
    const noteId = await escrow(bench);
    expect(await settled(bench, bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(1_000);
    bench.hand({ do: 'powerOn' });
    await bench.clock.advance(10_000);
    for (const event of bench.events) if (event.kind === 'noteStacked') event.acknowledge();
    expect(await bench.until('ready')).toBe(true);
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
    expect(bench.places()['box']).toMatchObject({ noteCount: 1 });
  });

  it.each(['accepting', 'escrow', 'beforeGate', 'afterGate', 'stacked', 'afterStackedAck', 'returning', 'initialising'])('at %s: the driver comes back, restores the mask, and takes the next note', async (at) => {
    const bench = await enabledBench();
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
    await bench.clock.advance(1_500);
    const escrowed = bench.events.find((event) => event.kind === 'noteEscrowed');
    if (escrowed?.kind === 'noteEscrowed') void (at === 'returning' ? bench.acceptor.return(escrowed.note.noteId) : bench.acceptor.stack(escrowed.note.noteId));
    if (at === 'initialising') bench.acceptor.reset();
    await bench.clock.advance(90_000);
    expect(bench.acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
    const boxBefore = bench.places()['box']!.sumMinor;
    expect(stackedMinor(bench)).toBe(boxBefore);
    await settled(bench, bench.acceptor.stack(await escrow(bench)));
    expect(stackedMinor(bench)).toBe(boxBefore + NOTE_MINOR);
  });
});

describe('a driver that starts while a note of an earlier start is under way', () => {
  async function abandonedAt(at: 'escrow' | 'stacked'): Promise<CcnetBench> {
    const first = await enabledBench({ acknowledgeAfterMs: null });
    const noteId = await escrow(first);
    if (at === 'stacked') await settled(first, first.acceptor.stack(noteId));
    await first.acceptor.stop();
    first.events.length = 0;
    first.acceptor.start();
    return first;
  }

  it('gives an escrowed note back', async () => {
    const bench = await abandonedAt('escrow');
    await bench.clock.advance(3_000);
    const returned = await bench.untilEvent('noteReturned', { limitMs: 30_000 });
    if (returned.kind === 'noteReturned') returned.acknowledge();
    expect(await bench.until('ready')).toBe(true);
    expect(bench.places()['customer']).toMatchObject({ noteCount: 1 });
    expect(stackedMinor(bench)).toBe(0);
  });

  it('tells an 81 that nobody acknowledged, with its value, before any RESET', async () => {
    // A fresh driver object, as after a crash of the core: nothing remembered.
    const bench = ccnetBench({ acknowledgeAfterMs: null, isStarted: false });
    bench.acceptor.start();
    await bench.until('ready');
    await settled(bench, bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' }));
    await settled(bench, bench.acceptor.stack(await escrow(bench)));
    await bench.acceptor.stop();
    const successor = bench.successor();
    const stacked: CashAcceptorEvent[] = [];
    successor.onEvent((event) => void stacked.push(event));
    successor.start();
    await bench.clock.advance(20_000);
    expect(successor.status().state).toBe('initialising');
    expect(stacked).toMatchObject([{ kind: 'noteStacked', note: null, denominationMinor: NOTE_MINOR, currency: 'KZT' }]);
    if (stacked[0]?.kind === 'noteStacked') stacked[0].acknowledge();
    expect(await bench.clock.runUntil(() => successor.status().state === 'ready', 60_000)).toBe(true);
    expect(stacked).toHaveLength(1);
  });
});

describe('events lost and repeated [ccnet §15]', () => {
  it.each(['lostAck', 'duplicateEvent'])('%s: the repeat is counted, not credited', async (fault) => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.hand({ do: 'fault', fault, times: 3 });
    await settled(bench, bench.acceptor.stack(noteId));
    await bench.clock.advance(5_000);
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
    expect(bench.acceptor.status().counters['duplicateCount']).toBeGreaterThanOrEqual(3);
    expect(bench.acceptor.status().state).toBe('ready');
  });

  it.each(['silence', 'lostReply', 'badCrc', 'slow', 'nak', 'illegal', 'noise', 'truncated', 'zeroLength', 'flood', 'wrongAddress'])('%s on the reply that tells 81: one credit', async (fault) => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.hand({ do: 'fault', fault, at: 'eventReply', times: 2 });
    expect(await settled(bench, bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(5_000);
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
  });

  it.each(['silence', 'lostReply', 'badCrc', 'slow', 'nak', 'illegal', 'noise', 'truncated', 'zeroLength', 'flood', 'wrongAddress'])('%s on the answer to STACK: the note is stacked once and credited once', async (fault) => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.hand({ do: 'fault', fault, at: 'stackReply' });
    expect(await settled(bench, bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(5_000);
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
    expect(bench.places()['box']).toMatchObject({ noteCount: 1 });
  });

  it('gives a note back that the device will not stack, and does not call it failed', async () => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.hand({ do: 'fault', fault: 'illegal', at: 'stackReply', times: 1_000 });
    expect((await settled(bench, bench.acceptor.stack(noteId))).kind).toBe('uncertain');
    await bench.clock.advance(5_000);
    expect(idsOf(bench, 'noteReturned')).toEqual([noteId]);
    expect(bench.places()['customer']).toMatchObject({ noteCount: 1 });
  });
});

describe('the mechanism', () => {
  it.each([
    ['jamInHead', 'CIM_JAMMED'],
    ['jamInStacker', 'CIM_JAMMED'],
    ['failure', 'CIM_FAILURE'],
  ])('%s while stacking: uncertain, out of use until a person cleared it and reset', async (fault, code) => {
    const bench = await enabledBench();
    const { outcome } = await stackThrough(bench, fault, 'afterGate');
    expect(outcome.kind).toBe('uncertain');
    expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: [code] });
    expect(await settled(bench, bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' }))).toMatchObject({ kind: 'failed', errorCode: code });
    bench.acceptor.reset();
    await bench.clock.advance(20_000);
    expect(bench.acceptor.status().state).toBe('faulty');
    bench.hand({ do: 'clearPath' });
    bench.acceptor.reset();
    expect(await bench.until('ready')).toBe(true);
    expect(bench.acceptor.status().faults).toEqual([]);
    expect(stackedMinor(bench)).toBe(0);
  });

  it('box removed and put back: told, initialised again, mask restored', async () => {
    const bench = await enabledBench();
    bench.hand({ do: 'removeBox' });
    await bench.untilEvent('boxRemoved');
    expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_BOX_REMOVED'] });
    bench.hand({ do: 'insertBox' });
    await bench.untilEvent('boxInserted');
    expect(await bench.until('ready')).toBe(true);
    await bench.clock.advance(1_000);
    expect((await settled(bench, bench.acceptor.stack(await escrow(bench)))).kind).toBe('completed');
    expect(bench.kinds().filter((kind) => kind.startsWith('box'))).toEqual(['boxRemoved', 'boxInserted']);
  });

  it('does not accept by itself after a recovery when it was disabled meanwhile', async () => {
    const bench = await enabledBench();
    bench.hand({ do: 'removeBox' });
    await bench.untilEvent('boxRemoved');
    expect((await settled(bench, bench.acceptor.disable())).kind).toBe('failed');
    bench.hand({ do: 'insertBox' });
    expect(await bench.until('ready')).toBe(true);
    await bench.clock.advance(2_000);
    expect(bench.simulator.control({ do: 'insertNote', denominationMinor: NOTE_MINOR }).ok).toBe(false);
  });

  it('says at once that a full device cannot be told to stop, instead of waiting for a state that does not come', async () => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.hand({ do: 'fault', fault: 'full', at: 'afterStackedAck' });
    await settled(bench, bench.acceptor.stack(noteId));
    expect(await settled(bench, bench.acceptor.disable(), 5_000)).toMatchObject({ kind: 'failed', errorCode: 'CIM_BOX_FULL' });
  });

  it('full after the last note: the credit comes first, then the fault', async () => {
    const bench = await enabledBench({ boxCapacity: 1 });
    const noteId = await escrow(bench);
    expect(await settled(bench, bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(2_000);
    expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_BOX_FULL'] });
    bench.hand({ do: 'removeBox' });
    await bench.clock.advance(1_000);
    bench.hand({ do: 'insertBox' });
    expect(await bench.until('ready')).toBe(true);
  });

  it.each(['cheat', 'busy', 'pause'])('%s after STACK: no credit before 81, one with it, no fault left', async (fault) => {
    const bench = await enabledBench();
    const { noteId, outcome } = await stackThrough(bench, fault, 'afterGate');
    expect(outcome).toEqual({ kind: 'completed', value: 'stacked' });
    expect(idsOf(bench, 'noteStacked')).toEqual([noteId]);
    expect(bench.kinds().filter((kind) => kind === 'cheatSuspected')).toHaveLength(fault === 'cheat' ? 1 : 0);
    expect(bench.acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
  });

  it('returns a note by the escrow time when the core says nothing, and holds it while the core asks to', async () => {
    const bench = await enabledBench();
    const noteId = await escrow(bench);
    bench.acceptor.hold(noteId);
    await bench.clock.advance(60_000);
    expect(bench.kinds()).not.toContain('noteReturned');
    expect((await settled(bench, bench.acceptor.stack(noteId))).kind).toBe('completed');
    await bench.until('ready');
    const second = await escrow(bench);
    await bench.clock.advance(20_000);
    expect(idsOf(bench, 'noteReturned')).toEqual([second]);
    expect(await settled(bench, bench.acceptor.stack(second))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
  });

  it('pulled back while it is drawn in: rejected', async () => {
    const bench = await enabledBench();
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
    await bench.clock.advance(500);
    bench.hand({ do: 'pullBack' });
    expect(await bench.untilEvent('noteRejected')).toEqual({ kind: 'noteRejected', reason: 0x64 });
  });
});

describe('the line', () => {
  it('finds out by silence alone that the device is gone, within six seconds and a few polls', async () => {
    const bench = await enabledBench();
    bench.hand({ do: 'fault', fault: 'silence', at: 'reply', times: 1_000_000 });
    const startMs = bench.clock.monotonicMs();
    expect(await bench.until('offline')).toBe(true);
    expect(bench.clock.monotonicMs() - startMs).toBeLessThan(7_000);
    expect(bench.acceptor.status().faults).toEqual(['CIM_OFFLINE', 'LNK_LOST']);
    await bench.clock.advance(120_000);
    expect(bench.acceptor.status().state).not.toBe('ready');
    bench.hand({ do: 'clearFaults' });
    expect(await bench.until('ready')).toBe(true);
    expect(bench.acceptor.status().faults).toEqual([]);
  });

  it('keeps trying a port that cannot be opened, at most every ten seconds', async () => {
    const bench = ccnetBench({ isStarted: false });
    bench.hand({ do: 'unplug' });
    bench.acceptor.start();
    await bench.clock.advance(120_000);
    expect(bench.acceptor.status()).toMatchObject({ state: 'offline', faults: ['CIM_OFFLINE', 'LNK_PORT_UNAVAILABLE'] });
    bench.hand({ do: 'plug' });
    expect(await bench.until('ready', 30_000)).toBe(true);
  });

  it('leaves no timer behind when it is stopped', async () => {
    const bench = await enabledBench();
    await bench.acceptor.stop();
    await bench.clock.advance(1_000);
    expect(bench.clock.pendingTimerCount).toBe(0);
  });
});

describe('anything at any time', () => {
  const WIRE = ['noise', 'badCrc', 'truncated', 'zeroLength', 'silence', 'lostReply', 'slow', 'nak', 'illegal', 'wrongAddress', 'flood'];
  const BODY = ['powerCut', 'unplug', 'cheat', 'busy', 'pause'];
  const MOMENTS = ['accepting', 'escrow', 'beforeGate', 'afterGate', 'stacked', 'afterStackedAck', 'returning'];

  /** A customer who inserts notes while faults strike; each order is remembered with its outcome. */
  async function story(seed: number): Promise<{ bench: CcnetBench; uncertainCount: number }> {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[randomInteger(random, list.length)]!;
    const bench = await enabledBench({
      seed,
      cutsBytes: seed % 2 === 0,
      tellsStackedAfterReset: seed % 3 === 0,
      tellsReturnedAfterReset: seed % 5 !== 0,
      answersBadCrc: seed % 4 === 0 ? 'nak' : 'silence',
      acknowledgeAfterMs: pick([0, 5, 150, 900]),
    });
    let uncertainCount = 0;
    for (let round = 0; round < 6; round++) {
      for (let count = randomInteger(random, 4); count > 0; count--) bench.hand({ do: 'fault', fault: pick(WIRE), at: 'reply', times: 1 + randomInteger(random, 3) });
      if (randomInteger(random, 2) === 0) bench.hand({ do: 'fault', fault: pick(BODY), at: pick(MOMENTS) });
      if (randomInteger(random, 3) === 0) bench.hand({ do: 'fault', fault: pick(['lostAck', 'duplicateEvent']) });
      const since = bench.events.length;
      bench.simulator.control({ do: 'insertNote', denominationMinor: pick(TENGE_MINOR), kind: pick(['genuine', 'genuine', 'genuine', 'counterfeit']) });
      await bench.clock.runUntil(() => bench.events.slice(since).some((event) => event.kind === 'noteEscrowed'), 5_000);
      const escrowed = bench.events.slice(since).find((event) => event.kind === 'noteEscrowed');
      if (escrowed?.kind === 'noteEscrowed') {
        const { noteId } = escrowed.note;
        const outcome = await settled(bench, randomInteger(random, 4) === 0 ? bench.acceptor.return(noteId) : bench.acceptor.stack(noteId));
        if (outcome.kind === 'uncertain') uncertainCount++;
      }
      await bench.clock.advance(randomInteger(random, 20_000));
    }
    bench.hand({ do: 'clearFaults' });
    expect(await bench.until('ready', 180_000), `seed ${seed} comes back`).toBe(true);
    await bench.clock.advance(30_000);
    return { bench, uncertainCount };
  }

  it('tells each note in the box exactly once, and nothing else, in 80 seeded stories', { timeout: 60_000 }, async () => {
    let stackedTotal = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const { bench } = await story(seed);
      const ids = idsOf(bench, 'noteStacked');
      expect(new Set(ids).size, `seed ${seed}: no id twice`).toBe(ids.length);
      // The device keeps its events over power here, so that nothing may stay unknown for good.
      expect(stackedMinor(bench), `seed ${seed}: told = in the box`).toBe(bench.places()['box']!.sumMinor);
      stackedTotal += ids.length;
      await bench.acceptor.stop();
    }
    expect(stackedTotal).toBeGreaterThan(100);
  });
});
