import { expect, it } from 'vitest';
import { dayAnswer } from '../../../main/cli/day.ts';
import { entry } from '../../../main/journal/journal.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

async function afterDeposit(): Promise<DeskWorld> {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until('result-success');
  return world;
}

/** On the journal file that real operations left: a deposit, a withdrawal, a cut-over and the bank's answer. */
it('qolma day says the totals of a day and the bank’s word on them', async () => {
  const world = await afterDeposit();
  await world.press('next');
  await world.until('attract', 300_000);
  await world.toWithdrawalConfirm(2_500_000);
  await world.press('next');
  await world.until('take-cash');
  world.hands('dispenser', { do: 'takeNotes' });
  await world.until('result-success', 300_000);
  await world.settleQueue();
  world.arm('totalsDiffer');
  world.bank.businessDay.set('2026-04-28');
  await world.when(() => world.dataOf('day.detailed').length > 0, 'the bank has named the operations', 1_200_000);
  await world.stop();

  const day = (name?: string) => dayAnswer({ data: world.dataFolder, ...(name === undefined ? {} : { day: name }) });
  const over = day('2026-04-27');
  expect(over).toMatchObject({
    exitCode: 1,
    json: {
      ok: false, day: '2026-04-27', isExplained: true, differences: [],
      operations: [{ operation: 'op-01', count: 1, deviceMinor: 1_000_000, journalMinor: 1_000_000, hostMinor: 1_000_000 }, { operation: 'op-10', count: 1, deviceMinor: -2_500_000, journalMinor: -2_500_000, hostMinor: -2_500_000 }],
      units: expect.arrayContaining([{ unitId: 'acceptor.box', countedMinor: 1_000_000, movedMinor: 1_000_000, compared: null }]) as unknown,
      reconciled: { result: 'different', bank: [{ operation: 'op-01', bookedMinor: 1_100_000 }], detail: { state: 'compared', operations: [{ operationId: 'elsewhere-2026-04-27', bookedMinor: 100_000, confirmedMinor: 0 }] } },
    },
  });
  expect(over.text).toContain('the bank DIFFERS');
  expect(over.text).toMatch(/elsewhere-2026-04-27 +op-01 +1000 +0/);
  expect(JSON.parse(JSON.stringify(over.json))).toEqual(over.json);
  expect(day()).toMatchObject({ json: { day: '2026-04-28', operations: [], reconciled: { day: '2026-04-27' } } });
  expect(day('2026-04-26')).toMatchObject({ exitCode: 1, json: { problem: { code: 'UNKNOWN_DAY' } } });
});

it.each([
  { counted: [3], exitCode: 1 },
  { counted: [3, 1], exitCode: 0 },
])('qolma day says which device counts other notes in a unit than the journal, and since when, until it does not any more: $counted', async ({ counted, exitCode }) => {
  const world = await afterDeposit();
  await world.settleQueue();
  for (const deviceCount of counted) world.journal.commit({ entries: [entry('counts.compared', { unitId: 'acceptor.box', denominationMinor: null, deviceCount, journalCount: 1 })] });
  const sinceUtcMs = world.journal.entries({ kinds: ['counts.compared'], limit: 9 }).at(-1)!.atUtcMs;
  await world.stop();
  const day = dayAnswer({ data: world.dataFolder });
  expect(day).toMatchObject({ exitCode, json: { ok: exitCode === 0, isExplained: true, units: [{ unitId: 'acceptor.box', compared: { journalCount: 1, differenceCount: exitCode === 0 ? 0 : 2, atUtcMs: sinceUtcMs } }] } });
  const line = `notes in the unit by the device by the journal difference since (UTC)\nacceptor.box 3 1 2 ${new Date(sinceUtcMs).toISOString()}`;
  expect(day.text.replaceAll(/ +/g, ' ').includes(line)).toBe(exitCode === 1);
});
