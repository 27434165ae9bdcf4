/**
 * Goal: where a service leaves a cassette that is out out of its storage, no other takes its number: what is ordered of one, booked, told or asked after is of that one, or nothing is.
 * Method: driver and simulated service in virtual time; two cassettes of one value.
 */
import { expect, it } from 'vitest';
import { createXfsDispenser } from '../../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import type { CashDispenser } from '../../../../drivers/interfaces/cash-dispenser.ts';
import { CassetteWatch } from '../../../../main/core/cash/cassette-watch.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createXfsDispenserSimulator } from '../../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createXfsBench } from '../../../support/xfs-bench.ts';

const CASSETTES = [500_000, 500_000, 200_000].map((denominationMinor, index) => ({ cassetteNumber: index + 1, denominationMinor, noteCount: 100 }));

async function twinsBench() {
  const made: (() => CashDispenser)[] = [];
  const bench = createXfsBench<CashDispenser>(
    (common) => {
      made.push(() => createXfsDispenser({ ...common, cassetteCount: 3, bunchNotesMax: 40, hasStacker: true, tokenKey: null }));
      return made[0]!();
    },
    (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES, leavesMissingOut: true }),
  );
  bench.device.start();
  await bench.untilState('ready');
  const lying = () => (bench.simulator.world() as unknown as { readonly cassettes: readonly { readonly noteCount: number }[] }).cassettes.map(({ noteCount }) => noteCount);
  /** Of a terminal that was started anew. */
  const again = async () => {
    await bench.settle(bench.device.stop());
    const next = made[0]!();
    next.start();
    await bench.until(() => ['ready', 'faulty'].includes(next.status().state), 'the next start');
    return next;
  };
  return { ...bench, lying, again };
}

it('pays from its twin what is ordered of that, and nothing in its place', async () => {
  const { device, hand, settle, untilState, lying } = await twinsBench();
  hand({ do: 'removeCassette', cassetteNumber: 1 });
  // What there is has changed: looked at anew, and then by the numbers of before.
  expect(await settle(device.presenter!.stack([{ cassetteNumber: 2, noteCount: 3 }]))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
  await untilState('ready');
  expect(await settle(device.presenter!.stack([{ cassetteNumber: 1, noteCount: 3 }]))).toMatchObject({ kind: 'failed' });
  expect(await settle(device.presenter!.stack([{ cassetteNumber: 2, noteCount: 3 }]))).toMatchObject({ kind: 'completed', value: [{ cassetteNumber: 2, stackedCount: 3 }] });
  expect(lying()).toEqual([100, 97, 100]);
  const units = await settle(device.storage!.readUnits());
  expect(units.kind === 'completed' && units.value.flatMap(({ unitId, cassetteNumber }) => (cassetteNumber === null ? [] : [[unitId, cassetteNumber]]))).toEqual([['unit2', 2], ['unit3', 3]]);
});

it('is not known from its twin by a terminal that starts without it: neither pays', async () => {
  const { hand, settle, again } = await twinsBench();
  hand({ do: 'removeCassette', cassetteNumber: 1 });
  const next = await again();
  const watch = new CassetteWatch({ dispenser: next, log: silentLog, configured: CASSETTES });
  await settle(watch.refresh());
  expect([1, 2, 3].map((cassetteNumber) => watch.isPresent(cassetteNumber))).toEqual([false, false, false]);
});

it('leaves in doubt after a restart what was ordered of it', async () => {
  const { device, hand, settle, again } = await twinsBench();
  const mark = (await settle(device.lastDispense!.readMark()))!;
  await settle(device.presenter!.stack([{ cassetteNumber: 1, noteCount: 3 }]));
  hand({ do: 'removeCassette', cassetteNumber: 1 });
  const next = await again();
  expect(await settle(next.lastDispense!.resolve({ cassetteNumber: 1, noteCount: 3, mark }))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'otherCassettes', noteCountMax: 3 } });
});

it('leaves in doubt after a restart what was ordered of a cassette, where one of them was loaded meanwhile: this one may be as full again as it was', async () => {
  const { device, hand, settle, again, clock } = await twinsBench();
  const handOut = async (cassetteNumber: number) => {
    await settle(device.presenter!.stack([{ cassetteNumber, noteCount: 3 }]));
    await settle(device.presenter!.present());
    hand({ do: 'takeNotes' });
    await clock.advance(2_000);
  };
  await handOut(3);
  const mark = (await settle(device.lastDispense!.readMark()))!;
  await handOut(1);
  const next = await again();
  for (const cassetteNumber of [1, 3]) {
    hand({ do: 'loadCassette', cassetteNumber, noteCount: 3 });
    hand({ do: 'countAnew', cassetteNumber });
  }
  expect(await settle(next.lastDispense!.resolve({ cassetteNumber: 1, noteCount: 3, mark }))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'countersSetAnew', noteCountMax: 3 } });
});
