import type { HostHeader, HostOperation, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { AnyAnswer } from '../decision.ts';

/** A request whose signature, schemas and addressee have been checked. */
export interface DecodedRequest<Op extends HostOperation = HostOperation> {
  readonly operation: Op;
  readonly header: HostHeader;
  readonly body: HostRequestBody<Op>;
  /** Computed here from what was read, and equal to the one stated. [host-messages §5.3] */
  readonly digest: string;
  /** The frame's exchange number, which the answer repeats. */
  readonly exchangeId: string;
  /** `Cntxt/Svc/SvcTp` of the request, null where the message has none; the answer repeats it. */
  readonly serviceType: string | null;
}

/** Why nothing was read from a document. `signature` includes unknown senders and documents changed under way. */
export interface RequestRejection {
  readonly reason: 'size' | 'syntax' | 'signature' | 'schema' | 'addressee' | 'content';
  /** For the bank's time-line; never a value out of the document. */
  readonly detail: string;
}

/** Deliberate flaws for the fault board. */
export type AnswerFlaw = 'wrongSignature' | 'unsigned' | 'otherTerminal';

export interface BankCodec {
  /** Total on any bytes. */
  decodeRequest(bytes: Uint8Array): Result<DecodedRequest, RequestRejection>;
  /** Asserts that its own document fits the schemas. @returns the signed document and its message name */
  encodeAnswer(request: DecodedRequest, answer: AnyAnswer, flaw?: AnswerFlaw): { readonly bytes: Uint8Array; readonly messageName: string };
  /** `catp.007.001.03` for `client.find`, and so on. */
  answerMessageName(operation: HostOperation): string;
}
