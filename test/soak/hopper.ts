import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import { HOPPER_FAULTS } from '../../simulators/coin-dispenser/cctalk-hopper/faults.ts';
import type { CoinCounts } from '../../drivers/interfaces/coin-dispenser.ts';
import { EXTRA_COINS_MAX } from '../../drivers/interfaces/coin-dispenser.ts';
import { createHopperBench } from '../support/hopper-bench.ts';
import type { Soak } from './soaked.ts';

const LOADED = 600;
const LOW = 60;

/**
 * Payouts of coins while device and line do wrong, the driver started anew now and then with the mark of before: what the outcome says left the hopper is what
 * left it, and no order is carried out twice.
 */
export const hopperSoak: Soak = async ({ seed, transactionCount, byteFaultsOneOf }) => {
  const bench = createHopperBench({
    seed, byteFaultsOneOf, ...(seed % 3 === 0 ? { bytesMax: 5 } : {}),
    simulator: { hasEcho: seed % 4 !== 0, coinCount: LOADED, eventCount: seed % 7 === 0 ? 253 : 0, total: seed % 6 === 0 ? null : 0xff_ff_f0, levels: seed % 2 === 0 ? null : { lowCount: 20, highCount: 400 } },
    driver: seed % 5 === 0 ? { checksum: 'crc16' } : {},
  });
  const { random, clock, settle } = bench;
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  let existing = LOADED;
  const ready = async () => {
    for (const command of ['clearFaults', 'clearJam', 'freeOpto', 'plug', 'powerOn']) bench.hand({ do: command });
    for (let tries = 0; tries < 10; tries++) {
      bench.dispenser.reset();
      await clock.advance(2_000);
      if (await bench.ready(60_000)) return true;
    }
    return false;
  };
  if (!(await ready())) differences.push(`seed ${seed}: never ready ${JSON.stringify(bench.dispenser.status())}`);
  for (let turn = 0; turn < transactionCount && differences.length === 0; turn++) {
    if (bench.world().hopperCount < LOW && randomInteger(random, 4) > 0) {
      bench.hand({ do: 'loadCoins', coinCount: LOADED });
      existing += LOADED;
    }
    const coinCount = 1 + randomInteger(random, 12);
    for (let faults = randomInteger(random, 3); faults > 0; faults--) {
      const fault = pick(Object.keys(HOPPER_FAULTS) as (keyof typeof HOPPER_FAULTS)[]);
      // Without a life total nobody can see a coin too many. README, Known weak.
      if (fault === 'overPay' && seed % 6 === 0) continue;
      const at = pick(HOPPER_FAULTS[fault].at);
      bench.hand({ do: 'fault', fault, at, times: 1 + randomInteger(random, 2), ...(['coin', 'exit', 'counted'].includes(at) ? { index: randomInteger(random, coinCount) } : {}) });
    }
    const before = { out: bench.outCount(), commands: bench.world().dispenseCommandCount };
    const mark = bench.dispenser.dispenseMark();
    const paying = bench.dispenser.dispense({ coinCount });
    const isCut = mark !== null && randomInteger(random, 5) === 0;
    let outcome: DeviceOutcome<CoinCounts>;
    if (isCut) {
      // The process ends at any moment; the next one has the mark that was durable before the order.
      await clock.advance(randomInteger(random, 4_000));
      await bench.anotherProcess();
      await settle(paying);
      if (!(await ready())) differences.push(`seed ${seed} turn ${turn}: not ready for the question ${JSON.stringify(bench.dispenser.status())}`);
      outcome = await settle(bench.dispenser.resolveDispense({ coinCount, mark: mark! }));
      if (outcome.kind === 'failed') outcome = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'not resolved', noteCountMin: 0, noteCountMax: coinCount + EXTRA_COINS_MAX } };
    } else {
      // Somebody puts the cable back or the power on, or nobody does.
      const isMended = randomInteger(random, 3) > 0;
      if (isMended) {
        await clock.advance(15_000);
        for (const command of ['plug', 'powerOn']) bench.hand({ do: command });
      }
      outcome = await settle(paying);
    }
    await clock.advance(40_000);
    const world = bench.world();
    const out = bench.outCount() - before.out;
    const commands = world.dispenseCommandCount - before.commands;
    const context = () => `seed ${seed} turn ${turn}${isCut ? ' (cut)' : ''}: ${out} of ${coinCount} left, told ${JSON.stringify(outcome)}`;
    const isTrue =
      outcome.kind === 'failed' ? out === 0
      : outcome.kind === 'completed' ? out === outcome.value.presentedCount
      : out >= outcome.lastKnown.noteCountMin! && out <= outcome.lastKnown.noteCountMax!;
    if (!isTrue) differences.push(context());
    if (commands > 1) differences.push(`carried out ${commands} times: ${context()}`);
    const everywhere = world.hopperCount + world.jammedCount + world.exitCount + world.trayCount + world.takenCount + world.removedCount;
    if (everywhere !== existing) differences.push(`${everywhere} of ${existing} coins exist: ${context()}`);
    const kind = `${outcome.kind}${isCut ? ' after a restart' : ''}`;
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
    if (!(await ready())) differences.push(`seed ${seed} turn ${turn}: not ready again ${JSON.stringify(bench.dispenser.status())}`);
  }
  await settle(bench.dispenser.stop());
  return { outcomes, differences };
};
