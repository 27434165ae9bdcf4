import type { HostAnswerBody, HostOperation } from '../../../main/contracts/host-operations.ts';
import { minorToDecimal } from '../../../main/foundation/money.ts';
import type { AnyAnswer } from '../decision.ts';
import type { DecodedRequest } from './bank-codec.ts';
import { element, leaf, optionalLeaf, row } from './xml-writer.ts';
import type { Xml } from './xml-writer.ts';

/** What an answer document is written from. */
export interface AnswerParts {
  readonly request: DecodedRequest;
  readonly answer: AnyAnswer;
  /** Own message id. */
  readonly messageId: string;
  readonly hostId: string;
  readonly terminalId: string;
}

export interface AnswerForm {
  readonly messageName: string;
  /** What stands inside `Document`. */
  write(parts: AnswerParts): Xml;
  /** Members of the contract's body that travel in `Ext`, in the contract's order. [MAPPING §5, last column] */
  readonly extMembers: readonly string[];
}

const CURRENCY = leaf('Ccy', 'KZT');
const isoTime = (utcMs: number): string => new Date(utcMs).toISOString();
const money = (name: string, amountMinor: number): Xml => leaf(name, minorToDecimal(amountMinor));
const moneyInTenge = (name: string, amountMinor: number): Xml => element(name, [money('Amt', amountMinor), CURRENCY]);

/** The body when the answer has one; each form knows whose it is by its key in the table. */
function bodyOf<Op extends HostOperation>(answer: AnyAnswer): HostAnswerBody<Op> | null {
  return answer.outcome === 'approved' || answer.outcome === 'partial' ? (answer.body as HostAnswerBody<Op>) : null;
}

/** Must agree with `Ext/Answer/outcome`. [MAPPING §4] */
function responseCode({ answer }: AnswerParts): string {
  return answer.outcome === 'approved' ? 'APPR' : answer.outcome === 'partial' ? 'PART' : 'DECL';
}

function responseReason({ answer, request }: AnswerParts): Xml | null {
  if (answer.outcome === 'inProcess') return leaf('RspnRsn', 'TXNG');
  if (answer.outcome === 'notFound') return leaf('RspnRsn', 'ORGF');
  if (answer.outcome === 'declined') return leaf('RspnRsn', 'OTHR');
  const isAmbiguous = request.operation === 'client.find' && bodyOf<'client.find'>(answer)?.match === 'ambiguous';
  return isAmbiguous ? leaf('RspnRsn', 'AMMA') : null;
}

function cardHeader(parts: AnswerParts, functionCode: string): Xml {
  return element('Hdr', [
    element('MsgFctn', [leaf('Fctn', functionCode)]),
    leaf('PrtcolVrsn', '3.0'),
    leaf('XchgId', parts.request.exchangeId),
    leaf('CreDtTm', isoTime(parts.answer.hostTimeUtcMs)),
    leaf('InitgPty', parts.request.header.terminalId),
    leaf('RcptPty', parts.hostId),
  ]);
}

function contextOf({ request }: AnswerParts, serviceType: string | null): Xml {
  return element('Cntxt', [optionalLeaf('SsnRef', request.header.sessionId), serviceType === null ? null : element('Svc', [leaf('SvcTp', serviceType)])]);
}

function transactionId({ request, answer }: AnswerParts): Xml {
  return element('TxId', [leaf('TxDtTm', isoTime(request.header.createdAtUtcMs)), leaf('HstTxDtTm', isoTime(answer.hostTimeUtcMs)), leaf('TxRef', request.header.operationId)]);
}

const terminal = ({ terminalId }: AnswerParts): Xml => element('ATM', [leaf('Id', terminalId)]);
const response = (parts: AnswerParts): readonly (Xml | null)[] => [leaf('Rspn', responseCode(parts)), responseReason(parts)];
const authorisation = (parts: AnswerParts, code: string | null = null): Xml => element('AuthstnRslt', [element('AuthstnRspn', response(parts)), optionalLeaf('AuthstnCd', code === '' ? null : code)]);
const reconciliation = ({ request }: AnswerParts): Xml | null => optionalLeaf('RcncltnId', request.header.businessDay);

/** A response with `Envt` `Cntxt` `Tx`. */
function cardResponse(root: string, functionCode: string, parts: AnswerParts, transaction: readonly (Xml | null)[], customer: readonly (Xml | null)[] = []): Xml {
  return element(root, [
    cardHeader(parts, functionCode),
    element(root, [element('Envt', [terminal(parts), element('Cstmr', customer)]), contextOf(parts, parts.request.serviceType), element('Tx', [transactionId(parts), ...transaction])]),
  ]);
}

/** An acknowledgement with `ATM` `Cntxt` `Tx`. */
function cardAcknowledgement(root: string, functionCode: string, parts: AnswerParts, serviceType: string | null): Xml {
  return element(root, [cardHeader(parts, functionCode), element(root, [terminal(parts), contextOf(parts, serviceType), element('Tx', [transactionId(parts), ...acknowledged(root, parts)])])]);
}

/** The exception acknowledgement has no room for a reason. */
function acknowledged(root: string, parts: AnswerParts): readonly (Xml | null)[] {
  return root === 'ATMXcptnAck' ? [leaf('Rspn', responseCode(parts))] : response(parts);
}

/** An answer of the inquiry pair; `details` stand between `TxRspn` and the end, in the schema's order. */
function inquiry(details: (parts: AnswerParts) => readonly (Xml | null)[], extMembers: readonly string[], customer: (parts: AnswerParts) => readonly (Xml | null)[] = () => []): AnswerForm {
  return {
    messageName: 'catp.007.001.03',
    extMembers,
    write: (parts) => cardResponse('ATMNqryRspn', 'INQP', parts, [element('TxRspn', response(parts)), ...(bodyOf(parts.answer) === null ? [] : details(parts))], customer(parts)),
  };
}

const limits = (range: { readonly minMinor: number; readonly maxMinor: number }): Xml => element('Lmts', [CURRENCY, money('MaxPssblAmt', range.maxMinor), money('MinPssblAmt', range.minMinor)]);
const SERVICE_OF_OPERATION = { 'op-01': 'DPSV', 'op-05': 'TRFP', 'op-10': 'STDR' } as const;
const ACCOUNT_TYPES = { card: 'CDBT', current: 'CURR', wallet: 'EPRS' } as const;

function foundClient(client: { readonly clientId: string | null; readonly maskedName: string | null }): readonly (Xml | null)[] {
  return client.clientId === null ? [] : [element('CstmrSvcPrfl', [leaf('CstmrId', client.clientId), optionalLeaf('PrflDesc', client.maskedName)])];
}

/** A message of ours: everything is in `Ext`. */
function own(operation: HostOperation, extMembers: readonly string[]): AnswerForm {
  return { messageName: `own.${operation}`, extMembers, write: ({ messageId }) => element('Message', [leaf('MsgId', messageId), leaf('Op', operation), leaf('Kind', 'answer')]) };
}

export const ANSWER_FORMS: Readonly<Record<HostOperation, AnswerForm>> = {
  'client.find': inquiry(({ answer }) => {
    const body = bodyOf<'client.find'>(answer);
    return body?.match === 'one' ? foundClient(body) : [];
  }, ['match', 'findRef', 'needs', 'triesLeft']),
  'client.disambiguate': inquiry(({ answer }) => foundClient(bodyOf<'client.disambiguate'>(answer) ?? { clientId: null, maskedName: null }), ['triesLeft']),
  'client.accounts': inquiry(
    ({ answer }) =>
      (bodyOf<'client.accounts'>(answer)?.accounts ?? []).map((account) =>
        element('AcctInf', [
          leaf('AcctTp', ACCOUNT_TYPES[account.kind]),
          leaf('AcctNm', account.masked),
          CURRENCY,
          element('AcctIdr', [leaf('IBAN', account.accountRef)]),
          account.canDeposit ? element('AllwdSvc', [leaf('SvcTp', 'DPSV')]) : null,
          account.canWithdraw ? element('AllwdSvc', [leaf('SvcTp', 'STDR')]) : null,
        ]),
      ),
    [],
  ),
  'otp.request': inquiry(() => [], ['otpRef', 'expiresAtUtcMs', 'maskedDestination', 'channel', 'codeLength', 'resendAfterMs', 'triesLeft', 'codesLeft']),
  'otp.verify': inquiry(
    () => [],
    ['scope', 'expiresAtUtcMs', 'triesLeft', 'blockedUntilUtcMs'],
    ({ answer }) => {
      const body = bodyOf<'otp.verify'>(answer);
      if (body === null) return [];
      const token = body.authToken === null ? null : leaf('AuthntcnTkn', Buffer.from(body.authToken, 'utf8').toString('base64'));
      return [element('AuthntcnRslt', [leaf('Mtd', 'MOBL'), leaf('VrfctnNtty', 'ISSR'), leaf('Rslt', body.authToken === null ? 'FAIL' : 'SUCC'), token])];
    },
  ),
  'fee.quote': inquiry((parts) => {
    const body = bodyOf<'fee.quote'>(parts.answer)!;
    const { operation } = (parts.request as DecodedRequest<'fee.quote'>).body;
    return [
      element('CstmrSvcPrfl', [element('AllwdSvcs', [leaf('SvcTp', SERVICE_OF_OPERATION[operation]), limits(body)])]),
      body.feeMinor === null ? null : element('AuthstnRslt', [element('AuthstnRspn', [leaf('Rspn', responseCode(parts))]), moneyInTenge('FeeToAdd', body.feeMinor)]),
    ];
  }, ['quoteId', 'tariffId', 'feeRule', 'totalMinor', 'validUntilUtcMs', 'execution']),
  'pay.check': inquiry(({ answer }) => {
    const body = bodyOf<'pay.check'>(answer)!;
    return [element('CstmrSvcPrfl', [optionalLeaf('PrflDesc', body.maskedPayee), element('AllwdSvcs', [leaf('SvcTp', 'TRFP'), limits(body)])])];
  }, ['suggestedMinor', 'fixedMinor']),
  'cash.withdraw': {
    messageName: 'catp.002.001.03',
    extMembers: [],
    write(parts) {
      const body = bodyOf<'cash.withdraw'>(parts.answer);
      return cardResponse('ATMWdrwlRspn', 'WITP', parts, [reconciliation(parts), moneyInTenge('TtlAuthrsdAmt', body?.authorisedMinor ?? 0), authorisation(parts, body?.authorisationCode ?? null)]);
    },
  },
  'cash.withdraw.complete': { messageName: 'catp.004.001.03', extMembers: ['documentNumber'], write: (parts) => cardAcknowledgement('ATMWdrwlCmpltnAck', 'WITK', parts, parts.request.serviceType) },
  'cash.deposit': {
    messageName: 'catp.013.001.02',
    extMembers: ['documentNumber'],
    write(parts) {
      return cardResponse('ATMDpstRspn', 'DPSP', parts, [reconciliation(parts), moneyInTenge('TtlAuthrsdAmt', bodyOf<'cash.deposit'>(parts.answer)?.authorisedMinor ?? 0), authorisation(parts)]);
    },
  },
  'cash.deposit.complete': { messageName: 'catp.015.001.02', extMembers: ['documentNumber'], write: (parts) => cardAcknowledgement('ATMDpstCmpltnAck', 'DPSK', parts, parts.request.serviceType) },
  'pay.provider': { messageName: 'pain.002.001.15', extMembers: ['providerRef'], write: paymentStatus },
  'link.signon': {
    messageName: 'caam.002.001.04',
    extMembers: ['catalogueVersion'],
    write: (parts) => element('ATMDvcCtrl', [cardHeader(parts, 'DVCC'), element('ATMDvcCtrl', [element('Envt', [terminal(parts)])])]),
  },
  'link.heartbeat': {
    messageName: 'caam.006.001.02',
    extMembers: ['catalogueVersion'],
    write: (parts) => element('ATMDgnstcRspn', [cardHeader(parts, 'DIAP'), element('ATMDgnstcRspn', [element('Envt', [element('ATM', [leaf('Id', parts.terminalId), leaf('BaseCcy', 'KZT')])])])]),
  },
  'catalogue.sync': {
    messageName: 'admi.010.001.02',
    extMembers: ['catalogue'],
    write: ({ messageId, request, answer }) =>
      element('StatcDataRpt', [
        leaf('MsgId', messageId),
        element('RptDtls', [leaf('Tp', 'CATALOGUE'), leaf('ReqRef', request.header.messageId), element('RptKey', [leaf('Key', bodyOf<'catalogue.sync'>(answer)?.catalogue?.version ?? (request as DecodedRequest<'catalogue.sync'>).body.haveVersion)])]),
      ]),
  },
  'device.exception': { messageName: 'caam.012.001.02', extMembers: [], write: (parts) => cardAcknowledgement('ATMXcptnAck', 'EXPK', parts, 'STDR') },
  'recon.totals': {
    messageName: 'caam.010.001.03',
    extMembers: ['result', 'bank'],
    write: (parts) => {
      const { day } = (parts.request as DecodedRequest<'recon.totals'>).body;
      return element('ATMRcncltnAck', [cardHeader(parts, 'BALN'), element('ATMRcncltnAck', [terminal(parts), element('Tx', [transactionId(parts), leaf('RcncltnId', day), element('TxRspn', response(parts))])])]);
    },
  },
  'recon.detail': own('recon.detail', ['differences', 'isCut']),
  'journal.seal': own('journal.seal', ['heldUpTo', 'previous']),
  'suspense.report': own('suspense.report', ['decision']),
  'suspense.settlement': own('suspense.settlement', ['decision']),
  'suspense.status': own('suspense.status', ['decisions']),
  'staff.sync': own('staff.sync', ['accounts']),
  'staff.password': own('staff.password', []),
  'doc.status': own('doc.status', ['documents']),
  'receipt.send': own('receipt.send', []),
};

/** pain.002: executed ACSC, in processing PDNG, refused RJCT with the RF code. [MAPPING §5, host-messages §1.4] */
function paymentStatus({ request, answer, messageId }: AnswerParts): Xml {
  const status = answer.outcome === 'approved' || answer.outcome === 'partial' ? 'ACSC' : answer.outcome === 'inProcess' ? 'PDNG' : 'RJCT';
  const reason = answer.outcome === 'declined' ? element('StsRsnInf', [element('Rsn', [leaf('Prtry', answer.refusal)])]) : null;
  return element('CstmrPmtStsRpt', [
    element('GrpHdr', [leaf('MsgId', messageId), leaf('CreDtTm', isoTime(answer.hostTimeUtcMs))]),
    element('OrgnlGrpInfAndSts', [leaf('OrgnlMsgId', request.header.messageId), leaf('OrgnlMsgNmId', 'pain.001.001.13')]),
    element('OrgnlPmtInfAndSts', [
      leaf('OrgnlPmtInfId', request.header.messageId),
      element('TxInfAndSts', [leaf('OrgnlEndToEndId', request.header.operationId), leaf('TxSts', status), reason, leaf('AcctSvcrRef', answer.hostRef)]),
    ]),
  ]);
}

/** `Ext/Answer/body`: one element named after the operation. A null is left out, an array repeated, an object nested. [MAPPING §3] */
export function writeAnswerBody(operation: HostOperation, body: Readonly<Record<string, unknown>>): Xml {
  return element('body', [element(operation, ANSWER_FORMS[operation].extMembers.map((member) => writeValue(member, body[member])))]);
}

function writeValue(name: string, value: unknown): Xml | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return row(value.map((item) => writeValue(name, item)));
  if (typeof value === 'object') return element(name, Object.entries(value).map(([key, member]) => writeValue(key, member)));
  return leaf(name, value as string | number | boolean);
}
