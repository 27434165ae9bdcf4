/**
 * Goal: after a restart the bank is asked about an authorisation that was sent and never answered, whatever it says or when, nothing is dispensed, nothing is
 * repeated, the reversal reaches it once, and the report says what was asked and what came.
 * Method: the core dies while the answer is awaited; how the request fared × how the status inquiry fares.
 */
import { describe, expect, it } from 'vitest';
import type { BankFault } from '../../../simulators/bank-host/faults.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const AMOUNT_MINOR = 2_500_000;

/** How the request for the money fared before the core died, and what the bank truthfully says of it then. */
const REQUESTS = { silence: 'cash.withdraw executed', lostRequest: 'it knows nothing of it', lateAnswer: 'cash.withdraw executed' } as const;
/** How the inquiry fares; `said`: the bank's word arrives in time. */
const INQUIRIES: readonly (readonly [BankFault | 'inTime', 'said' | RegExp])[] = [
  ['inTime', 'said'], ['duplicateAnswer', 'said'], ['slow', /./],
  ['silence', /no answer in 10 s/], ['lateAnswer', /no answer in 10 s/], ['lostRequest', /no answer in 10 s/], ['cutAfter', /no answer \(HST_/], ['cutBefore', /no answer \(HST_/], ['http500', /no answer \(HST_/],
  ['wrongSignature', /no answer \(HST_SIGNATURE_INVALID\)/], ['malformed', /no answer \(HST_/], ['otherTerminal', /no answer \(HST_/], ['refusal', /not said \(RF-24\)/],
];

async function dieAsking(request: BankFault, inquiry: BankFault | 'inTime'): Promise<DeskWorld> {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toWithdrawalConfirm(AMOUNT_MINOR);
  world.arm(request, 'cash.withdraw');
  await world.press('next');
  await world.clock.advance(300);
  expect(world.journal.messages({ limit: 100 }).some((message) => message.operation === 'cash.withdraw')).toBe(true);
  world.die();
  if (inquiry !== 'inTime') world.arm(inquiry, 'doc.status');
  world.restart();
  await world.when(() => world.isJournalOpen && world.dataOf('recovery.report').length > 1, 'the report is written', 120_000);
  return world;
}

const asked = (world: DeskWorld) => world.journal.messages({ limit: 200 }).filter((message) => message.operation === 'doc.status');
const lines = (world: DeskWorld) => world.dataOf('recovery.report').at(-1)?.lines.filter((line) => line.includes('the bank was asked about')) ?? [];

describe('an authorisation that was cut off', () => {
  it.each((Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]).flatMap((request) => INQUIRIES.map(([inquiry, said]) => ({ request, inquiry, said }))))('request $request, inquiry $inquiry', async ({ request, inquiry, said }) => {
    const world = await dieAsking(request, inquiry);
    const told = lines(world);
    expect(told).toHaveLength(1);
    if (said === 'said') expect(told[0]).toMatch(new RegExp(`: ${REQUESTS[request]}$`));
    else expect(told[0]).toMatch(said);
    expect(asked(world)).toHaveLength(1);
    await world.settleQueue(3_600_000);
    // A late word has its time, too.
    await world.clock.advance(60_000);
    expect([asked(world).length, world.dataOf('intent.dispense').length, world.money().outMinor]).toEqual([1, 0, 0]);
    const reports = world.journal.messages({ limit: 200 }).filter((message) => message.operation === 'cash.withdraw.complete');
    expect(reports.map(({ state }) => state)).toEqual(['executed']);
    expectMoneyHolds(world);
    await world.boot();
    await world.stop();
  });

  it('is not asked about where nothing was sent, and a start does not wait for a bank that is away', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.die();
    world.arm('linkDown');
    world.restart();
    await world.when(() => world.isJournalOpen && world.dataOf('recovery.report').length > 1, 'the report is written', 120_000);
    expect([lines(world), asked(world)]).toEqual([[], []]);
    world.arm('linkUp');
    await world.settleQueue();
    expectMoneyHolds(world);
    await world.stop();
  });
});
