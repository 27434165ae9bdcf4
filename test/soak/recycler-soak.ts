import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { AcceptorParts } from '../support/acceptor-bench.ts';
import type { RecyclerBench } from '../support/recycler-bench.ts';
import { recyclerBench } from '../support/recycler-bench.ts';
import type { Soak, SoakResult } from './soaked.ts';

const KINDS = [200_000, 500_000] as const;
const NOTE_MS_MAX = 25_000;
const READY_MS_MAX = 240_000;

/**
 * Notes go in and out of one store, with faults of the device and the line: after each turn what the driver said is compared with where the notes are. A note
 * that came in is credited once or in doubt; what is said to have gone out has gone out, within the bounds where the driver was not sure.
 */
export function recyclerSoak(parts: AcceptorParts, { isWhole = false }: { /** Its line keeps messages whole: nothing happens to single bytes. */ readonly isWhole?: boolean } = {}): Soak {
  return async ({ seed, transactionCount, byteFaultsOneOf }): Promise<SoakResult> => {
    const bench = recyclerBench(parts, { seed, byteFaultsOneOf: isWhole ? null : byteFaultsOneOf, cutsBytes: !isWhole && seed % 3 === 0 });
    const outcomes: Record<string, number> = {};
    const differences: string[] = [];
    bench.calm(true);
    await bench.ready(KINDS);
    for (const denominationMinor of KINDS) bench.hand({ do: 'loadUnit', denominationMinor, noteCount: 30 });
    for (let turn = 0; turn < transactionCount && differences.length === 0; turn++) {
      const { kind, problems } = randomInteger(bench.random, 3) === 0 ? await putIn(bench) : await payOut(bench);
      outcomes[kind] = (outcomes[kind] ?? 0) + 1;
      differences.push(...problems.map((problem) => `seed ${seed} turn ${turn}: ${problem}`));
      for (const denominationMinor of KINDS) if (bench.storedCount(denominationMinor) < 10) bench.tryHand({ do: 'loadUnit', denominationMinor, noteCount: 10 });
    }
    await bench.settled(bench.recycler.stop());
    return { outcomes, differences };
  };
}

function arm(bench: RecyclerBench): void {
  const pick = <T>(values: readonly T[]): T => values[randomInteger(bench.random, values.length)]!;
  bench.calm(false);
  for (let faults = randomInteger(bench.random, 3); faults > 0; faults--) {
    const row = pick(bench.simulator.faultBoard());
    bench.hand({ do: 'fault', fault: row.fault, at: pick(row.at), times: 1 });
  }
}

async function payOut(bench: RecyclerBench): Promise<{ readonly kind: string; readonly problems: readonly string[] }> {
  const { recycler, random, clock } = bench;
  const denominationMinor = KINDS[randomInteger(random, KINDS.length)]!;
  const unit = await bench.unitOf(denominationMinor);
  const noteCount = 1 + randomInteger(random, 5);
  const [outBefore, creditsBefore, insideBefore] = [bench.outCount(), creditCount(bench), insideCount(bench)];
  arm(bench);
  const outcome = await bench.settled(recycler.dispenser.dispense({ cassetteNumber: unit, noteCount }), 900_000);
  await clock.advance(randomInteger(random, 6_000));
  if (randomInteger(random, 4) > 0) recycler.confirmPayout();
  const isReady = await heal(bench);
  const out = bench.outCount() - outBefore;
  const account = `${noteCount} × ${denominationMinor}: ${out} went out; ${JSON.stringify(outcome)}`;
  const problems: string[] = [];
  const isTrue = outcome.kind === 'failed' ? out === 0 : outcome.kind === 'completed' ? out === outcome.value.presentedCount : out >= outcome.lastKnown.noteCountMin! && out <= outcome.lastKnown.noteCountMax!;
  if (!isTrue) problems.push(`told wrongly: ${account}`);
  if (outcome.kind === 'completed' && outcome.value.pickedCount !== outcome.value.presentedCount + outcome.value.rejectedCount + outcome.value.inTransportCount) problems.push(`does not add up: ${account}`);
  if (creditCount(bench) !== creditsBefore) problems.push(`a note of the payout was credited: ${account}`);
  if (insideCount(bench) + out !== insideBefore) problems.push(`${insideBefore} were inside, now ${insideCount(bench)}: ${account}`);
  if (!isReady) problems.push(`not ready again: ${JSON.stringify(recycler.status())}`);
  return { kind: `payOut ${outcome.kind}`, problems };
}

async function putIn(bench: RecyclerBench): Promise<{ readonly kind: string; readonly problems: readonly string[] }> {
  const { recycler, random, clock } = bench;
  const denominationMinor = KINDS[randomInteger(random, KINDS.length)]!;
  const enabled = await bench.settled(recycler.enable({ denominationsMinor: KINDS, currency: 'KZT' }));
  if (enabled.kind !== 'completed') return { kind: 'notEnabled', problems: [`cannot be enabled: ${JSON.stringify(enabled)} ${JSON.stringify(recycler.status())}`] };
  const since = bench.events.length;
  const known = new Set(bench.notes().map((note) => note.serial));
  arm(bench);
  if (!bench.tryHand({ do: 'insertNote', denominationMinor })) {
    await heal(bench);
    return { kind: 'mouthClosed', problems: [] };
  }
  const told = () => bench.events.slice(since);
  await clock.runUntil(() => told().some((event) => event.kind === 'noteEscrowed' || event.kind === 'noteRejected'), NOTE_MS_MAX);
  const escrowed = told().find((event) => event.kind === 'noteEscrowed');
  let outcome: DeviceOutcome<'stacked' | 'returned' | 'rejected'> | null = null;
  if (escrowed?.kind === 'noteEscrowed') outcome = await bench.settled(recycler.stack(escrowed.note.noteId));
  await clock.advance(randomInteger(random, 6_000));
  const isReady = await heal(bench);
  const note = bench.notes().find((candidate) => !known.has(candidate.serial))!;
  const credits = told().filter((event) => event.kind === 'noteStacked');
  const isInside = ['box', 'store', 'collected'].includes(note.place);
  const account = `${denominationMinor} ended in ${note.place}; ${JSON.stringify(outcome)}; told ${told().map((event) => event.kind).join(' ')}`;
  const problems: string[] = [];
  if (credits.length > 1) problems.push(`credited twice: ${account}`);
  if (credits.length > 0 && !isInside && note.place !== 'technician') problems.push(`credited, not inside: ${account}`);
  if (credits.some((event) => event.kind === 'noteStacked' && event.denominationMinor !== denominationMinor)) problems.push(`credited with another value: ${account}`);
  if (credits.length === 0 && isInside && outcome?.kind !== 'uncertain') problems.push(`inside, not credited: ${account}`);
  if (!isReady) problems.push(`not ready again: ${JSON.stringify(recycler.status())}`);
  const inventory = await bench.settled(recycler.inventory());
  for (const kind of KINDS) {
    const level = inventory.kind === 'completed' ? inventory.value.units.find((unit) => unit.denominationMinor === kind)?.noteCount : undefined;
    if (level !== bench.storedCount(kind)) problems.push(`the inventory says ${level} × ${kind}, there are ${bench.storedCount(kind)}: ${account}`);
  }
  return { kind: outcome === null ? 'noOrder' : outcome.kind === 'completed' ? outcome.value : outcome.kind, problems };
}

const creditCount = (bench: RecyclerBench) => bench.events.filter((event) => event.kind === 'noteStacked').length;
const insideCount = (bench: RecyclerBench) => bench.notes().filter((note) => !['customer', 'bezel'].includes(note.place)).length;

/** Staff put everything right. */
async function heal(bench: RecyclerBench): Promise<boolean> {
  bench.calm(true);
  await bench.clock.advance(6_000);
  for (const command of ['plug', 'powerOn', 'insertBox', 'clearFaults']) bench.tryHand({ do: command });
  await bench.clock.advance(10_000);
  const { state, faults } = bench.recycler.status();
  if (state === 'ready' && faults.length === 0) return true;
  bench.tryHand({ do: 'clearPath' });
  bench.recycler.reset();
  await bench.clock.advance(1_000);
  const { storage } = bench.recycler;
  // A service asks for an exchange after a box that was out without one.
  if (bench.recycler.status().faults.includes('CIM_BOX_REMOVED') && storage !== undefined) {
    await bench.clock.advance(10_000);
    await bench.settled(storage.startExchange());
    await bench.settled(storage.endExchange());
  }
  return bench.until('ready', READY_MS_MAX);
}
