import { nullable, readFields, recordToPairs, text } from './ext-body.ts';
import type { Mappings, MessageMapping, Outcome } from './message-mapping.ts';
import { at, requiredTextAt, textAt, UnreadableDocument } from './xml-tree.ts';
import { CURRENCY, element, leaf, timeLeaf } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';
import { minorToDecimal } from '../../foundation/money.ts';

/** Cash to a provider: pain.001 with the payer as ultimate debtor, answered by pain.002. One payment a message: one signature, one status, one key. [host-messages §1.4] */
const REQUEST_NAME = 'pain.001.001.13';

/** A party by its number in the bank's books. */
const organisation = (id: string): Markup => element('Id', [element('OrgId', [element('Othr', [leaf('Id', id)])])]);

const payProvider: MessageMapping<'pay.provider'> = {
  requestName: REQUEST_NAME,
  answerName: 'pain.002.001.15',
  writeDocument: ({ header, body }, { terminalId, acquirerId }) =>
    element('CstmrCdtTrfInitn', [
      element('GrpHdr', [
        leaf('MsgId', header.messageId),
        timeLeaf('CreDtTm', header.createdAtUtcMs),
        leaf('NbOfTxs', '1'),
        leaf('CtrlSum', minorToDecimal(body.creditMinor)),
        element('InitgPty', [organisation(terminalId)]),
      ]),
      element('PmtInf', [
        leaf('PmtInfId', header.messageId),
        leaf('PmtMtd', 'TRF'),
        element('ReqdExctnDt', [timeLeaf('DtTm', header.createdAtUtcMs)]),
        element('Dbtr', [organisation(acquirerId)]),
        element('DbtrAcct', [element('Id', [element('Othr', [leaf('Id', `CASH-${terminalId}`)])]), CURRENCY]),
        element('DbtrAgt', [element('FinInstnId', [element('Othr', [leaf('Id', acquirerId)])])]),
        element('UltmtDbtr', [element('Id', [element('PrvtId', [element('Othr', [leaf('Id', body.payerPhone), element('SchmeNm', [leaf('Prtry', 'MSISDN')])])])])]),
        element('CdtTrfTxInf', [
          element('PmtId', [leaf('EndToEndId', header.operationId)]),
          element('PmtTpInf', [element('LclInstrm', [leaf('Prtry', 'CASH-KIOSK')])]),
          element('Amt', [leaf('InstdAmt', minorToDecimal(body.creditMinor), { Ccy: 'KZT' })]),
          leaf('ChrgBr', 'DEBT'),
          element('Cdtr', [organisation(body.providerId)]),
          element('Purp', [leaf('Prtry', body.purposeCode)]),
        ]),
      ]),
    ]),
  writeBody: ({ catalogueVersion, fields, insertedMinor, feeMinor, changeMinor, changePhone, changeAgreed, notes, authToken, consent, receiptNumber, reference }) => ({
    catalogueVersion,
    fields: recordToPairs(fields),
    insertedMinor,
    feeMinor,
    changeMinor,
    changePhone,
    changeAgreed: changeAgreed ?? null,
    notes,
    authToken,
    consent,
    receiptNumber,
    reference,
  }),
  readFacts: (document) => {
    const group = at(document, 'CstmrPmtStsRpt/OrgnlGrpInfAndSts');
    const transaction = at(document, 'CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts');
    if (textAt(group, 'OrgnlMsgNmId') !== REQUEST_NAME) throw new UnreadableDocument('the status is not of a payment');
    return {
      operationId: requiredTextAt(transaction, 'OrgnlEndToEndId'),
      originalMessageId: requiredTextAt(group, 'OrgnlMsgId'),
      hostRef: requiredTextAt(transaction, 'AcctSvcrRef'),
      outcomes: outcomesOfStatus(requiredTextAt(transaction, 'TxSts')),
    };
  },
  readBody: (_, ext) => readFields(ext, { providerRef: nullable(text) }),
};

/** An unknown code never becomes final by itself. [host-messages §1.4] */
function outcomesOfStatus(status: string): readonly Outcome[] {
  if (status === 'ACSC' || status === 'ACCC') return ['approved'];
  if (status === 'RJCT' || status === 'CANC') return ['declined', 'notFound'];
  return ['inProcess'];
}

export const paymentMappings: Mappings<'pay.provider'> = { 'pay.provider': payProvider };
