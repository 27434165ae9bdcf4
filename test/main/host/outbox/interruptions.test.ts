import { describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../../../main/contracts/message-state.ts';
import type { DeliveryResult } from '../../../../main/host/outbox/outbox.ts';
import { messageDraft } from '../../journal/journal-fixture.ts';
import { answered, longestWaits, makeBench, noLink, silence } from './outbox-bench.ts';

const DAY_MS = 86_400_000;
const diskFull = { code: 'JNL_DISK_FULL', detail: 'full' } as const;
const rejected: DeliveryResult = { kind: 'rejected', code: 'TXND', detail: '' };

/** A bank that keeps each attempt in the air until the test says what came of it. */
function heldAnswers() {
  const ends: ((result: DeliveryResult) => void)[] = [];
  return { ends, answer: () => new Promise<DeliveryResult>((resolve) => ends.push(resolve)) };
}

describe('a disk that takes nothing', () => {
  it('lets no message leave before its attempt is durable, and is not asked without a pause', async () => {
    const bench = makeBench();
    bench.stage('a');
    bench.fault = diskFull;
    bench.commitTries = 0;
    bench.outbox.start();
    await bench.clock.advance(30_000);
    expect([bench.sent, bench.state('a'), bench.commitTries > 0, bench.commitTries < 200]).toEqual([[], 'staged', true, true]);
    bench.fault = null;
    await bench.clock.advance(60_000);
    expect([bench.ids(), bench.state('a')]).toEqual([['a'], 'executed']);
  });

  it('at a restart has nothing sent before what was on the wire is known to be unknown', async () => {
    const bench = makeBench(heldAnswers().answer);
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(10);
    bench.outbox.stop();
    [bench.fault, bench.answer, bench.commitTries] = [diskFull, () => answered('approved'), 0];
    bench.makeOutbox().start();
    await bench.clock.advance(30_000);
    expect([bench.sent.length, bench.state('a'), bench.commitTries < 200]).toEqual([1, 'sending', true]);
    bench.fault = null;
    await bench.clock.advance(5_000);
    expect([bench.sent.length, bench.state('a')]).toEqual([2, 'executed']);
  });

  it('keeps a silence that could not be written, and the message goes again after it was', async () => {
    const bench = makeBench(() => {
      bench.fault = diskFull;
      return silence;
    });
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(60_000);
    expect([bench.sent.length, bench.state('a')]).toEqual([1, 'sending']);
    [bench.fault, bench.answer] = [null, () => answered('approved')];
    await bench.clock.advance(120_000);
    expect([bench.sent.length, bench.state('a')]).toEqual([2, 'executed']);
  });

  it('is told to whoever retries, and to whoever brings an answer', async () => {
    const bench = makeBench(() => rejected);
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(600_000);
    bench.fault = diskFull;
    expect([bench.outbox.retry('a'), bench.outbox.accept('a', answered('approved'))]).toMatchObject([{ error: { code: 'notWritten' } }, { error: { code: 'notWritten' } }]);
    expect(bench.state('a')).toBe('parked');
  });
});

describe('an outbox that was stopped', () => {
  it('forgets what is in the air and what is new, and sends both when it is started again', async () => {
    const { ends, answer } = heldAnswers();
    const bench = makeBench(answer);
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(10);
    bench.outbox.stop();
    bench.stage('b');
    ends[0]?.(answered('approved'));
    await bench.clock.advance(120_000);
    expect([bench.ids(), bench.state('a'), bench.state('b'), bench.settled]).toEqual([['a'], 'sending', 'staged', []]);
    bench.answer = () => answered('approved');
    bench.outbox.start();
    await bench.clock.advance(2_000);
    expect([bench.sent.map(({ id, attempt }) => `${id} ${attempt}`), bench.state('a'), bench.state('b')]).toEqual([['a 1', 'a 2', 'b 1'], 'executed', 'executed']);
  });

  it('keeps nobody waiting who flushes', async () => {
    const bench = makeBench(heldAnswers().answer);
    bench.stage('a');
    bench.outbox.start();
    let isDone = false;
    void bench.outbox.flush().then(() => (isDone = true));
    await bench.clock.advance(1_000);
    expect(isDone).toBe(false);
    bench.outbox.stop();
    await bench.clock.advance(0);
    expect(isDone).toBe(true);
  });

  it('reads all that waits, also more than one page of it', () => {
    const bench = makeBench();
    const first = bench.journal.peekSeq();
    bench.journal.commit({ messages: Array.from({ length: 1_001 }, (_, index) => messageDraft(first + index, { operationId: `o${index}` })) });
    bench.isLinkUp = false;
    bench.outbox.start();
    expect(bench.outbox.limits().unacknowledgedCount).toBe(1_001);
  });
});

describe('a person, or another way, between two attempts', () => {
  it('ends a message: it is not sent again, and what waited behind it goes', async () => {
    const bench = makeBench((message) => (message.messageId === 'a2' ? answered('approved') : silence));
    for (const id of ['a1', 'a2']) bench.stage(id, { operationId: 'a' });
    bench.outbox.start();
    await bench.clock.advance(0);
    bench.journal.commit({ messageMoves: [{ messageId: 'a1', to: 'refused', detail: 'by a person' }] });
    await bench.clock.advance(60_000);
    expect(bench.ids()).toEqual(['a1', 'a2']);
  });

  it('ends a parked message, and has its instruction sent in its place: before what waited behind it', async () => {
    const bench = makeBench((message) => (message.messageId === 'a1' ? rejected : answered('approved')));
    for (const id of ['a1', 'a2']) bench.stage(id, { operationId: 'a' });
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect([bench.state('a1'), bench.state('a2')]).toEqual(['parked', 'staged']);
    bench.places['new'] = bench.journal.message('a1')?.seq ?? 0;
    bench.journal.commit({
      messageMoves: [{ messageId: 'a1', to: 'refused', detail: 'replaced' }],
      messages: [messageDraft(bench.journal.peekSeq(), { messageId: 'new', operationId: 'a', bytes: Buffer.from('bytes of new') })],
    });
    await bench.clock.advance(5_000);
    expect(bench.ids().slice(3)).toEqual(['new', 'a2']);
  });

  it('brings the answer while an attempt is in the air: the first final one stays, a silence after it is nothing, its contradiction is told', async () => {
    for (const [late, conflicts] of [[silence, []], [answered('approved'), []], [answered('declined'), ['a1']]] as const) {
      const { ends, answer } = heldAnswers();
      const bench = makeBench(answer);
      bench.conflictConsequences = { suspense: [{ suspenseId: 's', operationId: 'a', reason: 'depositRefused', amountMinor: 1, evidence: 'two answers', reference: null }] };
      for (const id of ['a1', 'a2']) bench.stage(id, { operationId: 'a' });
      bench.outbox.start();
      await bench.clock.advance(10);
      expect(bench.outbox.accept('a1', answered('approved')).ok).toBe(true);
      await bench.clock.advance(10);
      expect(bench.ids()).toEqual(['a1', 'a2']);
      ends[0]?.(late);
      await bench.clock.advance(60_000);
      expect([bench.state('a1'), bench.conflicts, bench.settled.map(({ to }) => to), bench.journal.suspense().length, bench.ids()]).toEqual(['executed', conflicts, ['executed'], conflicts.length, ['a1', 'a2']]);
    }
  });

  it('brings no answer to what never left, to what nobody knows, and none that ends nothing', async () => {
    const bench = makeBench(() => noLink);
    for (const id of ['a1', 'a2']) bench.stage(id, { operationId: 'a' });
    bench.outbox.start();
    await bench.clock.advance(10);
    expect([bench.state('a1'), bench.state('a2')]).toEqual(['ready', 'staged']);
    for (const id of ['a1', 'a2']) expect(bench.outbox.accept(id, answered('approved'))).toMatchObject({ error: { code: 'conflict' } });
    expect([bench.outbox.accept('nobody', answered('approved')), bench.outbox.retry('nobody')]).toMatchObject([{ error: { code: 'notFound' } }, { error: { code: 'notFound' } }]);
    bench.answer = () => silence;
    await bench.clock.advance(60_000);
    expect([bench.outbox.accept('a1', answered('inProcess')).ok, bench.state('a1'), bench.settled]).toEqual([true, 'unknown', []]);
  });

  it('retries: a message that waits goes at once and is counted anew; one in the air, or one that the customer waits for, is left alone', async () => {
    const bench = makeBench(() => rejected, { random: longestWaits });
    bench.stage('a');
    bench.stage('request', { operation: 'cash.withdraw', lane: 'online', operationId: 'w', state: 'sending' });
    bench.outbox.start();
    await bench.clock.advance(1_500);
    expect(bench.sent.map(({ atMs }) => atMs)).toEqual([0, 1_000]);
    expect([bench.outbox.retry('a').ok, bench.outbox.retry('request')]).toMatchObject([true, { error: { code: 'notFound' } }]);
    await bench.clock.advance(6_000);
    expect([bench.sent.map(({ atMs }) => atMs), bench.state('a')]).toEqual([[0, 1_000, 1_500, 5_500], 'unknown']);
    bench.answer = heldAnswers().answer;
    await bench.clock.advance(10_000);
    expect([bench.outbox.retry('a').ok, bench.state('a')]).toEqual([true, 'sending']);
  });
});

describe('what an end brings with it', () => {
  it('a message that is staged with it goes at once, also when the bank said yes', async () => {
    const bench = makeBench();
    bench.stage('a');
    bench.answer = () => {
      bench.consequences = bench.sent.length > 1 ? undefined : { messages: [messageDraft(bench.journal.peekSeq(), { messageId: 'follow-up', operationId: 'b', bytes: Buffer.from('bytes of follow-up') })] };
      return answered('approved');
    };
    bench.outbox.start();
    await bench.clock.advance(10);
    expect([bench.ids(), bench.settled.map(({ message, to }) => `${message.messageId} ${to}`)]).toEqual([['a', 'follow-up'], ['a executed', 'follow-up executed']]);
  });

  it('an inquiry that could not be sent says nothing about its message, which is not sent as if it were new', async () => {
    const bench = makeBench((message) => (message.attemptCount === 1 ? answered('inProcess') : noLink));
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(1_100);
    expect(bench.journal.operationEntries('a').map(({ data }) => (data as { to?: string }).to).slice(0, 5)).toEqual([undefined, 'sending', 'inProcess', 'awaiting', 'unknown']);
  });

  it('a receipt that is rejected three times is no matter for a person', async () => {
    const bench = makeBench(() => rejected);
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort' });
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect([bench.sent.length, bench.state('receipt'), bench.outbox.limits().parkedCount]).toEqual([3, 'refused', 0]);
  });
});

describe('age', () => {
  const stageOld = (bench: ReturnType<typeof makeBench>) => {
    for (const id of ['m1', 'm2']) bench.stage(id, { operationId: 'm' });
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort' });
  };

  it('ends what was never tried: money waits for a person, also behind other money, a receipt is cancelled', async () => {
    const bench = makeBench();
    stageOld(bench);
    bench.clock.jumpWallClock(31 * DAY_MS);
    bench.outbox.start();
    await bench.clock.advance(1_000);
    expect([bench.ids(), bench.state('m1'), bench.state('m2'), bench.state('receipt')]).toEqual([[], 'parked', 'parked', 'cancelled']);
    expect(bench.settled.map(({ to, result }) => [to, result])).toEqual([['parked', null], ['parked', null], ['cancelled', null]]);
  });

  it('ends a receipt that never left as one that was never tried', async () => {
    const bench = makeBench(() => noLink);
    stageOld(bench);
    bench.outbox.start();
    await bench.clock.advance(10);
    bench.outbox.stop();
    expect(['m1', 'm2', 'receipt'].map(bench.state)).toEqual(['ready', 'staged', 'ready']);
    bench.clock.jumpWallClock(2 * DAY_MS);
    bench.outbox.start();
    expect(bench.state('receipt')).toBe('cancelled');
  });

  it('is none before the bank has said what time it is: nothing ends, and money is not sent as if it were young', async () => {
    const bench = makeBench();
    stageOld(bench);
    bench.isTimeKnown = false;
    bench.clock.jumpWallClock(31 * DAY_MS);
    bench.outbox.start();
    await bench.clock.advance(600_000);
    expect([bench.ids(), ['m1', 'm2', 'receipt'].map(bench.state)]).toEqual([['receipt'], ['staged', 'staged', 'executed']]);
    bench.isTimeKnown = true;
    await bench.clock.advance(60_000);
    expect([bench.state('m1'), bench.state('m2')]).toEqual(['parked', 'parked']);
  });

  it('that a wrong clock gave it is none when the clock is right, also for a person\'s word', async () => {
    const bench = makeBench();
    stageOld(bench);
    bench.isTimeKnown = false;
    bench.clock.jumpWallClock(40 * DAY_MS);
    bench.outbox.start();
    await bench.clock.advance(10);
    bench.clock.jumpWallClock(-38 * DAY_MS);
    bench.isTimeKnown = true;
    expect(bench.outbox.retry('m1').ok).toBe(true);
    await bench.clock.advance(60_000);
    expect([bench.state('m1'), bench.state('m2')]).toEqual(['executed', 'executed']);
  });

  it('waits for the result of the attempt that is in the air', async () => {
    const { ends, answer } = heldAnswers();
    const bench = makeBench(answer);
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort' });
    bench.stage('money');
    bench.outbox.start();
    await bench.clock.advance(31 * DAY_MS);
    expect([bench.state('receipt'), bench.state('money')]).toEqual(['sending', 'sending']);
    for (const end of ends) end(answered('approved'));
    await bench.clock.advance(10);
    expect([bench.state('receipt'), bench.state('money')]).toEqual(['executed', 'executed']);
  });

  it('of what waits is counted from when it was staged, however long the terminal runs', async () => {
    const bench = makeBench(() => silence);
    bench.outbox.start();
    await bench.clock.advance(DAY_MS);
    bench.stage('a');
    await bench.clock.advance(60_000);
    expect(bench.outbox.limits()).toMatchObject({ oldestAgeMs: 60_000, exceeded: null });
  });
});

describe('pace', () => {
  const times = (bench: ReturnType<typeof makeBench>) => bench.sent.map(({ atMs }) => atMs);

  it('a message waits twice as long each time, up to a minute', async () => {
    const bench = makeBench(() => silence, { random: longestWaits });
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(200_000);
    expect(times(bench)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000]);
  });

  it('a dead line is asked after 30 s, then twice as long each time, up to five minutes; an answer on it, however bad, begins anew', async () => {
    const bench = makeBench(() => noLink, { random: longestWaits });
    bench.isLinkUp = false;
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(750_000);
    expect(times(bench)).toEqual([30_000, 90_000, 210_000, 450_000, 750_000]);
    bench.answer = () => silence;
    await bench.clock.advance(400_000);
    // The first after 30 s, where the message's own wait is no longer.
    expect(times(bench).slice(5)).toEqual([1_050_000, 1_082_000, 1_142_000]);
  });

  it('a probe goes alone, and no second one while it is in the air', async () => {
    const { ends, answer } = heldAnswers();
    const bench = makeBench(answer, { random: longestWaits });
    bench.isLinkUp = false;
    for (const id of ['a', 'b']) bench.stage(id);
    bench.outbox.start();
    await bench.clock.advance(3_600_000);
    expect(bench.ids()).toEqual(['a']);
    ends[0]?.(noLink);
    await bench.clock.advance(60_000);
    expect(bench.ids()).toEqual(['a', 'a']);
  });

  it('a line that is back has all that waits sent at once, and so have a person and a flush while it is down', async () => {
    const bench = makeBench(() => silence, { random: longestWaits });
    bench.stage('a');
    bench.outbox.start();
    await bench.clock.advance(65_000);
    bench.isLinkUp = false;
    bench.outbox.wake();
    const count = bench.sent.length;
    for (const act of [() => bench.outbox.retry('a'), () => void bench.outbox.flush()]) {
      act();
      await bench.clock.advance(1_000);
    }
    expect(bench.sent.length).toBe(count + 2);
    [bench.isLinkUp, bench.answer] = [true, () => answered('approved')];
    bench.outbox.wake();
    await bench.clock.advance(1);
    expect(bench.state('a')).toBe('executed');
  });

  it('no more than four are in the air', async () => {
    const { ends, answer } = heldAnswers();
    const bench = makeBench(answer);
    for (let n = 0; n < 10; n++) bench.stage(`m${n}`);
    bench.outbox.start();
    await bench.clock.advance(10_000);
    expect(bench.ids()).toEqual(['m0', 'm1', 'm2', 'm3']);
    ends[0]?.(answered('approved'));
    await bench.clock.advance(10_000);
    expect(bench.ids()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
  });

  it('an advice waits for the request of its own operation only, and only while that is on the wire', async () => {
    const bench = makeBench();
    bench.outbox.start();
    const request = { operation: 'cash.withdraw', lane: 'online', state: 'sending' } as const satisfies Partial<StoredMessage>;
    bench.stage('request', { ...request, operationId: 'w' });
    bench.stage('other', { ...request, operationId: 'v' });
    bench.stage('advice', { operation: 'cash.withdraw.complete', operationId: 'w' });
    bench.answer = (message) => (message.lane === 'bestEffort' ? new Promise(() => undefined) : answered('approved'));
    bench.stage('receipt', { operation: 'receipt.send', lane: 'bestEffort', operationId: 'd' });
    bench.stage('deposit', { operationId: 'd' });
    await bench.clock.advance(2_000);
    expect(bench.ids()).toEqual(['receipt', 'deposit']);
    bench.journal.commit({ messageMoves: [{ messageId: 'request', to: 'awaiting', detail: '' }] });
    await bench.clock.advance(2_000);
    expect(bench.ids()).toEqual(['receipt', 'deposit']);
    bench.journal.commit({ messageMoves: [{ messageId: 'request', to: 'unknown', detail: 'silence' }] });
    await bench.clock.advance(1_000);
    expect(bench.ids()).toEqual(['receipt', 'deposit', 'advice']);
  });
});

it('a message whose content was purged in a part of the journal that is lost is not sent: a person has to see to one that tells of money', async () => {
  const bench = makeBench();
  bench.stage('money', { bytes: Buffer.alloc(0) });
  bench.stage('receipt', { bytes: Buffer.alloc(0), lane: 'bestEffort' });
  bench.outbox.start();
  await bench.clock.advance(600_000);
  expect([bench.sent, bench.state('money'), bench.journal.message('money')?.lastError, bench.state('receipt')]).toEqual([[], 'parked', 'its content was purged', 'cancelled']);
});
