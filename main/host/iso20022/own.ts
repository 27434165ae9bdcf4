import type { HostOperation, HostRequest } from '../../contracts/host-operations.ts';
import { flag, integer, list, nullable, object, readFields, said, saidFlag, saidNumber, sealFields, text } from './ext-body.ts';
import type { ExtValue } from './ext-body.ts';
import type { Mappings, MessageMapping } from './message-mapping.ts';
import { at, requiredTextAt, UnreadableDocument } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';
import { element, leaf } from './xml-writer.ts';

/** Operations that ISO 20022 has no message for: a frame in our own namespace, the whole body in `Ext`. [MAPPING §5] */
type OwnOperation = 'journal.seal' | 'recon.detail' | 'staff.sync' | 'staff.password' | 'receipt.send' | 'doc.status' | 'suspense.report' | 'suspense.settlement' | 'suspense.status';

function own<Op extends OwnOperation & HostOperation>(operation: Op, mapping: { readonly writeBody: (body: HostRequest<Op>['body']) => { readonly [field: string]: ExtValue }; readonly read: (ext: XmlTree) => unknown }): MessageMapping<Op> {
  const name = `own.${operation}`;
  return {
    requestName: name,
    answerName: name,
    writeDocument: ({ header }) => element('Message', [leaf('MsgId', header.messageId), leaf('Op', operation), leaf('Kind', 'request')]),
    writeBody: mapping.writeBody,
    readFacts: (document) => {
      if (requiredTextAt(document, 'Message/Op') !== operation || requiredTextAt(document, 'Message/Kind') !== 'answer') throw new UnreadableDocument('the message is not an answer of this operation');
      return {};
    },
    readBody: (_, ext) => mapping.read(ext),
  };
}

const verifier = object({ saltBase64: said, hashBase64: said });
/** Judged one by one where accounts are kept. */
const staffAccount = object({
  login: said,
  name: said,
  level: said,
  verifier: (parent, name) => (at(parent, name) === undefined ? undefined : verifier(parent, name)),
  mustChangePassword: saidFlag,
  passwordChangedAtUtcMs: saidNumber,
  previousVerifiers: list(verifier),
  isLocked: saidFlag,
});

const suspenseDecision = object({ suspenseId: text, decisionId: text, to: text, amountMinor: integer, authority: text, reason: text, decidedAtUtcMs: integer });
/** Judged by the contract, so that an odd one does not cost the answer beside which it stands. */
const offeredDecision = object({ suspenseId: said, decisionId: said, to: said, amountMinor: saidNumber, authority: said, reason: said, decidedAtUtcMs: saidNumber });

export const ownMappings: Mappings<OwnOperation> = {
  'staff.sync': own('staff.sync', { writeBody: () => ({}), read: (ext) => readFields(ext, { accounts: list(staffAccount) }) }),
  'staff.password': own('staff.password', { writeBody: (body) => ({ login: body.login, verifier: body.verifier }), read: () => ({}) }),
  'journal.seal': own('journal.seal', { writeBody: ({ seal }) => ({ seal: sealFields(seal) }), read: (ext) => readFields(ext, { heldUpTo: integer, previous: nullable(object({ upToEntryNumber: integer, hash: text })) }) }),
  'recon.detail': own('recon.detail', {
    writeBody: ({ day, operation, afterOperationId, isLast, operations }) => ({ day, operation, afterOperationId, isLast, operations: operations.map(({ operationId, hostMinor }) => ({ operationId, hostMinor })) }),
    read: (ext) => readFields(ext, { differences: list(object({ operationId: text, bookedMinor: integer })), isCut: flag }),
  }),
  'suspense.report': own('suspense.report', {
    writeBody: ({ suspenseId, kind, amountMinor, operationId, operation, reference, openedAtUtcMs, evidence }) => ({ suspenseId, kind, amountMinor, operationId, operation, reference, openedAtUtcMs, evidence }),
    read: (ext) => readFields(ext, { decision: nullable(offeredDecision) }),
  }),
  'suspense.settlement': own('suspense.settlement', {
    writeBody: ({ suspenseId, to, amountMinor, by, authority, why, evidence, settledAtUtcMs }) => ({ suspenseId, to, amountMinor, by, authority, why, evidence, settledAtUtcMs }),
    read: (ext) => readFields(ext, { decision: nullable(offeredDecision) }),
  }),
  'suspense.status': own('suspense.status', { writeBody: ({ suspenseIds }) => ({ suspenseIds }), read: (ext) => readFields(ext, { decisions: list(suspenseDecision) }) }),
  'receipt.send': own('receipt.send', {
    writeBody: (body) => ({ receiptNumber: body.receiptNumber, channel: body.channel, phone: body.phone, clientId: body.clientId, language: body.language, text: body.text }),
    read: () => ({}),
  }),
  'doc.status': own('doc.status', {
    writeBody: ({ operationId }) => ({ operationId }),
    read: (ext) => readFields(ext, { documents: list(object({ operation: text, messageId: text, status: text, refusal: nullable(text) })) }),
  }),
};
