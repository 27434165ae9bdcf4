import { nullable, readFields, text } from './ext-body.ts';
import { catpBody, readCatpFacts, writeAccount, writeAdvisedCustomer, writeAmount, writeCatp, writeCustomer, writeNotes, writeReconciliationId } from './catp-frame.ts';
import type { Mappings, MessageMapping } from './message-mapping.ts';
import { tengeAt } from './xml-tree.ts';
import { amountLeaf, CURRENCY, element, leaf } from './xml-writer.ts';

/** Cash in to an account: catp.012/013; what was deposited or stayed inside uncredited: catp.014/015. [MAPPING §5] */
const COUNTED_BY_MACHINE = { type: 'DPSV' } as const;
const ONLY_ACCOUNT = '1';

const deposit: MessageMapping<'cash.deposit'> = {
  requestName: 'catp.012.001.02',
  answerName: 'catp.013.001.02',
  writeDocument: ({ header, body }, context) =>
    writeCatp(
      {
        root: 'ATMDpstReq',
        functionCode: 'DPSQ',
        service: COUNTED_BY_MACHINE,
        customer: writeCustomer(header, { method: 'TOKA', clientId: body.clientId, value: body.authToken }),
        transaction: [
          writeReconciliationId(header),
          amountLeaf('TtlReqdAmt', body.amountMinor),
          element('SubDpst', [
            leaf('SubDpstId', '1'),
            element('AcctData', [leaf('AcctSeqNb', ONLY_ACCOUNT), CURRENCY, writeAccount({ iban: body.accountRef })]),
            element('DtldReqdAmt', [leaf('AcctSeqNb', ONLY_ACCOUNT), amountLeaf('AmtToDpst', body.creditMinor), CURRENCY, writeAmount('Fees', body.feeMinor)]),
            writeNotes(body.notes, ONLY_ACCOUNT),
          ]),
          writeAmount('TtlAmt', body.amountMinor),
        ],
      },
      header,
      context,
    ),
  writeBody: ({ consent, receiptNumber, reference }) => ({ consent, receiptNumber, reference }),
  readFacts: (document) => readCatpFacts(document, 'ATMDpstRspn', 'Tx/AuthstnRslt/AuthstnRspn/Rspn'),
  readBody: (document, ext) => ({ authorisedMinor: tengeAt(catpBody(document, 'ATMDpstRspn'), 'Tx/TtlAuthrsdAmt'), ...readFields(ext, { documentNumber: nullable(text) }) }),
};

const STATUS_BY_OUTCOME = { deposited: 'SCSS', retained: 'FAIL' } as const;

const depositComplete: MessageMapping<'cash.deposit.complete'> = {
  requestName: 'catp.014.001.02',
  answerName: 'catp.015.001.02',
  writeDocument: ({ header, body }, context) =>
    writeCatp(
      {
        root: 'ATMDpstCmpltnAdvc',
        functionCode: 'DPSV',
        service: COUNTED_BY_MACHINE,
        customer: writeAdvisedCustomer(header, { method: body.clientId === null ? 'OTHR' : 'TOKA', clientId: body.clientId }),
        transaction: [
          leaf('TxSts', STATUS_BY_OUTCOME[body.outcome]),
          writeReconciliationId(header),
          ...(body.cause === 'none' ? [] : [leaf('Incdnt', body.cause)]),
          writeAmount('TtlDpstdAmt', body.depositedMinor),
          amountLeaf('TtlAuthrsdAmt', body.depositedMinor),
          element('SubDpst', [leaf('SubDpstId', '1'), writeNotes(body.notes)]),
          leaf('RctPrtd', String(body.receiptNumber !== null)),
        ],
      },
      header,
      context,
    ),
  writeBody: ({ operation, retainedMinor, payerPhone, receiptNumber, reference }) => ({ operation, retainedMinor, payerPhone, receiptNumber, reference }),
  readFacts: (document) => readCatpFacts(document, 'ATMDpstCmpltnAck', 'Tx/Rspn'),
  readBody: (_, ext) => readFields(ext, { documentNumber: nullable(text) }),
};

export const depositMappings: Mappings<'cash.deposit' | 'cash.deposit.complete'> = {
  'cash.deposit': deposit,
  'cash.deposit.complete': depositComplete,
};
