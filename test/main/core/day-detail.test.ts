import { afterEach, beforeEach, expect, it } from 'vitest';
import { DETAIL_OPERATIONS_MAX } from '../../../main/contracts/host-operations.ts';
import { OPERATIONS } from '../../../main/contracts/operations.ts';
import { dayDetail, detailPages } from '../../../main/core/day/day-detail.ts';
import { entry } from '../../../main/journal/journal.ts';
import { SAMPLE_TERMINAL_ID } from '../../../simulators/bank-host/sample-bank.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const DAY = '2026-04-27';
let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const inserted = async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until(['result-success', 'result-pending'], 300_000);
};
const cutOver = () => world.bank.businessDay.set('2026-04-28');
const detailed = () => world.when(() => world.dataOf('day.detailSent').length > 0 && dayDetail(world.journal, DAY)?.state !== 'asked', 'the bank has named its operations', 1_800_000);

it('a bank whose sums are others names the operation that it has booked and the terminal does not know', async () => {
  await inserted();
  world.arm('totalsDiffer');
  cutOver();
  await detailed();
  expect(dayDetail(world.journal, DAY)).toEqual({ state: 'compared', isCut: false, operations: [{ operationId: `elsewhere-${DAY}`, operation: 'op-01', bookedMinor: 100_000, confirmedMinor: 0 }] });
  await world.clock.advance(3_600_000);
  expect(world.dataOf('day.detailSent')).toHaveLength(1);
});

it('it names one that it has booked and whose answer was lost, until that answer is there', async () => {
  world.arm('silence', 'cash.deposit', { times: 40 });
  await inserted();
  const operationId = world.entries().find(({ kind }) => kind === 'deposit.accepted')!.operationId!;
  cutOver();
  await detailed();
  expect(dayDetail(world.journal, DAY)?.operations).toEqual([{ operationId, operation: 'op-01', bookedMinor: 1_000_000, confirmedMinor: 0 }]);
  world.bank.clearFaults();
  await world.settleQueue();
  expect(dayDetail(world.journal, DAY)).toEqual({ state: 'compared', isCut: false, operations: [] });
});

it('a bank that agrees is asked about no operation', async () => {
  await inserted();
  await world.settleQueue();
  cutOver();
  await world.when(() => world.dataOf('day.reconciled').length > 0, 'the bank has answered to the totals', 1_200_000);
  await world.clock.advance(600_000);
  expect(world.dataOf('day.detailSent')).toEqual([]);
  expect(dayDetail(world.journal, DAY)).toBeNull();
});

it('a bank that would not compare the operations is told as that', async () => {
  await inserted();
  world.arm('totalsDiffer');
  world.arm('refusal', 'recon.detail', { refusal: 'RF-24' });
  cutOver();
  await detailed();
  expect(dayDetail(world.journal, DAY)).toEqual({ state: 'refused', isCut: false, operations: [] });
});

it('a bank that names no kind whose sum differs is asked about all of them, once', async () => {
  world.journal.commit({ entries: [entry('day.reconciled', { day: DAY, messageId: 'm', result: 'different', bank: [], hostRef: null })] });
  await detailed();
  await world.clock.advance(600_000);
  expect(world.dataOf('day.detailSent').map(({ operation }) => operation)).toEqual([...OPERATIONS]);
});

it('goes in pages, each of which speaks for its own ids: whatever the bank has in between or after all of them is named once', async () => {
  const ids = Array.from({ length: 2 * DETAIL_OPERATIONS_MAX + 50 }, (_, index) => `OP${String(index * 2).padStart(5, '0')}`);
  const sum = { insertedMinor: 1_000, feeMinor: 0, creditMinor: 1_000, changeMinor: 0, notes: [], by: 'customer' as const };
  for (const operationId of ids) world.journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId }), entry('deposit.accepted', sum, { operationId })] });
  const foreign = ['OP00399', 'OP00401', 'OP99999'];
  const book = world.bank.database.prepare('INSERT INTO day_reports VALUES (?, ?, ?, ?, ?)');
  for (const operationId of foreign) book.run(SAMPLE_TERMINAL_ID, DAY, 'op-01', operationId, 7_000);
  const pages = detailPages(world.journal, DAY, ['op-01', 'op-10']);
  expect(pages.map(({ operation, operations, afterOperationId, isLast }) => [operation, operations.length, afterOperationId, isLast])).toEqual([
    ['op-01', DETAIL_OPERATIONS_MAX, null, false], ['op-01', DETAIL_OPERATIONS_MAX, 'OP00398', false], ['op-01', 50, 'OP00798', true], ['op-10', 0, null, true],
  ]);
  cutOver();
  await world.when(() => world.dataOf('day.detailed').length === 3, 'the bank has answered every page', 3_600_000);
  expect(dayDetail(world.journal, DAY)?.operations.map(({ operationId }) => operationId)).toEqual(foreign);
});
