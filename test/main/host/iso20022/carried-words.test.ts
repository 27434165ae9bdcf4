/**
 * Goal: what the bank names is either refused with the answer that names it, or can go out with each request that carries it: a request that does not fit its schema is our
 * mistake and ends the process. Method: signed answers with any text in the place of a name, and with what was believed of them the requests of after.
 */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostAnswer, HostAnswerBody, HostHeader, HostOperation, HostRequestBody, OfferedCatalogue } from '../../../../main/contracts/host-operations.ts';
import { staffAccountSchema } from '../../../../main/contracts/host-operations.ts';
import { judgeEach } from '../../../../main/core/judge-each.ts';
import { judgeCatalogue } from '../../../../main/core/offered-catalogue.ts';
import { receiptRecordSchema } from '../../../../main/receipt/receipt-record.ts';
import { hostAnswer } from '../../../support/host-answer-writer.ts';
import { sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { createTestCodec } from '../../../support/host-test-codec.ts';

const { codec, pki } = createTestCodec();

/** Longest queued validity of the gateway. */
const QUEUED_VALID_MS = 30 * 24 * 3_600_000;

function answerOf<Op extends HostOperation>(operation: Op, edit: (text: string) => string) {
  const asked = codec.encodeRequest({ operation, header: sampleHeader, body: sampleRequests[operation] });
  if (!asked.ok) throw new Error(asked.error.detail);
  const { digest } = asked.value;
  return codec.decodeAnswer(operation, hostAnswer({ operation, header: sampleHeader, digest, edit }, pki.hostSign), { header: sampleHeader, digest });
}

type Carried = { readonly [Op in HostOperation]?: Partial<HostRequestBody<Op>> };

function expectCarried(requests: Carried, header: Partial<HostHeader> = {}): void {
  for (const [operation, fields] of Object.entries(requests) as [HostOperation, object][]) {
    const encoded = codec.encodeRequest({ operation, header: { ...sampleHeader, ...header }, body: { ...sampleRequests[operation], ...fields } as HostRequestBody<HostOperation> });
    expect({ operation, detail: encoded.ok ? null : encoded.error.detail }).toEqual({ operation, detail: null });
  }
}

interface Place<Op extends HostOperation> {
  readonly operation: Op;
  readonly put: (text: string, value: string) => string;
  readonly then: (body: HostAnswerBody<Op>, answer: HostAnswer<Op>) => void;
}
const place = <Op extends HostOperation>(operation: Op, put: Place<Op>['put'], then: Place<Op>['then']): Place<HostOperation> => ({ operation, put, then: then as unknown as Place<HostOperation>['then'] });

const escaped = (value: string) => value.replace(/[&<>\r]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '&#xD;');
const element = (name: string) => (text: string, value: string) => text.replaceAll(new RegExp(`<${name}>[^<]*<`, 'g'), () => `<${name}>${escaped(value)}<`);
const ofClient = (clientId: string): Carried => {
  const target = { kind: 'account', clientId, accountRef: 'KZ62999BBB0000000002' } as const;
  return { 'client.accounts': { clientId }, 'otp.request': { destination: { kind: 'client', clientId } }, 'fee.quote': { target }, 'cash.withdraw': { clientId }, 'cash.withdraw.complete': { clientId }, 'cash.deposit': { clientId }, 'cash.deposit.complete': { clientId }, 'receipt.send': { clientId } };
};

const servedOf = (catalogue: OfferedCatalogue | null) => (catalogue === null ? [] : judgeCatalogue(catalogue).catalogue.providers);

const PLACES: Readonly<Record<string, Place<HostOperation>>> = {
  'a client': place('client.find', element('CstmrId'), (body) => body.match === 'one' && expectCarried(ofClient(body.clientId))),
  'a look-up that goes on': place('client.find', (text, value) => text.replace('<match>one</match>', () => `<match>ambiguous</match><findRef>${escaped(value)}</findRef><needs>birthDate</needs><triesLeft>2</triesLeft>`),
    (body) => body.match === 'ambiguous' && expectCarried({ 'client.disambiguate': { findRef: body.findRef } })),
  'an account': place('client.accounts', element('IBAN'), ({ accounts }) => {
    for (const { accountRef } of accounts) expectCarried({ 'fee.quote': { target: { kind: 'account', clientId: 'C', accountRef } }, 'cash.withdraw': { accountRef }, 'cash.withdraw.complete': { accountRef }, 'cash.deposit': { accountRef } });
  }),
  'a one-time code': place('otp.request', element('otpRef'), ({ otpRef }) => expectCarried({ 'otp.verify': { otpRef } })),
  'a token': place('otp.verify', (text, value) => text.replace(/<AuthntcnTkn>[^<]*</, `<AuthntcnTkn>${Buffer.from(value).toString('base64')}<`), ({ authToken }) => {
    if (authToken !== null) expectCarried({ 'client.accounts': { authToken }, 'fee.quote': { authToken }, 'pay.check': { authToken }, 'cash.withdraw': { authToken }, 'cash.deposit': { authToken }, 'pay.provider': { authToken } });
  }),
  'a quote': place('fee.quote', element('quoteId'), ({ quoteId }) => {
    const consent = { consentAtUtcMs: 1, quoteId, textSha256: '0'.repeat(64) };
    expectCarried({ 'cash.withdraw': { consent }, 'cash.deposit': { consent }, 'pay.provider': { consent } });
  }),
  'a provider': place('catalogue.sync', element('providerId'), ({ catalogue }) => {
    for (const { providerId } of servedOf(catalogue)) expectCarried({ 'pay.check': { providerId }, 'fee.quote': { target: { kind: 'provider', providerId, fields: {} } }, 'pay.provider': { providerId } });
  }),
  'the name of a provider, on a receipt': place('catalogue.sync', (text, value) => element('en')(element('kk')(text, value), value), ({ catalogue }) => {
    for (const { name, fields } of servedOf(catalogue)) expect(receiptRecordSchema.shape.target.safeParse({ kind: 'provider', name, requisites: fields.map(({ label }) => ({ label, masked: '••••' })) }).success).toBe(true);
  }),
  'a member of staff': place('staff.sync', element('login'), ({ accounts }) => {
    for (const { login } of judgeEach(accounts, { schema: staffAccountSchema, idKey: 'login', faultOf: () => null }).fit) expectCarried({ 'staff.password': { login }, 'suspense.settlement': { by: login } });
  }),
  'a business day': place('link.heartbeat', element('businessDay'), (_, { businessDay }) => expectCarried(sampleRequests, { businessDay })),
};

const anyText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 70 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed()),
  fc.integer({ min: 1, max: 140 }).map((length) => 'Ж'.repeat(length)),
  fc.constantFrom(' ', '\t', ' a ', 'a\n', 'a\rb', '\u0001', 'a\u0000', '\ufffe', 'KZ62 999', 'KZ62999BBB0000000002', '2026-11-21', '2026-02-30', 'today', '2026-11-21Z', ' 2026-11-21 ', '2026-13-01'),
);

describe('what the bank names', () => {
  it.each(Object.entries(PLACES))('%s: is refused with its answer, or can be said again', (_what, { operation, put, then }) => {
    let believed = 0;
    fc.assert(
      fc.property(anyText, (value) => {
        const answer = answerOf(operation, (text) => put(text, value));
        if (!answer.ok) {
          expect(answer.error.kind).toBe('invalidAnswer');
          return;
        }
        if (answer.value.outcome !== 'approved') throw new Error('not approved');
        believed++;
        then(answer.value.body, answer.value);
      }),
      { numRuns: 60, examples: [['2026-11-21'], [' 2026-11-21 '], ['KZ62999BBB0000000002'], ['x'.repeat(36)], ['x'.repeat(64)]] },
    );
    expect(believed).toBeGreaterThan(0);
  });

  it('a yes with blanks around it is a yes', () => {
    const answer = answerOf('staff.sync', (text) => text.replace('<isLocked>false<', '<isLocked> true\n<'));
    expect(answer).toMatchObject({ ok: true, value: { body: { accounts: [{ isLocked: true }] } } });
  });

  it('a client without a name is refused: a receipt has a name or says that it has none', () => {
    const found = (profile: string) => answerOf('client.disambiguate', (text) => text.replace('</TxRspn>', `</TxRspn><CstmrSvcPrfl>${profile}</CstmrSvcPrfl>`)).ok;
    expect([found('<CstmrId>C-1</CstmrId><PrflDesc>А••••• Б.</PrflDesc>'), found('<CstmrId>C-1</CstmrId>'), found('<PrflDesc>А••••• Б.</PrflDesc>')]).toEqual([true, false, false]);
  });

  it('a time at which its own key is not valid is refused: what is dated by it, and checked at it, would be believed nowhere', () => {
    const signed = new X509Certificate(pki.hostSign.certificatePem);
    const [fromUtcMs, toUtcMs] = [signed.validFromDate.getTime(), signed.validToDate.getTime()];
    const isBelieved = (hostTime: number) => {
      const answer = answerOf('link.heartbeat', (text) => element('hostTime')(text, String(hostTime)));
      if (answer.ok) expectCarried({ 'cash.deposit': {} }, { createdAtUtcMs: answer.value.hostTimeUtcMs, validUntilUtcMs: answer.value.hostTimeUtcMs + QUEUED_VALID_MS });
      return answer.ok;
    };
    expect([fromUtcMs - 1, fromUtcMs, toUtcMs, toUtcMs + 1].map(isBelieved)).toEqual([false, true, true, false]);
    expect([0, 4_102_444_800_000, 253_402_300_799_999, Number.MAX_SAFE_INTEGER].map(isBelieved)).toEqual([false, false, false, false]);
  });
});

describe('what people and devices say', () => {
  const anyUnits = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 1, 0x1b, 0xd83d, 0xde00, 0xfffe)), { maxLength: 20 }).map((units) => String.fromCharCode(...units));
  const anyWords = fc.tuple(anyUnits, fc.integer({ min: 0, max: 400 })).map(([said, length]) => `${said}${'😀'.repeat(length)}${said}`);

  it('goes out whatever it is: the bank hears of the money', () => {
    fc.assert(fc.property(anyWords, (said) => {
      expectCarried({ 'suspense.report': { evidence: said }, 'suspense.settlement': { why: said, evidence: said }, 'device.exception': { detail: said } });
    }), { numRuns: 100 });
  });

  it('is cut at a whole character, and what XML cannot hold is a mark', () => {
    const encoded = codec.encodeRequest({ operation: 'device.exception', header: sampleHeader, body: { ...sampleRequests['device.exception'], detail: `\u001b[0m ${'😀'.repeat(40)}` } });
    expect(encoded.ok && Buffer.from(encoded.value.bytes).toString()).toContain(`<XcptnDtl>\ufffd[0m ${'😀'.repeat(32)}…</XcptnDtl>`);
  });
});
