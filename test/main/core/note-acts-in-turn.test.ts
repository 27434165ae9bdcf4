/**
 * Goal: who is told that the cassettes are open has them open until he says otherwise, also where a device is still closing them for somebody who left. Method: the actors of
 * service mode over a device that closes its units when the test says so.
 */
import { expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { isNoteExchangeOpen } from '../../../main/core/cash/note-exchange.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { serviceActors } from '../../../main/core/service/service-actors.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { NoteAct, ServiceContext } from '../../../state-machines/service/service.types.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

it('a person who comes while a device still closes its units for another one is told of them after it did', async () => {
  const journal = memoryJournal();
  const closing: (() => void)[] = [];
  let isOpen = false;
  const storage = {
    isExchanging: () => isOpen,
    startExchange: () => {
      isOpen = true;
      return Promise.resolve({ kind: 'completed', value: undefined });
    },
    endExchange: () => new Promise((resolve) => closing.push(() => {
      isOpen = false;
      resolve({ kind: 'completed', value: { hasUnitProblem: false } });
    })),
  };
  const parts = {
    journal, log: silentLog, recyclerDesk: null, heldOutcomes: { requireWritten: () => undefined }, config: { devices: { dispenser: { cassettes: [] }, coinDispensers: [] } }, acceptorDesk: { hasOpenOrders: () => false }, cassettes: { refresh: () => Promise.resolve(false) },
    devices: { acceptor: null, coinDispensers: [], dispenser: { deviceId: 'dispenser', storage, status: () => ({ state: 'ready', faults: [] }) } },
  } as unknown as CoreParts;
  const { actOnNotes, recordLeave } = serviceActors(() => parts, () => expect.unreachable());
  const start = (login: string, act: NoteAct) => createActor(actOnNotes, { input: { staff: { login, name: login, level: 'technician' }, act, cassetteNumber: 0, noteCount: 0 } }).start();
  const turns = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  expect(await toPromise(start('t-014', 'startExchange'))).toBe('exchangeOpen');
  const ending = start('t-014', 'endExchange');
  await turns();
  ending.stop();
  createActor(recordLeave, { input: { staff: { login: 't-014', name: 'T.', level: 'technician' }, leaveReason: 'keyOff' } as ServiceContext }).start();
  await turns();
  const next = toPromise(start('t-021', 'startExchange'));
  for (let round = 0; round < 3; round += 1) {
    await turns();
    closing.shift()?.();
  }
  await turns();
  expect([await next, isNoteExchangeOpen(journal), isOpen]).toEqual(['exchangeOpen', true, true]);
  expect(journal.entries({ kinds: ['service.acted'], limit: 9 }).map(({ data }) => (data as { login: string; action: string }).action)).toEqual(['notes.startExchange', 'notes.endExchange', 'notes.startExchange']);
});
