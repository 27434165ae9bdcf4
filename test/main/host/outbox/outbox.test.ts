import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryResult } from '../../../../main/host/outbox/outbox.ts';
import { backoffMs, LINK_BACKOFF, MESSAGE_BACKOFF } from '../../../../main/host/outbox/backoff.ts';
import { answered, makeBench, noLink, random, silence } from './outbox-bench.ts';

describe('order', () => {
  it('sends the messages of one operation one after the other, and lets no operation wait for another', async () => {
    const bench = makeBench((message) => (message.messageId === 'a1' && message.attemptCount < 3 ? silence : answered('approved')));
    bench.stage('a1', { operationId: 'a' });
    bench.stage('a2', { operationId: 'a' });
    bench.stage('b1', { operationId: 'b' });
    bench.outbox.start();
    await bench.clock.advance(10_000);
    expect(bench.ids()).toEqual(['a1', 'b1', 'a1', 'a1', 'a2']);
    expect(['a1', 'a2', 'b1'].map(bench.state)).toEqual(['executed', 'executed', 'executed']);
    expect(bench.sent.filter(({ id }) => id === 'a1').map(({ bytes, attempt }) => [bytes, attempt])).toEqual([1, 2, 3].map((attempt) => ['bytes of a1', attempt]));
  });

  it('sends reversals first, then completions, cash-in, the rest, and receipts last', async () => {
    const bench = makeBench();
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort' });
    bench.stage('report', { operation: 'device.exception' });
    bench.stage('deposit', { operation: 'cash.deposit' });
    bench.stage('completion', { operation: 'cash.withdraw.complete' });
    bench.stage('reversal', { operation: 'cash.withdraw.complete' });
    bench.outbox.start();
    await bench.clock.advance(5000);
    expect(bench.ids()).toEqual(['reversal', 'completion', 'deposit', 'report', 'receipt']);
  });

  it('keeps a receipt back while money of its operation is in the air, and no longer: of another operation it waits for nothing', async () => {
    const bench = makeBench(async (message) => {
      if (message.messageId !== 'deposit') return answered('approved');
      await new Promise<void>((resolve) => void bench.clock.setTimeout(resolve, 3_000));
      return silence;
    });
    bench.stage('deposit', { operation: 'cash.deposit', operationId: 'a' });
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort', operationId: 'a' });
    bench.stage('other', { operation: 'receipt.send', lane: 'bestEffort', operationId: 'b' });
    bench.outbox.start();
    await bench.clock.advance(2_900);
    expect(bench.ids()).toEqual(['deposit', 'other']);
    await bench.clock.advance(200);
    expect([bench.ids().slice(0, 3), bench.state('receipt')]).toEqual([['deposit', 'other', 'receipt'], 'executed']);
  });

  it('keeps an advice back while its own request is on the wire', async () => {
    const bench = makeBench();
    bench.outbox.start();
    bench.stage('request', { operation: 'cash.withdraw', lane: 'online', operationId: 'w', state: 'sending' });
    bench.stage('advice', { operation: 'cash.withdraw.complete', operationId: 'w' });
    await bench.clock.advance(5000);
    expect(bench.ids()).toEqual([]);
    bench.journal.commit({ messageMoves: [{ messageId: 'request', to: 'unknown', detail: 'silence' }] });
    await bench.clock.advance(2000);
    expect(bench.ids()).toEqual(['advice']);
  });
});

describe('restart', () => {
  it('leaves no request of an earlier life on the wire, and keeps no advice back for it', async () => {
    const bench = makeBench();
    bench.stage('request', { operation: 'cash.withdraw', lane: 'online', operationId: 'w', state: 'sending' });
    bench.stage('advice', { operation: 'cash.withdraw.complete', operationId: 'w' });
    bench.outbox.start();
    await bench.clock.advance(1_000);
    expect(['request', 'advice'].map(bench.state)).toEqual(['unknown', 'executed']);
  });

  it('makes what was on the wire unknown and sends the same bytes again', async () => {
    const bench = makeBench(() => new Promise(() => undefined));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(10);
    expect(bench.state('a')).toBe('sending');
    bench.outbox.stop();
    bench.answer = () => answered('approved');
    bench.makeOutbox().start();
    await bench.clock.advance(2000);
    expect(bench.journal.operationEntries('a').map(({ data }) => (data as { to?: string }).to)).toEqual([undefined, 'sending', 'unknown', 'sending', 'executed']);
    expect(bench.sent.map(({ bytes, attempt }) => [bytes, attempt])).toEqual([['bytes of a', 1], ['bytes of a', 2]]);
  });
});

describe('waiting', () => {
  it('backs off within its bounds', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2000 }), (attempt) => {
      const [message, link] = [backoffMs(MESSAGE_BACKOFF, attempt, random), backoffMs(LINK_BACKOFF, attempt, random)];
      expect(message).toBeGreaterThanOrEqual(0);
      expect(message).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** (attempt - 1)));
      expect(link).toBeGreaterThanOrEqual(15_000);
      expect(link).toBeLessThanOrEqual(300_000);
    }));
  });

  it('probes a dead link with one message every 15 to 300 s and drains at five a second when it is back', async () => {
    const bench = makeBench(() => noLink);
    bench.isLinkUp = false;
    for (let n = 0; n < 12; n++) bench.stage(`m${n}`);
    bench.outbox.start();
    await bench.clock.advance(3_600_000);
    const gaps = bench.sent.map(({ atMs }, index) => atMs - (bench.sent[index - 1]?.atMs ?? 0));
    expect(gaps.every((gapMs) => gapMs >= 15_000 && gapMs <= 361_000)).toBe(true);
    expect(gaps.length).toBeGreaterThan(8);
    [bench.isLinkUp, bench.answer, bench.sent] = [true, () => answered('approved'), []];
    bench.outbox.wake();
    await bench.clock.advance(999);
    expect(bench.sent).toHaveLength(5);
    await bench.clock.advance(3000);
    expect(bench.outbox.limits()).toMatchObject({ unacknowledgedCount: 0, exceeded: null });
  });

  it('does not wait a year because the wall clock went back one', async () => {
    const bench = makeBench((message) => (message.attemptCount < 2 ? silence : answered('approved')));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(0);
    bench.clock.jumpWallClock(-365 * 86_400_000);
    await bench.clock.advance(60_000);
    expect(bench.state('a')).toBe('executed');
  });

  it('flushes at once and says when it is done', async () => {
    const bench = makeBench(() => silence);
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(120_000);
    bench.answer = () => answered('approved');
    let isDone = false;
    void bench.outbox.flush().then(() => (isDone = true));
    await bench.clock.advance(1000);
    expect([isDone, bench.state('a')]).toEqual([true, 'executed']);
  });
});

describe('ends', () => {
  it('parks money after the same deterministic rejection three times, keeps its chain back, and goes on after a retry', async () => {
    const bench = makeBench((message) => (message.messageId === 'a1' ? { kind: 'rejected', code: 'TXND', detail: '' } : answered('approved')));
    bench.stage('a1', { operationId: 'a' });
    bench.stage('a2', { operationId: 'a' });
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort', operationId: 'a' });
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect([bench.ids().filter((id) => id === 'a1').length, bench.state('a1'), bench.state('a2'), bench.state('receipt'), bench.outbox.limits().parkedCount]).toEqual([3, 'parked', 'staged', 'executed', 1]);
    bench.answer = () => answered('declined');
    expect(bench.outbox.retry('a1').ok).toBe(true);
    await bench.clock.advance(1000);
    expect([bench.state('a1'), bench.state('a2')]).toEqual(['refused', 'refused']);
    expect(bench.outbox.retry('a1')).toMatchObject({ error: { code: 'final' } });
  });

  it('asks again about what is in process', async () => {
    const bench = makeBench((message) => answered(message.attemptCount < 3 ? 'inProcess' : 'approved'));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(10_000);
    expect(bench.journal.operationEntries('a').map(({ data }) => (data as { to?: string }).to)).toEqual([undefined, 'sending', 'inProcess', 'awaiting', 'inProcess', 'awaiting', 'executed']);
  });

  it('writes the end and its consequences in one commit, later when the disk is full', async () => {
    const bench = makeBench(() => {
      bench.fault = { code: 'JNL_UNWRITABLE', detail: 'disk full' };
      return answered('declined');
    });
    bench.consequences = { suspense: [{ suspenseId: 's', operationId: 'a', reason: 'depositRefused', amountMinor: 500_000, evidence: 'refused', reference: null }] };
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(100_000);
    expect([bench.sent.length, bench.state('a'), bench.journal.suspense()]).toEqual([1, 'sending', []]);
    bench.fault = null;
    await bench.clock.advance(100_000);
    expect([bench.sent.length, bench.state('a'), bench.journal.suspense().length]).toEqual([1, 'refused', 1]);
  });

  it('lets receipts expire after 24 h and parks money after 30 days', async () => {
    const bench = makeBench(() => silence);
    bench.stage('tried', { operation: 'receipt.send', lane: 'bestEffort' });
    bench.stage('money');
    bench.outbox.start();
    await bench.clock.advance(25 * 3_600_000);
    expect([bench.state('tried'), bench.state('money')]).toEqual(['refused', 'unknown']);
    bench.outbox.stop();
    bench.clock.jumpWallClock(30 * 86_400_000);
    bench.makeOutbox().start();
    expect(bench.state('money')).toBe('parked');
    // As it is no bank would take it any more: two persons replace or settle it.
    expect(bench.outbox.retry('money')).toMatchObject({ error: { code: 'tooOld' } });
    expect(bench.state('money')).toBe('parked');
  });

  it('sends at a person\'s word what a wrong clock had made too old, once the clock is right', async () => {
    const bench = makeBench(() => silence);
    bench.stage('money');
    bench.clock.jumpWallClock(40 * 86_400_000);
    bench.outbox.start();
    await bench.clock.advance(1_000);
    expect(bench.state('money')).toBe('parked');
    bench.clock.jumpWallClock(-40 * 86_400_000);
    bench.answer = () => answered('approved');
    expect(bench.outbox.retry('money').ok).toBe(true);
    await bench.clock.advance(5_000);
    expect(bench.state('money')).toBe('executed');
  });

  it('takes a late final answer for a parked message, ignores its double and refuses its contradiction', async () => {
    const bench = makeBench(() => ({ kind: 'invalidAnswer', code: 'HST_SIGNATURE_INVALID', detail: '' }));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect(bench.state('a')).toBe('parked');
    expect([bench.outbox.accept('a', answered('approved')).ok, bench.outbox.accept('a', answered('approved')).ok]).toEqual([true, true]);
    expect(bench.outbox.accept('a', answered('declined'))).toMatchObject({ error: { code: 'conflict' } });
    expect([bench.state('a'), bench.conflicts, bench.settled.map(({ to }) => to)]).toEqual(['executed', ['a'], ['parked', 'executed']]);
  });
});

/** The table of host-messages §5.4 for messages that are staged, written here a second time: what `MESSAGE_TRANSITIONS` allows more is nobody's way. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  staged: ['sending', 'ready', 'cancelled'], ready: ['sending', 'cancelled', 'parked'], sending: ['executed', 'refused', 'inProcess', 'unknown', 'ready'], awaiting: ['executed', 'refused', 'inProcess', 'unknown'],
  inProcess: ['awaiting', 'executed', 'refused', 'parked'], unknown: ['sending', 'ready', 'parked', 'executed', 'refused'], parked: ['ready', 'executed', 'refused'],
};

type Event =
  | { readonly do: 'stage'; readonly operation: number; readonly isReceipt: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'link'; readonly isUp: boolean }
  | { readonly do: 'disk'; readonly isFull: boolean }
  | { readonly do: 'restart' }
  | { readonly do: 'retry' | 'late'; readonly pick: number; readonly isApproved: boolean };

const RESULTS: readonly DeliveryResult[] = [
  answered('approved'), answered('declined'), answered('inProcess'), answered('notFound'), silence, noLink, { kind: 'rejected', code: 'TXND', detail: '' }, { kind: 'invalidAnswer', code: 'HST_SIGNATURE_INVALID', detail: '' },
];
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('stage' as const), operation: fc.nat(3), isReceipt: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(fc.nat(5_000), fc.nat(90_000), fc.nat(900_000)) }) },
  fc.record({ do: fc.constant('link' as const), isUp: fc.boolean() }),
  fc.record({ do: fc.constant('disk' as const), isFull: fc.boolean() }),
  fc.record({ do: fc.constant('restart' as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'late' as const), pick: fc.nat(20), isApproved: fc.boolean() }) },
);

describe('any course of events', () => {
  it('moves messages by the table only, keeps the order of each operation, changes no byte, loses nothing, and drains when all is well', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 20 }), fc.infiniteStream(fc.nat(RESULTS.length - 1)), async (events, results) => {
      let isWell = false;
      const bench = makeBench(() => (isWell ? answered('approved') : bench.isLinkUp ? (RESULTS[results.next().value ?? 0] ?? silence) : noLink));
      let outbox = bench.outbox;
      outbox.start();
      const staged: { readonly id: string; readonly chain: string }[] = [];
      for (const one of events) {
        if (one.do === 'stage' && bench.fault === null) {
          const [id, lane] = [`m${staged.length}`, one.isReceipt ? 'bestEffort' : 'mustDeliver'] as const;
          bench.stage(id, { operationId: `o${one.operation}`, lane, operation: one.isReceipt ? 'receipt.send' : 'cash.deposit' });
          staged.push({ id, chain: `${lane} o${one.operation}` });
        }
        if (one.do === 'pass') await bench.clock.advance(one.ms);
        if (one.do === 'link') bench.isLinkUp = one.isUp;
        if (one.do === 'disk') bench.fault = one.isFull ? { code: 'JNL_DISK_FULL', detail: 'full' } : null;
        if (one.do === 'restart') {
          outbox.stop();
          outbox = bench.makeOutbox();
          outbox.start();
        }
        const picked = staged[('pick' in one ? one.pick : 0) % Math.max(1, staged.length)];
        if (one.do === 'retry' && picked !== undefined) outbox.retry(picked.id);
        if (one.do === 'late' && picked !== undefined) outbox.accept(picked.id, answered(one.isApproved ? 'approved' : 'declined'));
        outbox.wake();
      }
      [isWell, bench.isLinkUp, bench.fault] = [true, true, null];
      outbox.wake();
      await bench.clock.advance(20 * 60_000);
      const parkedChains = new Set(staged.filter(({ id }) => bench.state(id) === 'parked').map(({ chain }) => chain));
      // Nothing is dropped, and nobody waits but behind a message that waits for a person.
      for (const { id, chain } of staged) expect(['executed', 'refused', 'cancelled', 'parked'].includes(bench.state(id) ?? 'gone') || parkedChains.has(chain), `${id} ${bench.state(id)}`).toBe(true);
      const states = new Map<string, string>();
      const openInChain = new Map<string, string>();
      for (const { data, kind } of bench.journal.entries({ kinds: ['message.staged', 'message.moved'], limit: 10_000 })) {
        const { messageId, state, to, from } = data as { messageId: string; state?: string; to?: string; from?: string };
        const chain = staged.find(({ id }) => id === messageId)?.chain ?? '';
        if (kind === 'message.staged') {
          states.set(messageId, state ?? '');
          continue;
        }
        expect([from, TABLE[from ?? '']?.includes(to ?? ''), `${messageId} ${from} ${to}`]).toEqual([states.get(messageId), true, `${messageId} ${from} ${to}`]);
        states.set(messageId, to ?? '');
        if (to === 'sending') {
          expect([messageId, undefined]).toContain(openInChain.get(chain));
          openInChain.set(chain, messageId);
        }
        if (openInChain.get(chain) === messageId && (to === 'executed' || to === 'refused' || to === 'cancelled')) openInChain.delete(chain);
      }
      for (const { id, bytes } of bench.sent) expect(bytes).toBe(`bytes of ${id}`);
      bench.outbox.stop();
      outbox.stop();
      bench.journal.close();
    }), { numRuns: 25 });
  }, 60_000);
});
