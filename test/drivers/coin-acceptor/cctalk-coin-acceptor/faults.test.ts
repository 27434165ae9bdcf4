import { describe, expect, it } from 'vitest';
import type { CoinKindSlot } from '../../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { TENGE_COINS } from '../../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import type { CoinBench, CoinBenchOptions } from '../../../support/coin-acceptor-bench.ts';
import { createCoinBench } from '../../../support/coin-acceptor-bench.ts';

async function openBench(options: CoinBenchOptions = {}): Promise<CoinBench> {
  const bench = createCoinBench(options);
  expect(await bench.ready()).toBe(true);
  expect(await bench.enableAll()).toEqual({ kind: 'completed', value: undefined });
  return bench;
}
/** A core credited one coin and ended while the next one fell; `mark` is what it kept. */
async function cutOffBench(): Promise<{ readonly bench: CoinBench; readonly mark: string }> {
  const bench = await openBench();
  bench.insert(500);
  await bench.clock.advance(1_000);
  const mark = bench.acceptor.mark()!;
  bench.insert(1_000);
  await bench.settle(bench.acceptor.stop());
  await bench.clock.advance(1_000);
  return { bench, mark };
}

const uncertain = (bench: CoinBench) => bench.events.filter((event) => event.kind === 'creditsUncertain');

describe('coins', () => {
  it.each([{}, { checksum: 'crc16' }, { bytesMax: 3 }, { simulator: { hasEcho: false } }] as const)('are credited by their value, in order (%j)', async (options) => {
    const bench = await openBench(options);
    for (const value of [500, 20_000, 1_000]) {
      bench.insert(value);
      await bench.clock.advance(400);
    }
    expect(bench.told()).toEqual([500, 20_000, 1_000]);
    expect(await bench.settle(bench.acceptor.disable())).toEqual({ kind: 'completed', value: undefined });
    bench.insert(500);
    await bench.clock.advance(2_000);
    expect(bench.told()).toHaveLength(3);
    expect(bench.coins().at(-1)!.place).toBe('tray');
  });

  it('are worth what the device says twice: bytes that are bent with a right sum change no value', async () => {
    let bentCount = 0;
    const bench = await openBench({
      bend: (bytes) => {
        const at = Buffer.from(bytes).indexOf('KZ500A');
        // KZ500A becomes KZ100E.
        if (at < 0 || bentCount++ > 0) return bytes;
        const bent = Uint8Array.from(bytes);
        bent[at + 2] = bent[at + 2]! - 4;
        bent[at + 5] = bent[at + 5]! + 4;
        return bent;
      },
    });
    bench.insert(500);
    await bench.clock.advance(400);
    expect(bench.told()).toEqual([500]);
    expect(bentCount).toBeGreaterThan(1);
  });

  it('are worth what the device says when it is there again: somebody may have taught it other coins meanwhile', async () => {
    const slots: (CoinKindSlot | null)[] = [...TENGE_COINS];
    const bench = await openBench({ simulator: { coins: slots } });
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(20_000);
    [slots[4], slots[5]] = [slots[5]!, slots[4]!];
    bench.hand({ do: 'powerOn' });
    await bench.clock.advance(40_000);
    await bench.enableAll();
    bench.insert(20_000);
    await bench.clock.advance(400);
    expect(bench.told()).toEqual([20_000]);
  });

  it('only the kinds asked for are taken', async () => {
    const bench = await openBench();
    await bench.settle(bench.acceptor.enable({ denominationsMinor: [500], currency: 'KZT' }));
    bench.insert(1_000);
    await bench.clock.advance(1_000);
    expect(bench.told()).toEqual([]);
    expect(await bench.settle(bench.acceptor.enable({ denominationsMinor: [7], currency: 'KZT' }))).toMatchObject({ kind: 'failed' });
  });

  it('one that falls when the gate shuts is credited before disable is done', async () => {
    const bench = await openBench();
    bench.insert(500);
    await bench.clock.advance(110);
    await bench.settle(bench.acceptor.disable());
    expect(bench.told()).toEqual([500]);
  });

  it('the counter goes from 255 to 1', async () => {
    const bench = createCoinBench({ simulator: { eventCount: 254 } });
    await bench.ready();
    expect(uncertain(bench)).toMatchObject([{ cause: 'noMark', countMax: null }]);
    await bench.enableAll();
    for (let coin = 0; coin < 3; coin++) {
      bench.insert(500);
      await bench.clock.advance(400);
    }
    expect(bench.told()).toEqual([500, 500, 500]);
  });
});

describe('what cannot be known is told as such', () => {
  it('eight coins in one silence: five are credited, three uncertain', async () => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'silence', times: 2 });
    for (let coin = 0; coin < 8; coin++) bench.insert(500);
    await bench.clock.advance(5_000);
    expect(bench.told()).toHaveLength(5);
    expect(uncertain(bench)).toMatchObject([{ cause: 'bufferOverrun', countMin: 0, countMax: 3 }]);
  });

  it.each(['gate', 'credit'])('a restart at %s: the coin is in the box, not credited, and the driver says so', async (at) => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'restart', at });
    bench.insert(500);
    await bench.clock.advance(20_000);
    expect([bench.told(), bench.boxed()]).toEqual([[], [500]]);
    expect(uncertain(bench)).toMatchObject([{ cause: 'deviceRestarted' }]);
    expect(bench.acceptor.status().state).toBe('ready');
  });

  it('a restart with the gate shut loses nothing and tells nothing', async () => {
    const bench = await openBench();
    await bench.settle(bench.acceptor.disable());
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(20_000);
    bench.hand({ do: 'powerOn' });
    await bench.clock.advance(40_000);
    expect(uncertain(bench)).toEqual([]);
    expect(bench.acceptor.status().state).toBe('ready');
  });
});

describe('the ledger', () => {
  it('a mask that came spoiled with a right sum is no restart: what stands in the buffer is not credited again', async () => {
    let bends = 0;
    const bench = await openBench({
      // The answer to 230, one taken from one byte and added to the next: its sum stays right.
      bend: (bytes) => (bends > 0 && bytes.length === 7 && bytes[0] === 1 && bends-- > 0 ? Uint8Array.from(bytes, (byte, index) => (index === 4 ? byte - 1 : index === 5 ? byte + 1 : byte)) : bytes),
    });
    for (let coin = 0; coin < 3; coin++) {
      bench.insert(500);
      await bench.clock.advance(400);
    }
    bends = 1;
    await bench.clock.advance(20_000);
    expect([bends, bench.told(), uncertain(bench)]).toEqual([0, [500, 500, 500], []]);
  });

  it('a credit that is postponed comes again, before the next', async () => {
    const bench = await openBench({ acknowledges: false });
    bench.insert(500);
    await bench.clock.advance(400);
    bench.insert(1_000);
    await bench.clock.advance(1_000);
    expect(bench.told()).toEqual([500]);
    const first = bench.events[0]!;
    if (first.kind !== 'coinAccepted') throw new Error(first.kind);
    first.postpone();
    await bench.clock.advance(1_000);
    expect(bench.told()).toEqual([500, 500]);
    const again = bench.events[1]!;
    if (again.kind === 'coinAccepted') again.acknowledge();
    expect(bench.told()).toEqual([500, 500, 1_000]);
  });

  it('the next process credits what this one did not, and nothing twice', async () => {
    const { bench, mark } = await cutOffBench();
    const next = bench.create(mark);
    await bench.ready(next);
    expect(bench.told()).toEqual([500, 1_000]);
    expect(uncertain(bench)).toEqual([]);
    expect(next.resumeFrom('nonsense')).toBe(false);
  });

  it('another unit that the next process finds says nothing of what fell into the one before: the driver does, once', async () => {
    const { bench, mark } = await cutOffBench();
    for (const hand of ['powerOff', 'putSpare', 'powerOn']) bench.hand({ do: hand });
    const next = bench.create(mark);
    await bench.ready(next);
    await bench.clock.advance(5_000);
    expect([bench.told(), bench.boxed()]).toEqual([[500], [500, 1_000]]);
    expect(uncertain(bench)).toEqual([{ kind: 'creditsUncertain', cause: 'deviceRestarted', countMin: 0, countMax: null }]);
  });
});

it('values 100 times too small are not used until a person says so', async () => {
  const bench = createCoinBench({ simulator: { coins: [{ id: 'KZ005A', denominationMinor: 500 }] } });
  expect(await bench.ready(bench.acceptor, 30_000)).toBe(false);
  expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_COIN_FAILURE'] });
});

it('a blocked sensor shuts the gate until a person resets', async () => {
  const bench = await openBench();
  bench.hand({ do: 'fault', fault: 'jam' });
  bench.insert(500);
  await bench.clock.advance(2_000);
  expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_COIN_JAMMED'] });
  bench.acceptor.reset();
  await bench.clock.advance(30_000);
  expect(bench.acceptor.status().state).toBe('ready');
});
