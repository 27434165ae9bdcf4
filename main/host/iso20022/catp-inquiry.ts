import type { HostRequest } from '../../contracts/host-operations.ts';
import { ACCOUNTS_MAX, accountSchema } from '../../contracts/host-operations.ts';
import { integer, list, nullable, object, readFields, recordToPairs, text } from './ext-body.ts';
import { catpBody, readCatpFacts, writeAccount, writeCatp, writeCustomer } from './catp-frame.ts';
import type { CustomerEvidence } from './catp-frame.ts';
import type { Mappings, MessageMapping, RequestContext } from './message-mapping.ts';
import { allAt, base64TextAt, isInTenge, minorAt, requiredTextAt, tengeAt, textAt } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';
import { amountLeaf, CURRENCY, element } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';

/**
 * Inquiries: catp.006 request, catp.007 response. Looking up a client, the one-time code, accounts, quotes and the check of a provider's fields are
 * all "customer profile" or "account list" inquiries; `Ext` says which. [MAPPING §5]
 */
type InquiryOperation = 'client.find' | 'client.disambiguate' | 'client.accounts' | 'otp.request' | 'otp.verify' | 'fee.quote' | 'pay.check';

const CUSTOMER_PROFILE = 'CMPF';
const ACCOUNT_LIST = 'ACCD';
const ANSWER_ROOT = 'ATMNqryRspn';

interface Inquiry {
  readonly customer: CustomerEvidence;
  readonly service?: string;
  readonly variantId?: string;
  readonly transaction?: readonly (Markup | undefined)[];
}

const FRAME = {
  requestName: 'catp.006.001.03',
  answerName: 'catp.007.001.03',
  readFacts: (document: XmlTree) => readCatpFacts(document, ANSWER_ROOT, 'Tx/TxRspn/Rspn'),
} as const;

/** Completes the mapping of one inquiry with what all of them share. */
function inquiry<Op extends InquiryOperation>(
  own: Pick<MessageMapping<Op>, 'writeBody'> & {
    readonly ask: (request: HostRequest<Op>, context: RequestContext) => Inquiry;
    /** Body of the response, element of `Ext`. */
    readonly read: (body: XmlTree, ext: XmlTree) => unknown;
  },
): MessageMapping<Op> {
  return {
    ...FRAME,
    writeBody: own.writeBody,
    writeDocument: (request, context) => {
      const { customer, service, variantId, transaction } = own.ask(request, context);
      return writeCatp(
        {
          root: 'ATMNqryReq',
          functionCode: 'INQQ',
          service: { type: service ?? CUSTOMER_PROFILE, ...(variantId === undefined ? {} : { variantId }) },
          customer: writeCustomer(request.header, customer),
          transaction: (transaction ?? []).filter((part) => part !== undefined),
        },
        request.header,
        context,
      );
    },
    readBody: (document, ext) => own.read(catpBody(document, ANSWER_ROOT), ext),
  };
}

const accountData = (identifier: Parameters<typeof writeAccount>[0]): Markup => element('AcctData', [writeAccount(identifier)]);

const clientFind = inquiry<'client.find'>({
  ask: ({ body: { by } }) => (by.kind === 'phone' ? { customer: { method: 'OTHR' }, transaction: [accountData({ phone: by.phone })] } : { customer: { method: 'OTHR', clientId: by.iin } }),
  writeBody: ({ by, operation }) => ({ by: { kind: by.kind }, operation }),
  read: (body, ext) =>
    text(ext, 'match') === 'one'
      ? { match: 'one', clientId: requiredTextAt(body, 'Tx/CstmrSvcPrfl/CstmrId'), maskedName: requiredTextAt(body, 'Tx/CstmrSvcPrfl/PrflDesc') }
      : readFields(ext, { match: text, findRef: text, needs: text, triesLeft: integer }),
});

const clientDisambiguate = inquiry<'client.disambiguate'>({
  ask: ({ body }) => ({ customer: { method: 'OTHR', profileRef: body.findRef, value: body.birthDate } }),
  writeBody: () => ({}),
  read: (body, ext) => ({
    clientId: textAt(body, 'Tx/CstmrSvcPrfl/CstmrId') ?? null,
    maskedName: textAt(body, 'Tx/CstmrSvcPrfl/PrflDesc') ?? null,
    triesLeft: integer(ext, 'triesLeft'),
  }),
});

const ACCOUNT_KINDS: Readonly<Record<string, string>> = { CDBT: 'card', CURR: 'current', EPRS: 'wallet' };

const clientAccounts = inquiry<'client.accounts'>({
  ask: ({ body }) => ({ service: ACCOUNT_LIST, customer: { method: 'TOKA', clientId: body.clientId, value: body.authToken } }),
  writeBody: ({ operation }) => ({ operation }),
  // Judged one by one: an account in dollars, or of a kind that is not served here, keeps nobody from his others, nor does one too many.
  read: (body) => ({ accounts: allAt(body, 'Tx/AcctInf').map(readAccount).filter((account) => accountSchema.safeParse(account).success).slice(0, ACCOUNTS_MAX) }),
});

function readAccount(account: XmlTree): unknown {
  const services = allAt(account, 'AllwdSvc').map((service) => textAt(service, 'SvcTp'));
  return {
    accountRef: textAt(account, 'AcctIdr/IBAN'),
    kind: ACCOUNT_KINDS[textAt(account, 'AcctTp') ?? ''],
    masked: textAt(account, 'AcctNm'),
    currency: textAt(account, 'Ccy'),
    canDeposit: services.includes('DPSV'),
    canWithdraw: services.includes('STDR'),
  };
}

const otpRequest = inquiry<'otp.request'>({
  ask: ({ body: { destination } }) =>
    destination.kind === 'client'
      ? { customer: { method: 'MOBL', clientId: destination.clientId, isTokenRequired: true } }
      : { customer: { method: 'MOBL', isTokenRequired: true }, transaction: [accountData({ phone: destination.phone })] },
  writeBody: ({ destination, operation }) => ({ destination: { kind: destination.kind }, operation }),
  read: (_, ext) =>
    readFields(ext, { otpRef: text, expiresAtUtcMs: integer, maskedDestination: text, channel: text, codeLength: integer, resendAfterMs: integer, triesLeft: integer, codesLeft: integer }),
});

const otpVerify = inquiry<'otp.verify'>({
  ask: ({ body, header }, { sealer }) => ({
    customer: { method: 'MOBL', profileRef: body.otpRef, value: sealer.seal({ code: body.code, messageId: header.messageId, otpRef: body.otpRef }) },
  }),
  writeBody: () => ({}),
  read: (body, ext) => ({
    authToken: base64TextAt(body, 'Envt/Cstmr/AuthntcnRslt/AuthntcnTkn') ?? null,
    ...readFields(ext, { scope: list(text), expiresAtUtcMs: nullable(integer), triesLeft: integer, blockedUntilUtcMs: nullable(integer) }),
  }),
});

const feeQuote = inquiry<'fee.quote'>({
  ask: ({ body: { target, amountMinor, authToken } }) => ({
    customer: { method: 'TOKA', value: authToken, ...(target.kind === 'account' ? { clientId: target.clientId } : {}) },
    transaction: [
      target.kind === 'account' ? accountData({ iban: target.accountRef }) : target.kind === 'phoneTopUp' ? accountData({ phone: target.phone }) : undefined,
      amountMinor === null ? undefined : element('DtldReqdAmt', [amountLeaf('AmtToDspns', amountMinor), CURRENCY]),
    ],
  }),
  writeBody: ({ operation, target }) => ({
    operation,
    target: target.kind === 'provider' ? { kind: target.kind, providerId: target.providerId, fields: recordToPairs(target.fields) } : { kind: target.kind },
  }),
  read: (body, ext) => ({
    ...readFields(ext, {
      quoteId: text,
      tariffId: text,
      feeRule: object({ fixedMinor: integer, basisPoints: integer, minMinor: integer, maxMinor: nullable(integer), payer: text }),
      totalMinor: nullable(integer),
      validUntilUtcMs: integer,
      execution: text,
    }),
    // Each of several is the customer's to pay.
    feeMinor: tengeAt(body, 'Tx/AuthstnRslt/FeeToAdd') ?? null,
    ...readLimits(body),
  }),
});

const payCheck = inquiry<'pay.check'>({
  ask: ({ body }) => ({ customer: { method: 'TOKA', value: body.authToken }, variantId: body.providerId }),
  writeBody: ({ catalogueVersion, fields }) => ({ catalogueVersion, fields: recordToPairs(fields) }),
  read: (body, ext) => ({
    maskedPayee: textAt(body, 'Tx/CstmrSvcPrfl/PrflDesc') ?? null,
    ...readFields(ext, { suggestedMinor: nullable(integer), fixedMinor: nullable(integer) }),
    ...readLimits(body),
  }),
});

function readLimits(body: XmlTree): { readonly minMinor: number | undefined; readonly maxMinor: number | undefined } {
  const limits = allAt(body, 'Tx/CstmrSvcPrfl/AllwdSvcs/Lmts').find(isInTenge);
  return { minMinor: minorAt(limits, 'MinPssblAmt'), maxMinor: minorAt(limits, 'MaxPssblAmt') };
}

export const inquiryMappings: Mappings<InquiryOperation> = {
  'client.find': clientFind,
  'client.disambiguate': clientDisambiguate,
  'client.accounts': clientAccounts,
  'otp.request': otpRequest,
  'otp.verify': otpVerify,
  'fee.quote': feeQuote,
  'pay.check': payCheck,
};
