import type { HostAnswerBody, HostHeader, HostOperation, HostRequestBody } from '../../main/contracts/host-operations.ts';

/** One request body and one answer body of every operation; persons, accounts and numbers are invented. */
export const SAMPLE_TERMINAL = '0427';
export const SAMPLE_HOST = 'QSBKKZKA';
export const SAMPLE_ACQUIRER = 'SAMPLEBANK';
/** 2026-11-21T05:15:30.123Z */
export const SAMPLE_NOW_UTC_MS = Date.UTC(2026, 10, 21, 5, 15, 30, 123);

export const sampleHeader: HostHeader = {
  messageId: '01KAJ1S7M2ZQ4VE0000000000A',
  operationId: '01KAJ1S7M2ZQ4VE0000000000B',
  terminalId: SAMPLE_TERMINAL,
  seq: 4321,
  sessionId: '01KAJ1S7M2ZQ4VE0000000000C',
  createdAtUtcMs: SAMPLE_NOW_UTC_MS,
  validUntilUtcMs: SAMPLE_NOW_UTC_MS + 300_000,
  nonce: 'c2FtcGxlLW5vbmNlLTAwMQ',
  businessDay: '2026-11-21',
  language: 'kk',
};

const consent = { consentAtUtcMs: SAMPLE_NOW_UTC_MS - 2000, quoteId: 'Q-1', textSha256: 'ab'.repeat(32) };
const IBAN = 'KZ62999BBB0000000002';
const notes = [
  { denominationMinor: 500_000, noteCount: 2 },
  { denominationMinor: 200_000, noteCount: 1 },
];
const trilingual = { kk: 'Ұялы байланыс & интернет', ru: 'Мобильная связь <тест>', en: 'Mobile' };
const verifier = { saltBase64: 'c2FsdA==', hashBase64: 'aGFzaA==' };

const sampleSeal = { journalId: '01KAJ1S7M2ZQ4VE0000000000J', upToEntryNumber: 412, hash: 'ab'.repeat(32), keyId: '62cd5f74b40dfa35', signature: 'A'.repeat(86), loss: { afterEntryNumber: 400, entryHash: 'cd'.repeat(32) } };

export const sampleRequests: { readonly [Op in HostOperation]: HostRequestBody<Op> } = {
  'link.signon': { softwareVersion: '0.1.0', configVersion: 'c-1' },
  'link.heartbeat': { state: 'outOfService', queueDepth: 3, oldestAgeMs: 1500 },
  'catalogue.sync': { haveVersion: 7 },
  'staff.sync': {},
  'staff.password': { login: 'technician', verifier },
  'client.find': { by: { kind: 'phone', phone: '+77770000001' }, operation: 'op-01' },
  'client.disambiguate': { findRef: 'F-1', birthDate: '01021990' },
  'client.accounts': { clientId: 'C-000042', operation: 'op-10', authToken: 'tok-1' },
  'otp.request': { destination: { kind: 'client', clientId: 'C-000042' }, operation: 'op-10' },
  'otp.verify': { otpRef: 'O-1', code: '482913' },
  'fee.quote': { operation: 'op-01', amountMinor: 1_200_000, target: { kind: 'account', clientId: 'C-000042', accountRef: IBAN }, authToken: 'tok-1' },
  'pay.check': { providerId: 'P-0042', catalogueVersion: 7, fields: { phone: '7770000001', agreementNumber: 'AB-1' }, authToken: 'tok-1' },
  'cash.withdraw': { clientId: 'C-000042', accountRef: IBAN, amountMinor: 1_200_000, feeMinor: 25_000, mix: notes, authToken: 'tok-1', consent },
  'cash.withdraw.complete': {
    accountRef: IBAN,
    clientId: 'C-000042',
    outcome: 'partial',
    requestedMinor: 1_200_000,
    authorisedMinor: 1_200_000,
    presentedMinor: 1_000_000,
    uncertainMinor: 0,
    feeMinor: 25_000,
    notes: [notes[0]!],
    cause: 'FILL',
    originalMessageId: '01KAJ1S7M2ZQ4VE0000000000D',
    receiptNumber: '0427-008213',
  },
  'cash.deposit': { clientId: 'C-000042', accountRef: IBAN, amountMinor: 1_200_000, feeMinor: 0, creditMinor: 1_200_000, notes, authToken: 'tok-1', consent, receiptNumber: '0427-008214', reference: 'Q7K-482' },
  'cash.deposit.complete': {
    outcome: 'retained',
    operation: 'op-05',
    depositedMinor: 0,
    retainedMinor: 1_200_000,
    notes,
    cause: 'CUTO',
    payerPhone: '+77770000001',
    clientId: null,
    receiptNumber: null,
    reference: 'Q7K-483',
  },
  'pay.provider': {
    providerId: 'P-0042',
    catalogueVersion: 7,
    fields: { agreementNumber: 'A-'.padEnd(64, '7'), phone: '7770000001' },
    insertedMinor: 1_200_000,
    feeMinor: 10_000,
    creditMinor: 1_000_000,
    changeMinor: 190_000,
    changePhone: '+77770000001',
    payerPhone: '+77770000001',
    purposeCode: '851',
    notes,
    authToken: 'tok-1',
    consent,
    receiptNumber: '0427-008215',
    reference: 'Q7K-484',
  },
  'doc.status': { operationId: '01KAJ1S7M2ZQ4VE0000000000D' },
  'receipt.send': { receiptNumber: '0427-008215', channel: 'sms', phone: '+77770000001', clientId: null, language: 'ru', text: 'Чек №1\nИтого: 12 000 ₸ <ok> & "ok"' },
  'device.exception': { kind: 'malfunction', deviceId: 'dispenser', errorCode: 'CDM_JAMMED', detail: 'DISPENSE UNKNOWN' },
  'recon.totals': {
    day: '2026-11-20', operations: [{ operation: 'op-01', count: 2, deviceMinor: 1_200_000, journalMinor: 1_200_000, hostMinor: 1_000_000 }, { operation: 'op-10', count: 1, deviceMinor: -500_000, journalMinor: -500_000, hostMinor: -500_000 }],
    units: [{ unitId: 'acceptor.box', movedMinor: 1_200_000, countedMinor: 1_200_000 }], isExplained: true, seal: sampleSeal,
  },
  'recon.detail': { day: '2026-11-20', operation: 'op-01', afterOperationId: '01KAJ1S7M2ZQ4VE0000000000A', isLast: true, operations: [{ operationId: '01KAJ1S7M2ZQ4VE0000000000B', hostMinor: 1_000_000 }, { operationId: '01KAJ1S7M2ZQ4VE0000000000C', hostMinor: -500_000 }] },
  'journal.seal': { seal: sampleSeal },
  'suspense.report': { suspenseId: '01KAJ1S7M2ZQ4VE0000000000S', kind: 'dispenseUncertain', amountMinor: -500_000, operationId: '01KAJ1S7M2ZQ4VE0000000000Q', operation: 'op-10', reference: 'Q7K-482', openedAtUtcMs: 1_763_700_000_000, evidence: 'cassette 1 & "2": <no result>' },
  'suspense.settlement': { suspenseId: '01KAJ1S7M2ZQ4VE0000000000S', to: 'paid', amountMinor: -500_000, by: 't-014', authority: 'cashOfficer', why: 'claimPaid & "seen"', evidence: 'cassette 1: <no result>', settledAtUtcMs: 1_763_703_600_000 },
  'suspense.status': { suspenseIds: ['01KAJ1S7M2ZQ4VE0000000000S', '01KAJ1S7M2ZQ4VE0000000000T'] },
};

const account = (accountRef: string, kind: 'card' | 'current' | 'wallet', canDeposit: boolean, canWithdraw: boolean) => ({ accountRef, kind, masked: `KZ•• •••• ${accountRef.slice(-4)}`, currency: 'KZT' as const, canDeposit, canWithdraw });

export interface SampleAnswer<Op extends HostOperation> {
  readonly body: HostAnswerBody<Op>;
  /** Children that the answer's document carries for this body, by the place they go to; the frame is the writer's. */
  readonly iso?: string;
  readonly customer?: string;
  /** Children of the element named after the operation. */
  readonly ext: string;
}

const limits = '<Lmts><Ccy>KZT</Ccy><MaxPssblAmt>500000.00</MaxPssblAmt><MinPssblAmt>100.00</MinPssblAmt></Lmts>';

export const sampleAnswers: { readonly [Op in HostOperation]: SampleAnswer<Op> } = {
  'link.signon': { body: { businessDay: '2026-11-21', catalogueVersion: 8 }, ext: '<catalogueVersion>8</catalogueVersion>' },
  'link.heartbeat': { body: { businessDay: '2026-11-21', catalogueVersion: 8 }, ext: '<catalogueVersion>8</catalogueVersion>' },
  'catalogue.sync': {
    body: {
      catalogue: {
        version: 8,
        categories: [{ categoryId: 'mobile', name: trilingual, icon: 'phone' }],
        providers: [
          {
            providerId: 'P-0042',
            categoryId: 'mobile',
            name: trilingual,
            fields: [{ key: 'phone', label: trilingual, mask: '999 999 99 99', pattern: '^7\\d{9}$', example: '700 000 00 00', keypad: 'digits' }],
            minMinor: 10_000,
            maxMinor: 10_000_000,
            purposeCode: '851',
          },
        ],
      },
    },
    ext:
      '<catalogue><version>8</version><categories><categoryId>mobile</categoryId><name><kk>Ұялы байланыс &amp; интернет</kk><ru>Мобильная связь &lt;тест&gt;</ru><en>Mobile</en></name><icon>phone</icon></categories>' +
      '<providers><providerId>P-0042</providerId><categoryId>mobile</categoryId><name><kk>Ұялы байланыс &amp; интернет</kk><ru>Мобильная связь &lt;тест&gt;</ru><en>Mobile</en></name>' +
      '<fields><key>phone</key><label><kk>Ұялы байланыс &amp; интернет</kk><ru>Мобильная связь &lt;тест&gt;</ru><en>Mobile</en></label><mask>999 999 99 99</mask><pattern>^7\\d{9}$</pattern><example>700 000 00 00</example><keypad>digits</keypad></fields>' +
      '<minMinor>10000</minMinor><maxMinor>10000000</maxMinor><purposeCode>851</purposeCode></providers></catalogue>',
  },
  'staff.sync': {
    body: { accounts: [{ login: 'technician', name: 'Т. Техник', level: 'technician', verifier, mustChangePassword: true, passwordChangedAtUtcMs: 5, previousVerifiers: [verifier, verifier], isLocked: false }] },
    ext:
      '<accounts><login>technician</login><name>Т. Техник</name><level>technician</level><verifier><saltBase64>c2FsdA==</saltBase64><hashBase64>aGFzaA==</hashBase64></verifier><mustChangePassword>true</mustChangePassword><passwordChangedAtUtcMs>5</passwordChangedAtUtcMs>' +
      '<previousVerifiers><saltBase64>c2FsdA==</saltBase64><hashBase64>aGFzaA==</hashBase64></previousVerifiers><previousVerifiers><saltBase64>c2FsdA==</saltBase64><hashBase64>aGFzaA==</hashBase64></previousVerifiers><isLocked>false</isLocked></accounts>',
  },
  'staff.password': { body: {}, ext: '' },
  'client.find': { body: { match: 'one', clientId: 'C-000042', maskedName: 'А••••• Б.' }, iso: '<CstmrSvcPrfl><CstmrId>C-000042</CstmrId><PrflDesc>А••••• Б.</PrflDesc></CstmrSvcPrfl>', ext: '<match>one</match>' },
  'client.disambiguate': { body: { clientId: null, maskedName: null, triesLeft: 2 }, ext: '<triesLeft>2</triesLeft>' },
  'client.accounts': {
    body: { accounts: [account(IBAN, 'card', true, true), account('KZ22999AAA0000000001', 'wallet', false, true)] },
    iso:
      `<AcctInf><AcctTp>CDBT</AcctTp><AcctNm>KZ•• •••• 0002</AcctNm><Ccy>KZT</Ccy><AcctIdr><IBAN>${IBAN}</IBAN></AcctIdr><AllwdSvc><SvcTp>DPSV</SvcTp></AllwdSvc><AllwdSvc><SvcTp>STDR</SvcTp></AllwdSvc></AcctInf>` +
      '<AcctInf><AcctTp>EPRS</AcctTp><AcctNm>KZ•• •••• 0001</AcctNm><Ccy>KZT</Ccy><AcctIdr><IBAN>KZ22999AAA0000000001</IBAN></AcctIdr><AllwdSvc><SvcTp>STDR</SvcTp></AllwdSvc></AcctInf>',
    ext: '',
  },
  'otp.request': {
    body: { otpRef: 'O-1', expiresAtUtcMs: SAMPLE_NOW_UTC_MS + 900_000, maskedDestination: '+7 7•• ••• 00 01', channel: 'sms', codeLength: 6, resendAfterMs: 60_000, triesLeft: 3, codesLeft: 2 },
    ext: `<otpRef>O-1</otpRef><expiresAtUtcMs>${SAMPLE_NOW_UTC_MS + 900_000}</expiresAtUtcMs><maskedDestination>+7 7•• ••• 00 01</maskedDestination><channel>sms</channel><codeLength>6</codeLength><resendAfterMs>60000</resendAfterMs><triesLeft>3</triesLeft><codesLeft>2</codesLeft>`,
  },
  'otp.verify': {
    body: { authToken: 'tok-1', scope: ['op-01', 'op-10'], expiresAtUtcMs: 99, triesLeft: 3, blockedUntilUtcMs: null },
    customer: `<AuthntcnRslt><Mtd>MOBL</Mtd><VrfctnNtty>ISSR</VrfctnNtty><Rslt>SUCC</Rslt><AuthntcnTkn>${Buffer.from('tok-1').toString('base64')}</AuthntcnTkn></AuthntcnRslt>`,
    ext: '<scope>op-01</scope><scope>op-10</scope><expiresAtUtcMs>99</expiresAtUtcMs><triesLeft>3</triesLeft>',
  },
  'fee.quote': {
    body: {
      quoteId: 'Q-1',
      tariffId: 'T-1',
      feeRule: { fixedMinor: 0, basisPoints: 50, minMinor: 10_000, maxMinor: null, payer: 'fromAmount' },
      feeMinor: 10_000,
      totalMinor: 1_200_000,
      minMinor: 10_000,
      maxMinor: 50_000_000,
      validUntilUtcMs: 77,
      execution: 'atOnce',
    },
    iso: `<CstmrSvcPrfl><AllwdSvcs><SvcTp>DPSV</SvcTp>${limits}</AllwdSvcs></CstmrSvcPrfl><AuthstnRslt><AuthstnRspn><Rspn>APPR</Rspn></AuthstnRspn><FeeToAdd><Amt>100.00</Amt><Ccy>KZT</Ccy></FeeToAdd></AuthstnRslt>`,
    ext: '<quoteId>Q-1</quoteId><tariffId>T-1</tariffId><feeRule><fixedMinor>0</fixedMinor><basisPoints>50</basisPoints><minMinor>10000</minMinor><payer>fromAmount</payer></feeRule><totalMinor>1200000</totalMinor><validUntilUtcMs>77</validUntilUtcMs><execution>atOnce</execution>',
  },
  'pay.check': {
    body: { maskedPayee: 'А••••• Б.', suggestedMinor: null, fixedMinor: 350_000, minMinor: 10_000, maxMinor: 50_000_000 },
    iso: `<CstmrSvcPrfl><PrflDesc>А••••• Б.</PrflDesc><AllwdSvcs><SvcTp>TRFP</SvcTp>${limits}</AllwdSvcs></CstmrSvcPrfl>`,
    ext: '<fixedMinor>350000</fixedMinor>',
  },
  'cash.withdraw': { body: { authorisedMinor: 1_200_000, authorisationCode: 'A1B2C3' }, iso: '12000.00', ext: '' },
  'cash.withdraw.complete': { body: { documentNumber: 'D-1' }, ext: '<documentNumber>D-1</documentNumber>' },
  'cash.deposit': { body: { authorisedMinor: 1_200_000, documentNumber: null }, iso: '12000.00', ext: '' },
  'cash.deposit.complete': { body: { documentNumber: 'D-2' }, ext: '<documentNumber>D-2</documentNumber>' },
  'pay.provider': { body: { providerRef: 'PR-9' }, ext: '<providerRef>PR-9</providerRef>' },
  'doc.status': { body: { documents: [{ operation: 'cash.withdraw', messageId: 'M-1', status: 'refused', refusal: 'RF-09' }] }, ext: '<documents><operation>cash.withdraw</operation><messageId>M-1</messageId><status>refused</status><refusal>RF-09</refusal></documents>' },
  'receipt.send': { body: {}, ext: '' },
  'device.exception': { body: {}, ext: '' },
  'recon.totals': { body: { result: 'different', bank: [{ operation: 'op-01', bookedMinor: 1_200_000 }, { operation: 'op-10', bookedMinor: -400_000 }] }, ext: '<result>different</result><bank><operation>op-01</operation><bookedMinor>1200000</bookedMinor></bank><bank><operation>op-10</operation><bookedMinor>-400000</bookedMinor></bank>' },
  'recon.detail': { body: { differences: [{ operationId: '01KAJ1S7M2ZQ4VE0000000000B', bookedMinor: 0 }], isCut: false }, ext: '<differences><operationId>01KAJ1S7M2ZQ4VE0000000000B</operationId><bookedMinor>0</bookedMinor></differences><isCut>false</isCut>' },
  'suspense.report': { body: { decision: null }, ext: '' },
  'suspense.settlement': { body: { decision: null }, ext: '' },
  'suspense.status': {
    body: { decisions: [{ suspenseId: '01KAJ1S7M2ZQ4VE0000000000S', decisionId: 'D-17', to: 'paid', amountMinor: -500_000, authority: 'cash centre, k-031', reason: 'claim & <video>', decidedAtUtcMs: 1_763_703_600_000 }] },
    ext: '<decisions><suspenseId>01KAJ1S7M2ZQ4VE0000000000S</suspenseId><decisionId>D-17</decisionId><to>paid</to><amountMinor>-500000</amountMinor><authority>cash centre, k-031</authority><reason>claim &amp; &lt;video&gt;</reason><decidedAtUtcMs>1763703600000</decidedAtUtcMs></decisions>',
  },
  'journal.seal': { body: { heldUpTo: 412, previous: { upToEntryNumber: 401, hash: 'ef'.repeat(32) } }, ext: `<heldUpTo>412</heldUpTo><previous><upToEntryNumber>401</upToEntryNumber><hash>${'ef'.repeat(32)}</hash></previous>` },
};
