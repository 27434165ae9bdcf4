import type { JournalEntry } from '../../main/journal/journal.ts';
import type { Finding } from './checkers/findings.ts';

/** How often what happened in a world, as its journal has it. */
export interface CourseFigures {
  readonly operationsByKind: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
  /** What people did to messages that waited for them: `proposed`, `settle`, `replace`. */
  readonly messageActs: Readonly<Record<string, number>>;
  /** What people did with notes and coins: `notes.load`, `recycler.float`, `coins.collect`. */
  readonly cashActs: Readonly<Record<string, number>>;
}

const CASH_ACTS = /^(notes|recycler|coins)\./;

export function courseFigures(entries: readonly JournalEntry[]): CourseFigures {
  return {
    operationsByKind: tally(entries.filter((one) => one.kind === 'operation.chosen').map((one) => (one.data as { operation: string }).operation)),
    endings: tally(entries.filter((one) => one.kind === 'operation.closed').map((one) => (one.data as { outcome: string }).outcome)),
    messageActs: tally(entries.flatMap((one) => (one.kind === 'message.actProposed' ? ['proposed'] : one.kind === 'message.actConfirmed' ? [(one.data as { act: string }).act] : []))),
    cashActs: tally(entries.flatMap((one) => (one.kind === 'service.acted' ? [(one.data as { action: string }).action] : [])).filter((action) => CASH_ACTS.test(action))),
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export interface WorldFigures extends CourseFigures {
  readonly sessions: number;
  /** In the order in which they struck. */
  readonly faultsInjected: readonly { readonly id: string; readonly name: string }[];
  readonly restarts: number;
  readonly findings: readonly Finding[];
  /** SHA-256 of every screen in order and of the journal's head: the whole course in one value. */
  readonly digest: string;
  readonly virtualMs: number;
}
