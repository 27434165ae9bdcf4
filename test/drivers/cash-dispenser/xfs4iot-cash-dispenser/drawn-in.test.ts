/**
 * Goal: notes that the device draws in by itself, as one may that is powered with notes in its exit, are never told as taken.
 * Method: driver and simulated service in virtual time; the power blinks while a bunch of three lies in reach.
 */
import { expect, it } from 'vitest';
import { createXfsDispenser } from '../../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import type { CashDispenser } from '../../../../drivers/interfaces/cash-dispenser.ts';
import type { XfsDispenserSimulatorOptions } from '../../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createXfsDispenserSimulator } from '../../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createXfsBench } from '../../../support/xfs-bench.ts';

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 100 }];

async function presented(fault: string, options: Omit<XfsDispenserSimulatorOptions, 'cassettes'>) {
  const made: (() => CashDispenser)[] = [];
  const bench = createXfsBench<CashDispenser>(
    (common) => {
      made.push(() => createXfsDispenser({ ...common, cassetteCount: 1, bunchNotesMax: 40, hasStacker: true, tokenKey: null }));
      return made[0]!();
    },
    (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES, ...options }),
  );
  bench.device.start();
  await bench.untilState('ready');
  const { device, settle } = bench;
  await settle(device.presenter!.stack([{ cassetteNumber: 1, noteCount: 3 }]));
  const mark = (await settle(device.lastDispense!.readMark())) ?? '';
  await settle(device.presenter!.present());
  bench.hand({ do: 'fault', fault, at: 'powerUp' });
  return { ...bench, mark, again: () => made[0]!(), isUp: (one: CashDispenser) => () => ['ready', 'faulty'].includes(one.status().state) };
}

const PLACES = [['into its bin, which counts', 'drawnIn', {}, 3], ['into its bin, which does not count', 'drawnIn', { countsRetracted: false }, null], ['no further than the transport', 'drawnInPartWay', {}, null]] as const;

it.each(PLACES)('what it drew in %s: the retract says so', async (_where, fault, options, noteCount) => {
  const { device, hand, settle, clock, until, isUp } = await presented(fault, options);
  hand({ do: 'powerOff' });
  await clock.advance(3_000);
  hand({ do: 'powerOn' });
  await until(isUp(device), 'the line');
  await clock.advance(30_000);
  expect(await settle(device.presenter!.retract())).toEqual({ kind: 'completed', value: { noteCount } });
});

it.each(PLACES)('what it drew in %s while no core ran is not found as taken', async (_where, fault, options) => {
  const { device, hand, settle, clock, until, isUp, again, mark } = await presented(fault, options);
  await settle(device.stop());
  hand({ do: 'powerOff' });
  await clock.advance(3_000);
  hand({ do: 'powerOn' });
  const next = again();
  next.start();
  await until(isUp(next), 'the next start');
  expect(await settle(next.lastDispense!.findBunch!({ noteCount: 3, mark }))).toBe('unknown');
});

it('what the customer took while the power was away is taken', async () => {
  const { device, hand, settle, clock, until, isUp } = await presented('drawnIn', {});
  hand({ do: 'powerOff' });
  hand({ do: 'takeNotes' });
  await clock.advance(3_000);
  hand({ do: 'powerOn' });
  await until(isUp(device), 'the line');
  expect(await settle(device.presenter!.retract())).toEqual({ kind: 'completed', value: { noteCount: 0 } });
});
