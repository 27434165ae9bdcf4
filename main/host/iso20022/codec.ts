import { join } from 'node:path';
import { XmlParseError } from 'libxml2-wasm';
import { assert } from '../../foundation/assert.ts';
import type { Clock } from '../../foundation/clock.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { Result } from '../../foundation/outcome.ts';
import type { Random } from '../../foundation/random.ts';
import { HOST_OPERATIONS, hostHeaderSchema } from '../../contracts/host-operations.ts';
import type { HostOperation, HostRequest, HostRequestBody } from '../../contracts/host-operations.ts';
import type { EncodedMessage, HostCodec } from '../bank-host.ts';
import { createCodeSealer } from '../signing/seal-code.ts';
import type { Signer } from '../signing/signer.ts';
import type { Trust } from '../signing/trust.ts';
import { canonicalText, withParsed } from '../signing/xml-engine.ts';
import { signEnvelope } from '../signing/xml-signature.ts';
import { staticDataMappings } from './admi.ts';
import { createAnswerDecoder } from './answer-decoder.ts';
import { managementMappings } from './caam.ts';
import { depositMappings } from './catp-deposit.ts';
import { inquiryMappings } from './catp-inquiry.ts';
import { withdrawalMappings } from './catp-withdrawal.ts';
import { envelopeFault, writeEnvelope, writeExtRequest } from './envelope.ts';
import type { Mappings, MessageMapping, RequestContext } from './message-mapping.ts';
import { ownMappings } from './own.ts';
import { paymentMappings } from './pain-payment.ts';
import { renewedRequest } from './renew-request.ts';
import type { RenewedHeader } from './renew-request.ts';
import { requestDigest } from './request-digest.ts';
import { createSchemas } from './schemas.ts';
import type { Schemas } from './schemas.ts';

const MAPPINGS: Mappings<HostOperation> = {
  ...inquiryMappings,
  ...withdrawalMappings,
  ...depositMappings,
  ...paymentMappings,
  ...managementMappings,
  ...staticDataMappings,
  ...ownMappings,
};

/** Message names of an operation, `catp.006.001.03` and its answer's. */
export function messageNames(operation: HostOperation): { readonly request: string; readonly answer: string } {
  return { request: MAPPINGS[operation].requestName, answer: MAPPINGS[operation].answerName };
}

export interface Iso20022CodecOptions {
  readonly terminalId: string;
  readonly acquirerId: string;
  readonly hostId: string;
  /** Signs as this terminal. */
  readonly signer: Signer;
  /** Signing certificates of the bank. */
  readonly trust: Trust;
  /** Certificate or public key for one-time codes, P-256. */
  readonly hostEncryptionKeyPem: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the `.xsd` files lie; beside this file unless the program is bundled. */
  readonly schemaFolder?: string;
  /** Made before, in place of the folder: a process with many terminals compiles each schema once. */
  readonly schemas?: Schemas;
}

/** Longest id that every message has room for: Max35Text. */
const ID_LENGTH_MAX = 35;

/**
 * The link's messages as signed ISO 20022 documents. [MAPPING, host-messages §1–§3]
 *
 * Nothing is compiled here: schemas are made when the first message of their kind comes.
 *
 * @throws when a key is unusable: a fault of the installation, found at start
 */
export function createIso20022Codec(options: Iso20022CodecOptions): HostCodec {
  const schemas = options.schemas ?? createSchemas(options.schemaFolder ?? join(import.meta.dirname, 'xsd'));
  const context: RequestContext = {
    terminalId: options.terminalId,
    acquirerId: options.acquirerId,
    hostId: options.hostId,
    sealer: createCodeSealer({ hostKeyPem: options.hostEncryptionKeyPem, random: options.random }),
  };
  const encoder: Encoder = { context, schemas, signer: options.signer };
  const decode = createAnswerDecoder({ context, schemas, trust: options.trust });
  return {
    encodeRequest: (request) => encode(request, MAPPINGS[request.operation], encoder),
    renewRequest: (operation, bytes, header) => renew(MAPPINGS[operation].requestName, bytes, header, encoder),
    decodeAnswer: (operation, bytes, expected) => decode(operation, MAPPINGS[operation], bytes, expected),
  };
}

interface Encoder {
  readonly context: RequestContext;
  readonly schemas: Schemas;
  readonly signer: Signer;
}

function encode<Op extends HostOperation>(asked: HostRequest<Op>, mapping: MessageMapping<Op>, { context, schemas, signer }: Encoder): Result<EncodedMessage, { readonly detail: string }> {
  const checked = checkRequest(asked, context.terminalId);
  if (!checked.ok) return err({ detail: checked.error });
  const request = checked.value;
  const digest = requestDigest(request);
  const envelope = writeEnvelope({
    messageName: mapping.requestName,
    document: mapping.writeDocument(request, context),
    ext: writeExtRequest(request, { digest, keyId: signer.keyId, body: mapping.writeBody(request.body) }),
    header: request.header,
    parties: context,
  });
  const written = checkWritten(envelope.withoutHolder, mapping.requestName, schemas);
  if (written !== undefined) return err({ detail: written });
  return ok({ bytes: signEnvelope(envelope.withHolder, signer), digest, keyId: signer.keyId, messageName: mapping.requestName });
}

function renew(messageName: string, bytes: Uint8Array, header: RenewedHeader, { schemas, signer }: Encoder): Result<EncodedMessage, { readonly detail: string }> {
  const renewed = renewedRequest(Buffer.from(bytes).toString('utf8'), header, signer.keyId);
  if (renewed === undefined) return err({ detail: 'not a request of this form' });
  const written = checkWritten(renewed.withoutHolder, messageName, schemas);
  if (written !== undefined) return err({ detail: written });
  return ok({ bytes: signEnvelope(renewed.withHolder, signer), digest: renewed.digest, keyId: signer.keyId, messageName });
}

const NO_XML_CHARACTER = 'a value holds a character that XML cannot carry';

/**
 * Before anything is written: the contract, and what the line cannot carry though the contract allows it. Field names only, no values.
 * @returns the request as it goes out: the contract makes quoted texts fit
 */
function checkRequest<Op extends HostOperation>(request: HostRequest<Op>, terminalId: string): Result<HostRequest<Op>, string> {
  const header = hostHeaderSchema.safeParse(request.header);
  if (!header.success) return err(`header does not fit the contract: ${header.error.issues[0]?.path.join('.') ?? ''}`);
  const body = HOST_OPERATIONS[request.operation].request.safeParse(request.body);
  if (!body.success) return err(`body does not fit the contract: ${body.error.issues[0]?.path.join('.') ?? ''}`);
  const { messageId, operationId } = header.data;
  if (header.data.terminalId !== terminalId) return err('header: another terminal');
  if (messageId.length > ID_LENGTH_MAX || operationId.length > ID_LENGTH_MAX) return err('header: an id is longer than 35 characters');
  // Half a surrogate pair has no UTF-8: it would silently become another character.
  if (!isWellFormed(header.data) || !isWellFormed(body.data)) return err(NO_XML_CHARACTER);
  // The schema of the operation made the body; the compiler cannot follow the index.
  return ok({ operation: request.operation, header: header.data, body: body.data as HostRequestBody<Op> });
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isWellFormed(item));
}

/** Our own document against its schemas, and the proof that the text is its own canonical form. */
function checkWritten(text: string, messageName: string, schemas: Schemas): string | undefined {
  try {
    return withParsed(text, (document) => {
      const fault = envelopeFault(document, messageName, schemas);
      if (fault !== undefined) return fault;
      assert(canonicalText(document) === text, 'what the writer writes is canonical');
      return undefined;
    });
  } catch (error) {
    if (error instanceof XmlParseError) return NO_XML_CHARACTER;
    throw error;
  }
}
