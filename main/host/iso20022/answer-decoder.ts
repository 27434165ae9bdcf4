import { assert } from '../../foundation/assert.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { Result } from '../../foundation/outcome.ts';
import { REFUSAL_CODES } from '../../foundation/refusals.ts';
import type { RefusalCode } from '../../foundation/refusals.ts';
import { HOST_OPERATIONS } from '../../contracts/host-operations.ts';
import type { HostAnswer, HostAnswerBody, HostFailure, HostHeader, HostOperation } from '../../contracts/host-operations.ts';
import { DOCUMENT_LENGTH_BYTES_MAX } from '../signing/byte-guards.ts';
import type { Trust } from '../signing/trust.ts';
import { withParsed } from '../signing/xml-engine.ts';
import { verifyEnvelope } from '../signing/xml-signature.ts';
import { envelopeFault } from './envelope.ts';
import { flag, integer, text } from './ext-body.ts';
import type { DocumentFacts, MessageMapping, Outcome, Parties } from './message-mapping.ts';
import type { Schemas } from './schemas.ts';
import { at, requiredTextAt, textAt, treeOf, UnreadableDocument } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';

type InvalidAnswer = Extract<HostFailure, { kind: 'invalidAnswer' }>;

export interface ExpectedAnswer {
  readonly header: Pick<HostHeader, 'messageId' | 'operationId' | 'terminalId'>;
  readonly digest: string;
  /** Certificates are held against it; left out: the wall clock. */
  readonly nowUtcMs?: number;
}

/** A catalogue of 5 000 providers in three languages is the one large document of the link. */
const CATALOGUE_LENGTH_BYTES_MAX = 4 * 1024 * 1024;

export interface AnswerDecoderOptions {
  readonly context: Parties;
  readonly schemas: Schemas;
  readonly trust: Trust;
}

export type DecodeAnswer = <Op extends HostOperation>(operation: Op, mapping: MessageMapping<Op>, bytes: Uint8Array, expected: ExpectedAnswer) => Result<HostAnswer<Op>, InvalidAnswer>;

/**
 * Bytes of an answer to a believed answer, in the order that leaves nothing to trust on the way: guards, signature, schemas of the cut canonical
 * text, agreement of header, document and `Ext`, addressee and correlation, the contract's schema. Total on any bytes. [host-messages §3.2, MAPPING §7]
 */
export function createAnswerDecoder({ context, schemas, trust }: AnswerDecoderOptions): DecodeAnswer {
  return (operation, mapping, bytes, expected) => {
    const lengthBytesMax = operation === 'catalogue.sync' ? CATALOGUE_LENGTH_BYTES_MAX : DOCUMENT_LENGTH_BYTES_MAX;
    const verified = verifyEnvelope(bytes, trust, { lengthBytesMax, nowUtcMs: expected.nowUtcMs });
    if (!verified.ok) return err({ kind: 'invalidAnswer', code: verified.error.kind === 'invalid' ? 'HST_SIGNATURE_INVALID' : 'HST_MALFORMED', detail: verified.error.detail });
    const opened = openEnvelope(verified.value.canonical, mapping.answerName, schemas);
    if (!opened.ok) return opened;
    try {
      const answer = readParts(opened.value, mapping);
      const { keyId, hostTimeUtcMs } = answer.common;
      if (keyId !== verified.value.keyId) return malformed('keyId is not that of the key that signed');
      // Believed, such a time would make every later signature one of a key that is not valid now.
      if (!trust.keysValidNow(hostTimeUtcMs).some((key) => key.keyId === keyId)) return malformed('hostTime is not within the validity of the key that signed');
      const stranger = notForUs(answer, { context, expected, operation, answerName: mapping.answerName });
      if (stranger !== undefined) return err({ kind: 'invalidAnswer', code: 'HST_NOT_FOR_US', detail: stranger });
      const disagreement = disagrees(answer);
      if (disagreement !== undefined) return malformed(disagreement);
      return believe(operation, mapping, opened.value, answer.common);
    } catch (error) {
      if (error instanceof UnreadableDocument) return malformed(error.message);
      throw error;
    }
  };
}

interface EnvelopeParts {
  readonly header: XmlTree;
  readonly document: XmlTree;
  readonly ext: XmlTree;
}

function openEnvelope(canonical: string, answerName: string, schemas: Schemas): Result<EnvelopeParts, InvalidAnswer> {
  // The text came out of the canonicaliser, so it is well formed; a failure here is ours and not the answer's.
  return withParsed(canonical, (document) => {
    const fault = envelopeFault(document, answerName, schemas);
    if (fault !== undefined) return malformed(fault);
    const [header, body, ext] = treeOf(document).children;
    assert(header !== undefined && body !== undefined && ext !== undefined, 'a checked envelope has three parts');
    return ok({ header, document: body, ext });
  });
}

interface CommonFields {
  readonly op: string;
  readonly msgId: string;
  readonly inReplyTo: string;
  readonly opId: string;
  readonly terminalId: string;
  readonly digest: string;
  readonly hostRef: string;
  readonly hostTimeUtcMs: number;
  readonly businessDay: string;
  readonly outcome: string;
  readonly refusal: string | undefined;
  readonly isRetryable: boolean | undefined;
  readonly blockedUntilUtcMs: number | undefined;
  readonly keyId: string;
  readonly hasBody: boolean;
  readonly body: XmlTree | undefined;
}

interface ReadAnswer {
  readonly common: CommonFields;
  readonly facts: DocumentFacts;
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly messageName: string;
}

const PARTY_PATH = 'OrgId/Id/OrgId/Othr/Id';

function readParts(parts: EnvelopeParts, mapping: Pick<MessageMapping<HostOperation>, 'readFacts'>): ReadAnswer {
  const answer = at(parts.ext, 'Answer');
  if (answer === undefined) throw new UnreadableDocument('Ext holds no answer');
  const op = text(answer, 'op');
  const body = at(answer, 'body');
  return {
    common: {
      op,
      msgId: text(answer, 'msgId'),
      inReplyTo: text(answer, 'inReplyTo'),
      opId: text(answer, 'opId'),
      terminalId: text(answer, 'terminalId'),
      digest: text(answer, 'digest'),
      hostRef: text(answer, 'hostRef'),
      hostTimeUtcMs: integer(answer, 'hostTime'),
      businessDay: text(answer, 'businessDay'),
      outcome: text(answer, 'outcome'),
      refusal: textAt(answer, 'refusal'),
      isRetryable: at(answer, 'retryable') === undefined ? undefined : flag(answer, 'retryable'),
      blockedUntilUtcMs: at(answer, 'blockedUntil') === undefined ? undefined : integer(answer, 'blockedUntil'),
      keyId: text(answer, 'keyId'),
      hasBody: body !== undefined,
      body: at(body, op),
    },
    facts: mapping.readFacts(parts.document),
    from: requiredTextAt(parts.header, `Fr/${PARTY_PATH}`),
    to: requiredTextAt(parts.header, `To/${PARTY_PATH}`),
    messageId: requiredTextAt(parts.header, 'BizMsgIdr'),
    messageName: requiredTextAt(parts.header, 'MsgDefIdr'),
  };
}

interface Expectation {
  readonly context: Parties;
  readonly expected: ExpectedAnswer;
  readonly operation: HostOperation;
  readonly answerName: string;
}

/** A good signature under somebody else's answer is still somebody else's answer. */
function notForUs(answer: ReadAnswer, { context, expected, operation, answerName }: Expectation): string | undefined {
  const { common, facts } = answer;
  const { header, digest } = expected;
  if (answer.from !== context.hostId) return 'it is not from the host';
  if (answer.to !== header.terminalId || common.terminalId !== header.terminalId || (facts.terminalId ?? header.terminalId) !== header.terminalId) return 'it is for another terminal';
  if (common.op !== operation || answer.messageName !== answerName) return 'it answers another operation';
  if (common.inReplyTo !== header.messageId || (facts.originalMessageId ?? header.messageId) !== header.messageId) return 'it answers another message';
  if (common.opId !== header.operationId || (facts.operationId ?? header.operationId) !== header.operationId) return 'it belongs to another operation id';
  if (common.digest !== digest) return 'it answers another content';
  return undefined;
}

/** Header, document and `Ext` must tell the same story. */
function disagrees({ common, facts, messageId }: ReadAnswer): string | undefined {
  const isDone = common.outcome === 'approved' || common.outcome === 'partial';
  const isDeclined = common.outcome === 'declined';
  if (common.msgId !== messageId) return 'header and Ext name different messages';
  if (facts.outcomes !== undefined && !facts.outcomes.some((outcome) => outcome === common.outcome)) return 'the status of the document does not fit the outcome';
  if (facts.hostRef !== undefined && facts.hostRef !== common.hostRef) return 'document and Ext name different references of the host';
  if (common.hasBody !== isDone) return 'a body comes with approved and partial only';
  if (isDone && common.body === undefined) return 'the body is of another operation';
  if (isDeclined !== (common.refusal !== undefined) || isDeclined !== (common.isRetryable !== undefined)) return 'a refusal comes with declined only';
  if (!isDeclined && common.blockedUntilUtcMs !== undefined) return 'blockedUntil comes with declined only';
  return undefined;
}

function believe<Op extends HostOperation>(operation: Op, mapping: MessageMapping<Op>, parts: EnvelopeParts, common: CommonFields): Result<HostAnswer<Op>, InvalidAnswer> {
  const reference = { hostRef: common.hostRef, hostTimeUtcMs: common.hostTimeUtcMs, businessDay: common.businessDay };
  const outcome = common.outcome as Outcome;
  switch (outcome) {
    case 'approved':
    case 'partial': {
      assert(common.body !== undefined, 'a done answer has a body');
      const body = HOST_OPERATIONS[operation].answer.safeParse(mapping.readBody(parts.document, common.body, common));
      if (!body.success) return malformed(`body does not fit the contract: ${body.error.issues[0]?.path.join('.') ?? ''}`);
      // The schema of `operation` made it; the compiler cannot follow the index.
      return ok({ ...reference, outcome, body: body.data as HostAnswerBody<Op> });
    }
    case 'declined': {
      const refusal = REFUSAL_CODES.find((code): code is RefusalCode => code === common.refusal);
      if (refusal === undefined) return malformed('the refusal code is unknown');
      return ok({ ...reference, outcome, refusal, isRetryable: common.isRetryable === true, blockedUntilUtcMs: common.blockedUntilUtcMs ?? null });
    }
    case 'inProcess':
    case 'notFound':
      return ok({ ...reference, outcome });
  }
}

function malformed(detail: string): { readonly ok: false; readonly error: InvalidAnswer } {
  return err({ kind: 'invalidAnswer', code: 'HST_MALFORMED', detail });
}
