/**
 * Goal: an answer that comes late meets the next process, whose ACK the validator takes for that of its 81; the 81 itself comes right behind, before anybody knows the bill table. It is told all the same: nobody else will
 * say that the note is in the box. Method: the driver of a start on a line that says what the test wants. [ccnet §5, §15.1]
 */
import { expect, it } from 'vitest';
import { createCcnetAcceptor } from '../../../../drivers/ccnet-family/acceptor.ts';
import type { CashAcceptorEvent } from '../../../../drivers/interfaces/cash-acceptor.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { TENGE_TABLE, frameOf, identificationBytes, tableBytes } from '../../../../simulators/ccnet-family/wire.ts';
import type { Saying } from '../../../support/scripted-line.ts';
import { createScriptedLine } from '../../../support/scripted-line.ts';

const [POLL, IDENTIFICATION, GET_BILL_TABLE, GET_STATUS] = [0x33, 0x37, 0x41, 0x31];
const say = (afterMs: number, ...data: readonly number[]): Saying => ({ afterMs, bytes: [...frameOf(3, data)] });

it('a stacked event behind a late answer, before the bill table was read, is told once with its value', async () => {
  let polls = 0;
  const { clock, transport } = createScriptedLine((chunk) => {
    const command = chunk[3];
    if (command === 0x00 || command === 0xff) return [];
    if (command === IDENTIFICATION) return [say(5, ...identificationBytes({ partNumber: 'QS-KZ1301', serialNumber: '1' }))];
    if (command === GET_BILL_TABLE) return [say(5, ...tableBytes(TENGE_TABLE))];
    if (command === GET_STATUS) return [say(5, 0, 0, 0, 0, 0, 0)];
    if (command !== POLL) return [say(5, 0x00)];
    // 17 of the question before, at once the 81 of this one; the ACK of the first ends it.
    return polls++ === 0 ? [say(5, 0x17), say(8, 0x81, 6)] : [say(5, 0x19)];
  });
  const acceptor = createCcnetAcceptor({ deviceId: 'acceptor', transport, clock, log: silentLog, currencyByCountryCode: { KAZ: 'KZT' } });
  const events: CashAcceptorEvent[] = [];
  acceptor.onEvent((event) => {
    events.push(event);
    if (event.kind === 'noteStacked') event.acknowledge();
  });
  acceptor.start();
  expect(await clock.runUntil(() => acceptor.status().state === 'ready', 60_000)).toBe(true);
  await clock.advance(4_000);
  expect(events.filter(({ kind }) => kind === 'noteStacked')).toMatchObject([{ note: null, denominationMinor: 500_000 }]);
  expect(acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
});
