import type { HostHeader } from '../../contracts/host-operations.ts';
import type { NoteCount } from '../../foundation/money.ts';
import type { DocumentFacts, Outcome, Parties } from './message-mapping.ts';
import { at, requiredTextAt, UnreadableDocument } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';
import { amountLeaf, base64Leaf, CURRENCY, element, leaf, optionalLeaf, timeLeaf } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';

/** What all card ATM messages share: header, environment, context, transaction id. [host-messages §1.2, MAPPING §4] */
const PROTOCOL_VERSION = '3.0';
const EXCHANGE_ID_MODULUS = 1000;

export interface CatpRequest {
  /** Name of the message's root and of its body: `ATMWdrwlReq`. */
  readonly root: string;
  /** `WITQ` */
  readonly functionCode: string;
  /** `STDR`; none for messages without a context. */
  readonly service?: { readonly type: string; readonly variantId?: string };
  readonly customer?: Markup;
  /** Children of `Tx` after the transaction id. */
  readonly transaction: readonly Markup[];
}

/** Root, header and body of a request or advice. */
export function writeCatp(parts: CatpRequest, header: HostHeader, parties: Parties): Markup {
  const context =
    parts.service === undefined
      ? undefined
      : element('Cntxt', [optionalLeaf('SsnRef', header.sessionId), element('Svc', [leaf('SvcTp', parts.service.type), optionalLeaf('SvcVarntId', parts.service.variantId)])]);
  const transactionId = element('TxId', [timeLeaf('TxDtTm', header.createdAtUtcMs), leaf('TxRef', header.operationId)]);
  const body = element(parts.root, [
    element('Envt', [writeAcquirer(parties), writeAtm(header, parties), parts.customer]),
    context,
    element('Tx', [transactionId, ...parts.transaction]),
  ]);
  return element(parts.root, [writeCatpHeader(parts.functionCode, header, parties), body]);
}

/** `XchgId` has three digits: it pairs request and answer on one connection and is no key. [host-messages §1.2] */
export function writeCatpHeader(functionCode: string, header: HostHeader, parties: Parties): Markup {
  return element('Hdr', [
    element('MsgFctn', [leaf('Fctn', functionCode)]),
    leaf('PrtcolVrsn', PROTOCOL_VERSION),
    leaf('XchgId', String(header.seq % EXCHANGE_ID_MODULUS).padStart(3, '0')),
    timeLeaf('CreDtTm', header.createdAtUtcMs),
    leaf('InitgPty', parties.terminalId),
    leaf('RcptPty', parties.hostId),
  ]);
}

export function writeAcquirer(parties: Parties): Markup {
  return element('Acqrr', [leaf('AcqrgInstn', parties.acquirerId)]);
}

/** @param withCurrency false for the one message whose terminal block has none (caam.005) */
export function writeAtm(header: HostHeader, parties: Parties, withCurrency = true): Markup {
  return element('ATM', [leaf('Id', parties.terminalId), leaf('SeqNb', String(header.seq)), withCurrency ? leaf('BaseCcy', 'KZT') : undefined]);
}

export interface CustomerEvidence {
  readonly clientId?: string | null;
  readonly profileRef?: string;
  /** `TOKA` session token · `MOBL` code to the telephone · `OTHR` anything else or nothing. */
  readonly method: 'TOKA' | 'MOBL' | 'OTHR';
  readonly value?: string;
  readonly isTokenRequired?: boolean;
}

/** The customer of a request. */
export function writeCustomer(header: HostHeader, evidence: CustomerEvidence): Markup {
  return element('Cstmr', [
    writeProfile(evidence),
    leaf('SelctdLang', header.language),
    element('Authntcn', [
      leaf('AuthntcnMtd', evidence.method),
      evidence.isTokenRequired === true ? leaf('TknReqd', 'true') : undefined,
      evidence.value === undefined ? undefined : base64Leaf('AuthntcnVal', Buffer.from(evidence.value, 'utf8')),
    ]),
  ]);
}

/** The customer of an advice: authentication is past, only its method is told. */
export function writeAdvisedCustomer(header: HostHeader, evidence: CustomerEvidence): Markup {
  return element('Cstmr', [writeProfile(evidence), leaf('SelctdLang', header.language), element('AuthntcnRslt', [leaf('Mtd', evidence.method)])]);
}

function writeProfile(evidence: CustomerEvidence): Markup | undefined {
  const references = [optionalLeaf('PrflRef', evidence.profileRef), optionalLeaf('CstmrId', evidence.clientId)];
  return references.every(({ markup }) => markup === '') ? undefined : element('Prfl', [leaf('RtrvlMd', 'OREQ'), ...references]);
}

export function writeReconciliationId(header: HostHeader): Markup {
  return optionalLeaf('RcncltnId', header.businessDay);
}

export function writeAccount(identifier: { readonly iban: string } | { readonly phone: string }): Markup {
  return element('AcctIdr', ['iban' in identifier ? leaf('IBAN', identifier.iban) : leaf('MSISDN', identifier.phone)]);
}

export function writeAmount(name: string, amountMinor: number): Markup {
  return element(name, [amountLeaf('Amt', amountMinor), CURRENCY]);
}

/** Counted notes; nothing when there are none, for the schema wants at least one item. */
export function writeNotes(notes: readonly NoteCount[], accountSequenceNumber?: string): Markup | undefined {
  if (notes.length === 0) return undefined;
  const items = notes.map((note) => element('MdiaItm', [leaf('Cnt', String(note.noteCount)), amountLeaf('UnitVal', note.denominationMinor), CURRENCY, leaf('MdiaSts', 'ACPT')]));
  return element('DpstdMdia', [optionalLeaf('AcctSeqNb', accountSequenceNumber), leaf('MdiaTp', 'NOTE'), ...items]);
}

/**
 * Body of an answer. The schema lets both the plain and the protected body be absent or present; exactly one, the plain one, is ours.
 *
 * @throws UnreadableDocument
 */
export function catpBody(document: XmlTree, root: string): XmlTree {
  const outer = at(document, root);
  const bodies = outer?.children.filter(({ name }) => name !== 'Hdr') ?? [];
  const body = bodies[0];
  if (body === undefined || bodies.length !== 1 || body.name !== root) throw new UnreadableDocument(`${root} has not exactly its plain body`);
  return body;
}

/** @param responsePath  where in the body the answer stands: `Tx/TxRspn/Rspn` */
export function readCatpFacts(document: XmlTree, root: string, responsePath: string): DocumentFacts {
  const body = catpBody(document, root);
  return {
    operationId: requiredTextAt(body, 'Tx/TxId/TxRef'),
    terminalId: requiredTextAt(document, `${root}/Hdr/InitgPty`),
    outcomes: OUTCOMES_BY_RESPONSE[requiredTextAt(body, responsePath)] ?? [],
  };
}

/** ASUP (approved with a supervisor) has no counterpart, so it agrees with nothing. */
export const OUTCOMES_BY_RESPONSE: Readonly<Record<string, readonly Outcome[]>> = {
  APPR: ['approved'],
  PART: ['partial'],
  DECL: ['declined', 'inProcess', 'notFound'],
};


