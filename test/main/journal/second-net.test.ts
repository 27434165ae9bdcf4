/** Goal: nothing that looks like a card's number or a code enters the chain as text of ours or of a device, and nothing that does stops the journal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogFields } from '../../../main/foundation/log.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry } from '../../../main/journal/journal.ts';
import type { EntryDraft } from '../../../main/journal/journal.ts';
import { isLuhnValid, passSecondNet } from '../../../main/journal/second-net.ts';
import { memoryJournal } from './journal-fixture.ts';

/** In the project's own range, and as it stands in runs of hex that chance has drawn. */
const CARD = '9999000000000103';
const DRAWN = 'a9d8075620682835';

function written(draft: EntryDraft): { readonly data: unknown; readonly told: readonly LogFields[] } {
  const told: LogFields[] = [];
  const journal = memoryJournal({ log: { ...silentLog, error: (event, fields) => void told.push({ event, ...fields }) } });
  expect(journal.commit({ entries: [draft] }).ok).toBe(true);
  return { data: journal.entries({ limit: 10 }).at(-1)?.data, told };
}

describe('the second net', () => {
  it.each<[string, EntryDraft]>([
    ['a start', entry('terminal.started', { softwareVersion: '1.0.0', bootId: DRAWN, configSha256: '0'.repeat(64) })],
    ['a quote', entry('quote.received', { quoteId: CARD, tariffId: `t${CARD}`, feeMinor: 0 })],
    ['a code that was sent', entry('otp.requested', { otpRef: `otp-${CARD}`, maskedDestination: '•• 34', channel: 'sms' })],
    ['an answer', entry('receipt.statusChanged', { receiptNumber: '0427-000001', status: 'executed', hostRef: '20261122000034' })],
    ['a client', entry('client.identified', { clientId: CARD, by: 'phone', maskedName: 'А••••• Б.' })],
    ['a device', entry('device.identified', { deviceId: 'printer', protocol: 'escpos', model: CARD, firmware: CARD, serialNumber: CARD })],
    ['a decision', entry('suspense.told', { suspenseId: 'S1', messageId: CARD })],
  ])('leaves the name of %s as it was given: it looks like a card’s number by chance', (_what, draft) => {
    expect(written(draft)).toEqual({ data: draft.data, told: [] });
  });

  it('leaves numbers: amounts, times, a device’s own count', () => {
    const draft = entry('counts.compared', { unitId: 'box', denominationMinor: null, deviceCount: 9_000_000_000_000_001, journalCount: 4 });
    expect(written(draft)).toEqual({ data: draft.data, told: [] });
  });

  it('masks a card’s number in the words of a device instead of losing what it says', () => {
    const { data, told } = written(entry('device.faulted', { deviceId: 'reader', code: 'IDC_FAILURE', detail: `track ${CARD} unread` }));
    expect(data).toMatchObject({ detail: 'track 999900••••••0103 unread' });
    expect(told).toEqual([]);
  });

  it('masks it in text of our own, too, and says in the log that it had to', () => {
    const { data, told } = written(entry('service.loginFailed', { login: '9999 0000 0000 0103', reason: 'unknown' }));
    expect(data).toMatchObject({ login: '999900••••••0103' });
    expect(told).toEqual([{ event: 'journal.entry.masked', kind: 'service.loginFailed', fields: 'login' }]);
  });

  it('cuts off what is longer than five hundred letters', () => {
    const { data } = written(entry('device.faulted', { deviceId: 'reader', code: 'IDC_FAILURE', detail: 'о'.repeat(700) }));
    expect(data).toMatchObject({ detail: `${'о'.repeat(499)}…` });
  });

  it('writes half a character as a mark: it has no canonical form', () => {
    const { data } = written(entry('device.faulted', { deviceId: 'reader', code: 'IDC_FAILURE', detail: `\ud83d unread ${'😀'.repeat(300)}` }));
    expect(data).toMatchObject({ detail: `\ufffd unread ${'😀'.repeat(245)}…` });
  });

  it('masks what looks like a one-time code where a code of the catalogue belongs', () => {
    const { data, told } = written(entry('host.answerRefused', { messageId: 'm', code: '123456', detail: '' }));
    expect(data).toMatchObject({ code: '••••••' });
    expect(told).toEqual([{ event: 'journal.entry.masked', kind: 'host.answerRefused', fields: 'code' }]);
  });

  it('never throws at what the world says, and lets no card’s number through but in a name', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789 -'), maxLength: 24 });
    const word = fc.oneof(fc.string(), digits, fc.constant(CARD), fc.tuple(fc.string(), fc.constant(CARD), fc.string()).map((parts) => parts.join(' ')));
    const field = fc.constantFrom('detail', 'login', 'target', 'code', 'lines', 'by', 'masked', 'refusal', 'cause');
    fc.assert(fc.property(fc.dictionary(field, fc.oneof(word, fc.array(word), fc.double(), fc.constant(null))), (data) => {
      const passed = JSON.stringify(passSecondNet(data).data);
      expect(passed).not.toContain(CARD);
    }));
    expect(isLuhnValid(CARD)).toBe(true);
  });
});
