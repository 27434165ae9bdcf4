/** Goal: what the screens say about the paper receipt is what comes out of the printer, and when. Method: whole visits in virtual time over the simulated printer. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { bitmapOf, dotsOfPng } from '../../support/printer-bench.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  await world.boot();
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until('result-success');
});
afterEach(() => world.stop());

it('is in the language of the picture beside it, also when that was chosen on the result', async () => {
  await world.press('language', { language: 'ru' });
  const kept = world.journal.receipt('0427-000001')!;
  const { hostRef, documentNumber } = kept.statuses.at(-1)!;
  await world.press('next');
  await world.when(() => world.model.screen === 'take-receipt' && !world.data('take-receipt').printing, 'it is out');
  const png = world.surroundings.printer.control({ do: 'receiptPng', index: 0 });
  const onPaper = Buffer.from(dotsOfPng(String(png.ok ? png.value : '')).bytes);
  const record = { ...receiptRecordSchema.parse(JSON.parse(kept.receipt.recordJson)), status: 'executed' as const, hostRef, documentNumber };
  expect(onPaper.includes(Buffer.from(bitmapOf(record, 'ru').bytes))).toBe(true);
  expect(onPaper.includes(Buffer.from(bitmapOf(record, 'kk').bytes))).toBe(false);
});

it('gives the customer all of the time to take it, from when it is out', async () => {
  await world.press('next');
  await world.when(() => world.model.screen === 'take-receipt' && world.data('take-receipt').printing, 'it is printed');
  expect(world.model.timeLimit).toBeNull();
  await world.when(() => world.model.screen === 'take-receipt' && !world.data('take-receipt').printing, 'it is out');
  const { remainingMs, totalMs } = world.model.timeLimit!;
  expect(remainingMs).toBe(totalMs);
});

it.each(['paperOut', 'jam'])('%s after it was asked for: the customer is told that none comes', async (fault) => {
  world.fault('printer', { fault, at: 'midReceipt' });
  await world.press('next');
  await world.until('farewell');
  expect(world.data('farewell').hasReceipt).toBe(false);
  expect(world.model.toast?.textKey).toBe('toast.noPaper');
});
