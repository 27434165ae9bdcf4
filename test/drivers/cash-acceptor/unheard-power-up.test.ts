/** Goal: the core can tell a power-up that the unit told from one that nobody heard: of the first its path is known, of the second it is not. Method: each driver on its line, first over a unit that was powered with it, then by another start over one that kept its power. */
import { expect, it } from 'vitest';
import type { CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { AcceptorParts } from '../../support/acceptor-bench.ts';
import { acceptorBench } from '../../support/acceptor-bench.ts';
import { ebdsParts, id003Parts, sspParts } from '../../support/acceptor-parts.ts';

const heard = (events: readonly CashAcceptorEvent[]) => events.flatMap((event) => (event.kind === 'poweredUp' ? [event.isUnheard] : []));

it.each<readonly [string, () => AcceptorParts]>([['ebds', () => ebdsParts()], ['ssp', () => sspParts()], ['id003', () => id003Parts()]])('%s', async (_, parts) => {
  const bench = acceptorBench(parts());
  expect(await bench.until('ready')).toBe(true);
  expect(heard(bench.events)).toContain(false);
  await bench.settled(bench.acceptor.stop());
  const next = bench.successor();
  const told: CashAcceptorEvent[] = [];
  next.onEvent((event) => told.push(event));
  next.start();
  expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000)).toBe(true);
  expect(heard(told)).not.toContain(false);
});
