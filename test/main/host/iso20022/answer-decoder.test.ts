import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostOperation } from '../../../../main/contracts/host-operations.ts';
import { generateSamplePki } from '../../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { hostAnswer, hostAnswerText, keyIdOf, signAsHost } from '../../../support/host-answer-writer.ts';
import type { AnswerPlan } from '../../../support/host-answer-writer.ts';
import { SAMPLE_NOW_UTC_MS, sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { createTestCodec, stillClock } from '../../../support/host-test-codec.ts';

// Goal: a well signed answer is still believed only when it is valid, is ours and tells one story. Method: the plain-text bank says one thing wrong at a time.
const { codec, pki } = createTestCodec();

function digestOf<Op extends HostOperation>(operation: Op): string {
  const result = codec.encodeRequest({ operation, header: sampleHeader, body: sampleRequests[operation] });
  if (!result.ok) throw new Error(result.error.detail);
  return result.value.digest;
}

function decode(plan: Partial<AnswerPlan> & { readonly operation: HostOperation }, asked: HostOperation = plan.operation) {
  const digest = digestOf(plan.operation);
  return codec.decodeAnswer(asked, hostAnswer({ header: sampleHeader, digest, ...plan }, pki.hostSign), { header: sampleHeader, digest });
}

const failure = (code: string, detail?: string) => ({ ok: false, error: { kind: 'invalidAnswer', code, ...(detail === undefined ? {} : { detail }) } });

describe('somebody else’s answer', () => {
  const operation = 'cash.withdraw';
  const cases: Record<string, [Partial<AnswerPlan>, string]> = {
    'from another host': [{ from: 'OTHERBANK' }, 'it is not from the host'],
    'to another terminal': [{ to: '0428' }, 'it is for another terminal'],
    'for another terminal in Ext': [{ ext: { terminalId: '0428' } }, 'it is for another terminal'],
    'for another terminal in the document': [{ edit: (text) => text.replace('<InitgPty>0427<', '<InitgPty>0428<') }, 'it is for another terminal'],
    'to another message (replay)': [{ ext: { inReplyTo: '01KAJ1S7M2ZQ4VE000000000ZZ' } }, 'it answers another message'],
    'with another operation id in Ext': [{ ext: { opId: '01KAJ1S7M2ZQ4VE000000000ZZ' } }, 'it belongs to another operation id'],
    'with another operation id in the document': [{ edit: (text) => text.replace(/<TxRef>[^<]*</, '<TxRef>01KAJ1S7M2ZQ4VE000000000ZZ<') }, 'it belongs to another operation id'],
    'to another content': [{ ext: { digest: 'f'.repeat(64) } }, 'it answers another content'],
  };
  it.each(Object.entries(cases))('is not for us: %s', (_, [plan, detail]) => {
    expect(decode({ operation, ...plan })).toEqual(failure('HST_NOT_FOR_US', detail));
  });

  it('is not for us: a payment status of another message', () => {
    expect(decode({ operation: 'pay.provider', edit: (text) => text.replace(/<OrgnlMsgId>[^<]*</, '<OrgnlMsgId>OTHER<') })).toEqual(failure('HST_NOT_FOR_US', 'it answers another message'));
  });

  it('is not believed as the answer of another operation, of the same message or of another', () => {
    expect(decode({ operation: 'client.disambiguate' }, 'client.find')).toEqual(failure('HST_NOT_FOR_US', 'it answers another operation'));
    expect(decode({ operation: 'cash.deposit' }, 'cash.withdraw')).toEqual(failure('HST_MALFORMED', 'the document is not in the namespace of the expected message'));
  });
});

describe('an answer that contradicts itself', () => {
  const cases: Record<string, [Partial<AnswerPlan> & { operation: HostOperation }, string]> = {
    'approved in Ext, declined in the document': [{ operation: 'cash.withdraw', edit: (text) => text.replace('<Rspn>APPR<', '<Rspn>DECL<') }, 'the status of the document does not fit the outcome'],
    'approved in the document, declined in Ext': [{ operation: 'cash.withdraw', outcome: 'declined', edit: (text) => text.replace('<Rspn>DECL<', '<Rspn>APPR<') }, 'the status of the document does not fit the outcome'],
    'approved in Ext, a payment still in process': [{ operation: 'pay.provider', edit: (text) => text.replace('<TxSts>ACSC<', '<TxSts>ACSP<') }, 'the status of the document does not fit the outcome'],
    'an unknown payment status as final': [{ operation: 'pay.provider', edit: (text) => text.replace('<TxSts>ACSC<', '<TxSts>ZZZZ<') }, 'the status of the document does not fit the outcome'],
    'another reference of the host in the document': [{ operation: 'pay.provider', edit: (text) => text.replace('<AcctSvcrRef>BANK-REF-1<', '<AcctSvcrRef>BANK-REF-2<') }, 'document and Ext name different references of the host'],
    'another message id in Ext': [{ operation: 'otp.request', ext: { msgId: 'H-2' } }, 'header and Ext name different messages'],
    'a key id of another key': [{ operation: 'otp.request', ext: { keyId: 'abc' } }, 'keyId is not that of the key that signed'],
    'declined without a refusal': [{ operation: 'cash.deposit', outcome: 'declined', edit: (text) => text.replace(/<refusal>.*<\/refusal>/, '') }, 'a refusal comes with declined only'],
    'declined without a word on retrying': [{ operation: 'cash.deposit', outcome: 'declined', edit: (text) => text.replace(/<retryable>.*<\/retryable>/, '') }, 'a refusal comes with declined only'],
    'approved with a refusal': [{ operation: 'cash.deposit', edit: (text) => text.replace('</outcome>', '</outcome><refusal>RF-01</refusal>') }, 'a refusal comes with declined only'],
    'approved and blocked': [{ operation: 'cash.deposit', edit: (text) => text.replace('</outcome>', '</outcome><blockedUntil>1</blockedUntil>') }, 'blockedUntil comes with declined only'],
    'approved without a body': [{ operation: 'cash.deposit', edit: (text) => text.replace(/<body>.*<\/body>/, '') }, 'a body comes with approved and partial only'],
    'in process with a body': [{ operation: 'cash.deposit', outcome: 'inProcess', edit: (text) => text.replace('</Answer>', '<body><cash.deposit></cash.deposit></body></Answer>') }, 'a body comes with approved and partial only'],
    'a body of another operation': [{ operation: 'cash.deposit', edit: (text) => text.replaceAll(/(<\/?)cash\.deposit>/g, '$1cash.withdraw>').replace('<op>cash.withdraw', '<op>cash.deposit') }, 'the body is of another operation'],
    'a request in the place of an answer': [{ operation: 'staff.password', edit: (text) => text.replace('<Kind>answer<', '<Kind>request<') }, 'the message is not an answer of this operation'],
    'an amount with half a minor unit': [{ operation: 'cash.withdraw', edit: (text) => text.replace('<Amt>12000.00<', '<Amt>12000.001<') }, 'Amt is not an amount'],
    'an authorisation in another currency': [{ operation: 'cash.withdraw', edit: (text) => text.replace('<Amt>12000.00</Amt><Ccy>KZT<', '<Amt>12000.00</Amt><Ccy>USD<') }, 'Tx/TtlAuthrsdAmt is not in tenge'],
    'a fee in another currency': [{ operation: 'fee.quote', edit: (text) => text.replace(/(<FeeToAdd><Amt>[^<]*<\/Amt><Ccy>)KZT</, '$1USD<') }, 'Tx/AuthstnRslt/FeeToAdd is not in tenge'],
    'limits in no currency of ours': [{ operation: 'fee.quote', edit: (text) => text.replace('<Lmts><Ccy>KZT<', '<Lmts><Ccy>USD<') }, 'body does not fit the contract: minMinor'],
    'limits of a payment in no currency of ours': [{ operation: 'pay.check', edit: (text) => text.replace('<Lmts><Ccy>KZT<', '<Lmts><Ccy>USD<') }, 'body does not fit the contract: minMinor'],
    'a body that the contract does not know': [{ operation: 'client.find', edit: (text) => text.replace('<match>one<', '<match>ambiguous<') }, 'findRef is missing'],
    'a time of execution that the contract does not know': [{ operation: 'fee.quote', edit: (text) => text.replace(/<execution>.*<\/execution>/, '<execution>someday</execution>') }, 'body does not fit the contract: execution'],
    'both bodies missing': [{ operation: 'cash.withdraw', edit: (text) => text.replace(/<\/Hdr>.*<\/ATMWdrwlRspn><\/ATMWdrwlRspn>/, '</Hdr></ATMWdrwlRspn>') }, 'ATMWdrwlRspn has not exactly its plain body'],
  };
  it.each(Object.entries(cases))('is malformed: %s', (_, [plan, detail]) => {
    expect(decode(plan)).toEqual(failure('HST_MALFORMED', detail));
  });
});

it.each([
  ['of another currency', (account: string) => account.replace('<Ccy>KZT<', '<Ccy>USD<')],
  ['of a kind that is not served here', (account: string) => account.replace('<AcctTp>CDBT<', '<AcctTp>MTGL<')],
  ['with a name that no screen has room for', (account: string) => account.replace(/<AcctNm>.*<\/AcctNm>/, `<AcctNm>${'x'.repeat(60)}</AcctNm>`)],
] as const)('an account %s is left out, and the others are served', (_, odd) => {
  const first = /<AcctInf>.*?<\/AcctInf>/;
  expect(decode({ operation: 'client.accounts', edit: (text) => text.replace(first, odd) })).toMatchObject({ ok: true, value: { body: { accounts: [{ accountRef: 'KZ22999AAA0000000001' }] } } });
  expect(decode({ operation: 'client.accounts', edit: (text) => text.replace(first, (account) => account.repeat(25)) })).toMatchObject({ ok: true, value: { body: { accounts: { length: 20 } } } });
});

describe('an answer that is not valid', () => {
  const cases: Record<string, [(text: string) => string, string]> = {
    'an unknown element': [(text) => text.replace('<TxRspn>', '<Evil></Evil><TxRspn>'), 'catp.007.001.03: not valid at Evil'],
    'an unknown outcome': [(text) => text.replace('<outcome>approved', '<outcome>granted'), 'ext: not valid at outcome'],
    'a header without sender': [(text) => text.replace(/<Fr>.*<\/Fr>/, ''), 'head.001.001.04: not valid at To'],
    'another envelope': [(text) => text.replace('urn:qolma:envelope:1', 'urn:evil:envelope:1'), 'the root is not our envelope'],
    'an attribute on the envelope': [(text) => text.replace('<Envelope xmlns="urn:qolma:envelope:1"', '<Envelope xmlns="urn:qolma:envelope:1" evil="1"'), 'the envelope has attributes'],
    'a second document': [(text) => text.replace('<Ext ', '<Document xmlns="urn:evil"></Document><Ext '), 'the envelope does not hold exactly header, document and Ext'],
    'text between the parts': [(text) => text.replace('<Ext ', 'evil<Ext '), 'the envelope holds text'],
    'no Ext': [(text) => text.replace(/<Ext .*<\/Ext>/, ''), 'the envelope does not hold exactly header, document and Ext'],
  };
  it.each(Object.entries(cases))('is malformed: %s', (_, [edit, detail]) => {
    expect(decode({ operation: 'client.find', edit })).toEqual(failure('HST_MALFORMED', detail));
  });

  it('quotes no value in what it says of a fault', () => {
    const result = decode({ operation: 'client.find', edit: (text) => text.replace('<CstmrId>C-000042<', `<CstmrId>${'SECRET'.repeat(10)}<`) });
    expect(result).toEqual(failure('HST_MALFORMED', 'catp.007.001.03: not valid at CstmrId'));
  });

  it('has its own, larger limit for a catalogue, and only there', () => {
    const padded = (operation: HostOperation) => decode({ operation, edit: (text) => text.replace('</AppHdr>', `</AppHdr>${' '.repeat(300 * 1024)}`) });
    // The padding itself is not allowed in an envelope; the point is how far each gets.
    expect(padded('catalogue.sync')).toEqual(failure('HST_MALFORMED', 'the envelope holds text'));
    expect(padded('client.find')).toEqual(failure('HST_MALFORMED', 'longer than allowed'));
  });
});

describe('outcomes without a body', () => {
  it.each(['inProcess', 'notFound'] as const)('%s comes back as it is, for card and payment messages alike', (outcome) => {
    for (const operation of ['cash.withdraw', 'pay.provider', 'doc.status', 'client.find'] as const) {
      expect(decode({ operation, outcome })).toEqual({ ok: true, value: { outcome, hostRef: 'BANK-REF-1', hostTimeUtcMs: Date.UTC(2026, 10, 21, 5, 15, 31), businessDay: '2026-11-21' } });
    }
  });

  it('takes any payment status that is not final as in process', () => {
    for (const status of ['ACSP', 'RCVD', 'PART', 'ZZZZ']) {
      expect(decode({ operation: 'pay.provider', outcome: 'inProcess', edit: (text) => text.replace('<TxSts>PDNG<', `<TxSts>${status}<`) })).toMatchObject({ ok: true, value: { outcome: 'inProcess' } });
    }
  });

  it('reads a partial approval with its body', () => {
    expect(decode({ operation: 'cash.withdraw', outcome: 'partial' })).toMatchObject({ ok: true, value: { outcome: 'partial', body: { authorisedMinor: 1_200_000 } } });
  });
});

describe('nullable and ambiguous bodies', () => {
  it('reads an ambiguous client', () => {
    const edit = (text: string) => text.replace(/<CstmrSvcPrfl>.*<\/CstmrSvcPrfl>/, '').replace('<match>one</match>', '<match>ambiguous</match><findRef>F-1</findRef><needs>birthDate</needs><triesLeft>3</triesLeft>');
    expect(decode({ operation: 'client.find', edit })).toMatchObject({ ok: true, value: { body: { match: 'ambiguous', findRef: 'F-1', needs: 'birthDate', triesLeft: 3 } } });
  });

  it('reads a wrong code: no token, tries left', () => {
    const edit = (text: string) => text.replace(/<AuthntcnTkn>.*<\/AuthntcnTkn>/, '').replace('SUCC', 'FAIL').replace(/<scope>.*<triesLeft>3/, '<triesLeft>2');
    expect(decode({ operation: 'otp.verify', edit })).toMatchObject({ ok: true, value: { body: { authToken: null, scope: [], expiresAtUtcMs: null, triesLeft: 2, blockedUntilUtcMs: null } } });
  });

  it('reads of limits in several currencies those in tenge, and of several fees their sum', () => {
    const read = (edit?: (text: string) => string) => {
      const answer = decode({ operation: 'fee.quote', ...(edit === undefined ? {} : { edit }) });
      return answer.ok && answer.value.outcome === 'approved' ? answer.value.body : null;
    };
    const plain = read() as { readonly feeMinor: number };
    expect(read((text) => text.replace('<Lmts>', '<Lmts><Ccy>USD</Ccy><MaxPssblAmt>100.00</MaxPssblAmt><MinPssblAmt>1.00</MinPssblAmt></Lmts><Lmts>'))).toEqual(plain);
    expect(read((text) => text.replace('</FeeToAdd>', '</FeeToAdd><FeeToAdd><Amt>50.00</Amt></FeeToAdd>'))).toEqual({ ...plain, feeMinor: plain.feeMinor + 5_000 });
  });

  it('reads a quote without an amount', () => {
    const edit = (text: string) => text.replace(/<AuthstnRslt>.*<\/AuthstnRslt>/, '').replace(/<totalMinor>.*<\/totalMinor>/, '').replace('<minMinor>10000</minMinor><payer>', '<minMinor>10000</minMinor><maxMinor>90000</maxMinor><payer>');
    expect(decode({ operation: 'fee.quote', edit })).toMatchObject({ ok: true, value: { body: { feeMinor: null, totalMinor: null, feeRule: { maxMinor: 90_000 }, minMinor: 10_000, maxMinor: 50_000_000 } } });
  });

  it('reads that the catalogue has not changed', () => {
    const edit = (text: string) => text.replace(/<catalogue>.*<\/catalogue>/, '');
    expect(decode({ operation: 'catalogue.sync', edit })).toMatchObject({ ok: true, value: { body: { catalogue: null } } });
  });
});

describe('whose signature', () => {
  const digest = digestOf('cash.withdraw');
  const expected = { header: sampleHeader, digest };
  const plan: AnswerPlan = { operation: 'cash.withdraw', header: sampleHeader, digest };

  it('is refused when it is not the bank’s', () => {
    const stranger = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS, random: seededRandom(9) });
    expect(codec.decodeAnswer('cash.withdraw', hostAnswer(plan, stranger.hostSign), expected)).toMatchObject(failure('HST_SIGNATURE_INVALID'));
  });

  it('is refused when it is our own: our request is not an answer, and our key signs none', () => {
    expect(codec.decodeAnswer('cash.withdraw', hostAnswer(plan, pki.terminalSign), expected)).toMatchObject(failure('HST_SIGNATURE_INVALID'));
    const echo = codec.encodeRequest({ operation: 'staff.sync', header: sampleHeader, body: {} });
    expect(echo.ok && codec.decodeAnswer('staff.sync', echo.value.bytes, expected)).toMatchObject(failure('HST_SIGNATURE_INVALID'));
  });

  it('is refused when the certificate has run out', () => {
    const late = createTestCodec({ clock: stillClock(SAMPLE_NOW_UTC_MS + 731 * 86_400_000) });
    expect(late.codec.decodeAnswer('cash.withdraw', hostAnswer(plan, late.pki.hostSign), expected)).toMatchObject(failure('HST_SIGNATURE_INVALID'));
  });

  it('is refused when a digit of the amount was changed on the way', () => {
    const tampered = Buffer.from(hostAnswer(plan, pki.hostSign).toString().replace('<Amt>12000.00<', '<Amt>12900.00<'));
    expect(codec.decodeAnswer('cash.withdraw', tampered, expected)).toEqual(failure('HST_SIGNATURE_INVALID', 'the digest does not fit the document'));
  });

  it('does not make an unsigned answer evidence', () => {
    expect(codec.decodeAnswer('cash.withdraw', Buffer.from(hostAnswerText(plan, keyIdOf(pki.hostSign))), expected)).toMatchObject(failure('HST_SIGNATURE_INVALID'));
  });
});

describe('any bytes', () => {
  it('give a result and never an answer with another content', () => {
    const digest = digestOf('cash.withdraw');
    const expected = { header: sampleHeader, digest };
    const original = hostAnswer({ operation: 'cash.withdraw', header: sampleHeader, digest }, pki.hostSign);
    const believed = codec.decodeAnswer('cash.withdraw', original, expected);
    expect(believed.ok).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const mutated = Buffer.from(original);
        for (const [index, byte] of changes) mutated[index] = byte;
        const result = codec.decodeAnswer('cash.withdraw', mutated, expected);
        if (result.ok) expect(result).toEqual(believed);
      }),
      { numRuns: 1000 },
    );
  });

  it('give a result even when the bank itself signs nonsense', () => {
    const digest = digestOf('cash.withdraw');
    const text = hostAnswerText({ operation: 'cash.withdraw', header: sampleHeader, digest }, keyIdOf(pki.hostSign));
    const values = [...text.matchAll(/>([^<]+)</g)].map((match) => match[1]!);
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.string({ maxLength: 40 }).map((value) => value.replace(/[^ -~]/g, '').replace(/[&<>]/g, '')), (value, replacement) => {
        const nonsense = text.replace(`>${value}<`, `>${replacement}<`);
        const result = codec.decodeAnswer('cash.withdraw', signAsHost(nonsense, pki.hostSign), { header: sampleHeader, digest });
        if (!result.ok) expect(['HST_MALFORMED', 'HST_NOT_FOR_US']).toContain(result.error.code);
      }),
      { numRuns: 500 },
    );
  });
});
