import { randomInteger } from '../../main/foundation/random.ts';
import { COIN_ACCEPTOR_FAULTS } from '../../simulators/coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { createCoinBench } from '../support/coin-acceptor-bench.ts';
import type { Soak } from './soaked.ts';

const KINDS_MINOR = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 300] as const;

/**
 * Handfuls of coins while device and line do wrong, the driver started anew now and then: after each the credits told are the coins in the box, or the driver
 * said how many it does not know. Never one too many.
 */
export const coinAcceptorSoak: Soak = async ({ seed, transactionCount, byteFaultsOneOf }) => {
  const bench = createCoinBench({ seed, byteFaultsOneOf, ...(seed % 3 === 0 ? { bytesMax: 5 } : {}), simulator: { hasEcho: seed % 4 !== 0 }, ...(seed % 5 === 0 ? { checksum: 'crc16' } : {}) });
  const { random, clock, settle } = bench;
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  let acceptor = bench.acceptor;
  let mark: string | undefined;
  const ready = async () => {
    for (const command of ['clearFaults', 'plug', 'powerOn']) bench.hand({ do: command });
    for (let tries = 0; tries < 10; tries++) {
      if (await bench.ready(acceptor, 60_000)) return true;
      acceptor.reset();
    }
    return false;
  };
  if (!(await ready())) differences.push(`seed ${seed}: never ready ${JSON.stringify(acceptor.status())}`);
  for (let turn = 0; turn < transactionCount && differences.length === 0; turn++) {
    const since = { event: bench.events.length, told: bench.told().length, boxed: bench.boxed().length };
    mark = acceptor.mark() ?? mark;
    const enabled = await bench.enableAll(acceptor);
    for (let faults = randomInteger(random, 3); faults > 0; faults--) {
      const fault = pick(Object.keys(COIN_ACCEPTOR_FAULTS) as (keyof typeof COIN_ACCEPTOR_FAULTS)[]);
      bench.hand({ do: 'fault', fault, at: pick(COIN_ACCEPTOR_FAULTS[fault].at), times: 1 + randomInteger(random, 2) });
    }
    for (let coins = 1 + randomInteger(random, 9); coins > 0; coins--) {
      bench.hand({ do: 'insertCoin', denominationMinor: pick(KINDS_MINOR), kind: randomInteger(random, 8) === 0 ? 'slug' : 'genuine' });
      await clock.advance(randomInteger(random, 700));
    }
    if (randomInteger(random, 6) === 0) {
      // The process ends at any moment; the next one has the mark of the last durable credit.
      await settle(acceptor.stop());
      mark = bench.events.slice(since.event).flatMap((event) => (event.kind === 'coinAccepted' ? [event.mark] : [])).at(-1) ?? mark;
      acceptor = bench.create(mark);
    } else await settle(acceptor.disable());
    await clock.advance(2_000);
    if (!(await ready())) differences.push(`seed ${seed} turn ${turn}: not ready again ${JSON.stringify(acceptor.status())}`);
    await clock.advance(5_000);
    const told = bench.told().slice(since.told);
    const boxed = bench.boxed().slice();
    const uncertain = bench.events.slice(since.event).flatMap((event) => (event.kind === 'creditsUncertain' ? [event.countMax ?? Infinity] : []));
    const allTold = [...bench.told()];
    for (const value of boxed) {
      const index = allTold.indexOf(value);
      if (index >= 0) allTold.splice(index, 1);
    }
    const missing = boxed.length - since.boxed - told.length;
    const max = uncertain.reduce((sum, one) => sum + one, 0);
    const context = () => `seed ${seed} turn ${turn}: told ${told.join()} of ${boxed.slice(since.boxed).join()} ${JSON.stringify(bench.events.slice(since.event))}`;
    if (allTold.length > 0) differences.push(`credited what is not in the box: ${context()}`);
    if (missing < 0 || missing > max) differences.push(`${missing} not credited: ${context()}`);
    const kind = `${enabled.kind} ${uncertain.length === 0 ? 'certain' : 'uncertain'}`;
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
  }
  await settle(acceptor.stop());
  return { outcomes, differences };
};
