import { describe, expect, it } from 'vitest';
import { createXfsPrinter } from '../../../../drivers/printer/xfs4iot-printer/device.ts';
import { bitmapToBmp } from '../../../../drivers/printer/xfs4iot-printer/bmp.ts';
import type { XfsPrinterSimulatorOptions } from '../../../../simulators/printer/xfs4iot-printer/simulator.ts';
import { createXfsPrinterSimulator } from '../../../../simulators/printer/xfs4iot-printer/simulator.ts';
import { createXfsBench, goldenForm } from '../../../support/xfs-bench.ts';
import golden from '../../../vectors/xfs4iot-printer.json' with { type: 'json' };

const SLIP = { widthDots: 16, heightDots: 3, bytes: Uint8Array.of(0xff, 0x01, 0, 0, 0x80, 0) };
const IMAGE = Buffer.from(bitmapToBmp(SLIP)).toString('base64');
const BIN_CAPACITY = 10;

function createBench(options: XfsPrinterSimulatorOptions = {}) {
  const bench = createXfsBench((common) => createXfsPrinter({ ...common, widthDots: 576, formName: 'QolmaReceipt', imageField: 'image', presenter: true }), (environment) => createXfsPrinterSimulator(environment, { presenter: true, ...options }));
  const presenter = bench.device.presenter!;
  let takenCount = 0;
  presenter.onTaken(() => takenCount++);
  return {
    ...bench, presenter,
    taken: () => takenCount,
    print: () => bench.settle(bench.device.print({ bitmap: SLIP })),
    retract: () => bench.settle(presenter.retract()),
    world: () => bench.simulator.world() as Readonly<Record<string, unknown>>,
    /** What was said since the last look, without questions. */
    said: () => bench.wire.splice(0).map(goldenForm).filter(({ type, name }) => type !== 'acknowledge' && !name.startsWith('Common.') && !name.startsWith('Storage.')).map((message) => JSON.parse(JSON.stringify(message).replace(IMAGE, 'IMAGE')) as unknown),
  };
}

async function readyBench(options: XfsPrinterSimulatorOptions = {}) {
  const bench = createBench(options);
  bench.device.start();
  await bench.untilState('ready');
  bench.wire.splice(0);
  return bench;
}

describe('a receipt in the exit', () => {
  it('is held out and taken, in these messages', async () => {
    const bench = await readyBench();
    expect(bench.device.capabilities.presenter).toBe(true);
    expect(await bench.print()).toEqual({ kind: 'completed', value: { progress: 'presented' } });
    expect(bench.said()).toEqual(golden.printed);
    expect(bench.presenter.isOccupied()).toBe(true);
    bench.hand({ do: 'takeReceipt' });
    await bench.clock.advance(100);
    expect(bench.said()).toEqual(golden.taken);
    expect([bench.taken(), bench.presenter.isOccupied()]).toEqual([1, false]);
    expect(await bench.retract()).toEqual({ kind: 'completed', value: { to: 'taken' } });
    expect(bench.said()).toEqual([]);
  });

  it('that is pulled out before its job has ended is told as taken just after it', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'takenAtOnce' });
    expect(await bench.print()).toEqual({ kind: 'completed', value: { progress: 'presented' } });
    expect([bench.taken(), bench.presenter.isOccupied()]).toEqual([0, false]);
    await bench.clock.advance(200);
    expect(bench.taken()).toBe(1);
  });

  it('that nobody takes goes to the bin, and is not told as taken', async () => {
    const bench = await readyBench();
    await bench.print();
    bench.said();
    expect(await bench.retract()).toEqual({ kind: 'completed', value: { to: 'retracted' } });
    expect(bench.said()).toEqual(golden.retracted);
    expect(bench.world()).toMatchObject({ isAtExit: false, retractedCount: 1, takenCount: 0 });
    expect([bench.taken(), bench.presenter.isOccupied()]).toEqual([0, false]);
  });

  it('is pushed out where there is no bin, or the bin is full', async () => {
    const without = await readyBench({ hasBin: false });
    await without.print();
    without.said();
    expect(await without.retract()).toEqual({ kind: 'completed', value: { to: 'ejected' } });
    expect(without.said()).toEqual(golden.expelled);
    const bench = await readyBench();
    for (let count = 0; count <= BIN_CAPACITY; count++) {
      await bench.print();
      expect(await bench.retract()).toEqual({ kind: 'completed', value: { to: count < BIN_CAPACITY ? 'retracted' : 'ejected' } });
    }
    expect(bench.world()).toMatchObject({ retractedCount: BIN_CAPACITY, expelledCount: 1, isAtExit: false });
  });

  it('that is taken in the last moment was taken', async () => {
    const bench = await readyBench();
    await bench.print();
    bench.hand({ do: 'fault', fault: 'takenMeanwhile' });
    expect(await bench.retract()).toEqual({ kind: 'completed', value: { to: 'taken' } });
    expect(bench.world()).toMatchObject({ takenCount: 1, retractedCount: 0 });
  });

  it('of another person is taken back before the next one is printed', async () => {
    const bench = await readyBench();
    await bench.print();
    expect(await bench.print()).toMatchObject({ kind: 'completed' });
    expect(bench.world()).toMatchObject({ retractedCount: 1, isAtExit: true });
  });

  it('that jams on its way back is in doubt, and the printer is out of use until a person has cleared it', async () => {
    const bench = await readyBench();
    await bench.print();
    bench.hand({ do: 'fault', fault: 'exitJam' });
    expect(await bench.retract()).toMatchObject({ kind: 'uncertain' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['PTR_JAMMED']);
    expect(await bench.print()).toMatchObject({ kind: 'failed', errorCode: 'PTR_JAMMED' });
    bench.hand({ do: 'clearJam' });
    bench.device.reset();
    await bench.untilState('ready');
    expect((await bench.print()).kind).toBe('completed');
  });

  it.each(['silence', 'completionLost', 'connectionLost'])('whose retract %s hid is in doubt, and the exit is looked at when the printer is back', async (fault) => {
    const bench = await readyBench();
    await bench.print();
    bench.hand({ do: 'fault', fault });
    expect(await bench.retract()).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'retractUnanswered' } });
    await bench.untilState('ready');
    expect(bench.presenter.isOccupied()).toBe(fault === 'silence');
    expect(bench.world()).toMatchObject({ isAtExit: fault === 'silence' });
  });

  it('is still known after the line was lost', async () => {
    const bench = await readyBench();
    await bench.print();
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    expect(bench.presenter.isOccupied()).toBeNull();
    bench.hand({ do: 'plug' });
    await bench.untilState('ready');
    expect(bench.presenter.isOccupied()).toBe(true);
    expect(await bench.retract()).toMatchObject({ kind: 'completed', value: { to: 'retracted' } });
  });
});

describe('a service without a presenter', () => {
  it('is not taken for one that is configured with it', async () => {
    const bench = createBench({ presenter: false });
    bench.device.start();
    await bench.until(() => bench.device.status().lastFaults.some(({ code }) => code === 'LNK_PROTOCOL'), 'the reason');
    expect(await bench.print()).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
  });
});
