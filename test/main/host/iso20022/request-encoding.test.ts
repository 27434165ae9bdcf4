import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostHeader, HostOperation, HostRequestBody } from '../../../../main/contracts/host-operations.ts';
import { createSchemas } from '../../../../main/host/iso20022/schemas.ts';
import { requestDigest } from '../../../../main/host/iso20022/request-digest.ts';
import { createTrust } from '../../../../main/host/signing/trust.ts';
import { withParsed } from '../../../../main/host/signing/xml-engine.ts';
import { verifyEnvelope } from '../../../../main/host/signing/xml-signature.ts';
import { keyIdOf } from '../../../support/host-answer-writer.ts';
import { sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { createTestCodec, stillClock } from '../../../support/host-test-codec.ts';

const { codec, pki } = createTestCodec();
const terminalTrust = createTrust({ certificatesPem: [pki.terminalSign.certificatePem], clock: stillClock() });
const SCHEMA_FOLDER = join(import.meta.dirname, '../../../../main/host/iso20022/xsd');
const VECTOR_FOLDER = join(import.meta.dirname, '../../../vectors/iso20022');

function encode<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op> = sampleRequests[operation], header: HostHeader = sampleHeader) {
  return codec.encodeRequest({ operation, header, body });
}

/** Text of the document that went out, checked and opened as the bank would. */
function sent<Op extends HostOperation>(operation: Op, body?: HostRequestBody<Op>, header?: HostHeader): string {
  const result = encode(operation, body, header);
  if (!result.ok) throw new Error(result.error.detail);
  const verified = verifyEnvelope(result.value.bytes, terminalTrust);
  if (!verified.ok) throw new Error(verified.error.detail);
  expect(verified.value.keyId).toBe(keyIdOf(pki.terminalSign));
  return verified.value.canonical;
}

describe('what a bank reads in the ISO elements', () => {
  it('a withdrawal: who, how much, which notes, by which right', () => {
    const text = sent('cash.withdraw');
    expect(text).toContain('<Fr><OrgId><Id><OrgId><Othr><Id>0427</Id></Othr></OrgId></Id></OrgId></Fr><To><OrgId><Id><OrgId><Othr><Id>QSBKKZKA</Id></Othr></OrgId></Id></OrgId></To><BizMsgIdr>01KAJ1S7M2ZQ4VE0000000000A</BizMsgIdr>');
    expect(text).toContain('<Hdr><MsgFctn><Fctn>WITQ</Fctn></MsgFctn><PrtcolVrsn>3.0</PrtcolVrsn><XchgId>321</XchgId><CreDtTm>2026-11-21T05:15:30.123Z</CreDtTm><InitgPty>0427</InitgPty><RcptPty>QSBKKZKA</RcptPty></Hdr>');
    expect(text).toContain('<Cstmr><Prfl><RtrvlMd>OREQ</RtrvlMd><CstmrId>C-000042</CstmrId></Prfl><SelctdLang>kk</SelctdLang><Authntcn><AuthntcnMtd>TOKA</AuthntcnMtd><AuthntcnVal>dG9rLTE=</AuthntcnVal></Authntcn></Cstmr>');
    expect(text).toContain('<TxRef>01KAJ1S7M2ZQ4VE0000000000B</TxRef></TxId><RcncltnId>2026-11-21</RcncltnId><AcctData><Ccy>KZT</Ccy><AcctIdr><IBAN>KZ62999BBB0000000002</IBAN></AcctIdr></AcctData><TtlReqdAmt><Amt>12250.00</Amt><Ccy>KZT</Ccy></TtlReqdAmt>');
    expect(text).toContain('<DtldReqdAmt><AmtToDspns>12000.00</AmtToDspns><Ccy>KZT</Ccy><Fees><Amt>250.00</Amt><Ccy>KZT</Ccy></Fees></DtldReqdAmt><SelctdMix><Nb>2</Nb><UnitVal>5000.00</UnitVal></SelctdMix><SelctdMix><Nb>1</Nb><UnitVal>2000.00</UnitVal></SelctdMix>');
  });

  // host-messages §5.2
  it.each([
    ['full', 'none', '<TxSts>SCSS</TxSts><PresntdAmtSts>FULL</PresntdAmtSts><RcncltnId>'],
    ['partial', 'FILL', '<TxSts>FAIL</TxSts><PresntdAmtSts>PART</PresntdAmtSts><Incdnt>FILL</Incdnt>'],
    ['none', 'TIMO', '<TxSts>FAIL</TxSts><PresntdAmtSts>NONE</PresntdAmtSts><Incdnt>TIMO</Incdnt>'],
    ['doubtful', 'RSTR', '<TxSts>DOBT</TxSts><PresntdAmtSts>PART</PresntdAmtSts><Incdnt>RSTR</Incdnt>'],
  ] as const)('a completion that was %s, cause %s', (outcome, cause, expected) => {
    expect(sent('cash.withdraw.complete', { ...sampleRequests['cash.withdraw.complete'], outcome, cause })).toContain(expected);
  });

  it.each(['TIMO', 'LATE', 'FILL', 'MALF', 'UCMP', 'CUCL', 'CUTO', 'CUDC', 'CHFG', 'CFGC', 'SECU', 'FMTE', 'RSTR'] as const)('every cause of a withdrawal fits the schema: %s', (cause) => {
    expect(sent('cash.withdraw.complete', { ...sampleRequests['cash.withdraw.complete'], cause })).toContain(`<Incdnt>${cause}</Incdnt>`);
  });

  it.each(['CUCL', 'CUTO', 'DCRT', 'MALF', 'RSTR', 'UCMP'] as const)('every cause of a deposit fits the schema: %s', (cause) => {
    expect(sent('cash.deposit.complete', { ...sampleRequests['cash.deposit.complete'], cause })).toContain(`<Incdnt>${cause}</Incdnt>`);
  });

  it.each(['malfunction', 'fraud', 'cardRetained', 'itemsForgotten', 'security'] as const)('every exception fits the schema: %s', (kind) => {
    expect(sent('device.exception', { kind, deviceId: 'dispenser', errorCode: '', detail: '' })).toContain(`<kind>${kind}</kind>`);
  });

  it('a deposit: the counted notes', () => {
    expect(sent('cash.deposit')).toContain(
      '<DpstdMdia><AcctSeqNb>1</AcctSeqNb><MdiaTp>NOTE</MdiaTp><MdiaItm><Cnt>2</Cnt><UnitVal>5000.00</UnitVal><Ccy>KZT</Ccy><MdiaSts>ACPT</MdiaSts></MdiaItm><MdiaItm><Cnt>1</Cnt><UnitVal>2000.00</UnitVal><Ccy>KZT</Ccy><MdiaSts>ACPT</MdiaSts></MdiaItm></DpstdMdia>',
    );
  });

  it('a payment: what goes to the provider is the instructed amount, the rest is in Ext', () => {
    const text = sent('pay.provider');
    expect(text).toContain('<CtrlSum>10000.00</CtrlSum>');
    expect(text).toContain('<InstdAmt Ccy="KZT">10000.00</InstdAmt>');
    expect(text).toContain('<EndToEndId>01KAJ1S7M2ZQ4VE0000000000B</EndToEndId>');
    expect(text).toContain('<Purp><Prtry>851</Prtry></Purp>');
    expect(text).toContain('<insertedMinor>1200000</insertedMinor><feeMinor>10000</feeMinor><changeMinor>190000</changeMinor><changePhone>+77770000001</changePhone>');
    expect(text).toContain(`<fields><key>agreementNumber</key><value>${'A-'.padEnd(64, '7')}</value></fields><fields><key>phone</key><value>7770000001</value></fields>`);
  });

  it('leaves out what is null', () => {
    const header = { ...sampleHeader, sessionId: null, businessDay: null };
    const text = sent('cash.deposit.complete', { ...sampleRequests['cash.deposit.complete'], payerPhone: null, reference: null, notes: [], cause: 'none' }, header);
    for (const name of ['SsnRef', 'RcncltnId', 'Incdnt', 'DpstdMdia', 'Prfl', 'sessionId', 'businessDay', 'payerPhone', 'reference', 'receiptNumber']) expect(text).not.toContain(`<${name}>`);
  });
});

describe('the one-time code', () => {
  it('is nowhere in the document, and the digest does not depend on it', () => {
    const first = encode('otp.verify', { otpRef: 'O-1', code: '482913' });
    const second = encode('otp.verify', { otpRef: 'O-1', code: '482914' });
    if (!first.ok || !second.ok) throw new Error('not encoded');
    const bytes = Buffer.from(first.value.bytes);
    const decoded = [...bytes.toString().matchAll(/<AuthntcnVal>([^<]*)</g)].map((match) => Buffer.from(match[1]!, 'base64').toString());
    expect(decoded).toHaveLength(1);
    for (const text of [bytes.toString(), ...decoded, ...decoded[0]!.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))]) expect(text).not.toContain('482913');
    expect(first.value.digest).toBe(second.value.digest);
  });
});

describe('the digest', () => {
  it('is SHA-256 of the canonical JSON of operation, operation id and body', () => {
    const canonical = '{"body":{"accountRef":"A","authToken":"T","clientId":"C"},"operation":"client.accounts","operationId":"O"}';
    const request = { operation: 'client.accounts' as const, header: { operationId: 'O' }, body: { clientId: 'C', authToken: 'T', accountRef: 'A' } as never };
    expect(requestDigest(request)).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  it('changes with body, operation and operation id, not with message id, nonce or time', () => {
    const digest = (header: Partial<HostHeader>, body = sampleRequests['cash.withdraw']) => requestDigest({ operation: 'cash.withdraw', header: { ...sampleHeader, ...header }, body });
    const base = digest({});
    expect(digest({ messageId: 'M', nonce: 'n'.repeat(20), createdAtUtcMs: 5, seq: 9 })).toBe(base);
    expect(digest({ operationId: 'O' })).not.toBe(base);
    expect(digest({}, { ...sampleRequests['cash.withdraw'], amountMinor: 1_200_001 })).not.toBe(base);
    expect(requestDigest({ operation: 'staff.sync', header: sampleHeader, body: {} })).not.toBe(requestDigest({ operation: 'catalogue.sync', header: sampleHeader, body: {} as never }));
  });
});

describe('what cannot be sent is said, not sent', () => {
  const withdraw = sampleRequests['cash.withdraw'];
  const cases: Record<string, [() => ReturnType<typeof encode>, string]> = {
    'an account that is no IBAN': [() => encode('cash.withdraw', { ...withdraw, accountRef: 'card-1' }), 'catp.001.001.03: not valid at IBAN'],
    'a client id that no element holds': [() => encode('cash.withdraw', { ...withdraw, clientId: 'C'.repeat(36) }), 'catp.001.001.03: not valid at CstmrId'],
    'an operation id that no element holds': [() => encode('cash.withdraw', withdraw, { ...sampleHeader, operationId: 'O'.repeat(36) }), 'header: an id is longer than 35 characters'],
    'a body outside the contract': [() => encode('cash.withdraw', { ...withdraw, amountMinor: -1 }), 'body does not fit the contract: amountMinor'],
    'a header outside the contract': [() => encode('cash.withdraw', withdraw, { ...sampleHeader, nonce: 'short' }), 'header does not fit the contract: nonce'],
    'a message of another terminal': [() => encode('cash.withdraw', withdraw, { ...sampleHeader, terminalId: '0428' }), 'header: another terminal'],
    'a time past the calendar': [() => encode('cash.withdraw', withdraw, { ...sampleHeader, createdAtUtcMs: Number.MAX_SAFE_INTEGER }), 'header does not fit the contract: createdAtUtcMs'],
    'a character that XML does not have': [() => encode('receipt.send', { ...sampleRequests['receipt.send'], text: 'a\u0001b' }), 'a value holds a character that XML cannot carry'],
    'half a surrogate pair': [() => encode('receipt.send', { ...sampleRequests['receipt.send'], text: 'a\ud800b' }), 'a value holds a character that XML cannot carry'],
  };
  it.each(Object.entries(cases))('%s', (_, [run, detail]) => {
    expect(run()).toEqual({ ok: false, error: { detail } });
  });

  it('any text of a receipt either goes out as it is or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const result = encode('receipt.send', { ...sampleRequests['receipt.send'], text });
        if (!result.ok) return;
        const verified = verifyEnvelope(result.value.bytes, terminalTrust);
        if (!verified.ok) throw new Error(verified.error.detail);
        const read = withParsed(verified.value.canonical, (document) => document.get('//e:text', { e: 'urn:qolma:ext:1' })?.content);
        expect(read).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the schemas', () => {
  const vectors = readdirSync(VECTOR_FOLDER).filter((name) => /^(catp|caam|pain)\..*\.xml$/.test(name));
  const schemas = createSchemas(SCHEMA_FOLDER);

  it('are there for eleven samples of another program', () => {
    expect(vectors).toHaveLength(11);
  });

  it.each(vectors)('accept the sample %s and refuse it with an element too many', (name) => {
    const text = readFileSync(join(VECTOR_FOLDER, name), 'utf8');
    const messageName = name.replace('.xml', '');
    expect(withParsed(text, (document) => schemas.fault(messageName, document.root))).toBeUndefined();
    expect(withParsed(text.replace('</Document>', '<Evil></Evil></Document>'), (document) => schemas.fault(messageName, document.root))).toBe(`${messageName}: not valid at Evil`);
  });
});
