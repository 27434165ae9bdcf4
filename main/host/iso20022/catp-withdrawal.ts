import { nullable, readFields, text } from './ext-body.ts';
import type { ExtValue } from './ext-body.ts';
import { catpBody, readCatpFacts, writeAccount, writeAdvisedCustomer, writeAmount, writeCatp, writeCustomer, writeReconciliationId } from './catp-frame.ts';
import type { Mappings, MessageMapping } from './message-mapping.ts';
import { tengeAt, textAt } from './xml-tree.ts';
import { amountLeaf, CURRENCY, element, leaf } from './xml-writer.ts';

/** Cash out: catp.001/002 asks, catp.003/004 says what came of it. There is no reversal message; a reversal is an advice with FAIL or DOBT. [host-messages §0.6, §5.2] */
const STANDARD_WITHDRAWAL = { type: 'STDR' } as const;

const withdraw: MessageMapping<'cash.withdraw'> = {
  requestName: 'catp.001.001.03',
  answerName: 'catp.002.001.03',
  writeDocument: ({ header, body }, context) =>
    writeCatp(
      {
        root: 'ATMWdrwlReq',
        functionCode: 'WITQ',
        service: STANDARD_WITHDRAWAL,
        customer: writeCustomer(header, { method: 'TOKA', clientId: body.clientId, value: body.authToken }),
        transaction: [
          writeReconciliationId(header),
          element('AcctData', [CURRENCY, writeAccount({ iban: body.accountRef })]),
          writeAmount('TtlReqdAmt', body.amountMinor + body.feeMinor),
          element('DtldReqdAmt', [amountLeaf('AmtToDspns', body.amountMinor), CURRENCY, writeAmount('Fees', body.feeMinor)]),
          ...body.mix.map((note) => element('SelctdMix', [leaf('Nb', String(note.noteCount)), amountLeaf('UnitVal', note.denominationMinor)])),
        ],
      },
      header,
      context,
    ),
  writeBody: ({ consent }): { readonly [field: string]: ExtValue } => ({ consent }),
  readFacts: (document) => readCatpFacts(document, 'ATMWdrwlRspn', 'Tx/AuthstnRslt/AuthstnRspn/Rspn'),
  readBody: (document) => {
    const body = catpBody(document, 'ATMWdrwlRspn');
    return { authorisedMinor: tengeAt(body, 'Tx/TtlAuthrsdAmt'), authorisationCode: textAt(body, 'Tx/AuthstnRslt/AuthstnCd') ?? '' };
  },
};

/** Transaction status and status of the presented amount. [host-messages §5.2] */
const STATUS_BY_OUTCOME = {
  full: ['SCSS', 'FULL'],
  partial: ['FAIL', 'PART'],
  none: ['FAIL', 'NONE'],
  doubtful: ['DOBT', 'PART'],
} as const;

const withdrawComplete: MessageMapping<'cash.withdraw.complete'> = {
  requestName: 'catp.003.001.03',
  answerName: 'catp.004.001.03',
  writeDocument: ({ header, body }, context) => {
    const [transactionStatus, presentedStatus] = STATUS_BY_OUTCOME[body.outcome];
    return writeCatp(
      {
        root: 'ATMWdrwlCmpltnAdvc',
        functionCode: 'WITV',
        service: STANDARD_WITHDRAWAL,
        customer: writeAdvisedCustomer(header, { method: 'TOKA', clientId: body.clientId }),
        transaction: [
          leaf('TxSts', transactionStatus),
          leaf('PresntdAmtSts', presentedStatus),
          ...(body.cause === 'none' ? [] : [leaf('Incdnt', body.cause)]),
          writeReconciliationId(header),
          element('AcctData', [CURRENCY, writeAccount({ iban: body.accountRef })]),
          writeAmount('TtlPresntdAmt', body.presentedMinor),
          amountLeaf('TtlAuthrsdAmt', body.authorisedMinor),
          amountLeaf('TtlReqdAmt', body.requestedMinor),
          writeAmount('AddtlChrg', body.feeMinor),
          leaf('RctPrtd', String(body.receiptNumber !== null)),
        ],
      },
      header,
      context,
    );
  },
  // Counts per denomination have no ISO element here: `Csstt` wants the whole state of physical cassettes.
  writeBody: ({ uncertainMinor, notes, originalMessageId, receiptNumber }) => ({ uncertainMinor, notes, originalMessageId, receiptNumber }),
  readFacts: (document) => readCatpFacts(document, 'ATMWdrwlCmpltnAck', 'Tx/Rspn'),
  readBody: (_, ext) => readFields(ext, { documentNumber: nullable(text) }),
};

export const withdrawalMappings: Mappings<'cash.withdraw' | 'cash.withdraw.complete'> = {
  'cash.withdraw': withdraw,
  'cash.withdraw.complete': withdrawComplete,
};
