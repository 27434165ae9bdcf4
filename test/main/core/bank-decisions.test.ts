import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SuspenseDecision } from '../../../main/contracts/host-operations.ts';
import { suspensePage } from '../../../main/core/presenter/present-service-money.ts';
import { settleSuspense } from '../../../main/core/service/settle-suspense.ts';
import { decisionBatch } from '../../../main/core/suspense/bank-decisions.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { SuspenseReporter } from '../../../main/core/suspense/suspense-reporter.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { hostAnswer } from '../../support/host-answer-writer.ts';
import { sampleAnswers, sampleHeader, sampleRequests } from '../../support/host-samples.ts';
import { createTestCodec } from '../../support/host-test-codec.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const HOUR_MS = 3_600_000;
let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

/** A deposit that the bank refuses after the note was stacked: one item of 10 000. */
async function refusedDeposit(): Promise<void> {
  world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until(['result-success', 'result-pending', 'result-refused']);
  await world.press('next');
  await world.until(['attract', 'out-of-service'], 300_000);
}

const item = () => world.journal.suspense()[0]!;
const told = () => world.when(() => world.bank.suspense.items().length > 0, 'the bank knows the item', 60_000);
const decide = (to: SuspenseDecision['to'] = 'paid', amountMinor?: number) => {
  const decided = world.bank.suspense.decide({ suspenseId: item().suspenseId, to, authority: 'cash centre', reason: 'claim 4471', ...(amountMinor === undefined ? {} : { amountMinor }) });
  if (!decided.ok) throw new Error('the bank does not know the item');
  return decided.value;
};
const anHour = () => world.clock.advance(HOUR_MS + 120_000);
/** As when the technician opens the page. */
const ask = async () => {
  let isAnswered = false;
  void world.parts.suspense.ask().then(() => (isAnswered = true));
  await world.when(() => isAnswered, 'the bank has answered', 120_000);
};
const settledAs = () => world.dataOf('suspense.settled').map(({ to, by }) => [to, by]);
const results = () => world.dataOf('suspense.decided').map(({ result }) => result);
const page = () => suspensePage(world.parts, 'technician');
const bankCash = () => world.bank.ledger.terminalCash('0427');

describe('an item of money in doubt', () => {
  it('is told to the bank once, with what is known of it, and not told again', async () => {
    await refusedDeposit();
    await told();
    const { suspenseId, reason, amountMinor, operationId, reference } = item();
    expect(world.bank.suspense.items()).toMatchObject([{ suspenseId, kind: reason, amountMinor, operationId, reference, decision: null }]);
    await world.settleQueue();
    expect(page().items).toMatchObject([{ suspenseId, told: 'told' }]);
    await anHour();
    expect([world.dataOf('suspense.told').length, world.bank.documents.all().filter(({ operation }) => operation === 'suspense.report').length]).toEqual([1, 1]);
  });

  it('waits for the bank while the line is down, and that stops nobody’s cash', async () => {
    await refusedDeposit();
    await told();
    world.arm('silence', 'suspense.report', { times: 1000 });
    await refusedDeposit();
    await world.clock.advance(1_800_000);
    expect(page().items.map((shown) => shown.told)).toEqual(['told', 'waiting']);
    expect(world.parts.deliveries.isOverLimit()).toBe(false);
  });
});

describe('a word of the bank that is odd', () => {
  const { codec, pki } = createTestCodec();
  const DECISION = sampleAnswers['suspense.status'].ext.replaceAll('decisions>', 'decision>');
  const REQUEST = { operation: 'suspense.status', header: sampleHeader, body: sampleRequests['suspense.status'] } as const;

  it('is heard where only its words are too long, as far as there is room', () => {
    const asked = codec.encodeRequest(REQUEST);
    if (!asked.ok) throw new Error(asked.error.detail);
    const { digest } = asked.value;
    const bytes = hostAnswer({ operation: 'suspense.status', header: sampleHeader, digest, edit: (text) => text.replace(/<reason>.*?<\/reason>/, `<reason>${'р'.repeat(1_500)}</reason>`).replace(/<authority>.*?<\/authority>/, `<authority>${'а'.repeat(300)}</authority>`) }, pki.hostSign);
    expect(codec.decodeAnswer('suspense.status', bytes, { header: sampleHeader, digest })).toMatchObject({ ok: true, value: { body: { decisions: [{ suspenseId: '01KAJ1S7M2ZQ4VE0000000000S', to: 'paid', reason: `${'р'.repeat(199)}…`, authority: `${'а'.repeat(63)}…` }] } } });
  });

  it.each([
    ['of a kind that is not known', (text: string) => text.replace(/<to>.*?<\/to>/, '<to>givenToCharity</to>')],
    ['with a sum that is none', (text: string) => text.replace(/<amountMinor>.*?<\/amountMinor>/, '<amountMinor>12,50</amountMinor>')],
    ['without its id', (text: string) => text.replace(/<decisionId>.*?<\/decisionId>/, '')],
  ])('leaves the report and the end beside which it stands at their end: %s', (_what, edit) => {
    for (const operation of ['suspense.report', 'suspense.settlement'] as const) {
      const asked = codec.encodeRequest({ operation, header: sampleHeader, body: sampleRequests[operation] });
      if (!asked.ok) throw new Error(asked.error.detail);
      const { digest } = asked.value;
      const decoded = (change: (text: string) => string) => {
        const bytes = hostAnswer({ operation, header: sampleHeader, digest, edit: (text) => text.replace(`<body><${operation}>`, `<body><${operation}>${change(DECISION)}`) }, pki.hostSign);
        return codec.decodeAnswer(operation, bytes, { header: sampleHeader, digest });
      };
      expect(decoded((text) => text)).toMatchObject({ ok: true, value: { outcome: 'approved', body: { decision: { to: 'paid', amountMinor: -500_000 } } } });
      expect(decoded(edit)).toMatchObject({ ok: true, value: { outcome: 'approved', body: { decision: null } } });
    }
  });

  it.each([['one', [2]], ['some', [0, 3]], ['each', [0, 1, 2, 3, 4]]] as const)('holds back no other one of the same answer: %s of five', async (_, odd) => {
    for (let count = 0; count < 5; count += 1) await refusedDeposit();
    await world.when(() => world.bank.suspense.items().length === 5, 'the bank knows all', 60_000);
    await world.settleQueue();
    const ids = world.journal.suspense().map(({ suspenseId }) => suspenseId);
    let askedCount = 0;
    const decisionOn = (suspenseId: string) => ({ suspenseId, decisionId: `D-${suspenseId}`, to: 'paid', amountMinor: 1_000_000, authority: 'cash centre', reason: 'claim', decidedAtUtcMs: 0 });
    const ask = (_operation: string, { suspenseIds }: { readonly suspenseIds: readonly string[] }) => {
      askedCount += 1;
      const isOdd = suspenseIds.some((suspenseId) => odd.some((index) => ids[index] === suspenseId));
      if (isOdd) return Promise.resolve({ kind: 'failed', messageId: 'm', failure: { kind: 'invalidAnswer', code: 'HST_MALFORMED', detail: 'body does not fit the contract' } });
      return Promise.resolve({ kind: 'answered', messageId: 'm', answer: { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-04-27', body: { decisions: suspenseIds.map(decisionOn) } } });
    };
    const gateway = { ask, draft: () => { throw new Error('everything is told'); } } as unknown as HostGateway;
    const reporter = new SuspenseReporter({ journal: world.journal, gateway, clock: world.clock, log: silentLog, onDecided: () => undefined });
    await reporter.ask();
    reporter.stop();
    expect(world.journal.suspense().map(({ state }) => state)).toEqual(ids.map((_id, index) => (odd.some((one) => one === index) ? 'open' : 'paid')));
    expect(askedCount).toBeLessThanOrEqual(9);
  });
});

describe('the bank’s decision', () => {
  beforeEach(async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
  });

  it('ends the item, by the bank and on its authority, once; the bank books it', async () => {
    expect(bankCash()).toMatchObject({ cashInMinor: 0, suspenseInMinor: 1_000_000 });
    const { decisionId } = decide();
    expect(item().state).toBe('open');
    await anHour();
    expect(item().state).toBe('paid');
    expect(world.dataOf('suspense.settled')).toMatchObject([{ to: 'paid', by: 'bank', authority: decisionId, why: 'claim 4471', amountMinor: 1_000_000 }]);
    expect(page().settled).toMatchObject([{ by: 'bank', bankAuthority: 'cash centre', why: 'claim 4471' }]);
    expect(bankCash()).toMatchObject({ cashInMinor: 1_000_000, suspenseInMinor: 0 });
    await ask();
    expect([results(), world.dataOf('suspense.settled').length, world.journal.compareBooks(), world.journal.verify().ok]).toEqual([['settled'], 1, [], true]);
    expect(settleSuspense(world.parts, { staff: { login: 't-014', name: 'T.', level: 'administrator' }, suspenseId: item().suspenseId, to: 'writtenOff', why: 'countAgrees' })).toEqual({ ok: false, error: 'notOpen' });
  });

  it('is not followed with another sum; shown once; the corrected one is', async () => {
    decide('paid', 900_000);
    await ask();
    await ask();
    expect([item().state, results()]).toEqual(['open', ['otherSum']]);
    expect(page().unfollowed).toMatchObject([{ result: 'otherSum', amountMinor: 900_000 }]);
    decide('matched');
    await ask();
    expect([item().state, results()]).toEqual(['matched', ['otherSum', 'settled']]);
  });

  it.each([['matched', 'agrees'], ['writtenOff', 'contradicts']] as const)('%s after a person ended it as matched: it %s, and nothing is ended twice', async (to, result) => {
    expect(settleSuspense(world.parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, suspenseId: item().suspenseId, to: 'matched', why: 'countAgrees' }).ok).toBe(true);
    decide(to);
    await ask();
    await ask();
    expect([item().state, settledAs(), results()]).toEqual(['matched', [['matched', 't-014']], [result]]);
    expect(page().unfollowed.map((shown) => shown.result)).toEqual(result === 'contradicts' ? ['contradicts'] : []);
  });

  it('another one later contradicts the first, which stays', async () => {
    decide('paid');
    await ask();
    world.bank.suspense.decide({ suspenseId: item().suspenseId, to: 'writtenOff', authority: 'audit', reason: 'second thought' });
    expect(decisionBatch(world.journal, [{ ...world.bank.suspense.items()[0]!.decision! }], 'm')?.entries).toMatchObject([{ kind: 'suspense.decided', data: { result: 'contradicts' } }]);
  });

  it.each(['wrongSignature', 'unsigned', 'otherTerminal', 'malformed'] as const)('in an answer that is not believed (%s) counts for nothing; the next answer does', async (flaw) => {
    world.arm(flaw, 'suspense.status');
    decide();
    await ask();
    expect([item().state, results()]).toEqual(['open', []]);
    await ask();
    expect(item().state).toBe('paid');
  });

  it('on an item that is not known here is refused, written down and shown; the same words again leave nothing', () => {
    const stranger: SuspenseDecision = { suspenseId: 'nobody', decisionId: 'D1', to: 'paid', amountMinor: 5, authority: 'a', reason: 'r', decidedAtUtcMs: 1 };
    const batch = decisionBatch(world.journal, [stranger, stranger], 'm');
    expect(batch?.entries).toMatchObject([{ kind: 'suspense.decided', data: { result: 'unknownItem' } }]);
    expect(world.journal.commit(batch!).ok).toBe(true);
    expect(decisionBatch(world.journal, [stranger], 'm2')).toBeNull();
    expect(page().unfollowed).toMatchObject([{ suspenseId: 'nobody', result: 'unknownItem' }]);
  });

  it('twice in one answer, and a second of another kind beside it, end the item once', () => {
    const own: SuspenseDecision = { suspenseId: item().suspenseId, decisionId: 'D1', to: 'paid', amountMinor: item().amountMinor, authority: 'a', reason: 'r', decidedAtUtcMs: 1 };
    world.journal.commit(decisionBatch(world.journal, [own, own, { ...own, decisionId: 'D2', to: 'matched' }], 'm')!);
    expect([results(), settledAs()]).toEqual([['settled', 'contradicts'], [['paid', 'bank']]]);
  });
});

it('is heard at the next sign-on, and an item that a dead core had not told of is told by the next', async () => {
  await refusedDeposit();
  await told();
  await world.settleQueue();
  decide('matched');
  world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.when(() => world.journal.suspense().length === 2, 'the second item is open');
  world.die();
  expect([world.bank.suspense.items().length, world.journal.suspense({ isTold: false }).length]).toEqual([1, 1]);
  world.restart();
  await world.until(['attract', 'out-of-service', 'result-success', 'result-pending', 'result-refused'], 300_000);
  await world.when(() => world.bank.suspense.items().length === 2 && world.dataOf('suspense.settled').length === 1, 'told and decided', 120_000);
  await world.settleQueue();
  expect([world.dataOf('suspense.told').length, settledAs(), world.journal.compareBooks()]).toEqual([2, [['matched', 'bank']], []]);
});

it('may stand in the answer to the report already', async () => {
  world.arm('lostRequest', 'suspense.report', { times: 3 });
  await refusedDeposit();
  await world.when(() => world.dataOf('suspense.told').length === 1, 'the report is staged', 60_000);
  const { suspenseId, amountMinor } = item();
  world.bank.database.prepare('INSERT INTO suspense_decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run('0427', suspenseId, 'D-early', 'matched', amountMinor, 'cash centre', 'known before', 1);
  await world.settleQueue();
  expect([item().state, world.dataOf('suspense.settled').map(({ authority }) => authority)]).toEqual(['matched', ['D-early']]);
});

describe('what a person at the terminal ended', () => {
  const ENDED = { to: 'writtenOff', why: 'countAgrees' } as const;
  const settle = (suspenseId = item().suspenseId) => settleSuspense(world.parts, { staff: { login: 't-014', name: 'T.', level: 'administrator' }, suspenseId, ...ENDED });
  const settlements = () => world.bank.suspense.settlements();

  it('is told to the bank in the same transaction: by whom, on whose authority, why; the bank books it once', async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    expect(settle().ok).toBe(true);
    expect(page().settled).toMatchObject([{ by: 't-014', told: 'waiting' }]);
    await world.settleQueue();
    const { suspenseId, evidence, amountMinor } = item();
    expect(settlements()).toMatchObject([{ terminalId: '0427', suspenseId, ...ENDED, amountMinor, by: 't-014', authority: 'administrator', evidence }]);
    expect([page().settled[0]?.told, world.dataOf('suspense.endTold').length, world.journal.compareBooks(), world.journal.verify().ok]).toEqual(['told', 1, [], true]);
    expect(bankCash()).toMatchObject({ cashInMinor: 1_000_000, suspenseInMinor: 0 });
    // Once ended here and told, a decision of the bank moves no money a second time.
    decide('writtenOff');
    await ask();
    expect([bankCash().cashInMinor, results()]).toEqual([1_000_000, ['agrees']]);
  });

  it('goes with the report of an item that was not told yet, behind it', async () => {
    world.arm('silence', 'suspense.report', { times: 2 });
    await refusedDeposit();
    await world.when(() => world.journal.suspense().length === 1, 'the item is open', 60_000);
    expect(settle().ok).toBe(true);
    await world.clock.advance(600_000);
    await world.settleQueue();
    expect(settlements().length).toBe(1);
    expect([world.dataOf('suspense.told').length, bankCash().suspenseInMinor, world.bank.suspense.items()[0]?.settlement?.by]).toEqual([1, 0, 't-014']);
  });

  it('against a decision that the bank made before is written down and shown, and booked once', async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    decide('paid');
    expect(settle().ok).toBe(true);
    await world.settleQueue();
    expect([item().state, results(), bankCash().cashInMinor]).toEqual(['writtenOff', ['contradicts'], 1_000_000]);
  });

  it.each(['duplicateAnswer', 'cutAfter', 'lateAnswer', 'silence'] as const)('is booked once however often the bank hears of it (%s)', async (fault) => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    world.arm(fault, 'suspense.settlement', { delayMs: 90_000 });
    expect(settle().ok).toBe(true);
    await world.clock.advance(600_000);
    await world.settleQueue();
    expect([settlements().length, bankCash().cashInMinor, bankCash().suspenseInMinor]).toEqual([1, 1_000_000, 0]);
  });

  it('that comes before its item is booked with the item', async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    const { suspenseId, amountMinor, evidence } = item();
    const settlement = { suspenseId, amountMinor, evidence, ...ENDED, by: 't-014', authority: 'administrator', settledAtUtcMs: 1 };
    const rows = world.bank.database.prepare('SELECT * FROM suspense_items').all() as Record<string, unknown>[];
    world.bank.database.prepare('DELETE FROM suspense_items').run();
    world.bank.suspense.settledThere('0427', settlement);
    world.bank.suspense.settledThere('0427', { ...settlement, to: 'paid', by: 'other' });
    expect(bankCash().suspenseInMinor).toBe(1_000_000);
    world.bank.database.prepare('INSERT INTO suspense_items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...Object.values(rows[0]!));
    world.bank.suspense.reported('0427', suspenseId);
    expect([settlements().map(({ by }) => by), bankCash().suspenseInMinor, bankCash().cashInMinor]).toEqual([['t-014'], 0, 1_000_000]);
  });

  it('is neither ended nor told where the disk does not take it', async () => {
    await refusedDeposit();
    await told();
    world.dieAtCommit(1, 'before');
    expect(() => settle()).toThrow();
    expect([item().state, world.dataOf('suspense.endTold').length]).toEqual(['open', 0]);
  });

  it('while the bank’s decision is on its way here: the first word stands, the other is written down, and the money is booked once', async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    decide('paid');
    const asking = world.parts.suspense.ask();
    expect(settle().ok).toBe(true);
    await world.clock.advance(60_000);
    await asking;
    await world.settleQueue();
    await anHour();
    expect([item().state, results(), settledAs().length, settle().ok]).toEqual(['writtenOff', ['contradicts'], 1, false]);
    expect([bankCash().suspenseInMinor, bankCash().cashInMinor, world.bank.suspense.settlements().length]).toEqual([0, 1_000_000, 1]);
  });

  it('is still asked about weeks later, however old the item was: a contradiction is heard', async () => {
    await refusedDeposit();
    await told();
    await world.settleQueue();
    world.die();
    await world.clock.advance(50 * 86_400_000);
    world.restart();
    await world.boot();
    expect(settle().ok).toBe(true);
    await world.settleQueue();
    decide('paid');
    await world.clock.advance(2 * 3_600_000);
    expect([item().state, results()]).toEqual(['writtenOff', ['contradicts']]);
  });
});
