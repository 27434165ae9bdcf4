/** Goal: a hand that takes notes of one kind out of a unit changes nothing of a payout of another kind, asked for in this life of the core or settled in the next: they were booked as notes of that payout, stuck on their way. */
import { expect, it } from 'vitest';
import { billToBillParts, id003RecyclerParts, smartPayoutParts } from '../../support/acceptor-parts.ts';
import { recyclerBench } from '../../support/recycler-bench.ts';

const [FIVE, TWO] = [500_000, 200_000];
const OPTIONS = { stored: [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }] };

it.each([smartPayoutParts(OPTIONS), id003RecyclerParts(OPTIONS), billToBillParts(OPTIONS)].flatMap((parts) => [[parts.name, 0, parts], [parts.name, 3, parts]] as const))('%s: %i notes went out', async (_name, noteCount, parts) => {
  const bench = recyclerBench(parts);
  await bench.ready([FIVE, TWO]);
  const unitNumber = await bench.unitOf(FIVE);
  const mark = bench.recycler.payoutMark()!;
  if (noteCount > 0) expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount }))).toMatchObject({ kind: 'completed', value: { presentedCount: noteCount } });
  bench.recycler.confirmPayout();
  bench.hand({ do: 'takeFromUnit', denominationMinor: TWO, noteCount: 4 });
  await bench.clock.advance(10_000);
  // By its counts of before, as after a death of the core that had told nobody.
  const outcome = await bench.settled(bench.recycler.resolvePayout({ unitNumber, noteCount: 5, mark }), 600_000);
  if (outcome.kind === 'completed') expect(outcome.value).toMatchObject({ presentedCount: noteCount, pickedCount: noteCount, rejectedCount: 0, inTransportCount: 0 });
  else expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: noteCount } });
});
