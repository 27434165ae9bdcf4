import type { HostOperation } from '../../../main/contracts/host-operations.ts';
import { decimalToMinor } from '../../../main/foundation/money.ts';
import { find, findAll, textAt } from './xml-reader.ts';
import type { XmlNode } from './xml-reader.ts';

/** What a body is read from; what comes out is checked against the contract afterwards, so a missing piece is simply `undefined` or null. */
export interface RequestParts {
  /** `Document`'s message body: the element that holds `Envt` and `Tx`, or what stands there in other messages. */
  readonly message: XmlNode;
  /** `Ext/Request/body/<operation>`. */
  readonly ext: XmlNode;
  /** Opens a sealed code for the given reference. */
  openCode(sealed: string, otpRef: string): string | undefined;
}

export interface RequestForm {
  readonly messageName: string;
  /** Path from `Document` to what `RequestParts.message` is. */
  readonly messagePath: string;
  readBody(parts: RequestParts): unknown;
}

const decimal = (text: string | null): number | undefined => (text === null ? undefined : decimalToMinor(text));
const integer = (text: string | null): number | undefined => (text !== null && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined);
const fromBase64 = (text: string | null): string | undefined => (text === null ? undefined : Buffer.from(text, 'base64').toString('utf8'));

const clientId = (message: XmlNode) => textAt(message, 'Envt/Cstmr/Prfl/CstmrId') ?? undefined;
const profileRef = (message: XmlNode) => textAt(message, 'Envt/Cstmr/Prfl/PrflRef') ?? undefined;
const authenticationValue = (message: XmlNode) => fromBase64(textAt(message, 'Envt/Cstmr/Authntcn/AuthntcnVal'));
const iban = (message: XmlNode, path = 'Tx/AcctData') => textAt(message, `${path}/AcctIdr/IBAN`) ?? undefined;
const telephone = (message: XmlNode) => textAt(message, 'Tx/AcctData/AcctIdr/MSISDN') ?? undefined;
const amount = (message: XmlNode, path: string) => decimal(textAt(message, path));
const extInteger = (ext: XmlNode, name: string) => integer(textAt(ext, name));
const extText = (ext: XmlNode, name: string) => textAt(ext, name) ?? undefined;

const notesInExt = (ext: XmlNode) => findAll(ext, 'notes').map((note) => ({ denominationMinor: extInteger(note, 'denominationMinor'), noteCount: extInteger(note, 'noteCount') }));
const notesInMedia = (message: XmlNode) => findAll(message, 'Tx/SubDpst/DpstdMdia/MdiaItm').map((item) => ({ denominationMinor: amount(item, 'UnitVal'), noteCount: integer(textAt(item, 'Cnt')) }));
const fields = (ext: XmlNode) => Object.fromEntries(findAll(ext, 'fields').map((field) => [textAt(field, 'key') ?? '', textAt(field, 'value') ?? '']));
const consent = (ext: XmlNode) => ({ consentAtUtcMs: extInteger(ext, 'consent/consentAtUtcMs'), quoteId: extText(ext, 'consent/quoteId'), textSha256: extText(ext, 'consent/textSha256') });

/** Left out of the body, and so of its digest, where the document has none. */
const changeAgreed = (ext: XmlNode) => (find(ext, 'changeAgreed') === undefined ? {} : { changeAgreed: { quoteId: extText(ext, 'changeAgreed/quoteId'), feeMinor: extInteger(ext, 'changeAgreed/feeMinor') } });

const journalSeal = (ext: XmlNode) => ({
  journalId: extText(ext, 'seal/journalId'), upToEntryNumber: extInteger(ext, 'seal/upToEntryNumber'), hash: extText(ext, 'seal/hash'), keyId: extText(ext, 'seal/keyId'), signature: extText(ext, 'seal/signature'),
  loss: find(ext, 'seal/loss') === undefined ? null : { afterEntryNumber: extInteger(ext, 'seal/loss/afterEntryNumber'), entryHash: extText(ext, 'seal/loss/entryHash') },
});

const OUTCOME_BY_STATUS: Readonly<Record<string, string>> = { 'SCSS/FULL': 'full', 'FAIL/PART': 'partial', 'FAIL/NONE': 'none', 'DOBT/PART': 'doubtful' };
const DEPOSIT_OUTCOME_BY_STATUS: Readonly<Record<string, string>> = { SCSS: 'deposited', FAIL: 'retained' };

const INQUIRY = { messageName: 'catp.006.001.03', messagePath: 'ATMNqryReq/ATMNqryReq' };
const own = (name: HostOperation) => ({ messageName: `own.${name}`, messagePath: 'Message' });

/** Each operation's request. [MAPPING §5] */
export const REQUEST_FORMS: Readonly<Record<HostOperation, RequestForm>> = {
  'client.find': {
    ...INQUIRY,
    readBody: ({ message, ext }) => ({ by: extText(ext, 'by/kind') === 'iin' ? { kind: 'iin', iin: clientId(message) } : { kind: extText(ext, 'by/kind'), phone: telephone(message) }, operation: extText(ext, 'operation') }),
  },
  'client.disambiguate': { ...INQUIRY, readBody: ({ message }) => ({ findRef: profileRef(message), birthDate: authenticationValue(message) }) },
  'client.accounts': { ...INQUIRY, readBody: ({ message, ext }) => ({ clientId: clientId(message), operation: extText(ext, 'operation'), authToken: authenticationValue(message) }) },
  'otp.request': {
    ...INQUIRY,
    readBody: ({ message, ext }) => ({ destination: extText(ext, 'destination/kind') === 'client' ? { kind: 'client', clientId: clientId(message) } : { kind: extText(ext, 'destination/kind'), phone: telephone(message) }, operation: extText(ext, 'operation') }),
  },
  'otp.verify': {
    ...INQUIRY,
    readBody({ message, openCode }) {
      const otpRef = profileRef(message);
      const sealed = authenticationValue(message);
      return { otpRef, code: sealed === undefined || otpRef === undefined ? undefined : openCode(sealed, otpRef) };
    },
  },
  'fee.quote': {
    ...INQUIRY,
    readBody: ({ message, ext }) => ({ operation: extText(ext, 'operation'), amountMinor: find(message, 'Tx/DtldReqdAmt') === undefined ? null : amount(message, 'Tx/DtldReqdAmt/AmtToDspns'), target: feeTarget(message, ext), authToken: authenticationValue(message) }),
  },
  'pay.check': {
    ...INQUIRY,
    readBody: ({ message, ext }) => ({ providerId: textAt(message, 'Cntxt/Svc/SvcVarntId') ?? undefined, catalogueVersion: extInteger(ext, 'catalogueVersion'), fields: fields(ext), authToken: authenticationValue(message) }),
  },
  'cash.withdraw': {
    messageName: 'catp.001.001.03',
    messagePath: 'ATMWdrwlReq/ATMWdrwlReq',
    readBody: ({ message, ext }) => ({
      clientId: clientId(message),
      accountRef: iban(message),
      amountMinor: amount(message, 'Tx/DtldReqdAmt/AmtToDspns'),
      feeMinor: amount(message, 'Tx/DtldReqdAmt/Fees/Amt'),
      mix: findAll(message, 'Tx/SelctdMix').map((part) => ({ denominationMinor: amount(part, 'UnitVal'), noteCount: integer(textAt(part, 'Nb')) })),
      authToken: authenticationValue(message),
      consent: consent(ext),
    }),
  },
  'cash.withdraw.complete': {
    messageName: 'catp.003.001.03',
    messagePath: 'ATMWdrwlCmpltnAdvc/ATMWdrwlCmpltnAdvc',
    readBody: ({ message, ext }) => ({
      accountRef: iban(message),
      clientId: clientId(message),
      outcome: OUTCOME_BY_STATUS[`${textAt(message, 'Tx/TxSts')}/${textAt(message, 'Tx/PresntdAmtSts')}`],
      requestedMinor: amount(message, 'Tx/TtlReqdAmt'),
      authorisedMinor: amount(message, 'Tx/TtlAuthrsdAmt'),
      presentedMinor: amount(message, 'Tx/TtlPresntdAmt/Amt'),
      uncertainMinor: extInteger(ext, 'uncertainMinor'),
      feeMinor: amount(message, 'Tx/AddtlChrg/Amt'),
      notes: notesInExt(ext),
      cause: textAt(message, 'Tx/Incdnt') ?? 'none',
      originalMessageId: extText(ext, 'originalMessageId'),
      receiptNumber: textAt(ext, 'receiptNumber'),
    }),
  },
  'cash.deposit': {
    messageName: 'catp.012.001.02',
    messagePath: 'ATMDpstReq/ATMDpstReq',
    readBody: ({ message, ext }) => ({
      clientId: clientId(message),
      accountRef: iban(message, 'Tx/SubDpst/AcctData'),
      amountMinor: amount(message, 'Tx/TtlAmt/Amt'),
      feeMinor: amount(message, 'Tx/SubDpst/DtldReqdAmt/Fees/Amt'),
      creditMinor: amount(message, 'Tx/SubDpst/DtldReqdAmt/AmtToDpst'),
      notes: notesInMedia(message),
      authToken: authenticationValue(message),
      consent: consent(ext),
      receiptNumber: extText(ext, 'receiptNumber'),
      reference: extText(ext, 'reference'),
    }),
  },
  'cash.deposit.complete': {
    messageName: 'catp.014.001.02',
    messagePath: 'ATMDpstCmpltnAdvc/ATMDpstCmpltnAdvc',
    readBody: ({ message, ext }) => ({
      outcome: DEPOSIT_OUTCOME_BY_STATUS[textAt(message, 'Tx/TxSts') ?? ''],
      operation: extText(ext, 'operation'),
      depositedMinor: amount(message, 'Tx/TtlDpstdAmt/Amt'),
      retainedMinor: extInteger(ext, 'retainedMinor'),
      notes: notesInMedia(message),
      cause: textAt(message, 'Tx/Incdnt') ?? 'none',
      payerPhone: textAt(ext, 'payerPhone'),
      clientId: clientId(message) ?? null,
      receiptNumber: textAt(ext, 'receiptNumber'),
      reference: textAt(ext, 'reference'),
    }),
  },
  'pay.provider': {
    messageName: 'pain.001.001.13',
    messagePath: 'CstmrCdtTrfInitn',
    readBody: ({ message, ext }) => ({
      providerId: textAt(message, 'PmtInf/CdtTrfTxInf/Cdtr/Id/OrgId/Othr/Id') ?? undefined,
      catalogueVersion: extInteger(ext, 'catalogueVersion'),
      fields: fields(ext),
      insertedMinor: extInteger(ext, 'insertedMinor'),
      feeMinor: extInteger(ext, 'feeMinor'),
      creditMinor: amount(message, 'PmtInf/CdtTrfTxInf/Amt/InstdAmt'),
      changeMinor: extInteger(ext, 'changeMinor'),
      changePhone: textAt(ext, 'changePhone'),
      ...changeAgreed(ext),
      payerPhone: textAt(message, 'PmtInf/UltmtDbtr/Id/PrvtId/Othr/Id') ?? undefined,
      purposeCode: textAt(message, 'PmtInf/CdtTrfTxInf/Purp/Prtry') ?? undefined,
      notes: notesInExt(ext),
      authToken: extText(ext, 'authToken'),
      consent: consent(ext),
      receiptNumber: extText(ext, 'receiptNumber'),
      reference: extText(ext, 'reference'),
    }),
  },
  'link.signon': { messageName: 'caam.001.001.05', messagePath: 'ATMDvcRpt/ATMDvcRpt', readBody: ({ ext }) => ({ softwareVersion: extText(ext, 'softwareVersion'), configVersion: extText(ext, 'configVersion') }) },
  'link.heartbeat': { messageName: 'caam.005.001.03', messagePath: 'ATMDgnstcReq/ATMDgnstcReq', readBody: ({ ext }) => ({ state: extText(ext, 'state'), queueDepth: extInteger(ext, 'queueDepth'), oldestAgeMs: extInteger(ext, 'oldestAgeMs') }) },
  'catalogue.sync': { messageName: 'admi.009.001.02', messagePath: 'StatcDataReq', readBody: ({ message }) => ({ haveVersion: integer(textAt(message, 'DataReqDtls/Key')) }) },
  'device.exception': {
    messageName: 'caam.011.001.02',
    messagePath: 'ATMXcptnAdvc/ATMXcptnAdvc',
    readBody: ({ message, ext }) => ({ kind: extText(ext, 'kind'), deviceId: extText(ext, 'deviceId'), errorCode: extText(ext, 'errorCode'), detail: textAt(message, 'Tx/XcptnDtl') ?? '' }),
  },
  'recon.totals': {
    messageName: 'caam.009.001.03',
    messagePath: 'ATMRcncltnAdvc/ATMRcncltnAdvc',
    readBody: ({ message, ext }) => ({
      day: textAt(message, 'Tx/RcncltnOpr/RcncltnId') ?? undefined,
      operations: findAll(ext, 'operations').map((total) => ({ operation: extText(total, 'operation'), count: extInteger(total, 'count'), deviceMinor: extInteger(total, 'deviceMinor'), journalMinor: extInteger(total, 'journalMinor'), hostMinor: extInteger(total, 'hostMinor') })),
      units: findAll(ext, 'units').map((unit) => ({ unitId: extText(unit, 'unitId'), movedMinor: extInteger(unit, 'movedMinor'), countedMinor: extInteger(unit, 'countedMinor') })),
      isExplained: textAt(ext, 'isExplained') === 'true',
      seal: find(ext, 'seal') === undefined ? null : journalSeal(ext),
    }),
  },
  'recon.detail': {
    ...own('recon.detail'),
    readBody: ({ ext }) => ({
      day: extText(ext, 'day'), operation: extText(ext, 'operation'), afterOperationId: textAt(ext, 'afterOperationId') ?? null, isLast: textAt(ext, 'isLast') === 'true',
      operations: findAll(ext, 'operations').map((told) => ({ operationId: extText(told, 'operationId'), hostMinor: extInteger(told, 'hostMinor') })),
    }),
  },
  'journal.seal': { ...own('journal.seal'), readBody: ({ ext }) => ({ seal: journalSeal(ext) }) },
  'suspense.report': {
    ...own('suspense.report'),
    readBody: ({ ext }) => ({
      suspenseId: extText(ext, 'suspenseId'), kind: extText(ext, 'kind'), amountMinor: extInteger(ext, 'amountMinor'), operationId: textAt(ext, 'operationId') ?? null, operation: textAt(ext, 'operation') ?? null,
      reference: textAt(ext, 'reference') ?? null, openedAtUtcMs: extInteger(ext, 'openedAtUtcMs'), evidence: extText(ext, 'evidence'),
    }),
  },
  'suspense.settlement': {
    ...own('suspense.settlement'),
    readBody: ({ ext }) => ({
      suspenseId: extText(ext, 'suspenseId'), to: extText(ext, 'to'), amountMinor: extInteger(ext, 'amountMinor'), by: extText(ext, 'by'), authority: extText(ext, 'authority'), why: extText(ext, 'why'), evidence: extText(ext, 'evidence'),
      settledAtUtcMs: extInteger(ext, 'settledAtUtcMs'),
    }),
  },
  'suspense.status': { ...own('suspense.status'), readBody: ({ ext }) => ({ suspenseIds: findAll(ext, 'suspenseIds').map((id) => id.text) }) },
  'staff.sync': { ...own('staff.sync'), readBody: () => ({}) },
  'staff.password': { ...own('staff.password'), readBody: ({ ext }) => ({ login: extText(ext, 'login'), verifier: { saltBase64: extText(ext, 'verifier/saltBase64'), hashBase64: extText(ext, 'verifier/hashBase64') } }) },
  'doc.status': { ...own('doc.status'), readBody: ({ ext }) => ({ operationId: extText(ext, 'operationId') }) },
  'receipt.send': {
    ...own('receipt.send'),
    readBody: ({ ext }) => ({ receiptNumber: extText(ext, 'receiptNumber'), channel: extText(ext, 'channel'), phone: textAt(ext, 'phone'), clientId: textAt(ext, 'clientId'), language: extText(ext, 'language'), text: extText(ext, 'text') }),
  },
};

function feeTarget(message: XmlNode, ext: XmlNode): unknown {
  const kind = extText(ext, 'target/kind');
  if (kind === 'account') return { kind, clientId: clientId(message), accountRef: iban(message) };
  if (kind === 'phoneTopUp') return { kind, phone: telephone(message) };
  const target = find(ext, 'target');
  return { kind, providerId: extText(ext, 'target/providerId'), fields: target === undefined ? undefined : fields(target) };
}
