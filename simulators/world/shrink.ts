import type { WorldFigures } from './course-figures.ts';
import type { WorldOrder } from './world-order.ts';
import type { RunWorld } from './world-runner.ts';

export interface Shrunk {
  readonly order: WorldOrder;
  readonly figures: WorldFigures;
  /** Worlds that were run for it. */
  readonly runCount: number;
}

/** More runs than a person waits for. */
const RUNS_MAX = 200;

/**
 * The same kind of finding with fewer sessions, then with fewer faults. Each try is a whole world from the same seed: customers and faults are
 * drawn for each session by itself, so what is left out changes nothing of what stays but its consequences.
 *
 * @param order  of a world that has a finding
 */
export async function shrinkWorld(order: WorldOrder, figures: WorldFigures, run: RunWorld): Promise<Shrunk> {
  const rules = new Set(figures.findings.map((finding) => finding.rule));
  let best = { order, figures };
  let runCount = 0;
  const attempt = async (smaller: WorldOrder): Promise<boolean> => {
    if (runCount >= RUNS_MAX) return false;
    runCount += 1;
    const tried = await run(smaller);
    if (!tried.findings.some((finding) => rules.has(finding.rule))) return false;
    best = { order: smaller, figures: tried };
    return true;
  };

  // A world stops at the session that shows it: nothing after it matters.
  const lastSession = Math.max(0, (order.keepSessions?.at(figures.sessions - 1) ?? figures.sessions - 1));
  const all = order.keepSessions ?? Array.from({ length: lastSession + 1 }, (_, session) => session);
  const base: WorldOrder = { ...order, sessionCount: Math.max(...all, 0) + 1 };
  await fewest(all, (sessions) => attempt({ ...base, keepSessions: sessions }));
  const struck = best.figures.faultsInjected.map((fault) => fault.id);
  const small = best.order;
  await fewest(struck, (faults) => attempt({ ...small, keepFaults: faults }));
  const sessions = best.order.keepSessions ?? all;
  await fewest(sessions, (fewer) => attempt({ ...best.order, keepSessions: fewer }));
  return { ...best, runCount };
}

/** Halves, then quarters … then single items are left out as long as it still fails (delta debugging by complements). */
async function fewest<T>(items: readonly T[], stillFails: (items: readonly T[]) => Promise<boolean>): Promise<void> {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < left.length; ) {
      const fewer = [...left.slice(0, start), ...left.slice(start + size)];
      if (await stillFails(fewer)) left = fewer;
      else start += size;
    }
  }
}
