import { randomInteger } from '../../main/foundation/random.ts';
import { F53_FAULTS } from '../../simulators/cash-dispenser/fujitsu-f53/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createF53Bench } from '../support/f53-bench.ts';
import type { Soak } from './soaked.ts';

const LOADED = 1_000;

/** COUNT, PRESENT, RETRACT. [f53 §3] */
const OPCODES = [0x03, 0x09, 0x0a];

/** Bunches with random faults: stacked, presented, taken in part or whole, drawn back; each outcome is held against where the notes are. */
export const f53Soak: Soak = async ({ seed, transactionCount, byteFaultsOneOf }) => {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const bench = createF53Bench({ seed, noteCounts: [LOADED, LOADED], delivery: seed % 3 === 0 ? 'withCount' : 'separate', byteFaultsOneOf, ...(seed % 2 === 0 ? { bytesMax: 5 } : {}) });
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  const presenter = bench.dispenser.presenter!;
  let takenTold = 0;
  presenter.onItemsTaken(() => {
    takenTold++;
    if (bench.world().exit.length > 0) differences.push(`seed ${seed}: told as taken with ${bench.world().exit.length} in the exit`);
  });
  bench.dispenser.start();
  await bench.untilState('ready');
  for (let turn = 0; turn < transactionCount; turn++) {
    const expect = (isTrue: boolean, what: string, told: unknown) => void (isTrue || differences.push(`seed ${seed} turn ${turn}: ${what}, told ${JSON.stringify(told)}, world ${JSON.stringify({ ...bench.world(), cassettes: undefined, rejectTray: undefined })}`));
    const count = (step: string, kind: string) => void (outcomes[`${step} ${kind}`] = (outcomes[`${step} ${kind}`] ?? 0) + 1);
    if (randomInteger(random, 4) > 0) {
      const fault = pick(Object.keys(F53_FAULTS) as (keyof typeof F53_FAULTS)[]);
      const at = pick(F53_FAULTS[fault].at);
      const place = at === 'note' ? { index: randomInteger(random, 6) } : at === 'command' || at === 'reply' ? { opcode: pick(OPCODES) } : {};
      bench.hand({ do: 'fault', fault, at, ...(randomInteger(random, 2) === 0 ? {} : place), times: 1 + randomInteger(random, 3) });
    }
    const parts = ([[{ cassetteNumber: 1, noteCount: 3 }], [{ cassetteNumber: 2, noteCount: 1 + randomInteger(random, 6) }, { cassetteNumber: 1, noteCount: 2 }]] as const)[randomInteger(random, 2)]!;
    const before = { out: bench.outCount(), held: inside(bench.world()) };
    const stacked = await bench.settle(presenter.stack(parts));
    count('stack', stacked.kind);
    // A device whose cable is out goes on alone.
    await bench.clock.advance(10_000);
    const gathered = inside(bench.world()) - before.held + bench.outCount() - before.out;
    if (stacked.kind === 'failed') expect(gathered === 0, `${gathered} moved`, stacked);
    if (stacked.kind === 'uncertain') expect(gathered <= stacked.lastKnown.noteCountMax! + bench.world().path.length, `${gathered} moved`, stacked);
    if (stacked.kind === 'completed') {
      const told = stacked.value.reduce((sum, one) => sum + one.stackedCount, 0);
      expect(gathered === told, `${gathered} gathered`, stacked);
      if (told > 0) await present(told);
    }
    expect(bench.everywhereCount() === 2 * LOADED, `${bench.everywhereCount()} notes exist`, null);
    // The technician puts everything right again.
    for (const command of ['clearFaults', 'clearPath', 'powerOn', 'plug']) bench.hand({ do: command });
    bench.dispenser.reset();
    await bench.clock.advance(60_000);
    for (let tries = 0; tries < 10 && bench.dispenser.status().state !== 'ready'; tries++) {
      bench.dispenser.reset();
      await bench.clock.advance(60_000);
    }
    expect(bench.dispenser.status().state === 'ready', 'not ready again', bench.dispenser.status());

    async function present(told: number): Promise<void> {
      const presented = await bench.settle(presenter.present());
      count('present', presented.kind);
      await bench.clock.advance(10_000);
      const out = bench.outCount() - before.out;
      if (presented.kind === 'completed') expect(out === told, `${out} out`, presented);
      if (presented.kind === 'failed') expect(out === 0, `${out} out`, presented);
      if (presented.kind === 'uncertain') expect(out <= told, `${out} out`, presented);
      if (presented.kind === 'uncertain') return;
      const leftInExit = bench.world().exit.length;
      const takes = randomInteger(random, 3);
      if (takes > 0 && leftInExit > 0) bench.hand({ do: 'takeNotes', ...(takes === 1 ? {} : { noteCount: 1 }) });
      const toldBefore = takenTold;
      if (randomInteger(random, 2) === 0) await bench.clock.advance(4_000);
      const rejectedBefore = bench.world().rejectTray.noteCount;
      const retracted = await bench.settle(presenter.retract());
      count('retract', retracted.kind);
      await bench.clock.advance(10_000);
      const { exit, rejectTray } = bench.world();
      if (retracted.kind === 'completed' && retracted.value.noteCount === null) expect(exit.length === 0, 'drawn back', retracted);
      if (retracted.kind === 'completed' && retracted.value.noteCount === 0 && presented.kind === 'completed') expect(exit.length === 0 && (bench.world().pool?.length ?? 0) === 0, 'all taken', retracted);
      if (retracted.kind === 'completed' && (retracted.value.noteCount ?? 0) > 0) expect(rejectTray.noteCount - rejectedBefore === retracted.value.noteCount, `${rejectTray.noteCount - rejectedBefore} into the box`, retracted);
      if (takenTold > toldBefore + 1) differences.push(`seed ${seed} turn ${turn}: taken told twice`);
    }
  }
  await bench.settle(bench.dispenser.stop());
  return { outcomes, differences };
};

/** Out of the cassettes, not in reach: pool only; rejects and the path are not what a bunch has. */
function inside(world: { readonly pool?: readonly unknown[] }): number {
  return world.pool?.length ?? 0;
}
