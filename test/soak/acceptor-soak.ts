import type { CashAcceptorEvent } from '../../drivers/interfaces/cash-acceptor.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { AcceptorBench, AcceptorParts } from '../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../support/acceptor-bench.ts';
import type { Soak, SoakResult } from './soaked.ts';

type Outcome = DeviceOutcome<'stacked' | 'returned' | 'rejected'>;

const KINDS = ['genuine', 'genuine', 'genuine', 'genuine', 'genuine', 'unfit', 'counterfeit'] as const;
const NOTE_MS_MAX = 25_000;
const READY_MS_MAX = 240_000;
const QUIET_MS = 30_000;

/**
 * Notes put in one at a time, stacked, returned or left, while the device and the line do wrong: after each the ledger that the events make is compared with
 * the places of the notes. `uncertain` without a later event is allowed, and counted; a wrong certainty never is.
 */
export function acceptorSoak(parts: AcceptorParts): Soak {
  return async ({ seed, transactionCount, byteFaultsOneOf }): Promise<SoakResult> => {
    const bench = acceptorBench(parts, { seed, byteFaultsOneOf, cutsBytes: seed % 3 === 0 });
    const outcomes: Record<string, number> = {};
    const differences: string[] = [];
    bench.calm(true);
    await heal(bench);
    for (let turn = 0; turn < transactionCount && differences.length === 0; turn++) {
      const { kind, problems } = await transact(bench);
      outcomes[kind] = (outcomes[kind] ?? 0) + 1;
      differences.push(...problems.map((problem) => `seed ${seed} turn ${turn}: ${problem}`));
    }
    const stopping = bench.acceptor.stop();
    await bench.settled(stopping);
    return { outcomes, differences };
  };
}

async function transact(bench: AcceptorBench): Promise<{ readonly kind: string; readonly problems: readonly string[] }> {
  const { acceptor, clock, random } = bench;
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const enabled = await bench.settled(acceptor.enable({ denominationsMinor: acceptor.capabilities.denominationsMinor, currency: 'KZT' }));
  if (enabled.kind !== 'completed') return { kind: 'notEnabled', problems: [`cannot be enabled: ${JSON.stringify(enabled)}`] };
  const since = bench.events.length;
  const knownNotes = new Set(bench.notes().map((note) => note.serial));
  bench.calm(false);
  for (let faults = randomInteger(random, 3); faults > 0; faults--) {
    const row = pick(bench.simulator.faultBoard());
    bench.hand({ do: 'fault', fault: row.fault, at: pick(row.at), times: 1 });
  }
  if (!bench.tryHand({ do: 'insertNote', denominationMinor: pick(TENGE_NOTES_MINOR), kind: pick(KINDS) })) {
    await heal(bench);
    return { kind: 'mouthClosed', problems: [] };
  }
  const told = () => bench.events.slice(since);
  await clock.runUntil(() => told().some((event) => event.kind === 'noteEscrowed' || event.kind === 'noteRejected'), NOTE_MS_MAX);
  const escrowed = told().find((event) => event.kind === 'noteEscrowed');
  let outcome: Outcome | null = null;
  if (escrowed?.kind === 'noteEscrowed') {
    const { noteId } = escrowed.note;
    const choice = randomInteger(random, 10);
    await clock.advance(randomInteger(random, 1_500));
    if (choice < 7) outcome = await bench.settled(acceptor.stack(noteId));
    else if (choice < 9) outcome = await bench.settled(acceptor.return(noteId));
    else await clock.advance(20_000);
  }
  await clock.advance(randomInteger(random, QUIET_MS));
  const isReady = await heal(bench);
  const problems = problemsOf(told(), bench.notes().filter((note) => !knownNotes.has(note.serial)), outcome);
  if (!isReady) problems.push(`not ready again: ${JSON.stringify(acceptor.status())} ${JSON.stringify(bench.simulator.world()).slice(0, 300)}`);
  return { kind: outcome === null ? 'noOrder' : outcome.kind === 'completed' ? outcome.value : outcome.kind, problems };
}

/** Staff put everything right; the note of the turn comes to its end. */
async function heal(bench: AcceptorBench): Promise<boolean> {
  bench.calm(true);
  await bench.clock.advance(5_000);
  for (const command of ['plug', 'powerOn', 'insertBox', 'clearFaults']) bench.tryHand({ do: command });
  await bench.clock.advance(20_000);
  if (bench.acceptor.status().state === 'ready' && bench.acceptor.status().faults.length === 0) return true;
  bench.tryHand({ do: 'clearPath' });
  bench.acceptor.reset();
  return bench.until('ready', READY_MS_MAX);
}

function problemsOf(told: readonly CashAcceptorEvent[], notes: readonly { readonly serial: string; readonly denominationMinor: number; readonly place: string }[], outcome: Outcome | null): string[] {
  const note = notes[0];
  if (note === undefined || notes.length > 1) return [`${notes.length} notes came out of one`];
  const stacked = told.filter((event) => event.kind === 'noteStacked');
  const returned = told.filter((event) => event.kind === 'noteReturned');
  const wasStacked = note.place === 'box' || note.place === 'collected';
  const toldMinor = stacked.reduce((sum, event) => sum + event.denominationMinor, 0);
  // Called one kind in escrow and another in the box: the core doubts it, with both. [ebds §13.7]
  const named = told.flatMap((event) => (event.kind === 'noteEscrowed' ? [event.note.denominationMinor] : []));
  const isContradicted = stacked.some((event) => !named.includes(event.denominationMinor)) && named.includes(note.denominationMinor);
  const account = `${note.denominationMinor} ended in ${note.place}; ${JSON.stringify(outcome)}; told ${told.map((event) => event.kind).join(' ')}`;
  const problems: string[] = [];
  if (stacked.length > 1) problems.push(`credited twice: ${account}`);
  if (stacked.length > 0 && returned.length > 0) problems.push(`stacked and returned: ${account}`);
  // A note that staff took out of a jam behind the gate is the bank's as well.
  if (stacked.length > 0 && !wasStacked && note.place !== 'technician') problems.push(`credited, not in the box: ${account}`);
  if (stacked.length > 0 && toldMinor !== note.denominationMinor && !isContradicted) problems.push(`credited ${toldMinor}: ${account}`);
  if (stacked.length === 0 && wasStacked && outcome?.kind !== 'uncertain') problems.push(`in the box, not credited: ${account}`);
  if (wasStacked && returned.length > 0) problems.push(`told as returned, but in the box: ${account}`);
  if (wasStacked && outcome?.kind === 'failed') problems.push(`failed, but in the box: ${account}`);
  if (outcome?.kind === 'completed' && outcome.value === 'stacked' && stacked.length === 0) problems.push(`settled as stacked without an event: ${account}`);
  return problems;
}
