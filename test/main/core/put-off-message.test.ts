/** Goal: one message that the bank fails on each time (5xx, silence, a closed connection) turns nobody away as if the line were lost. Method: whole terminals in virtual time; the real line tells of each such end (`https-line.test.ts`). */
import { expect, it } from 'vitest';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

it.each(['http500', 'busy', 'cutBefore', 'cutAfter', 'silence'] as const)('%s to one message for minutes: the line counts as there, it is sent again and again, and another is answered', async (fault) => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  const told: boolean[] = [];
  desk.parts.gateway.onLink((isUp) => void told.push(isUp));
  desk.arm(fault, 'cash.deposit', { times: 1000 });
  await desk.toCashIn();
  await desk.insertCounted(500_000);
  await desk.press('next');
  await desk.clock.advance(8 * 60_000);
  const sent = (operation: string) => desk.journal.messages({ limit: 500 }).find((message) => message.operation === operation)!;
  expect([told, desk.model.screen, sent('receipt.send').state]).toEqual([[], 'attract', 'executed']);
  expect(sent('cash.deposit').attemptCount).toBeGreaterThan(5);
  desk.bank.clearFaults();
  await desk.settleQueue();
  expect(sent('cash.deposit').state).toBe('executed');
  await desk.stop();
});

it('a beat that is put off is the line itself', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  desk.arm('busy', 'link.heartbeat', { times: 1000 });
  desk.arm('busy', 'link.signon', { times: 1000 });
  await desk.when(() => !desk.parts.gateway.isLinkUp, 'the line is lost', 600_000);
  await desk.stop();
});

it('what is not answered has the line asked at once: a bank that is gone is known before the next beat is due', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toCashIn();
  await desk.insertCounted(500_000);
  desk.arm('cutBefore', 'cash.deposit', { times: 1000 });
  for (const beat of ['link.heartbeat', 'link.signon'] as const) desk.arm('cutBefore', beat, { times: 1000 });
  await desk.press('next');
  await desk.when(() => !desk.parts.gateway.isLinkUp, 'the line is lost', 2_000);
  await desk.stop();
});

it('a bank that wants the beat later is left alone so long, whatever else it does not answer', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toCashIn();
  await desk.insertCounted(500_000);
  const beats: number[] = [];
  for (const operation of ['cash.deposit', 'receipt.send'] as const) desk.arm('busy', operation, { times: 1000 });
  for (const beat of ['link.heartbeat', 'link.signon'] as const) desk.arm('busy', beat, { times: 1000, delayMs: 100_000 });
  desk.bank.onEvent(({ event, fields }) => void (event === 'host.fault.fired' && String(fields['operation']).startsWith('link.') && beats.push(desk.clock.monotonicMs())));
  await desk.press('next');
  await desk.clock.advance(5 * 60_000);
  expect(beats.length).toBeGreaterThan(1);
  expect(beats.slice(1).every((atMs, index) => atMs - beats[index]! >= 100_000)).toBe(true);
  await desk.stop();
});
