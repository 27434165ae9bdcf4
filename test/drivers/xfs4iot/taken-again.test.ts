/**
 * Goal: notes that the core asked for are taken until it says otherwise, whatever ended the CashIn meanwhile; a customer stood before a shut mouth under a screen that asked for notes. Method: the driver
 * on its simulated service in virtual time. [xfs4iot §5]
 */
import { expect, it } from 'vitest';
import { acceptorBench } from '../../support/xfs-acceptor-bench.ts';

const FIVE = 500_000;

async function takingBench() {
  const bench = acceptorBench();
  bench.device.start();
  await bench.untilState('ready');
  expect((await bench.enable(FIVE)).kind).toBe('completed');
  await bench.clock.advance(10);
  return bench;
}

it('after a note that went back, once it is out of the mouth', async () => {
  const bench = await takingBench();
  expect((await bench.settle(bench.device.return(await bench.escrow(FIVE)))).kind).toBe('completed');
  expect(bench.simulator.world()).toMatchObject({ isWaiting: false });
  await bench.until(() => bench.world().returned.length === 1 && (bench.simulator.world() as { readonly isWaiting: boolean }).isWaiting, 'the next note');
  await bench.escrow(FIVE);
  expect(bench.device.status().lastFaults).toEqual([]);
});

it('after the connection was lost, but not when it was told to end meanwhile', async () => {
  for (const isEnded of [false, true]) {
    const bench = await takingBench();
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    if (isEnded) await bench.settle(bench.device.disable());
    bench.hand({ do: 'plug' });
    await bench.untilState('ready');
    await bench.clock.advance(20_000);
    expect(bench.simulator.world()).toMatchObject({ isWaiting: !isEnded });
  }
});
