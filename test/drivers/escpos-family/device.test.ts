import { describe, expect, it } from 'vitest';
import { DEPOSIT, SAMPLES, WITHDRAWAL } from '../../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld, dotsOfPng, PRINTER_PROTOCOLS } from '../../support/printer-bench.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');
const receiptsOf = (world: Record<string, unknown>) => world['receipts'] as { number: number; heightDots: number; taken: boolean }[];

describe.each(PRINTER_PROTOCOLS)('%s printer on its simulator', (protocol) => {
  // Dots are the same for all of the family: one of them shows every receipt.
  it.each((protocol === 'escpos' ? SAMPLES : SAMPLES.slice(0, 1)).flatMap(({ name, record }) => (['kk', 'ru', 'en'] as const).map((language) => ({ name, record, language }))))('puts $name in $language on paper dot by dot', async ({ record, language }) => {
    const world = await createPrinterWorld({ seed: 1, protocol });
    const bitmap = bitmapOf(record, language);
    expect(await world.print(bitmap)).toEqual({ kind: 'completed', value: { progress: 'presented' } });
    expect(receiptsOf(world.world())).toHaveLength(1);
    expect(dotsOfPng(world.control({ do: 'receiptPng', index: 0 }) as string)).toEqual({ ...bitmap, bytes: Uint8Array.from(bitmap.bytes) });
    expect(world.world()['overrunBytes']).toBe(0);
  });

  it('prints one after the other, and again after a stop and a start', async () => {
    const world = await createPrinterWorld({ seed: 2, protocol });
    for (let count = 1; count <= 3; count += 1) expect((await world.print(SLIP)).kind).toBe('completed');
    await world.printer.stop();
    world.printer.start();
    expect(await world.untilState('ready')).toBe(true);
    expect((await world.print(SLIP)).kind).toBe('completed');
    expect(receiptsOf(world.world())).toHaveLength(4);
  });

  it('refuses without printing when paper is out, cover open or nobody answers', async () => {
    const world = await createPrinterWorld({ seed: 3, protocol });
    world.control({ do: 'setPaper', state: 'out' });
    // The driver does not know yet: the status right before the job finds it.
    expect(await world.print(SLIP)).toMatchObject({ kind: 'failed', errorCode: 'PTR_PAPER_OUT' });
    expect(world.printer.status()).toMatchObject({ state: 'faulty', faults: ['PTR_PAPER_OUT'] });
    expect(await world.print(SLIP)).toMatchObject({ kind: 'failed', errorCode: 'PTR_PAPER_OUT' });
    world.control({ do: 'setPaper', state: 'full' });
    world.control({ do: 'openCover' });
    expect(await world.clock.runUntil(() => world.printer.status().faults[0] === 'PTR_COVER_OPEN', 20_000)).toBe(true);
    world.control({ do: 'powerOff' });
    expect(await world.untilState('offline')).toBe(true);
    expect(await world.print(SLIP)).toMatchObject({ kind: 'failed', errorCode: 'PTR_OFFLINE' });
    expect(receiptsOf(world.world())).toHaveLength(0);
    world.control({ do: 'closeCover' });
    world.control({ do: 'powerOn' });
    expect(await world.untilState('ready')).toBe(true);
    expect((await world.print(SLIP)).kind).toBe('completed');
  });

  it('says that paper is low, and prints all the same', async () => {
    const world = await createPrinterWorld({ seed: 4, protocol });
    expect(world.printer.isPaperLow).toBe(false);
    world.control({ do: 'setPaper', state: 'nearEnd' });
    await world.clock.advance(10_000);
    expect(world.printer.isPaperLow).toBe(true);
    expect(world.printer.status().faults).toEqual([]);
    expect((await world.print(SLIP)).kind).toBe('completed');
  });

  const MOMENTS = ['rasterBytes', 'firstRow', 'midReceipt', 'lastRow', 'cut'] as const;
  const REPAIRS = { paperOut: { do: 'setPaper', state: 'full' }, coverOpen: { do: 'closeCover' }, jam: { do: 'clearJam' }, powerCut: null, powerBlink: null, lineBlink: null, unplug: null } as const;
  it.each(Object.keys(REPAIRS).flatMap((fault) => MOMENTS.map((at) => ({ fault: fault as keyof typeof REPAIRS, at }))))('$fault at $at: uncertain, and the next person gets only the own receipt', async ({ fault, at }) => {
    const world = await createPrinterWorld({ seed: 5, protocol });
    world.control({ do: 'fault', fault, at, times: 1 });
    const outcome = await world.print(SLIP);
    expect(world.events.map(({ event }) => event)).toContain('fault');
    expect(outcome.kind).toBe('uncertain');
    await world.clock.advance(10_000);
    const repair = REPAIRS[fault];
    if (repair !== null) {
      expect(world.printer.status().state).toBe('faulty');
      world.control(repair);
      world.printer.reset();
    }
    expect(await world.untilState('ready')).toBe(true);
    // Whatever hung in the throat was cut off as a piece of its own, and nothing waits in the buffer.
    expect(world.world()).toMatchObject({ hangingInk: false, bufferBytes: 0 });
    const pieces = receiptsOf(world.world()).length;
    const next = bitmapOf(WITHDRAWAL, 'ru');
    expect((await world.print(next)).kind).toBe('completed');
    expect(receiptsOf(world.world())).toHaveLength(pieces + 1);
    expect(dotsOfPng(world.control({ do: 'receiptPng', index: pieces }) as string).bytes).toEqual(Uint8Array.from(next.bytes));
  });

  it('clears the buffer while paper is out, so that loading paper prints nothing', async () => {
    const world = await createPrinterWorld({ seed: 6, protocol });
    world.control({ do: 'fault', fault: 'paperOut', at: 'midReceipt', times: 1 });
    await world.print(SLIP);
    await world.clock.advance(3000);
    const rowsBefore = world.world()['hangingRows'];
    // ESC @ and ESC = of the clearing wait there, nothing with dots.
    expect(world.world()['bufferBytes']).toBeLessThanOrEqual(5);
    world.control({ do: 'setPaper', state: 'full' });
    // Before the next look of the driver.
    await world.clock.advance(100);
    expect(world.world()['hangingRows']).toBe(rowsBefore);
  });

  it('tries the knife once more; a second failure is a jam until somebody resets', async () => {
    const once = await createPrinterWorld({ seed: 7, protocol });
    once.control({ do: 'fault', fault: 'cutterError', at: 'cut', times: 1 });
    expect((await once.print(SLIP)).kind).toBe('completed');
    const stuck = await createPrinterWorld({ seed: 7, protocol });
    stuck.control({ do: 'fault', fault: 'cutterError', at: 'cut', times: 20 });
    expect((await stuck.print(SLIP)).kind).toBe('uncertain');
    await stuck.clock.advance(20_000);
    expect(stuck.printer.status()).toMatchObject({ state: 'faulty', faults: ['PTR_JAMMED'] });
    stuck.control({ do: 'clearFaults' });
    stuck.control({ do: 'clearJam' });
    await stuck.clock.advance(20_000);
    expect(stuck.printer.status().state).toBe('faulty');
    stuck.printer.reset();
    expect(await stuck.untilState('ready')).toBe(true);
  });

  it.each(['silence', 'slow', 'lostReply', 'mergedReply', 'noise'] as const)('lives with %s of single answers', async (fault) => {
    for (const at of ['statusReply', 'inOrderReply'] as const) {
      for (let seed = 0; seed < 5; seed += 1) {
        const world = await createPrinterWorld({ seed, protocol });
        world.control({ do: 'fault', fault, at, times: 1 });
        const outcome = await world.print(SLIP);
        expect([outcome.kind, fault, at]).toEqual(['completed', fault, at]);
        expect(receiptsOf(world.world())).toHaveLength(1);
      }
    }
  });

  it('closes and opens again when the printer falls silent, with longer and longer pauses', async () => {
    const world = await createPrinterWorld({ seed: 9, protocol });
    world.control({ do: 'powerOff' });
    expect(await world.untilState('offline')).toBe(true);
    await world.clock.advance(120_000);
    expect(world.printer.status().counters['timeoutCount']).toBeLessThan(200);
    world.control({ do: 'powerOn' });
    expect(await world.untilState('ready')).toBe(true);
  });

  it('settles a job when it is stopped in the middle of it', async () => {
    const world = await createPrinterWorld({ seed: 10, protocol });
    const job = world.printer.print({ bitmap: SLIP });
    await world.clock.advance(400);
    await world.printer.stop();
    expect((await job).kind).toBe('uncertain');
    expect(world.printer.status().state).toBe('offline');
  });

  it('refuses a second job, and a picture that is none', async () => {
    const world = await createPrinterWorld({ seed: 11, protocol });
    const first = world.printer.print({ bitmap: SLIP });
    expect(await world.printer.print({ bitmap: SLIP })).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await world.clock.advance(60_000);
    expect((await first).kind).toBe('completed');
    expect(await world.print({ widthDots: 640, heightDots: 1, bytes: new Uint8Array(80) })).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect(await world.print({ widthDots: 576, heightDots: 2, bytes: new Uint8Array(72) })).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });
});
