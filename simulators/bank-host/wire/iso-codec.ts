import { X509Certificate, createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { XmlDocument } from 'libxml2-wasm';
import { HOST_OPERATIONS, hostHeaderSchema } from '../../../main/contracts/host-operations.ts';
import type { HostOperation } from '../../../main/contracts/host-operations.ts';
import { assert } from '../../../main/foundation/assert.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Random } from '../../../main/foundation/random.ts';
import type { AnyAnswer } from '../decision.ts';
import { ANSWER_FORMS, writeAnswerBody } from './answer-documents.ts';
import type { AnswerFlaw, BankCodec, DecodedRequest, RequestRejection } from './bank-codec.ts';
import { REQUEST_FORMS } from './request-bodies.ts';
import type { Schemas } from './schemas.ts';
import { openSealedCode } from './sealed-code.ts';
import { EMPTY_PLACE, signEnvelope, verifyEnvelope } from './signature.ts';
import { byteFault, canonicalTextOf, elementsOf, find, readTree, textAt, withDocument } from './xml-reader.ts';
import type { XmlNode } from './xml-reader.ts';
import { element, leaf, optionalLeaf } from './xml-writer.ts';
import type { Xml } from './xml-writer.ts';

/**
 * The bank's side of the line, written from the mapping page and the published schemas; it shares no code with the terminal's.
 * [main/host/iso20022/MAPPING.md]
 */
export interface IsoBankCodecOptions {
  readonly hostId: string;
  /** Signing certificates of each terminal, PEM; more than one while keys change. */
  readonly terminals: readonly { readonly terminalId: string; readonly certificatePems: readonly string[] }[];
  readonly signing: { readonly certificatePem: string; readonly keyPem: string };
  /** P-256 private key for sealed one-time codes. */
  readonly decryptionKeyPem: string;
  /** Compiled schemas; banks of one process share them, compiling costs more than an exchange. */
  readonly schemas: Schemas;
  readonly nowUtcMs: () => number;
  readonly random: Random;
  /** false: its own answers are not held against the schemas, where the terminal does that with each. @default true */
  readonly checksAnswers?: boolean;
}

interface TrustedKey {
  readonly terminalId: string;
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly validFromUtcMs: number;
  readonly validToUtcMs: number;
}

const NAMESPACES = { envelope: 'urn:qolma:envelope:1', ext: 'urn:qolma:ext:1', own: 'urn:qolma:own:1', iso: 'urn:iso:std:iso:20022:tech:xsd:', head: 'head.001.001.04' } as const;
const PARTY_PATH = 'OrgId/Id/OrgId/Othr/Id';
const OPERATIONS = new Set<string>(Object.keys(HOST_OPERATIONS));
/** A terminal id that no sample has, for the fault that misaddresses an answer. */
const OTHER_TERMINAL = '9999';

class Rejected extends Error {
  readonly rejection: RequestRejection;
  constructor(rejection: RequestRejection) {
    super(rejection.detail);
    this.rejection = rejection;
  }
}
const reject = (reason: RequestRejection['reason'], detail: string): never => {
  throw new Rejected({ reason, detail });
};

export function createIsoBankCodec(options: IsoBankCodecOptions): BankCodec {
  const { schemas } = options;
  const trusted = options.terminals.flatMap(({ terminalId, certificatePems }) => certificatePems.map((pem) => trustedKey(terminalId, pem)));
  const decryptionKey = createPrivateKey(options.decryptionKeyPem);
  const signingKey = createPrivateKey(options.signing.keyPem);
  const ownKeyId = keyIdOf(new X509Certificate(options.signing.certificatePem));

  return {
    decodeRequest(bytes): Result<DecodedRequest, RequestRejection> {
      try {
        const fault = byteFault(bytes);
        if (fault !== undefined) return err({ reason: fault === 'too long' ? 'size' : 'syntax', detail: fault });
        const usable = trusted.filter((key) => key.validFromUtcMs <= options.nowUtcMs() && options.nowUtcMs() <= key.validToUtcMs);
        return withDocument(bytes, (document): Result<DecodedRequest, RequestRejection> => {
          const verified = verifyEnvelope(canonicalTextOf(document), usable.map((key) => key.publicKey));
          if (verified === undefined) return err({ reason: 'signature', detail: 'no known terminal signed this text' });
          return ok(readDocument({ parsed: document, signedText: verified.signedText }, { signer: usable[verified.keyIndex]!, hostId: options.hostId, schemas, decryptionKey }));
        });
      } catch (error) {
        if (error instanceof Rejected) return err(error.rejection);
        // Whatever the parser throws of: these bytes are not a document.
        return err({ reason: 'syntax', detail: 'not well-formed' });
      }
    },

    encodeAnswer(request, answer, flaw) {
      const { messageName } = ANSWER_FORMS[request.operation];
      const text = writeEnvelope({ request, answer, flaw, hostId: options.hostId, keyId: ownKeyId, messageId: newMessageId(options.random) });
      const fault = options.checksAnswers === false ? undefined : withDocument(text.replace(EMPTY_PLACE, ''), (document) => envelopeSchemaFault(document, messageName, schemas));
      assert(fault === undefined, `the bank's own answer fits its schemas: ${request.operation} ${fault ?? ''}`);
      if (flaw === 'unsigned') return { bytes: Buffer.from(text), messageName };
      return { bytes: Buffer.from(signEnvelope(text, flaw === 'wrongSignature' ? strangeKey() : signingKey)), messageName };
    },

    answerMessageName: (operation) => ANSWER_FORMS[operation].messageName,
  };
}

/** Duplicate detection hangs on it: SHA-256 of the canonical JSON, without the digits of a one-time code. [MAPPING §3] */
export function requestDigest(operation: HostOperation, operationId: string, body: Readonly<Record<string, unknown>>): string {
  const { code, ...rest } = body;
  const hashed = operation === 'otp.verify' ? rest : body;
  assert(operation !== 'otp.verify' || typeof code === 'string', 'a verification has a code');
  return createHash('sha256').update(canonicalize({ operation, operationId, body: hashed })!).digest('hex');
}

interface ReadContext {
  readonly signer: TrustedKey;
  readonly hostId: string;
  readonly schemas: Schemas;
  readonly decryptionKey: KeyObject;
}

/** Reads only what was signed. @throws Rejected */
function readDocument({ parsed, signedText }: { readonly parsed: XmlDocument; readonly signedText: string }, context: ReadContext): DecodedRequest {
  // The empty place of the signature is optional in the header's schema: it is left out before that is asked.
  const envelope = readTree(signedText.replace(EMPTY_PLACE, ''));
  const [head, document, ext] = envelope.children;
  const isShaped = envelope.name === 'Envelope' && envelope.namespace === NAMESPACES.envelope && envelope.children.length === 3 && head?.name === 'AppHdr' && document?.name === 'Document' && ext?.name === 'Ext';
  if (!isShaped) return reject('schema', 'not an envelope of header, document and extension');
  const messageName = textAt(head, 'MsgDefIdr') ?? '';
  if (head.namespace !== NAMESPACES.iso + NAMESPACES.head || ext.namespace !== NAMESPACES.ext || document.namespace !== namespaceOf(messageName)) return reject('schema', 'a namespace is not the stated message\'s');
  const operation = textAt(ext, 'Request/op') ?? '';
  if (!isOperation(operation) || REQUEST_FORMS[operation].messageName !== messageName) return reject('schema', 'not a request of this operation');
  // The signature was found just there, once, so what is left is the signed text.
  elementsOf(elementsOf(parsed.root)[0]!).find((child) => child.name === 'Sgntr')?.remove();
  const schemaFault = envelopeSchemaFault(parsed, messageName, context.schemas);
  if (schemaFault !== undefined) return reject('schema', schemaFault);

  const request = find(ext, 'Request')!;
  const header = readHeader(request);
  const isAddressed = textAt(head, `Fr/${PARTY_PATH}`) === context.signer.terminalId && header.terminalId === context.signer.terminalId && textAt(head, `To/${PARTY_PATH}`) === context.hostId;
  if (!isAddressed) return reject('addressee', 'sender, signer and terminal are not one, or it is for another bank');
  if (textAt(request, 'keyId') !== context.signer.keyId) return reject('signature', 'the named key is not the one that signed');
  if (textAt(head, 'BizMsgIdr') !== header.messageId) return reject('content', 'header and extension name different messages');
  return readRequest({ operation, header, document, request, decryptionKey: context.decryptionKey });
}

function readRequest(parts: { readonly operation: HostOperation; readonly header: DecodedRequest['header']; readonly document: XmlNode; readonly request: XmlNode; readonly decryptionKey: KeyObject }): DecodedRequest {
  const { operation, header } = parts;
  const form = REQUEST_FORMS[operation];
  const message = find(parts.document, form.messagePath);
  const ext = find(parts.request, `body/${operation}`);
  if (message === undefined || ext === undefined) return reject('content', 'the body of the operation is missing');
  if ((textAt(message, 'Tx/TxId/TxRef') ?? textAt(message, 'PmtInf/CdtTrfTxInf/PmtId/EndToEndId') ?? header.operationId) !== header.operationId) return reject('content', 'document and extension name different operations');
  const read = form.readBody({ message, ext, openCode: (sealed, otpRef) => openSealedCode(sealed, parts.decryptionKey, { messageId: header.messageId, otpRef }) });
  const body = HOST_OPERATIONS[operation].request.safeParse(read);
  if (!body.success) return reject('content', body.error.issues.map((issue) => issue.path.join('.')).join(' '));
  const digest = requestDigest(operation, header.operationId, body.data);
  if (digest !== textAt(parts.request, 'digest')) return reject('content', 'the digest is not that of the body');
  return { operation, header, body: body.data, digest, exchangeId: String(header.seq % 1000).padStart(3, '0'), serviceType: textAt(message, 'Cntxt/Svc/SvcTp') };
}

function readHeader(request: XmlNode): DecodedRequest['header'] {
  const header = hostHeaderSchema.safeParse({
    messageId: textAt(request, 'msgId'),
    operationId: textAt(request, 'opId'),
    terminalId: textAt(request, 'terminalId'),
    seq: Number(textAt(request, 'seq')),
    sessionId: textAt(request, 'sessionId'),
    createdAtUtcMs: Number(textAt(request, 'createdAt')),
    validUntilUtcMs: Number(textAt(request, 'validUntil')),
    nonce: textAt(request, 'nonce'),
    businessDay: textAt(request, 'businessDay'),
    language: textAt(request, 'lang'),
  });
  return header.success ? header.data : reject('content', header.error.issues.map((issue) => issue.path.join('.')).join(' '));
}

interface EnvelopeParts {
  readonly request: DecodedRequest;
  readonly answer: AnyAnswer;
  readonly flaw: AnswerFlaw | undefined;
  readonly hostId: string;
  readonly keyId: string;
  readonly messageId: string;
}

/** Canonical text with an empty place for the signature. */
function writeEnvelope(parts: EnvelopeParts): string {
  const { request, hostId, messageId } = parts;
  const form = ANSWER_FORMS[request.operation];
  const terminalId = parts.flaw === 'otherTerminal' ? OTHER_TERMINAL : request.header.terminalId;
  // Through the contract: what does not fit is our bug, and the members come out in its order.
  const answer: AnyAnswer = parts.answer.outcome === 'approved' || parts.answer.outcome === 'partial' ? { ...parts.answer, body: HOST_OPERATIONS[request.operation].answer.parse(parts.answer.body) } : parts.answer;
  const party = (id: string): Xml => element('OrgId', [element('Id', [element('OrgId', [element('Othr', [leaf('Id', id)])])])]);
  const head = element(
    'AppHdr',
    [element('Fr', [party(hostId)]), element('To', [party(terminalId)]), leaf('BizMsgIdr', messageId), leaf('MsgDefIdr', form.messageName), leaf('BizSvc', 'qolma-link.1'), leaf('CreDt', new Date(answer.hostTimeUtcMs).toISOString()), element('Sgntr', [])],
    { xmlns: NAMESPACES.iso + NAMESPACES.head },
  );
  const document = element('Document', [form.write({ request, answer, messageId, hostId, terminalId })], { xmlns: namespaceOf(form.messageName) });
  const ext = element('Ext', [writeAnswer({ ...parts, answer }, terminalId)], { xmlns: NAMESPACES.ext });
  return element('Envelope', [head, document, ext], { xmlns: NAMESPACES.envelope }).text;
}

function writeAnswer({ request, answer, messageId, keyId }: EnvelopeParts, terminalId: string): Xml {
  const isDeclined = answer.outcome === 'declined';
  return element('Answer', [
    leaf('op', request.operation),
    leaf('v', 1),
    leaf('msgId', messageId),
    leaf('inReplyTo', request.header.messageId),
    leaf('opId', request.header.operationId),
    leaf('terminalId', terminalId),
    leaf('digest', request.digest),
    leaf('hostRef', answer.hostRef),
    leaf('hostTime', answer.hostTimeUtcMs),
    leaf('businessDay', answer.businessDay),
    leaf('outcome', answer.outcome),
    isDeclined ? leaf('refusal', answer.refusal) : null,
    isDeclined ? leaf('retryable', answer.isRetryable) : null,
    isDeclined ? optionalLeaf('blockedUntil', answer.blockedUntilUtcMs) : null,
    leaf('keyId', keyId),
    answer.outcome === 'approved' || answer.outcome === 'partial' ? writeAnswerBody(request.operation, answer.body) : null,
  ]);
}

/** Header, document and extension, each against its own schema. */
function envelopeSchemaFault(document: XmlDocument, messageName: string, schemas: Schemas): string | undefined {
  const parts = elementsOf(document.root);
  const schemaNames = [NAMESPACES.head, messageName.startsWith('own.') ? 'own' : messageName, 'ext'];
  if (parts.length !== schemaNames.length) return 'Envelope';
  for (const [index, schemaName] of schemaNames.entries()) {
    const fault = schemas.fault(schemaName, parts[index]!);
    if (fault !== undefined) return `${schemaName} ${fault}`;
  }
  return undefined;
}

function namespaceOf(messageName: string): string {
  return messageName.startsWith('own.') ? NAMESPACES.own : NAMESPACES.iso + messageName;
}

function isOperation(name: string): name is HostOperation {
  return OPERATIONS.has(name);
}

function trustedKey(terminalId: string, pem: string): TrustedKey {
  const certificate = new X509Certificate(pem);
  return { terminalId, keyId: keyIdOf(certificate), publicKey: certificate.publicKey, validFromUtcMs: Date.parse(certificate.validFrom), validToUtcMs: Date.parse(certificate.validTo) };
}

/** Serial number, lower-case hex without leading zeros. [MAPPING §2] */
function keyIdOf(certificate: X509Certificate): string {
  return certificate.serialNumber.toLowerCase().replace(/^0+/, '');
}

/** Nobody's key, for an answer that must not be believed. */
function strangeKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function newMessageId(random: Random): string {
  return `B${Buffer.from(random.bytes(15)).toString('hex')}`;
}
