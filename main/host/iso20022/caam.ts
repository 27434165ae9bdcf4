import type { HostHeader } from '../../contracts/host-operations.ts';
import { integer, list, object, readFields, sealFields, text } from './ext-body.ts';
import { catpBody, readCatpFacts, writeAcquirer, writeAtm, writeCatp, writeCatpHeader, writeReconciliationId } from './catp-frame.ts';
import type { DocumentFacts, Mappings, MessageMapping, Parties } from './message-mapping.ts';
import { requiredTextAt } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';
import { amountLeaf, CURRENCY, element, leaf, optionalLeaf, timeLeaf } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';

/** Management of the terminal: sign-on caam.001/002, heartbeat caam.005/006, totals of a day caam.009/010, exceptions caam.011/012. [MAPPING §5] */
const IN_SERVICE = 'INSV';
const OUT_OF_SERVICE = 'OUTS';

/** Root, header, environment and global status of a report about the terminal. */
function writeReport(report: { readonly root: string; readonly functionCode: string; readonly status: string; readonly withCurrency: boolean }, header: HostHeader, parties: Parties): Markup {
  const body = element(report.root, [
    element('Envt', [writeAcquirer(parties), writeAtm(header, parties, report.withCurrency)]),
    element('ATMGblSts', [leaf('CurSts', report.status)]),
  ]);
  return element(report.root, [writeCatpHeader(report.functionCode, header, parties), body]);
}

/** These answers have no status of their own and name no operation; they must be for this terminal in header and body. */
function readReportFacts(document: XmlTree, root: string): DocumentFacts {
  requiredTextAt(catpBody(document, root), 'Envt/ATM/Id');
  return { terminalId: requiredTextAt(document, `${root}/Hdr/InitgPty`) };
}

const signon: MessageMapping<'link.signon'> = {
  requestName: 'caam.001.001.05',
  answerName: 'caam.002.001.04',
  writeDocument: ({ header }, context) => writeReport({ root: 'ATMDvcRpt', functionCode: 'GSTS', status: IN_SERVICE, withCurrency: true }, header, context),
  writeBody: ({ softwareVersion, configVersion }) => ({ softwareVersion, configVersion }),
  readFacts: (document) => readReportFacts(document, 'ATMDvcCtrl'),
  readBody: (_, ext, { businessDay }) => ({ businessDay, catalogueVersion: integer(ext, 'catalogueVersion') }),
};

const heartbeat: MessageMapping<'link.heartbeat'> = {
  requestName: 'caam.005.001.03',
  answerName: 'caam.006.001.02',
  writeDocument: ({ header, body }, context) =>
    writeReport({ root: 'ATMDgnstcReq', functionCode: 'DIAQ', status: body.state === 'outOfService' ? OUT_OF_SERVICE : IN_SERVICE, withCurrency: false }, header, context),
  writeBody: ({ state, queueDepth, oldestAgeMs }) => ({ state, queueDepth, oldestAgeMs }),
  readFacts: (document) => readReportFacts(document, 'ATMDgnstcRspn'),
  readBody: (_, ext, { businessDay }) => ({ businessDay, catalogueVersion: integer(ext, 'catalogueVersion') }),
};

/** Nearest ISO code; the exact kind is in `Ext`. */
const EXCEPTION_CODES = { malfunction: 'MALF', fraud: 'SFRD', cardRetained: 'CDRT', itemsForgotten: 'UCPT', security: 'SECU' } as const;

const deviceException: MessageMapping<'device.exception'> = {
  requestName: 'caam.011.001.02',
  answerName: 'caam.012.001.02',
  writeDocument: ({ header, body }, context) =>
    writeCatp(
      { root: 'ATMXcptnAdvc', functionCode: 'EXPV', transaction: [writeReconciliationId(header), leaf('Xcptn', EXCEPTION_CODES[body.kind]), optionalLeaf('XcptnDtl', body.detail)] },
      header,
      context,
    ),
  writeBody: ({ kind, deviceId, errorCode }) => ({ kind, deviceId, errorCode }),
  readFacts: (document) => readCatpFacts(document, 'ATMXcptnAck', 'Tx/Rspn'),
  readBody: () => ({}),
};

const reconciliation: MessageMapping<'recon.totals'> = {
  requestName: 'caam.009.001.03',
  answerName: 'caam.010.001.03',
  writeDocument: ({ header, body }, context) => {
    const transactionId = element('TxId', [timeLeaf('TxDtTm', header.createdAtUtcMs), leaf('TxRef', header.operationId)]);
    const totals = body.operations.map(({ operation, count, journalMinor }) =>
      element('TxTtls', [leaf('Id', operation), leaf('Prd', 'BDAY'), CURRENCY, leaf('Cnt', String(count)), amountLeaf('Amt', Math.abs(journalMinor))]));
    const advice = element('ATMRcncltnAdvc', [
      element('Envt', [writeAcquirer(context), writeAtm(header, context)]),
      element('Tx', [element('RcncltnOpr', [transactionId, leaf('RcncltnId', body.day), ...totals])]),
    ]);
    return element('ATMRcncltnAdvc', [writeCatpHeader('BALN', header, context), advice]);
  },
  writeBody: ({ operations, units, isExplained, seal }) => ({
    operations: operations.map(({ operation, count, deviceMinor, journalMinor, hostMinor }) => ({ operation, count, deviceMinor, journalMinor, hostMinor })),
    units: units.map(({ unitId, movedMinor, countedMinor }) => ({ unitId, movedMinor, countedMinor })), isExplained, seal: seal === null ? null : sealFields(seal),
  }),
  readFacts: (document) => readCatpFacts(document, 'ATMRcncltnAck', 'Tx/TxRspn/Rspn'),
  readBody: (_, ext) => readFields(ext, { result: text, bank: list(object({ operation: text, bookedMinor: integer })) }),
};

export const managementMappings: Mappings<'link.signon' | 'link.heartbeat' | 'device.exception' | 'recon.totals'> = {
  'recon.totals': reconciliation,
  'link.signon': signon,
  'link.heartbeat': heartbeat,
  'device.exception': deviceException,
};
