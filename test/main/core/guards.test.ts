import { existsSync, openSync, closeSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import type { TroubleCode } from '../../../main/core/guards/troubles.ts';
import { takeCoreLock } from '../../../main/journal/file-guards.ts';
import { entry, type JournalError } from '../../../main/journal/journal.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

/** Each guard on a whole terminal: the customer reads that it is out of service, the technician which trouble it is, and it comes back when that is gone. */
const YEAR_MS = 365 * 86_400_000;

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true });
});
afterEach(() => world.stop());

const turnKey = (on: boolean) => expect(world.switches.control({ do: 'turnKey', on })).toMatchObject({ ok: true });
const outReason = () => (world.model.screen === 'out-of-service' ? world.data('out-of-service').reason : null);
const untilOut = (reason: ScreenData<'out-of-service'>['reason']) => world.when(() => outReason() === reason, `out of service: ${reason}`, 60_000);

/** What whoever turns the key reads, and whether there is anything to sign in to. */
async function readTroubles(code: TroubleCode): Promise<ScreenData<'service-login'>> {
  turnKey(true);
  await world.when(() => world.model.screen === 'service-login' && world.data('service-login').troubles.length > 0, `the trouble is named: ${code}`, 60_000);
  const data = world.data('service-login');
  expect(data.troubles.map((trouble) => trouble.code)).toEqual([code]);
  turnKey(false);
  await world.when(() => world.model.screen !== 'service-login', 'the key is back', 60_000);
  return data;
}

async function readNoTroubles(): Promise<void> {
  turnKey(true);
  await world.until('service-login');
  expect(world.data('service-login').troubles).toEqual([]);
  turnKey(false);
  await world.when(() => world.model.screen !== 'service-login', 'the key is back', 60_000);
}

describe('a journal that cannot be written', () => {
  it.each<JournalError['code']>(['JNL_DISK_FULL', 'JNL_READ_ONLY'])('%s: out of service with the remedy, and back by itself', async (code) => {
    await world.boot();
    world.journalFault = { code, detail: 'test' };
    await untilOut('journal');
    expect(await readTroubles(code)).toMatchObject({ canLogIn: true, troubles: [{ detail: 'test' }] });
    expect(world.givenUp).toEqual([]);
    world.journalFault = null;
    await world.until('attract');
  });

  it('takes no further note, and what is inside reaches the bank', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.journalFault = { code: 'JNL_DISK_FULL', detail: 'test' };
    world.insert(100_000);
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').noteState === 'stopped', 'nothing more is taken');
    world.journalFault = null;
    await world.press('next');
    await world.until('result-success');
    await world.settleQueue();
    expect(world.money()).toMatchObject({ boxMinor: 500_000, stuckInMinor: 0, acceptedMinor: 500_000 });
  });
});

describe('a disk that did not sync', () => {
  it('is not believed by this life even when it works again; the core gives up when nobody is served, and the next one goes on', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.journalFault = { code: 'JNL_DISK_FAILED', detail: 'fsync' };
    world.insert(100_000);
    await world.when(() => world.journal.distrust() !== null, 'the sync has failed');
    world.journalFault = null;
    expect(world.givenUp).toEqual([]);
    await world.when(() => outReason() === 'journal', 'out of service', 300_000);
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 60_000);
    expect(world.givenUp[0]?.code).toBe('JNL_DISK_FAILED');
    world.restart();
    await world.until('attract');
    await world.settleQueue();
    expect(world.money()).toMatchObject({ boxMinor: 500_000, stuckInMinor: 0, acceptedMinor: 500_000 });
    expect(world.journal.verify().ok).toBe(true);
  });

  it('ends a core that is out of service already, for a full disk', async () => {
    await world.boot();
    world.journalFault = { code: 'JNL_DISK_FULL', detail: 'test' };
    await untilOut('journal');
    expect(world.givenUp).toEqual([]);
    world.journalFault = { code: 'JNL_DISK_FAILED', detail: 'fsync' };
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 60_000);
    expect(world.givenUp[0]?.code).toBe('JNL_DISK_FAILED');
    world.journalFault = null;
    world.restart();
    await world.until('attract');
  });
});

describe('a clock that jumps', () => {
  it.each([['ahead', 3 * YEAR_MS], ['back', -3 * YEAR_MS]])('years %s: nobody is served, nothing is dated so, and it ends with the clock set right', async (_way, byMs) => {
    await world.boot();
    const before = world.clock.nowUtcMs();
    world.wallOffsetMs = byMs;
    await untilOut('clock');
    expect((await readTroubles('TRM_CLOCK_WRONG')).troubles[0]?.detail).toMatch(/1095 days (ahead of|behind) the bank/);
    const stamps = world.entries().map((one) => one.atUtcMs);
    expect([Math.max(...stamps) - before < 600_000, stamps.every((stamp, index) => stamp > (stamps[index - 1] ?? 0))]).toEqual([true, true]);
    world.wallOffsetMs = 0;
    await world.until('attract');
    await world.toCashIn();
  });

  it('lets the customer who is there finish, with the date of the bank', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.wallOffsetMs = 2 * YEAR_MS;
    await world.clock.advance(16_000);
    await world.press('next');
    await world.until('result-success');
    expect(world.money()).toMatchObject({ boxMinor: 500_000, acceptedMinor: 500_000 });
    await untilOut('clock');
  });

  it('is seen against the journal after a start, before the bank has said a word, and believed when the bank agrees', async () => {
    await world.boot();
    world.arm('linkDown');
    world.wallOffsetMs = -2 * YEAR_MS;
    world.restart();
    await untilOut('clock');
    expect((await readTroubles('TRM_CLOCK_WRONG')).troubles[0]?.detail).toBe('730 days behind the newest entry of the journal');
    world.wallOffsetMs = 0;
    world.arm('linkUp');
    await world.until('attract');
  });
});

describe('a queue over its limits', () => {
  it('stops money at the sum of the configuration, says which limit, and goes on when the bank has answered', async () => {
    await world.boot();
    await world.stop();
    world = new DeskWorld({ limits: { ...IMPATIENT, queueSumMinorMax: 500_000, deliveryWaitMs: 5_000 }, hasOperatorKey: true });
    await world.boot();
    world.arm('silence', 'cash.deposit', { times: 6 });
    await world.toCashIn();
    // What would pass the limit goes back from escrow, before the queue has heard of anything.
    world.insert(1_000_000);
    await world.when(() => world.dataOf('outcome.return').length === 1, 'the note goes back');
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('result-pending');
    await world.until('attract');
    await world.when(() => world.model.screen === 'attract' && world.data('attract').operations.every((tile) => tile.reason === 'queueLimit'), 'nothing that moves money is offered, and not for want of a link', 120_000);
    expect((await readTroubles('HST_QUEUE_LIMIT')).troubles[0]?.detail).toBe('sum: 1 messages, the oldest 0 min, 5000 KZT');
    await world.settleQueue();
    // What the tiles say and what a finger meets are one: no notice of a trouble that is over.
    await world.when(() => world.model.screen === 'attract' && world.data('attract').operations.every((tile) => tile.available), 'everything is offered again', 1_000);
    await world.clock.advance(100);
    await world.press('touch');
    await world.until(['menu', 'out-of-service']);
    expect(world.model.screen).toBe('menu');
    expect(world.money()).toMatchObject({ boxMinor: 500_000, acceptedMinor: 500_000 });
  });

  it('in the middle of a session: no further note is taken, the customer is told, what is inside is credited', async () => {
    await world.boot();
    await world.stop();
    world = new DeskWorld({ limits: { ...IMPATIENT, queueAgeMsMax: 50_000, deliveryWaitMs: 5_000 }, hasOperatorKey: true });
    await world.boot();
    world.arm('silence', 'cash.deposit', { times: 6 });
    await world.toCashIn();
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('result-pending');
    await world.until('attract');
    await world.toCashIn();
    await world.insertCounted(200_000);
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').stoppedBy === 'queueLimit', 'the customer is told', 90_000);
    world.insert(500_000);
    await world.when(() => world.dataOf('outcome.return').length === 1, 'the note goes back');
    await world.press('next');
    await world.until('result-pending');
    await world.settleQueue();
    expect(world.money()).toMatchObject({ boxMinor: 700_000, acceptedMinor: 700_000 });
  });
});

describe('a bank that answers twice and not the same', () => {
  it('is an alarm until somebody has been in service mode', async () => {
    await world.boot();
    world.journal.commit({ entries: [entry('message.conflicted', { messageId: 'm1', operation: 'cash.deposit', state: 'executed', outcome: 'declined', detail: 'RF-24', answerSha256: '0'.repeat(64) }, { operationId: 'o1' })] });
    expect((await readTroubles('HST_ANSWER_CONFLICT')).troubles[0]?.detail).toBe('cash.deposit m1: executed, then declined RF-24');
    // Whoever turned the key and did not sign in was nobody.
    await readTroubles('HST_ANSWER_CONFLICT');
    // And read no page of it, not even while he went.
    expect(world.screens).not.toContain('service-status');
    world.journal.commit({ entries: [entry('service.left', { login: 'technician', reason: 'key' })] });
    await readNoTroubles();
    world.restart();
    await world.until('attract');
    await readNoTroubles();
  });
});

describe('a bank that refuses the journal’s seal', () => {
  it('is an alarm until it holds a newer one', async () => {
    await world.boot();
    world.arm('refusal', 'journal.seal', { refusal: 'RF-24', times: 1 });
    await world.when(() => world.dataOf('seal.refused').length > 0, 'the bank refused a seal', 900_000);
    expect((await readTroubles('HST_SEAL_REFUSED')).troubles[0]?.detail).toBe('RF-24');
    await world.when(() => world.dataOf('seal.held').length > 0, 'the bank holds the next one', 2 * 3_600_000);
    await readNoTroubles();
  });
});

describe('a journal that a core cannot start with', () => {
  const startsOut = async (code: TroubleCode) => {
    world.restart();
    await untilOut('journal');
    expect(await readTroubles(code)).toMatchObject({ canLogIn: false });
    expect(world.screens).not.toContain('menu');
  };

  it('with a damaged page: out of service until another file is there', async () => {
    await world.boot();
    world.die();
    world.journal.close();
    const good = readFileSync(world.journalPath);
    spoil(world.journalPath);
    await startsOut('JNL_PAGE_DAMAGED');
    rmSync(world.journalPath);
    writeWhole(world.journalPath, good);
    await world.until('attract');
  });

  it('gone, with its marker left: never begun anew', async () => {
    await world.boot();
    world.die();
    world.journal.close();
    const good = readFileSync(world.journalPath);
    rmSync(world.journalPath);
    await startsOut('JNL_MISSING');
    await world.clock.advance(60_000);
    expect([existsSync(world.journalPath), outReason()]).toEqual([false, 'journal']);
    writeWhole(world.journalPath, good);
    await world.until('attract');
    expect(world.journal.verify().ok).toBe(true);
  });

  it('sealed with another key: out of service until the key is back', async () => {
    await world.boot();
    world.journalKeyByte = 9;
    await startsOut('JNL_KEY_WRONG');
    world.journalKeyByte = 7;
    world.restart();
    await world.until('attract');
  });

  it('held by another core: this one gives up at once, before it touches a device', async () => {
    await world.boot();
    world.die();
    world.journal.close();
    const held = takeCoreLock(world.journalPath);
    if (!held.ok) throw new Error(held.error.detail);
    world.restart();
    await world.when(() => world.givenUp.length > 0, 'it gives up', 10_000);
    expect(world.givenUp.map(({ code }) => code)).toEqual(['JNL_HELD']);
    expect(world.isJournalOpen).toBe(false);
    held.value.release();
  });
});

function spoil(path: string): void {
  const file = openSync(path, 'r+');
  for (let offset = 4 * 4096; offset < statSync(path).size; offset += 3 * 4096) writeSync(file, Buffer.alloc(4096), 0, 4096, offset);
  closeSync(file);
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  writeSync(file, bytes);
  closeSync(file);
}
