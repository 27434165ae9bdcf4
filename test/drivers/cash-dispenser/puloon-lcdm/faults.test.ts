import { describe, expect, it } from 'vitest';
import type { LcdmBench } from '../../../support/lcdm-bench.ts';
import { createLcdmBench } from '../../../support/lcdm-bench.ts';

async function readyBench(options: Parameters<typeof createLcdmBench>[0] = {}): Promise<LcdmBench> {
  const bench = createLcdmBench(options);
  bench.dispenser.start();
  await bench.untilState('ready');
  return bench;
}

const dispense = (bench: LcdmBench, noteCount = 5, cassetteNumber = 1) => bench.settle(bench.dispenser.dispense({ cassetteNumber, noteCount }));

describe('a dispense that stops short', () => {
  it.each([
    { fault: { fault: 'pickError' }, raw: 0x32, code: 'CDM_PICK_FAILURE', state: 'ready', inTransport: 0 },
    { fault: { fault: 'billEnd' }, raw: 0x38, code: 'CDM_CASSETTE_EMPTY', state: 'ready', inTransport: 0 },
    { fault: { fault: 'overReject' }, raw: 0x44, code: 'CDM_PICK_FAILURE', state: 'ready', inTransport: 0 },
    { fault: { fault: 'motorStop' }, raw: 0x41, code: 'CDM_FAILURE', state: 'faulty', inTransport: 0 },
    { fault: { fault: 'jam', at: 'chk' }, raw: 0x33, code: 'CDM_JAMMED', state: 'faulty', inTransport: 1 },
    { fault: { fault: 'jam', at: 'div' }, raw: 0x36, code: 'CDM_JAMMED', state: 'faulty', inTransport: 1 },
    { fault: { fault: 'jam', at: 'ejt' }, raw: 0x48, code: 'CDM_JAMMED', state: 'faulty', inTransport: 1 },
    { fault: { fault: 'jam', at: 'exit' }, raw: 0x35, code: 'CDM_ITEMS_LEFT', state: 'faulty', inTransport: 1 },
  ])('$fault after two notes is completed with two, $code, $state', async ({ fault, raw, code, state, inTransport }) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', index: 2, ...fault });
    const outcome = await dispense(bench);
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 2, stoppedBy: code, rawErrorCode: raw, inTransportCount: inTransport } });
    expect(bench.outCount()).toBe(2);
    expect(bench.dispenser.status().state).toBe(state);
  });

  it('counts a rejected note as picked and not as presented', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'reject', index: 1 });
    expect(await dispense(bench, 3)).toMatchObject({ kind: 'completed', value: { presentedCount: 3, rejectedCount: 1, pickedCount: 4, stoppedBy: null } });
    expect(bench.loadedCount(1)).toBe(96);
    expect(bench.world().rejectTray.noteCount).toBe(1);
  });

  it('reports a note too many with what really left', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'extraNote', index: 2 });
    expect(await dispense(bench, 3)).toMatchObject({ kind: 'completed', value: { presentedCount: 4, stoppedBy: 'CDM_COUNT_MISMATCH' } });
    expect(bench.outCount()).toBe(4);
    expect(bench.dispenser.status().state).toBe('faulty');
  });

  it('pays what an almost empty cassette holds', async () => {
    const bench = await readyBench({ noteCounts: [3, 2] });
    expect(await dispense(bench, 5)).toMatchObject({ value: { presentedCount: 3, stoppedBy: 'CDM_CASSETTE_EMPTY', rawErrorCode: 0x38 } });
    expect(await dispense(bench, 5, 2)).toMatchObject({ value: { presentedCount: 2, stoppedBy: 'CDM_CASSETTE_EMPTY', rawErrorCode: 0x40 } });
  });

  it('refuses before it moves when cassette or tray are out, and recovers by itself', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'removeCassette', cassetteNumber: 2 });
    expect(await dispense(bench, 1, 2)).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
    expect((await dispense(bench, 1, 1)).kind).toBe('completed');
    bench.hand({ do: 'insertCassette', cassetteNumber: 2 });
    expect((await dispense(bench, 1, 2)).kind).toBe('completed');
    bench.hand({ do: 'removeTray' });
    expect(await dispense(bench)).toMatchObject({ kind: 'failed', errorCode: 'CDM_REJECT_TRAY_MISSING' });
    bench.hand({ do: 'insertTray' });
    await bench.untilState('ready', 6_000);
    expect(bench.outCount()).toBe(2);
  });
});

describe('the line', () => {
  it('sends a damaged command again, and gives up after the third NAK with nothing moved', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'nak', times: 2, opcode: 0x45 });
    expect(await dispense(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
    bench.hand({ do: 'fault', fault: 'nak', times: 3, opcode: 0x45 });
    expect(await dispense(bench, 2)).toMatchObject({ kind: 'failed' });
    expect(bench.outCount()).toBe(2);
    expect(bench.dispenser.status().counters).toMatchObject({ nakReceivedCount: 5, retryCount: 4 });
  });

  it('takes a result without its ACK, and never sends the dispense twice', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'noteEvents', isOn: false });
    bench.hand({ do: 'fault', fault: 'ackLost', opcode: 0x45 });
    expect(await dispense(bench)).toMatchObject({ kind: 'completed', value: { presentedCount: 5 } });
    expect(bench.world().dispenseCommandCount).toBe(1);
    expect(bench.outCount()).toBe(5);
  });

  it('takes no NAK for one after the time of the ACK: the dispense does not go out a second time', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'noteEvents', isOn: false });
    bench.hand({ do: 'fault', fault: 'headLost', opcode: 0x45 });
    expect(await dispense(bench)).toMatchObject({ kind: 'completed', value: { presentedCount: 5 } });
    expect(bench.world().dispenseCommandCount).toBe(1);
    expect(bench.outCount()).toBe(5);
  });

  it('is uncertain between none and all when the command was not heard', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'silence', opcode: 0x45 });
    expect(await dispense(bench)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'sentNoAck', noteCountMin: 0, noteCountMax: 6 } });
    expect(bench.outCount()).toBe(0);
    expect(bench.world().dispenseCommandCount).toBe(0);
  });

  it('asks for a damaged result again, from memory', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'badBcc', times: 2, opcode: 0x45 });
    expect(await dispense(bench)).toMatchObject({ kind: 'completed', value: { presentedCount: 5 } });
    expect(bench.outCount()).toBe(5);
    expect(bench.dispenser.status().counters).toMatchObject({ bccErrorCount: 2, nakSentCount: 2 });
  });

  it('is uncertain, with the notes that were told as lower bound, when the result stays damaged or is lost', async () => {
    for (const fault of [{ fault: 'badBcc', times: 9 }, { fault: 'replyLost' }]) {
      const bench = await readyBench();
      bench.hand({ do: 'fault', opcode: 0x45, ...fault });
      expect(await dispense(bench)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'ackReceivedNoResponse', noteCountMin: 5, noteCountMax: 5 } });
      expect(bench.dispenser.status()).toMatchObject({ state: 'faulty', faults: ['CDM_DISPENSE_UNCERTAIN'] });
      expect(bench.world().dispenseCommandCount).toBe(1);
    }
  });

  it('asks the device that lost its result whether its counting failed, and doubts one note more than it ordered [lcdm §4.3]', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'extraNote', index: 2 });
    bench.hand({ do: 'fault', fault: 'replyLost', opcode: 0x45 });
    expect(await dispense(bench, 3)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 2, noteCountMax: 4 } });
    expect(bench.outCount()).toBe(4);
    expect(await bench.settle(bench.dispenser.readSensors())).toMatchObject({ value: { extraNoteCountMax: 1 } });
  });

  it('doubts one note more than it ordered where the device forgot how its command ended, or cannot be asked', async () => {
    for (const loss of ['powerCut', 'lineLoss']) {
      const bench = await readyBench();
      bench.hand({ do: 'fault', fault: 'extraNote', index: 2 });
      bench.hand({ do: 'fault', fault: loss, at: 'reply', opcode: 0x45 });
      const running = bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 3 });
      await bench.clock.advance(5_000);
      // Back by itself long before the driver gives up waiting.
      bench.hand({ do: 'powerOn' });
      expect(await bench.settle(running)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 2, noteCountMax: 4 } });
      expect(bench.outCount()).toBe(4);
    }
  });

  it('gets through noise, idle bytes and a slow device', async () => {
    const bench = await readyBench({ bytesMax: 2 });
    bench.hand({ do: 'idleBytes', isOn: true });
    bench.hand({ do: 'fault', fault: 'noise', at: 'command', times: 3 });
    bench.hand({ do: 'fault', fault: 'noise', at: 'reply', opcode: 0x45 });
    bench.hand({ do: 'fault', fault: 'slow', opcode: 0x45 });
    expect(await dispense(bench)).toMatchObject({ kind: 'completed', value: { presentedCount: 5 } });
    expect(bench.world().dispenseCommandCount).toBe(1);
  });

  it('finds a silent device by polling, and comes back when it speaks again', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline', 10_000);
    expect(bench.dispenser.status().faults).toEqual(['CDM_OFFLINE']);
    expect(await dispense(bench)).toMatchObject({ kind: 'failed', errorCode: 'CDM_OFFLINE' });
    bench.hand({ do: 'powerOn' });
    await bench.untilState('ready', 30_000);
  });
});

describe('power and cable during a dispense', () => {
  it.each([0, 1, 2, 3, 4])('power cut at note %i: the truth lies within the bounds, and the evidence stays', async (index) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'note', index });
    const outcome = await dispense(bench);
    if (outcome.kind !== 'uncertain') throw new Error(outcome.kind);
    expect(outcome.lastKnown).toMatchObject({ noteCountMin: index, noteCountMax: 6 });
    expect(bench.outCount()).toBe(index);
    bench.hand({ do: 'powerOn' });
    await bench.clock.runUntil(() => bench.dispenser.status().faults.length === 2, 30_000);
    expect(bench.dispenser.status().faults).toEqual(['CDM_DISPENSE_UNCERTAIN', 'CDM_ITEMS_LEFT']);
    expect(bench.world().path).toHaveLength(1);
    expect(bench.world().rejectTray.noteCount).toBe(0);
  });

  it('power cut before the command and after the last note', async () => {
    for (const [at, outCount] of [['command', 0], ['reply', 5]] as const) {
      const bench = await readyBench();
      bench.hand({ do: 'fault', fault: 'powerCut', at, opcode: 0x45 });
      const outcome = await dispense(bench);
      if (outcome.kind !== 'uncertain') throw new Error(outcome.kind);
      expect(outcome.lastKnown.noteCountMin).toBe(outCount);
      expect(bench.outCount()).toBe(outCount);
    }
  });

  it('cable pulled at a note: uncertain at once, the device goes on alone, the fault survives the reconnection', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'lineLoss', at: 'note', index: 2 });
    const outcome = await dispense(bench);
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'lineLostAfterAck', noteCountMin: 2, noteCountMax: 6 } });
    bench.hand({ do: 'plug' });
    await bench.untilState('faulty', 30_000);
    expect(bench.outCount()).toBe(5);
    expect(bench.dispenser.status().faults).toEqual(['CDM_DISPENSE_UNCERTAIN']);
    expect(await dispense(bench)).toMatchObject({ kind: 'failed', errorCode: 'CDM_DISPENSE_UNCERTAIN' });
    bench.dispenser.reset();
    await bench.untilState('ready');
    expect((await dispense(bench, 1)).kind).toBe('completed');
  });
});

describe('recovery by the operator', () => {
  it('a jam at the exit stays until the note is gone and the driver is reset', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'jam', at: 'exit', index: 1 });
    await dispense(bench, 3);
    bench.dispenser.reset();
    await bench.untilState('recovering');
    await bench.untilState('faulty');
    expect(bench.dispenser.status().faults).toEqual(['CDM_ITEMS_LEFT']);
    // The customer pulls the note out: the sensor is free, which clears what is only seen.
    bench.hand({ do: 'takeNotes' });
    expect(bench.world().takenCount).toBe(2);
    await bench.untilState('ready', 6_000);
  });

  it('a purge clears path and latch, and is never done by the driver itself', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'jam', at: 'div', index: 1 });
    await dispense(bench, 3);
    await bench.clock.advance(60_000);
    expect(bench.world().path).toHaveLength(1);
    expect(await bench.settle(bench.dispenser.purge())).toEqual({ kind: 'completed', value: undefined });
    expect(bench.world()).toMatchObject({ path: [], rejectTray: { noteCount: 1 } });
    expect(bench.dispenser.status()).toMatchObject({ state: 'ready', faults: [] });
  });

  it('a purge without the tray fails and keeps the fault', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'jam', at: 'div' });
    await dispense(bench, 1);
    bench.hand({ do: 'removeTray' });
    expect(await bench.settle(bench.dispenser.purge())).toMatchObject({ kind: 'failed', errorCode: 'CDM_REJECT_TRAY_MISSING' });
    expect(bench.dispenser.status().faults).toContain('CDM_JAMMED');
    expect(bench.world().path).toHaveLength(1);
  });

  it('a driver that starts on a device whose last error was a jam waits for a person', async () => {
    const first = createLcdmBench();
    first.dispenser.start();
    await first.untilState('ready');
    first.hand({ do: 'fault', fault: 'jam', at: 'ejt' });
    await dispense(first, 1);
    first.hand({ do: 'clearPath' });
    await first.dispenser.stop();
    first.dispenser.start();
    await first.untilState('faulty');
    expect(first.dispenser.status().faults).toEqual(['CDM_JAMMED']);
    first.dispenser.reset();
    await first.untilState('ready');
  });

  it('reads the sensors on request', async () => {
    const bench = await readyBench({ noteCounts: [20, 100] });
    expect(await bench.settle(bench.dispenser.readSensors())).toEqual({
      kind: 'completed',
      value: { isExitBlocked: false, isTransportBlocked: false, isRejectTrayPresent: true, extraNoteCountMax: 1, cassettes: [{ cassetteNumber: 1, isPresent: true, isNearEnd: true }, { cassetteNumber: 2, isPresent: true, isNearEnd: false }] },
    });
  });
});
