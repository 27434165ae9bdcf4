/**
 * Goal: the technician reads what every device was and had, also after a restart, and a flapping line does not fill the journal.
 * Method: real status boards, machine of a device's life aside, and a real journal; then a whole terminal that is killed and started again.
 */
import { describe, expect, it } from 'vitest';
import { StatusBoard } from '../../../drivers/interfaces/status-board.ts';
import { DeviceJournal } from '../../../main/core/device-journal.ts';
import { deviceReport, deviceReports } from '../../../main/core/service/device-reports.ts';
import { operatorText, OPERATOR_TEXTS } from '../../../main/foundation/operator-texts.ts';
import { ERROR_CATALOGUE } from '../../../main/foundation/error-catalogue.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';
import { memoryJournal, standingClock } from '../journal/journal-fixture.ts';

function bench() {
  const clock = standingClock();
  const journal = memoryJournal({ clock });
  const begin = () => {
    const deviceJournal = new DeviceJournal({ journal, clock, log: silentLog });
    const board = new StatusBoard({ deviceId: 'dispenser', deviceClass: 'cashDispenser', protocol: 'puloon-lcdm', clock, counters: () => ({ bccErrorCount: 2, timeoutCount: 3, noiseByteCount: 900, commandCount: 50 }) });
    board.onStatus((status) => deviceJournal.take(status));
    return board;
  };
  const told = () => journal.entries({ kinds: ['device.faulted', 'device.recovered', 'device.identified'], limit: 1000 }).map(({ kind, data }) => (kind === 'device.faulted' ? (data as { readonly code: string }).code : kind));
  const record = () => journal.deviceRecords().find(({ deviceId }) => deviceId === 'dispenser');
  return { clock, journal, begin, told, record };
}

describe('what the journal keeps of a device', () => {
  it('is who it said it was, once, and again when another stands there', () => {
    const { begin, told, record } = bench();
    const board = begin();
    board.update({ model: 'LCDM-2000', firmware: 'V3.3', serialNumber: 'A1', state: 'ready' });
    board.update({ state: 'busy' });
    begin().update({ model: 'LCDM-2000', firmware: 'V3.3', serialNumber: 'A1', state: 'ready' });
    expect(told()).toEqual(['device.identified']);
    begin().update({ model: 'LCDM-2000', firmware: 'V3.3', serialNumber: 'B2', state: 'ready' });
    expect(told()).toEqual(['device.identified', 'device.identified']);
    expect(record()?.identity).toMatchObject({ serialNumber: 'B2' });
  });

  it('is who it is, also where the disk did not take that at first: whose note it tells of hangs on it', () => {
    let failuresLeft = 1;
    const clock = standingClock();
    const journal = memoryJournal({ clock, faults: { beforeCommit: () => (failuresLeft-- > 0 ? { code: 'JNL_DISK_FULL', detail: 'test' } : null) } });
    const deviceJournal = new DeviceJournal({ journal, clock, log: silentLog });
    const board = new StatusBoard({ deviceId: 'acceptor', deviceClass: 'cashAcceptor', protocol: 'ccnet', clock, counters: () => ({}) });
    board.onStatus((status) => deviceJournal.take(status));
    board.update({ serialNumber: 'B2', state: 'initialising' });
    board.update({ state: 'ready' });
    expect(journal.entries({ kinds: ['device.identified'], limit: 9 }).map(({ data }) => data)).toMatchObject([{ serialNumber: 'B2' }]);
  });

  it('is a dead line as one fault, over every try and over a restart, until it works again', () => {
    const { clock, begin, told, record } = bench();
    let board = begin();
    for (let restart = 0; restart < 2; restart++) {
      for (let attempt = 0; attempt < 50; attempt++) {
        clock.pass(8_000);
        board.update({ state: 'offline', faults: ['CDM_OFFLINE', 'LNK_LOST'], detail: 'silence' });
        board.update({ state: 'initialising', faults: [] });
        board.update({ state: 'offline', faults: ['CDM_OFFLINE'] });
      }
      board = begin();
    }
    expect(told()).toEqual(['CDM_OFFLINE']);
    board.update({ state: 'ready', faults: [] });
    expect(told()).toEqual(['CDM_OFFLINE', 'device.recovered']);
    expect(record()?.faults).toMatchObject([{ code: 'CDM_OFFLINE', detail: 'silence', recoveredAtUtcMs: clock.nowUtcMs() }]);
  });

  it('is each of several faults, and the recovery when the last is gone', () => {
    const { begin, told } = bench();
    const board = begin();
    board.update({ state: 'faulty', faults: ['CDM_JAMMED'], detail: '36' });
    board.update({ state: 'faulty', faults: ['CDM_JAMMED', 'CDM_REJECT_TRAY_MISSING'] });
    board.update({ state: 'faulty', faults: ['CDM_JAMMED'] });
    board.update({ state: 'faulty', faults: ['CDM_JAMMED', 'CDM_REJECT_TRAY_MISSING'] });
    board.update({ state: 'ready', faults: [] });
    expect(told()).toEqual(['CDM_JAMMED', 'CDM_REJECT_TRAY_MISSING', 'CDM_REJECT_TRAY_MISSING', 'device.recovered']);
  });

  it('is what passed, but the same thing at most once in ten minutes', () => {
    const { clock, begin, told } = bench();
    const board = begin();
    for (let minute = 0; minute < 60; minute++) {
      board.record('LNK_PROTOCOL', `minute ${minute}`);
      clock.pass(60_000);
    }
    expect(told()).toEqual(Array.from({ length: 6 }, () => 'LNK_PROTOCOL'));
  });

  it('is at most ten faults a device, the newest first, the same when the books are made again', () => {
    const { clock, begin, record, journal } = bench();
    const board = begin();
    for (let index = 0; index < 25; index++) {
      clock.pass(1_000);
      board.update({ state: 'faulty', faults: [index % 2 === 0 ? 'CDM_JAMMED' : 'CDM_FAILURE'], detail: `number ${index}` });
    }
    expect(record()?.faults.map(({ detail }) => detail)).toEqual(Array.from({ length: 10 }, (_, index) => `number ${24 - index}`));
    expect(journal.compareBooks()).toEqual([]);
  });
});

describe('a report of a device', () => {
  it('adds up the errors of the line, not its noise, and remembers who stood there while nobody answers', () => {
    const { begin, record } = bench();
    begin().update({ model: 'LCDM-2000', firmware: 'V3.3', serialNumber: 'A1', state: 'ready' });
    const board = begin();
    board.update({ state: 'offline', faults: ['CDM_OFFLINE'] });
    expect(deviceReport(board.status(), record())).toMatchObject({ level: 'failed', linkErrorCount: 5, serialNumber: 'A1', firmware: 'V3.3', faults: ['CDM_OFFLINE'], lastFaults: [{ code: 'CDM_OFFLINE' }] });
    // What another protocol said is nobody's here any more.
    expect(deviceReport({ ...board.status(), protocol: 'fujitsu-f53' }, record())).toMatchObject({ serialNumber: null });
  });

  it('says what to do in three languages, and an unknown code as it is', () => {
    for (const [code, { kk, ru }] of Object.entries(OPERATOR_TEXTS)) {
      expect(new Set([kk, ru, operatorText(code, 'en')]).size, code).toBe(3);
      expect(kk, code).toMatch(/[а-яәғқңөұүһі]/i);
    }
    expect(operatorText('CDM_JAMMED', 'en')).toBe(ERROR_CATALOGUE.CDM_JAMMED.operator);
    expect(operatorText('CDM_OF_AN_OLD_VERSION', 'kk')).toBe('CDM_OF_AN_OLD_VERSION');
  });
});

describe('a terminal that is killed', () => {
  it('shows the technician the faults of before', async () => {
    const world = new DeskWorld();
    try {
      await world.boot();
      world.hands('printer', { do: 'powerOff' });
      await world.clock.advance(20_000);
      const of = (deviceId: string) => deviceReports(world.parts).find((report) => report.deviceId === deviceId);
      expect(of('printer')).toMatchObject({ level: expect.stringMatching(/failed|attention/), lastFaults: [{ code: 'PTR_OFFLINE' }] });
      expect(of('acceptor')).toMatchObject({ level: 'ok', serialNumber: expect.stringMatching(/\w/), lastFaults: [] });
      world.die();
      world.hands('printer', { do: 'powerOn' });
      await world.clock.advance(2_000);
      world.restart();
      await world.until('attract', 60_000);
      expect(of('printer')).toMatchObject({ level: 'ok', faults: [], lastFaults: [{ code: 'PTR_OFFLINE' }] });
    } finally {
      await world.stop();
    }
  });
});
