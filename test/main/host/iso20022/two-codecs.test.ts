import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_OPERATIONS } from '../../../../main/contracts/host-operations.ts';
import type { HostAnswer, HostHeader, HostOperation, HostRequestBody } from '../../../../main/contracts/host-operations.ts';
import { createIsoBankCodec } from '../../../../simulators/bank-host/wire/iso-codec.ts';
import { createSchemas } from '../../../../simulators/bank-host/wire/schemas.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { SAMPLE_HOST, SAMPLE_NOW_UTC_MS, SAMPLE_TERMINAL, sampleAnswers, sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { createTestCodec } from '../../../support/host-test-codec.ts';

// Goal: terminal and simulated bank, written by different hands from MAPPING.md, mean the same. Method: what one encodes the other decodes, equal to the
// last null, in both directions, for every operation.
const { codec, pki } = createTestCodec();
const bank = createIsoBankCodec({
  hostId: SAMPLE_HOST,
  terminals: [{ terminalId: SAMPLE_TERMINAL, certificatePems: [pki.terminalSign.certificatePem] }],
  signing: pki.hostSign,
  decryptionKeyPem: pki.hostEncrypt.keyPem,
  schemas: createSchemas(join(import.meta.dirname, '../../../../main/host/iso20022/xsd')),
  nowUtcMs: () => SAMPLE_NOW_UTC_MS,
  random: seededRandom(3),
});
const OPERATIONS = Object.keys(HOST_OPERATIONS) as HostOperation[];

function toBank<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op> = sampleRequests[operation], header: HostHeader = sampleHeader) {
  const encoded = codec.encodeRequest({ operation, header, body });
  if (!encoded.ok) throw new Error(encoded.error.detail);
  const decoded = bank.decodeRequest(encoded.value.bytes);
  if (!decoded.ok) throw new Error(`${decoded.error.reason}: ${decoded.error.detail}`);
  return { encoded: encoded.value, decoded: decoded.value };
}

function toTerminal(operation: HostOperation, answer: HostAnswer<HostOperation>, header: HostHeader = sampleHeader) {
  const { encoded, decoded } = toBank(operation, sampleRequests[operation], header);
  const { bytes } = bank.encodeAnswer(decoded, answer);
  return codec.decodeAnswer(operation, bytes, { header, digest: encoded.digest });
}

const reference = { hostRef: 'B-1', hostTimeUtcMs: SAMPLE_NOW_UTC_MS, businessDay: '2026-11-21' };

describe('terminal to bank', () => {
  it.each(OPERATIONS)('%s arrives as it was meant', (operation) => {
    const { encoded, decoded } = toBank(operation);
    expect(decoded).toMatchObject({ operation, header: sampleHeader, digest: encoded.digest });
    expect(decoded.body).toEqual(sampleRequests[operation]);
  });

  const variants: { readonly [Op in HostOperation]?: readonly HostRequestBody<Op>[] } = {
    'client.find': [{ by: { kind: 'iin', iin: '850315300009' }, operation: 'op-10' }],
    'otp.request': [{ destination: { kind: 'phone', phone: '+77770000001' }, operation: 'op-05' }],
    'fee.quote': [
      { operation: 'op-01', amountMinor: null, target: { kind: 'account', clientId: 'C', accountRef: 'KZ62999BBB0000000002' }, authToken: 't' },
      { operation: 'op-05', amountMinor: 0, target: { kind: 'provider', providerId: 'P', fields: { b: '2', a: '1' } }, authToken: 't' },
      { operation: 'op-05', amountMinor: 1, target: { kind: 'phoneTopUp', phone: '+77770000001' }, authToken: 't' },
    ],
    'cash.deposit': [{ ...sampleRequests['cash.deposit'], notes: [] }],
    'cash.withdraw': [{ ...sampleRequests['cash.withdraw'], mix: [] }],
    'cash.withdraw.complete': (['full', 'partial', 'none', 'doubtful'] as const).map((outcome) => ({ ...sampleRequests['cash.withdraw.complete'], outcome, cause: 'none' as const, receiptNumber: null, notes: [], uncertainMinor: 5 })),
    'cash.deposit.complete': [{ ...sampleRequests['cash.deposit.complete'], outcome: 'deposited', clientId: 'C', payerPhone: null, receiptNumber: 'R', reference: null, cause: 'none', notes: [] }],
    'pay.provider': [{ ...sampleRequests['pay.provider'], changeMinor: 0, changePhone: null, fields: {}, notes: [] }, { ...sampleRequests['pay.provider'], changeAgreed: { quoteId: 'q-2', feeMinor: 5_000 } }],
    'receipt.send': [{ ...sampleRequests['receipt.send'], phone: null, clientId: 'C', text: ' \u00a0«Қазақ»\t]]>\r\n&amp; ' }],
    'device.exception': [{ kind: 'security', deviceId: '', errorCode: '', detail: '' }],
    'recon.detail': [{ day: '2026-11-20', operation: 'op-05', afterOperationId: null, isLast: false, operations: [] }],
    'recon.totals': [{ day: '2026-11-20', operations: [], units: [], isExplained: false, seal: null }],
  };
  it.each(Object.entries(variants).flatMap(([operation, bodies]) => bodies.map((body, index) => [`${operation} #${index + 1}`, operation as HostOperation, body as never] as const)))('%s arrives as it was meant', (_, operation, body) => {
    expect(toBank(operation, body).decoded.body).toEqual(body);
  });

  it('a message outside any session and before the first business day', () => {
    const header = { ...sampleHeader, sessionId: null, businessDay: null, seq: 7 };
    expect(toBank('link.signon', sampleRequests['link.signon'], header).decoded.header).toEqual(header);
  });

  it('any withdrawal and any payment', () => {
    const amount = fc.integer({ min: 0, max: 10 ** 12 });
    const note = fc.record({ denominationMinor: fc.integer({ min: 1, max: 10 ** 7 }), noteCount: fc.nat(1000) });
    const printable = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => /^[^\p{C}\p{Z}]+$/u.test(text));
    fc.assert(
      fc.property(amount, amount, fc.array(note, { maxLength: 32 }), fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), printable, { maxKeys: 6, noNullPrototype: true }), printable, (one, two, notes, fields, token) => {
        const withdrawal = { ...sampleRequests['cash.withdraw'], amountMinor: one, feeMinor: two, mix: notes, authToken: token };
        expect(toBank('cash.withdraw', withdrawal).decoded.body).toEqual(withdrawal);
        const payment = { ...sampleRequests['pay.provider'], insertedMinor: one + two, creditMinor: one, feeMinor: two, changeMinor: 0, fields, notes, authToken: token };
        expect(toBank('pay.provider', payment).decoded.body).toEqual(payment);
      }),
      { numRuns: 100 },
    );
  });
});

describe('bank to terminal', () => {
  it.each(OPERATIONS)('%s: approved arrives with its body', (operation) => {
    const answer = { ...reference, outcome: 'approved' as const, body: sampleAnswers[operation].body };
    expect(toTerminal(operation, answer)).toEqual({ ok: true, value: answer });
  });

  it.each(OPERATIONS)('%s: declined, in process and not found arrive as they are', (operation) => {
    const answers: HostAnswer<HostOperation>[] = [
      { ...reference, outcome: 'declined', refusal: 'RF-20', isRetryable: false, blockedUntilUtcMs: 123 },
      { ...reference, outcome: 'declined', refusal: 'RF-01', isRetryable: true, blockedUntilUtcMs: null },
      { ...reference, outcome: 'inProcess' },
      { ...reference, outcome: 'notFound' },
    ];
    for (const answer of answers) expect(toTerminal(operation, answer)).toEqual({ ok: true, value: answer });
  });

  const bodies: readonly (readonly [HostOperation, unknown])[] = [
    ['client.find', { match: 'ambiguous', findRef: 'F', needs: 'personalCode', triesLeft: 1 }],
    ['client.disambiguate', { clientId: 'C', maskedName: 'А••••• Б.', triesLeft: 3 }],
    ['client.accounts', { accounts: [] }],
    ['otp.verify', { authToken: null, scope: [], expiresAtUtcMs: null, triesLeft: 0, blockedUntilUtcMs: 5 }],
    ['fee.quote', { quoteId: 'Q', tariffId: 'T', feeRule: { fixedMinor: 1, basisPoints: 0, minMinor: 0, maxMinor: 7, payer: 'onTop' }, feeMinor: null, totalMinor: null, minMinor: 0, maxMinor: 1, validUntilUtcMs: 1, execution: 'nextBusinessDay' }],
    ['pay.check', { maskedPayee: null, suggestedMinor: 3, fixedMinor: null, minMinor: 1, maxMinor: 2 }],
    ['cash.withdraw', { authorisedMinor: 0, authorisationCode: '' }],
    ['catalogue.sync', { catalogue: null }],
    ['catalogue.sync', { catalogue: { version: 1, categories: [], providers: [] } }],
    ['staff.sync', { accounts: [] }],
    ['doc.status', { documents: [] }],
    ['doc.status', { documents: [{ operation: 'cash.withdraw', messageId: 'M', status: 'executed', refusal: null }, { operation: 'cash.withdraw.complete', messageId: 'N', status: 'refused', refusal: 'RF-15' }] }],
  ];
  it.each(bodies)('%s: %j', (operation, body) => {
    const answer = { ...reference, outcome: 'approved', body } as HostAnswer<HostOperation>;
    expect(toTerminal(operation, answer)).toEqual({ ok: true, value: answer });
  });

  it('what the bank does wrong on purpose is seen', () => {
    const { encoded, decoded } = toBank('cash.withdraw');
    const answer: HostAnswer<HostOperation> = { ...reference, outcome: 'approved', body: sampleAnswers['cash.withdraw'].body };
    const flawed = (flaw: 'wrongSignature' | 'unsigned' | 'otherTerminal') => codec.decodeAnswer('cash.withdraw', bank.encodeAnswer(decoded, answer, flaw).bytes, { header: sampleHeader, digest: encoded.digest });
    expect(flawed('wrongSignature')).toMatchObject({ ok: false, error: { code: 'HST_SIGNATURE_INVALID' } });
    expect(flawed('unsigned').ok).toBe(false);
    expect(flawed('otherTerminal')).toMatchObject({ ok: false, error: { code: 'HST_NOT_FOR_US' } });
  });
});
