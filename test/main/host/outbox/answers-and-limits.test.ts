import { describe, expect, it } from 'vitest';
import type { DeliveryResult } from '../../../../main/host/outbox/outbox.ts';
import { answered, makeBench, silence } from './outbox-bench.ts';

describe('an answer that ends nothing, or not as it seems', () => {
  it('"not found" is the end of a reversal, and a refusal of a completion whose notes have left', async () => {
    const bench = makeBench(() => answered('notFound'));
    bench.stage('reversal', { operation: 'cash.withdraw.complete' });
    bench.stage('completion', { operation: 'cash.withdraw.complete' });
    bench.outbox.start();
    await bench.clock.advance(5_000);
    expect(['reversal', 'completion'].map(bench.state)).toEqual(['executed', 'refused']);
  });

  it('a refusal of the document alone decides nothing about the money that it tells of: a person has to see to it; other messages end by it', async () => {
    const ofDocument = { ...answered('declined'), detail: 'RF-31' } as const;
    const bench = makeBench(() => ofDocument);
    for (const operation of ['cash.deposit', 'pay.provider', 'cash.withdraw.complete', 'cash.deposit.complete', 'suspense.report', 'suspense.settlement', 'journal.seal', 'recon.totals'] as const) bench.stage(operation, { operation });
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect(['cash.deposit', 'pay.provider', 'cash.withdraw.complete', 'cash.deposit.complete', 'suspense.report', 'suspense.settlement', 'journal.seal', 'recon.totals'].map(bench.state)).toEqual([...Array<string>(6).fill('parked'), 'refused', 'refused']);
    expect(bench.ids().filter((id) => id === 'cash.deposit')).toHaveLength(3);
    expect([bench.outbox.accept('cash.deposit', ofDocument).ok, bench.state('cash.deposit')]).toEqual([true, 'parked']);
    expect([bench.outbox.accept('cash.deposit', { ...answered('declined'), detail: 'RF-24' }).ok, bench.state('cash.deposit')]).toEqual([true, 'refused']);
  });

  it('one for a part of a report is no end: what became of the rest a person asks', async () => {
    const bench = makeBench(() => answered('partial'));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect([bench.state('a'), bench.outbox.accept('a', answered('partial')).ok, bench.state('a')]).toEqual(['parked', true, 'parked']);
  });
});

it('a message that the bank wants later waits so long, at most as for a line that is down, over a restart too', async () => {
  const bench = makeBench(() => ({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: 'http 503', retryAfterMs: 200_000 }));
  bench.stage('a');
  bench.outbox.start();
  await bench.clock.advance(199_000);
  bench.outbox.stop();
  bench.makeOutbox().start();
  await bench.clock.advance(900);
  expect(bench.sent).toHaveLength(1);
  bench.answer = () => ({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: 'http 503', retryAfterMs: 1e12 });
  await bench.clock.advance(1_000);
  expect(bench.sent).toHaveLength(2);
  await bench.clock.advance(300_000);
  expect(bench.sent).toHaveLength(3);
});

describe('limits', () => {
  it('know for good that the bank works on a message: while it is asked again, where that was not answered, and after a restart', async () => {
    let isSilent = false;
    const bench = makeBench(() => (isSilent ? silence : answered('inProcess')));
    bench.stage('a');
    bench.outbox.start();
    const seen = new Set<string>();
    for (let second = 0; second < 1_200; second += 1) {
      await bench.clock.advance(1_000);
      isSilent = second > 900;
      seen.add(`${bench.state('a')} ${bench.outbox.limits().exceeded}`);
    }
    expect([...seen].sort()).toEqual(['inProcess null', 'unknown null']);
    bench.answer = () => new Promise(() => undefined);
    await bench.clock.advance(60_000);
    expect([bench.state('a'), bench.outbox.limits().exceeded]).toEqual(['sending', null]);
    bench.outbox.stop();
    const next = bench.makeOutbox();
    next.start();
    expect(next.limits()).toMatchObject({ unacknowledgedCount: 0, exceeded: null });
  });

  it('count what waits for a person with its cash, not with its age', async () => {
    const bench = makeBench(() => ({ kind: 'rejected', code: 'TXND', detail: '' }), { limits: { countMax: 5, ageMsMax: 600_000, sumMinorMax: 300_000 } });
    bench.outbox.start();
    bench.stage('a');
    await bench.clock.advance(3_600_000);
    expect([bench.state('a'), bench.outbox.limits()]).toMatchObject(['parked', { unacknowledgedMinor: 100_000, parkedCount: 1, exceeded: null }]);
    for (const id of ['b', 'c']) bench.stage(id);
    await bench.clock.advance(60_000);
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedMinor: 300_000, parkedCount: 3, exceeded: 'sum' });
  });

  it('stop new money above twenty unacknowledged messages or one older than ten minutes', async () => {
    const bench = makeBench(() => silence);
    bench.outbox.start();
    for (let n = 0; n < 20; n++) bench.stage(`m${n}`);
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedCount: 20, exceeded: null });
    bench.stage('one more');
    expect(bench.outbox.limits().exceeded).toBe('count');
    const old = makeBench(() => silence);
    old.outbox.start();
    old.stage('a');
    await old.clock.advance(600_000);
    expect(old.outbox.limits().exceeded).toBeNull();
    await old.clock.advance(1000);
    expect(old.outbox.limits().exceeded).toBe('age');
  });

  it('stop it at the sum of cash that they tell of, and are those of the configuration', async () => {
    const bench = makeBench(() => silence, { limits: { countMax: 5, ageMsMax: 3_600_000, sumMinorMax: 300_000 } });
    bench.outbox.start();
    for (let n = 0; n < 2; n++) bench.stage(`m${n}`);
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedMinor: 200_000, exceeded: null });
    bench.stage('report', { operation: 'device.exception' });
    expect(bench.outbox.limits().exceeded).toBeNull();
    bench.stage('one more');
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedMinor: 300_000, exceeded: 'sum' });
    bench.answer = () => answered('approved');
    await bench.clock.advance(120_000);
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedMinor: 0, exceeded: null });
  });
});

describe('answers that are not believed', () => {
  const notBelieved: DeliveryResult = { kind: 'invalidAnswer', code: 'HST_SIGNATURE_INVALID', detail: '' };

  it('park nothing while nothing else of the bank is believed, and what waited goes out by itself after; where the rest is believed they park their message', async () => {
    const bench = makeBench(() => notBelieved);
    bench.believedAtMs = bench.clock.monotonicMs();
    bench.stage('a');
    bench.stage('receipt', { lane: 'bestEffort', operation: 'receipt.send' });
    bench.outbox.start();
    await bench.clock.advance(3_600_000);
    expect([bench.state('a'), bench.state('receipt'), bench.sent.length > 20]).toEqual(['unknown', 'unknown', true]);
    bench.answer = () => answered('approved');
    await bench.clock.advance(120_000);
    expect([bench.state('a'), bench.state('receipt')]).toEqual(['executed', 'executed']);
    bench.answer = () => notBelieved;
    bench.believedAtMs = Infinity;
    bench.stage('b');
    await bench.clock.advance(600_000);
    expect(bench.state('b')).toBe('parked');
    bench.outbox.stop();
  });

  it('are not what a bank says that turns a message away: it is parked, whatever else is believed', async () => {
    const bench = makeBench(() => ({ kind: 'rejected', code: 'TXND', detail: '' }));
    bench.believedAtMs = -1;
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect(bench.state('a')).toBe('parked');
  });

  it('count each time for what was believed since the one before', async () => {
    const bench = makeBench(() => notBelieved);
    bench.stage('a');
    bench.believedAtMs = -1;
    bench.outbox.start();
    await bench.clock.advance(600_000);
    // Once, long ago: the next one counts, the one after it has nothing believed before it.
    bench.believedAtMs = bench.clock.monotonicMs();
    await bench.clock.advance(600_000);
    expect(bench.state('a')).toBe('unknown');
    bench.believedAtMs = bench.clock.monotonicMs();
    await bench.clock.advance(600_000);
    expect(bench.state('a')).toBe('parked');
    bench.outbox.stop();
  });
});
